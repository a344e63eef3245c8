/** Step 5 of a delivery: writes results in batches, and keeps them while the database is away. */
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { createBell, delay } from '../lib/delay.ts'
import type { Log } from '../lib/log.ts'
import { findRecorded, recordResults, settleLateResults } from '../messages/ledger.store.ts'
import type { MessageResult, WorkerIdentity } from '../messages/ledger.ts'

/** What the recorder needs; `worker` is asked anew for every batch, for a fenced worker gets a new epoch. */
export interface RecorderDeps {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly worker: () => WorkerIdentity
  readonly shard: number
  /** Told of every batch once it is recorded, before those who wait for it. Must not reject. */
  readonly onRecorded?: (results: readonly MessageResult[]) => Promise<void>
}

/** Takes results; `healthy` is false while the last batch could not be written. */
export interface Recorder {
  /** Resolves when the result is committed. */
  record(result: MessageResult): Promise<void>
  healthy(): boolean
  /** Resolves when nothing is left to write. */
  flushed(): Promise<void>
}

const MOST = 64
const WAIT_MS = 20
const RETRY_MS = 250

interface Waiting {
  readonly result: MessageResult
  readonly done: () => void
}

/** The full hour of a moment, in UTC: the key of a sum. */
export const hourOf = (now: Date): Date => new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000)

/** One recorder per worker process. */
export const createRecorder = (deps: RecorderDeps): Recorder => {
  let queue: Waiting[] = []
  let writing: Promise<void> | undefined
  let healthy = true
  const full = createBell()

  const write = async (results: readonly MessageResult[]): Promise<void> => {
    const now = deps.clock.now()
    const options = { worker: deps.worker(), results, now, hour: hourOf(now), shard: deps.shard }
    const changed = await recordResults(deps.db, options)
    const late = results.filter(result => !changed.has(result.messageId) && result.handOver !== null)
    if (late.length === 0) return
    const settled = await settleLateResults(deps.db, { ...options, results: late })
    deps.log.warn({ late: late.length, settled: settled.size }, 'results came after the lease was lost')
  }
  // A write whose answer was lost may have been committed: what has its attempt row already is not written again.
  const writeUntilDone = async (results: readonly MessageResult[]): Promise<void> => {
    let rest = results
    while (rest.length > 0) {
      try {
        if (!healthy) {
          const done = await findRecorded(deps.db, rest)
          rest = rest.filter(result => !done.has(result.messageId))
        }
        if (rest.length > 0) await write(rest)
        healthy = true
        return
      } catch (error) {
        if (healthy)
          deps.log.error(
            { err: error, results: rest.length },
            'results cannot be recorded; kept and tried again',
          )
        healthy = false
        await delay(RETRY_MS)
      }
    }
    healthy = true
  }
  // A full batch goes at once: what waits here is counted in the window, and a full window stops the marks.
  const loop = async (): Promise<void> => {
    while (queue.length > 0) {
      if (queue.length < MOST) await full.wait(WAIT_MS)
      const batch = queue.slice(0, MOST)
      queue = queue.slice(batch.length)
      const results = batch.map(waiting => waiting.result)
      await writeUntilDone(results)
      await deps.onRecorded?.(results)
      for (const waiting of batch) waiting.done()
    }
    writing = undefined
  }
  return {
    record: result =>
      new Promise(resolve => {
        queue.push({ result, done: resolve })
        if (queue.length >= MOST) full.ring()
        writing ??= loop()
      }),
    healthy: () => healthy,
    flushed: async () => {
      while (writing !== undefined) await writing
    },
  }
}
