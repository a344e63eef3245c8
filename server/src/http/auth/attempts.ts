/** Counts failed log-ins: after a few, a name or an address must wait. In memory, for the process that serves log-ins. */
import type { Clock } from '../../lib/clock.ts'
import { Fault } from '../../lib/fault.ts'

/** Failed tries by key. */
export interface Attempts {
  /** Throws 429 while one of the keys has used up its tries. */
  check(keys: readonly string[]): void
  failed(keys: readonly string[]): void
  succeeded(keys: readonly string[]): void
}

const MOST = 10
const WINDOW_MS = 15 * 60_000
const KEPT = 10_000

/** Ten failed tries within 15 minutes, then 429 until the first of them is 15 minutes old. */
export const createAttempts = (clock: Clock): Attempts => {
  const failures = new Map<string, number[]>()
  const recent = (key: string): number[] =>
    (failures.get(key) ?? []).filter(at => clock.monotonicMs() - at < WINDOW_MS)
  return {
    check: keys => {
      for (const key of keys) {
        const times = recent(key)
        const [first = 0] = times
        if (times.length >= MOST)
          throw new Fault('rate_limited', {
            detail: 'Too many failed log-ins; wait before you try again.',
            retryAfterSeconds: Math.ceil((first + WINDOW_MS - clock.monotonicMs()) / 1_000),
          })
      }
    },
    failed: keys => {
      if (failures.size > KEPT) failures.clear()
      for (const key of keys) failures.set(key, [...recent(key), clock.monotonicMs()])
    },
    succeeded: keys => {
      for (const key of keys) failures.delete(key)
    },
  }
}
