/** Step 5 of a delivery: writes results in batches, and keeps them while the database is away. */
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { createBell, delay } from '../lib/delay.ts'
import type { Log } from '../lib/log.ts'
import { findRecorded, recordResults, settleLateResults } from '../messages/ledger.store.ts'
import type { MessageResult, WorkerIdentity } from '../messages/ledger.ts'
import type { PersonAsk } from './person.ts'
import { giveBackUses } from './person-limits.store.ts'

/** What the recorder needs; `worker` is asked anew for every batch, for a fenced worker gets a new epoch. */
export interface RecorderDeps {
  readonly db: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly worker: () => WorkerIdentity
  readonly shard: number
  /** Told of every batch once it is recorded, before those who wait for it. Must not reject. */
  readonly onRecorded?: (results: readonly MessageResult[]) => Promise<void>
}

/** Takes results; `healthy` is false while the last batch could not be written. */
export interface Recorder {
  /**
   * Resolves when the result is committed. `personal` is what the message asked in the name of its person: when it ends
   * without having reached that person, its uses are given back with the result.
   */
  record(result: MessageResult, personal?: PersonAsk | null): Promise<void>
  healthy(): boolean
  /** Resolves when nothing is left to write. */
  flushed(): Promise<void>
}

const MOST = 64
const WAIT_MS = 20
const RETRY_MS = 250

interface Waiting {
  readonly result: MessageResult
  readonly personal: PersonAsk | null
  readonly done: () => void
}

/** The full hour of a moment, in UTC: the key of a sum. */
export const hourOf = (now: Date): Date => new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000)

const NOT_REACHED: readonly MessageResult['state'][] = ['excluded', 'failed', 'cancelled']

const unusedOf = ({ result, personal }: Waiting): PersonAsk[] =>
  personal !== null && NOT_REACHED.includes(result.state) ? [personal] : []

// What was recorded by this worker gives back in the same transaction; without anything to give back it is one statement.
const recordAll = async (
  pool: pg.Pool,
  waiting: readonly Waiting[],
  record: (db: Db) => Promise<Set<string>>,
): Promise<Set<string>> => {
  const unused = waiting.flatMap(unusedOf)
  if (unused.length === 0) return record(pool)
  return transaction(pool, async tx => {
    const changed = await record(tx)
    await giveBackUses(
      tx,
      unused.filter(ask => changed.has(ask.messageId)),
    )
    return changed
  })
}

class BatchRecorder implements Recorder {
  readonly #deps: RecorderDeps
  readonly #full = createBell()
  #queue: Waiting[] = []
  #writing: Promise<void> | undefined
  #healthy = true

  constructor(deps: RecorderDeps) {
    this.#deps = deps
  }

  record(result: MessageResult, personal: PersonAsk | null = null): Promise<void> {
    return new Promise(resolve => {
      this.#queue.push({ result, personal, done: resolve })
      if (this.#queue.length >= MOST) this.#full.ring()
      this.#writing ??= this.#loop()
    })
  }

  healthy(): boolean {
    return this.#healthy
  }

  async flushed(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  // A full batch goes at once: what waits here is counted in the window, and a full window stops the marks.
  async #loop(): Promise<void> {
    while (this.#queue.length > 0) {
      if (this.#queue.length < MOST) await this.#full.wait(WAIT_MS)
      const batch = this.#queue.slice(0, MOST)
      this.#queue = this.#queue.slice(batch.length)
      await this.#writeUntilDone(batch)
      await this.#deps.onRecorded?.(batch.map(waiting => waiting.result))
      for (const waiting of batch) waiting.done()
    }
    this.#writing = undefined
  }

  // A write whose answer was lost may have been committed: what has its attempt row already is not written again.
  async #writeUntilDone(waiting: readonly Waiting[]): Promise<void> {
    let rest = waiting
    for (;;) {
      try {
        if (!this.#healthy) rest = await this.#unrecorded(rest)
        if (rest.length > 0) await this.#write(rest)
        this.#healthy = true
        return
      } catch (error) {
        const facts = { err: error, results: rest.length }
        if (this.#healthy) this.#deps.log.error(facts, 'results cannot be recorded; kept and tried again')
        this.#healthy = false
        await delay(RETRY_MS)
      }
    }
  }

  async #unrecorded(waiting: readonly Waiting[]): Promise<readonly Waiting[]> {
    const results = waiting.map(one => one.result)
    const done = await findRecorded(this.#deps.db, results)
    return waiting.filter(one => !done.has(one.result.messageId))
  }

  async #write(waiting: readonly Waiting[]): Promise<void> {
    const { db, clock, log, worker, shard } = this.#deps
    const now = clock.now()
    const results = waiting.map(one => one.result)
    const options = { worker: worker(), results, now, hour: hourOf(now), shard }
    const changed = await recordAll(db, waiting, on => recordResults(on, options))
    const late = results.filter(result => !changed.has(result.messageId) && result.handOver !== null)
    if (late.length === 0) return
    const settled = await settleLateResults(db, { ...options, results: late })
    log.warn({ late: late.length, settled: settled.size }, 'results came after the lease was lost')
  }
}

/** One recorder per worker process. */
export const createRecorder = (deps: RecorderDeps): Recorder => new BatchRecorder(deps)
