/**
 * The delivery engine of one worker process: claims per lane, prepares, hands over, records, beats, and recovers
 * what others left. It is given its channels and its clock; starting and stopping processes is the roles' matter.
 */
import type pg from 'pg'
import { createSandboxClocks, type SandboxClocks } from '../campaigns/sandbox-clock.ts'
import type { Channel } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import type { ContentSources } from '../content/reach.ts'
import type { Clock } from '../lib/clock.ts'
import { type Bell, createBell, delay } from '../lib/delay.ts'
import type { Log } from '../lib/log.ts'
import { claimMessages, releaseUnknownClaims } from '../messages/ledger.store.ts'
import { LANES, type Lane, type WorkerIdentity } from '../messages/ledger.ts'
import { beat, recoverStale, registerWorker } from '../messages/workers.store.ts'
import { createHandOver, type HandOver } from './hand-over.ts'
import { prepareBatch } from './prepare.ts'
import { createRecorder, hourOf, type Recorder } from './recorder.ts'
import { createVersions, type Versions } from './versions.ts'

/** What an engine needs. `name` is stable over restarts: a new life recovers what the last one left at once. */
export interface EngineDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly newId: () => string
  readonly name: string
  readonly shard: number
  readonly window: number
  readonly channel: (transportId: string) => Channel<RenderedEmail>
  /** Fragments, lookup tables and keys. */
  readonly sources: ContentSources
}

/** A running engine. */
export interface Engine {
  /** Looks for work now instead of at the next poll. */
  wake(): void
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
const CLAIM_LEAST = 32

class RunningEngine implements Engine {
  readonly #deps: EngineDeps
  readonly #recorder: Recorder
  readonly #handOver: HandOver
  readonly #versions: Versions
  readonly #clocks: SandboxClocks
  readonly #preparing = new Set<string>()
  readonly #bells = new Map<Lane, Bell>(LANES.map(lane => [lane, createBell()]))
  readonly #beatBell = createBell()
  #identity: WorkerIdentity
  #running = true
  #healthySince: number
  #loops: Promise<void>[] = []

  constructor(deps: EngineDeps, identity: WorkerIdentity) {
    this.#deps = deps
    this.#identity = identity
    this.#healthySince = deps.clock.monotonicMs()
    const worker = (): WorkerIdentity => this.#identity
    this.#versions = createVersions({ db: deps.pool, clock: deps.clock, sources: deps.sources })
    this.#clocks = createSandboxClocks({ db: deps.pool, clock: deps.clock })
    this.#recorder = createRecorder({
      db: deps.pool,
      clock: deps.clock,
      log: deps.log,
      worker,
      shard: deps.shard,
    })
    this.#handOver = createHandOver({
      db: deps.pool,
      clock: deps.clock,
      log: deps.log,
      random: deps.random,
      worker,
      recorder: this.#recorder,
      channel: deps.channel,
      window: deps.window,
      onRoom: () => this.wake(),
    })
  }

  start(): void {
    this.#loops = [...LANES.map(lane => this.#laneLoop(lane)), this.#beatLoop()]
  }

  wake(): void {
    for (const bell of this.#bells.values()) bell.ring()
  }

  clocksChanged(): void {
    this.#clocks.forget()
    this.wake()
  }

  async drain(): Promise<void> {
    this.#running = false
    this.#handOver.hold()
    this.wake()
    this.#beatBell.ring()
    await Promise.all(this.#loops)
    await this.#handOver.drain()
    await this.#recorder.flushed()
  }

  async #laneLoop(lane: Lane): Promise<void> {
    const bell = this.#bells.get(lane) ?? createBell()
    while (this.#running) {
      const room = CLAIM_MOST - this.#handOver.waiting()
      if (room < CLAIM_LEAST || !this.#recorder.healthy()) {
        await bell.wait(POLL_MS)
        continue
      }
      try {
        const taken = await this.#takeUp(lane, room)
        if (taken < room) await bell.wait(POLL_MS)
      } catch (error) {
        this.#deps.log.error({ err: error, lane }, 'work cannot be taken up; tried again')
        await delay(500)
        await this.#giveBackUnknown()
      }
    }
  }

  async #takeUp(lane: Lane, limit: number): Promise<number> {
    const { pool, clock, sources, random } = this.#deps
    const batch = await claimMessages(pool, { worker: this.#identity, lane, limit, now: clock.now() })
    if (batch.length === 0) return 0
    const ids = batch.map(message => message.messageId)
    for (const id of ids) this.#preparing.add(id)
    try {
      const { prepared, results } = await prepareBatch(
        { db: pool, clock, clocks: this.#clocks, sources, random, versions: this.#versions },
        batch,
      )
      this.#handOver.offer(prepared)
      for (const result of results)
        void this.#recorder.record(result).then(() => this.#preparing.delete(result.messageId))
      for (const one of prepared) this.#preparing.delete(one.message.messageId)
    } catch (error) {
      for (const id of ids) this.#preparing.delete(id)
      throw error
    }
    return batch.length
  }

  // After a failed claim or preparation some rows may be ours in the ledger and unknown to us: others shall have them.
  async #giveBackUnknown(): Promise<void> {
    const known = [...this.#preparing, ...this.#handOver.known()]
    const options = { worker: this.#identity, known, now: this.#deps.clock.now() }
    await releaseUnknownClaims(this.#deps.pool, options).catch(() => undefined)
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
