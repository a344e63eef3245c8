/**
 * Counts what comes in, many at a time: whoever floods a webhook or the receiver with forgeries makes one write after
 * another, not one for each. A count that cannot be written is lost, for counting must not hold up what is counted.
 */
import type pg from 'pg'
import type { Clock } from '../lib/clock.ts'
import { countFeedback, type FeedbackOutcome } from './tally.store.ts'

/** Counts one thing from a source. */
export interface FeedbackCounter {
  count(source: string, outcome: FeedbackOutcome): void
  /** Resolves when everything counted so far is written. */
  flushed(): Promise<void>
}

/** One for each process that takes feedback. */
export const createFeedbackCounter = (deps: {
  readonly pool: pg.Pool
  readonly clock: Clock
}): FeedbackCounter => {
  let waiting = new Map<string, { source: string; outcome: FeedbackOutcome; n: number }>()
  let writing: Promise<void> | undefined

  const write = async (): Promise<void> => {
    while (waiting.size > 0) {
      const batch = waiting
      waiting = new Map()
      for (const one of batch.values())
        await countFeedback(deps.pool, { ...one, now: deps.clock.now() }).catch(() => undefined)
    }
    writing = undefined
  }
  return {
    count: (source, outcome) => {
      const key = `${source} ${outcome}`
      const one = waiting.get(key) ?? { source, outcome, n: 0 }
      waiting.set(key, { ...one, n: one.n + 1 })
      writing ??= write()
    },
    flushed: () => writing ?? Promise.resolve(),
  }
}
