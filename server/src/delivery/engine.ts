/**
 * The delivery engine of one worker process: claims per lane, prepares, hands over, records, beats, and recovers
 * what others left. It is given its channels and its clock; starting and stopping processes is the roles' matter.
 */
import type pg from 'pg'
import { createSandboxClocks, type SandboxClocks } from '../campaigns/sandbox-clock.ts'
import type { Channel } from '../channels/channel.ts'
import type { FeedbackAddresses } from '../channels/email/verp.ts'
import type { RenderedMessage } from '../channels/rendered.ts'
import type { AddressHash } from '../consent/address-hash.ts'
import type { ConsentLinks } from '../consent/links.ts'
import type { ContentSources } from '../content/reach.ts'
import type { Clock } from '../lib/clock.ts'
import { type Bell, createBell, delay } from '../lib/delay.ts'
import type { Log } from '../lib/log.ts'
import { claimMessages, releaseMessages, releaseUnknownClaims } from '../messages/ledger.store.ts'
import { LANES, type Lane, type WorkerIdentity } from '../messages/ledger.ts'
import { findUnknownToRetry } from '../messages/policy.store.ts'
import { redriveMessages } from '../messages/redrive.store.ts'
import { excludeOverdue, sweepHolds } from '../messages/sweep.store.ts'
import { beat, recoverStale, registerWorker } from '../messages/workers.store.ts'
import type { Tracking } from '../tracking/tracking.ts'
import { createBounceNotes } from './bounce-notes.ts'
import { type Breakers, createBreakers } from './breaker.ts'
import { createGuard } from './guard.ts'
import { createHandOver, type HandOver, type SendReport } from './hand-over.ts'
import { createHolds } from './holds.ts'
import { perLane } from './lanes.ts'
import { createPacer, type Pacer } from './pace.ts'
import { type PrepareDeps, prepareBatch } from './prepare.ts'
import { createRecorder, hourOf, type Recorder } from './recorder.ts'
import { createRunContexts } from './run-contexts.ts'
import type { SigningKeys } from './sign.ts'
import { createVersions, type Versions } from './versions.ts'

/** What an engine needs. `name` is stable over restarts: a new life recovers what the last one left at once. */
export interface EngineDeps {
  readonly pool: pg.Pool
  /** For claims and permits alone: a pool `byIndex`. */
  readonly byIndex: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly newId: () => string
  readonly name: string
  readonly shard: number
  readonly window: number
  readonly channel: (transportId: string) => Channel<RenderedMessage>
  /** Fragments, lookup tables and keys. */
  readonly sources: ContentSources
  /** What marketing mail carries. */
  readonly links: ConsentLinks
  /** How addresses of erased people are recognized. */
  readonly addressHash: AddressHash
  /** Where bounces of mail go, and unsubscribe mails. */
  readonly addresses: FeedbackAddresses
  /** What mail is signed with. */
  readonly signingKeys: SigningKeys
  /** How opens and clicks are followed. */
  readonly tracking: Tracking
}

/** A running engine. */
export interface Engine {
  /** Looks for work now instead of at the next poll: in one lane, or in all. */
  wake(lane?: Lane): void
  /** A sandbox's clock was changed: reads which ones anew. */
  clocksChanged(): void
  /** Claims nothing more, finishes what is marked, gives back the rest. */
  drain(): Promise<void>
}

const BEAT_MS = 3_000
/** A worker whose last beat is older is dead to the others. */
export const LEASE_MS = 15_000
const POLL_MS = 1_000
const CLAIM_MOST = 200
/** Prepared messages that wait for their permit: those of one claim are used up while the next one is under way. */
const PREFETCH_MOST = 400
const CLAIM_LEAST = 32
/** Of its prefetch a lane lets so much be used up before it asks for more: few large claims, not many small ones. */
const REFILL = 0.5
/** A claim takes at most what so many seconds of the lane's measured rate can use; the rest is left to other workers. */
const CLAIM_SECONDS = 2
const CONTROL_MS = 1_000
const SWEEP_MOST = 5_000
const OVERDUE_MS = 60_000

class RunningEngine implements Engine {
  readonly #deps: EngineDeps
  readonly #recorder: Recorder
  readonly #handOver: HandOver
  readonly #versions: Versions
  readonly #pacer: Pacer
  readonly #breakers: Breakers
  readonly #prepareDeps: PrepareDeps
  readonly #rates = perLane()
  readonly #full = new Set<Lane>()
  readonly #clocks: SandboxClocks
  // When it was last looked for what has been held too long.
  #overdueAt = Number.NEGATIVE_INFINITY
  readonly #preparing = new Set<string>()
  readonly #bells = new Map<Lane, Bell>(LANES.map(lane => [lane, createBell()]))
  readonly #beatBell = createBell()
  readonly #controlBell = createBell()
  #identity: WorkerIdentity
  #running = true
  #unsure = false
  #healthySince: number
  #loops: Promise<void>[] = []

  constructor(deps: EngineDeps, identity: WorkerIdentity) {
    this.#deps = deps
    this.#identity = identity
    this.#healthySince = deps.clock.monotonicMs()
    const worker = (): WorkerIdentity => this.#identity
    const shared = { db: deps.pool, clock: deps.clock, log: deps.log }
    this.#versions = createVersions({ ...shared, sources: deps.sources })
    this.#pacer = createPacer(shared)
    this.#breakers = createBreakers({ ...shared, random: deps.random })
    this.#clocks = createSandboxClocks(shared)
    this.#prepareDeps = {
      ...shared,
      sources: deps.sources,
      links: deps.links,
      addressHash: deps.addressHash,
      addresses: deps.addresses,
      signingKeys: deps.signingKeys,
      tracking: deps.tracking,
      random: deps.random,
      versions: this.#versions,
      clocks: this.#clocks,
      holds: createHolds(shared),
      guard: createGuard({ ...shared, newId: deps.newId }),
      pacer: this.#pacer,
      openUntil: id => this.#breakers.openUntil(id),
      contexts: createRunContexts(deps.pool),
    }
    const notes = createBounceNotes({ pool: deps.pool, clock: deps.clock, log: deps.log, newId: deps.newId })
    this.#recorder = createRecorder({
      onRecorded: results => notes.note(results),
      db: deps.pool,
      clock: deps.clock,
      log: deps.log,
      worker,
      shard: deps.shard,
    })
    this.#handOver = createHandOver({
      pool: deps.byIndex,
      clock: deps.clock,
      log: deps.log,
      random: deps.random,
      worker,
      recorder: this.#recorder,
      channel: deps.channel,
      window: deps.window,
      moments: limits => this.#pacer.moments(limits),
      onSent: report => this.#learn(report),
      onRoom: () => this.#onRoom(),
      onUnreleased: () => {
        this.#unsure = true
      },
    })
  }

  start(): void {
    this.#loops = [...LANES.map(lane => this.#laneLoop(lane)), this.#beatLoop(), this.#controlLoop()]
  }

  wake(lane?: Lane): void {
    if (lane !== undefined) this.#bells.get(lane)?.ring()
    else for (const bell of this.#bells.values()) bell.ring()
  }

  // Only lanes that stopped for want of room have more to take up; asking for the others would be asking in vain.
  #onRoom(): void {
    for (const lane of this.#full) this.wake(lane)
  }

  clocksChanged(): void {
    this.#clocks.forget()
    this.#overdueAt = Number.NEGATIVE_INFINITY
    this.wake()
  }

  async drain(): Promise<void> {
    this.#running = false
    this.#handOver.hold()
    this.wake()
    this.#beatBell.ring()
    this.#controlBell.ring()
    await Promise.all(this.#loops)
    await this.#handOver.drain()
    await this.#recorder.flushed()
  }

  async #laneLoop(lane: Lane): Promise<void> {
    const bell = this.#bells.get(lane) ?? createBell()
    while (this.#running) {
      const prefetch = this.#prefetch(lane)
      const room = prefetch - this.#handOver.waiting(lane)
      if (room < prefetch * REFILL || !this.#recorder.healthy()) {
        this.#full.add(lane)
        await bell.wait(POLL_MS)
        continue
      }
      this.#full.delete(lane)
      try {
        const limit = Math.min(room, CLAIM_MOST)
        const taken = await this.#takeUp(lane, limit)
        if (taken < limit) await bell.wait(POLL_MS)
      } catch (error) {
        this.#deps.log.error({ err: error, lane }, 'work cannot be taken up; tried again')
        this.#unsure = true
        await delay(500)
      }
    }
  }

  #prefetch(lane: Lane): number {
    return Math.min(PREFETCH_MOST, Math.max(2 * CLAIM_LEAST, Math.round(CLAIM_SECONDS * this.#rates[lane])))
  }

  async #takeUp(lane: Lane, limit: number): Promise<number> {
    const { pool, byIndex, clock } = this.#deps
    const batch = await claimMessages(byIndex, { worker: this.#identity, lane, limit, now: clock.now() })
    if (batch.length === 0) return 0
    const ids = batch.map(message => message.messageId)
    for (const id of ids) this.#preparing.add(id)
    try {
      const { prepared, results, released, personal } = await prepareBatch(this.#prepareDeps, batch)
      this.#handOver.offer(prepared)
      if (released.length > 0) {
        await releaseMessages(pool, { worker: this.#identity, messages: released, now: clock.now() })
        for (const { messageId } of released) this.#preparing.delete(messageId)
      }
      for (const result of results)
        void this.#recorder
          .record(result, personal.get(result.messageId))
          .then(() => this.#preparing.delete(result.messageId))
      for (const one of prepared) this.#preparing.delete(one.message.messageId)
    } catch (error) {
      for (const id of ids) this.#preparing.delete(id)
      throw error
    }
    return batch.length
  }

  // After a claim, a preparation or a release that failed, some rows may be ours in the ledger and unknown to us: others
  // shall have them. Tried each second until the database has answered; nobody else does it while this worker beats.
  async #giveBackUnknown(): Promise<void> {
    if (!this.#unsure) return
    this.#unsure = false
    const known = [...this.#preparing, ...this.#handOver.known()]
    const options = { worker: this.#identity, known, now: this.#deps.clock.now() }
    await releaseUnknownClaims(this.#deps.pool, options).catch(() => {
      this.#unsure = true
    })
  }

  #learn({ transportId, domain, outcome }: SendReport): void {
    this.#breakers.report(transportId, outcome)
    if (outcome.kind === 'accepted') this.#pacer.accepted({ transportId, domain })
    const { throttled } = outcome
    if (throttled !== undefined)
      this.#pacer.slowDown({
        ...{ transportId, domain, scope: 'transport', retryAfterMs: throttled.retryAfterMs },
      })
    if (outcome.kind !== 'throttle') return
    const { scope = 'domain', retryAfterMs } = outcome
    this.#pacer.slowDown({ transportId, domain, scope, retryAfterMs })
  }

  // What workers share and what people decided: rates, breakers, and holds that were lifted or cancel.
  async #controlLoop(): Promise<void> {
    let handed = perLane()
    while (this.#running) {
      await this.#controlBell.wait(CONTROL_MS)
      if (!this.#running) return
      for (const lane of LANES) {
        const total = this.#handOver.handed(lane)
        this.#rates[lane] = (this.#rates[lane] + (total - handed[lane]) / (CONTROL_MS / 1_000)) / 2
        handed = { ...handed, [lane]: total }
      }
      await this.#giveBackUnknown()
      await Promise.all([this.#pacer.flush(), this.#breakers.flush(), this.#sweep(), this.#retryUnknown()])
    }
  }

  async #sweep(): Promise<void> {
    const { pool, clock, log, shard } = this.#deps
    const now = clock.now()
    try {
      const moved = await sweepHolds(pool, { now, hour: hourOf(now), shard, limit: SWEEP_MOST })
      if (moved > 0) this.wake()
      if (moved >= SWEEP_MOST) this.#controlBell.ring()
      await this.#excludeOverdue(now)
    } catch (error) {
      log.warn({ err: error }, 'holds could not be swept; tried again')
    }
  }

  // Days are waited for, so a look every now and then will do.
  async #excludeOverdue(now: Date): Promise<void> {
    const { pool, clock, shard } = this.#deps
    if (clock.monotonicMs() - this.#overdueAt < OVERDUE_MS) return
    const options = { now, hour: hourOf(now), shard, limit: SWEEP_MOST }
    if ((await excludeOverdue(pool, options)) < SWEEP_MOST) this.#overdueAt = clock.monotonicMs()
  }

  // By the policy of a campaign, and only where the provider delivers a message once however often it is given it.
  async #retryUnknown(): Promise<void> {
    const { pool, clock, log, shard, channel } = this.#deps
    try {
      const messageIds: string[] = []
      for (const { messageId, versionId } of await findUnknownToRetry(pool, CLAIM_MOST)) {
        const transportIds = (await this.#versions.get(versionId))?.configuration?.transportIds ?? []
        if (transportIds.every(id => channel(id).deduplicates === true)) messageIds.push(messageId)
      }
      if (messageIds.length === 0) return
      const now = clock.now()
      const by = { actor: 'carillon', reason: 'redriven_by_policy' } as const
      await redriveMessages(pool, { messageIds, ...by, now, hour: hourOf(now), shard })
    } catch (error) {
      log.warn({ err: error }, 'unknown messages could not be tried again; later')
    }
  }

  async #beatLoop(): Promise<void> {
    while (this.#running) {
      await this.#beatBell.wait(BEAT_MS)
      if (!this.#running) return
      try {
        await this.#beatOnce()
      } catch (error) {
        this.#healthySince = this.#deps.clock.monotonicMs()
        this.#deps.log.error({ err: error }, 'the beat could not be written')
      }
    }
  }

  async #beatOnce(): Promise<void> {
    const { pool, clock, log } = this.#deps
    const alive = await beat(pool, this.#identity, clock.now())
    if (!alive) {
      log.warn({ worker: this.#deps.name }, 'this worker was taken for dead and registers anew')
      this.#identity = await register(this.#deps)
    }
    // After an outage of the database all beats look old; the others get a lease's time to beat first.
    if (clock.monotonicMs() - this.#healthySince < LEASE_MS) return
    const now = clock.now()
    const cutoff = new Date(now.getTime() - LEASE_MS)
    const { readyAgain, unknown } = await recoverStale(pool, {
      now,
      hour: hourOf(now),
      shard: this.#deps.shard,
      cutoff,
    })
    if (readyAgain + unknown > 0) log.warn({ readyAgain, unknown }, 'recovered the work of a dead worker')
  }
}

const register = async (deps: EngineDeps): Promise<WorkerIdentity> => {
  const now = deps.clock.now()
  const registered = await registerWorker(deps.pool, {
    name: deps.name,
    newId: deps.newId(),
    now,
    hour: hourOf(now),
    shard: deps.shard,
  })
  const { readyAgain, unknown } = registered.recovery
  if (readyAgain + unknown > 0)
    deps.log.warn({ readyAgain, unknown }, "recovered the work of this worker's last life")
  return { id: registered.id, epoch: registered.epoch }
}

/** Registers the worker, recovers its last life, and begins to work. */
export const startEngine = async (deps: EngineDeps): Promise<Engine> => {
  const engine = new RunningEngine(deps, await register(deps))
  engine.start()
  return engine
}
