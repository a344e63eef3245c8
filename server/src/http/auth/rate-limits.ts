/**
 * How many calls a second each client may make: one bucket per client in this process' memory, which holds one
 * second's worth.
 */
import type { Clock } from '../../lib/clock.ts'
import { Fault } from '../../lib/fault.ts'

/** The buckets of one process. */
export interface RateLimits {
  /** Takes one call from the client's bucket; throws 429 when it is empty. `perSecond` null: no limit. */
  take(clientId: string, perSecond: number | null): void
}

interface Bucket {
  left: number
  at: number
}

/** Buckets that start full and fill evenly. A changed rate counts from its next call. */
export const createRateLimits = (clock: Clock): RateLimits => {
  const buckets = new Map<string, Bucket>()
  return {
    take: (clientId, perSecond) => {
      if (perSecond === null) {
        if (buckets.size > 0) buckets.delete(clientId)
        return
      }
      const at = clock.monotonicMs()
      const bucket = buckets.get(clientId) ?? { left: perSecond, at }
      bucket.left = Math.min(perSecond, bucket.left + ((at - bucket.at) / 1_000) * perSecond)
      bucket.at = at
      buckets.set(clientId, bucket)
      if (bucket.left < 1)
        throw new Fault('rate_limited', {
          detail: `This client may make ${perSecond} calls per second.`,
          retryAfterSeconds: Math.max(1, Math.ceil((1 - bucket.left) / perSecond)),
        })
      bucket.left -= 1
    },
  }
}
