/**
 * When a message may go: set and learned rates of campaigns, transports and recipients' domains, kept by all workers
 * together. Every limited thing has one row with its next free moment; a worker leases a stretch of moments from it,
 * so stretches never overlap, and no silence is saved up for a burst.
 */
import type { TransportLimits } from '../campaigns/configuration-settings.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { createSeenRates, type LearnedRate, lowered, raised, type SeenRates } from './learned-rate.ts'
import {
  bringForward,
  forgetIdle,
  type LearnedRow,
  leaseStretches,
  readLearned,
  writeLearned,
} from './pace.store.ts'

/** One thing that limits a message. `ratePerSecond` null: no set rate; only a learned one (if any) counts. */
export interface Limit {
  readonly key: string
  readonly ratePerSecond: number | null
}

/** A provider's wish to get less; `retryAfterMs`: and nothing at all before. */
export interface SlowDown {
  readonly transportId: string
  readonly domain: string
  readonly scope: 'transport' | 'domain'
  readonly retryAfterMs: number | undefined
}

/** The rates of one worker process, in step with those of the others. */
export interface Pacer {
  /**
   * Answers, for each message, when it may be handed over (`now` when nothing limits it): the latest moment of its
   * limits. The moments are leased: nobody else gets them. Each limit is leased for itself, so a message that one of
   * them moves back leaves its place at the others empty. Rejects when the database cannot be reached.
   */
  moments(limitsOfEach: readonly (readonly Limit[])[]): Promise<readonly Date[]>
  /**
   * The provider asked to slow down. Halves the learned rate, at most once a second, or starts one from what was seen
   * lately; with `retryAfterMs` lets nothing through before. Counts here at once, for the other workers after `flush`.
   */
  slowDown(event: SlowDown): void
  /** A message was accepted: counts for what is "seen lately", and lets a learned rate rise. */
  accepted(event: { readonly transportId: string; readonly domain: string }): void
  /** Writes what was learned and reads what others learned; called each second. Never throws. */
  flush(): Promise<void>
}

/** What a pacer needs. */
export interface PacerDeps {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
}

const transportKey = (transportId: string): string => `transport:${transportId}`
const domainKey = (transportId: string, domain: string): string =>
  `domain:${transportId}:${domain.toLowerCase()}`

/** What limits a message of a campaign on its way over a transport to a domain. */
export const limitsOf = (message: {
  readonly campaign: { readonly id: string; readonly ratePerSecond: number | null }
  readonly transportId: string
  readonly limits: TransportLimits | undefined
  readonly domain: string
}): readonly Limit[] => {
  const { campaign, transportId, limits } = message
  const domain = message.domain.toLowerCase()
  return [
    { key: `campaign:${campaign.id}`, ratePerSecond: campaign.ratePerSecond },
    { key: transportKey(transportId), ratePerSecond: limits?.ratePerSecond ?? null },
    { key: domainKey(transportId, domain), ratePerSecond: limits?.domainLimits.get(domain) ?? null },
  ]
}

interface Learned {
  state: LearnedRate
  /** The moment of the state in the table, on which this one builds; null: the table had none. */
  stored: Date | null
  /** Not written yet. */
  isNew: boolean
  /** Until written: nothing goes before. 0: the table knows it. */
  notBefore: number
  acceptedAt: number | undefined
}

interface Asked {
  count: number
  rate: number
}

const IDLE_MS = 86_400_000
const FORGET_EACH_MS = 3_600_000

class SharedPacer implements Pacer {
  readonly #deps: PacerDeps
  readonly #seen: SeenRates
  readonly #learned = new Map<string, Learned>()
  #flushing: Promise<void> | undefined
  #healthy = true
  #forgotAt: number

  constructor(deps: PacerDeps) {
    this.#deps = deps
    this.#seen = createSeenRates(() => deps.clock.monotonicMs())
    this.#forgotAt = deps.clock.monotonicMs()
  }

  async moments(limitsOfEach: readonly (readonly Limit[])[]): Promise<readonly Date[]> {
    const now = this.#deps.clock.now()
    const asked = this.#ask(limitsOfEach)
    if (asked.size === 0) return limitsOfEach.map(() => now)
    const next = await this.#lease(asked, now)
    return limitsOfEach.map(limits => {
      let latest = now.getTime()
      for (const { key } of limits) {
        const moment = next.get(key)
        if (moment === undefined) continue
        latest = Math.max(latest, moment)
        next.set(key, moment + 1_000 / (asked.get(key)?.rate ?? 1))
      }
      return new Date(Math.ceil(latest))
    })
  }

  slowDown(event: SlowDown): void {
    const { transportId, domain, scope, retryAfterMs } = event
    const key = scope === 'transport' ? transportKey(transportId) : domainKey(transportId, domain)
    const known = this.#learned.get(key)
    const now = this.#deps.clock.now().getTime()
    const state = lowered(known?.state, { now, seen: this.#seen.rate(key), retryAfterMs })
    if (state === known?.state) return
    this.#learned.set(key, {
      state,
      stored: known?.stored ?? null,
      isNew: true,
      notBefore: Math.max(known?.notBefore ?? 0, retryAfterMs === undefined ? 0 : now + retryAfterMs),
      acceptedAt: known?.acceptedAt,
    })
    this.#deps.log.info({ key, ratePerSecond: state.rate, retryAfterMs }, 'a provider asked to slow down')
  }

  accepted({ transportId, domain }: { readonly transportId: string; readonly domain: string }): void {
    for (const key of [transportKey(transportId), domainKey(transportId, domain)]) {
      this.#seen.add(key)
      const known = this.#learned.get(key)
      if (known !== undefined) known.acceptedAt = this.#deps.clock.now().getTime()
    }
  }

  flush(): Promise<void> {
    this.#flushing ??= this.#flushOnce().finally(() => {
      this.#flushing = undefined
    })
    return this.#flushing
  }

  #ask(limitsOfEach: readonly (readonly Limit[])[]): Map<string, Asked> {
    const asked = new Map<string, Asked>()
    for (const limits of limitsOfEach)
      for (const limit of limits) {
        const learned = this.#learned.get(limit.key)?.state.rate ?? Number.POSITIVE_INFINITY
        const rate = Math.min(limit.ratePerSecond ?? Number.POSITIVE_INFINITY, learned)
        if (rate === Number.POSITIVE_INFINITY) continue
        const known = asked.get(limit.key)
        if (known === undefined) asked.set(limit.key, { count: 1, rate })
        else {
          known.count += 1
          known.rate = Math.min(known.rate, rate)
        }
      }
    return asked
  }

  /** The first moment of each key. */
  async #lease(asked: ReadonlyMap<string, Asked>, now: Date): Promise<Map<string, number>> {
    const holds = new Map([...asked.keys()].map(key => [key, this.#learned.get(key)?.notBefore ?? 0]))
    const stretches = [...asked].map(([key, { count, rate }]) => ({ key, seconds: count / rate }))
    const ends = await leaseStretches(this.#deps.db, stretches, now)
    const starts = new Map<string, number>()
    for (const { key, seconds } of stretches) {
      const start = (ends.get(key) ?? now.getTime()) - seconds * 1_000
      const learned = this.#learned.get(key)
      const hold = Math.max(holds.get(key) ?? 0, learned?.notBefore ?? 0)
      starts.set(key, Math.max(start, hold))
      // The table does not know of the hold yet: what is leased next comes behind these.
      if (start < hold && learned !== undefined) learned.notBefore = hold + seconds * 1_000
    }
    return starts
  }

  async #flushOnce(): Promise<void> {
    const { db, clock, log } = this.#deps
    try {
      for (const [key, learned] of this.#learned) await this.#write(key, learned)
      this.#adopt(await readLearned(db))
      const monotonic = clock.monotonicMs()
      if (monotonic - this.#forgotAt >= FORGET_EACH_MS) {
        this.#forgotAt = monotonic
        await forgetIdle(db, new Date(clock.now().getTime() - IDLE_MS))
      }
      this.#healthy = true
    } catch (error) {
      if (this.#healthy) log.warn({ err: error }, 'learned rates cannot be shared; tried again')
      this.#healthy = false
    }
  }

  async #write(key: string, learned: Learned): Promise<void> {
    const now = this.#deps.clock.now()
    const state = learned.isNew
      ? learned.state
      : raised(learned.state, { now: now.getTime(), acceptedAt: learned.acceptedAt })
    const { notBefore } = learned
    if (state === learned.state && !learned.isNew && notBefore === 0) return
    await writeLearned(this.#deps.db, {
      key,
      learned: state === undefined ? null : { rate: state.rate, at: new Date(state.at) },
      was: learned.stored,
      notBefore: notBefore === 0 ? now : new Date(Math.ceil(notBefore)),
    })
    const rose = state === undefined || state.rate > learned.state.rate
    if (rose && !learned.isNew) await bringForward(this.#deps.db, key, now)
    // Leases that ran meanwhile may have moved it on.
    if (learned.notBefore === notBefore) learned.notBefore = 0
  }

  #adopt(rows: readonly LearnedRow[]): void {
    const stored = new Map(rows.map(row => [row.key, row]))
    for (const [key, learned] of this.#learned) {
      if (stored.has(key)) continue
      learned.stored = null
      if (!learned.isNew) this.#learned.delete(key)
    }
    for (const row of rows) this.#adoptRow(row)
  }

  #adoptRow({ key, rate, at }: LearnedRow): void {
    const known = this.#learned.get(key)
    const stored = { rate, at: at.getTime(), began: known?.state.began ?? rate }
    // Another worker changed it first: what was refused here and is not in it yet, the next flush says again.
    const state =
      known?.isNew === true
        ? { ...stored, rate: Math.min(rate, known.state.rate), at: Math.max(stored.at, known.state.at) }
        : stored
    this.#learned.set(key, {
      state,
      stored: at,
      isNew: state.rate !== stored.rate || state.at !== stored.at,
      notBefore: known?.notBefore ?? 0,
      acceptedAt: known?.acceptedAt,
    })
  }
}

/** One pacer per worker process. */
export const createPacer = (deps: PacerDeps): Pacer => new SharedPacer(deps)
