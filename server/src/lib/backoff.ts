/** When to try again. Pure: the random number is given. */

/** First wait, factor and longest wait. */
export interface BackoffPolicy {
  readonly firstMs: number
  readonly factor: number
  readonly longestMs: number
}

/** 2 s, 4 s, 8 s … up to 15 minutes: quick for a restarting server, gentle for one that is down for hours. */
export const RETRY_BACKOFF: BackoffPolicy = { firstMs: 2_000, factor: 2, longestMs: 900_000 }

/**
 * Milliseconds to wait after `attempt` failed tries (1 = after the first). Equal jitter: between half and the whole
 * of the exponential wait, so that a thousand refused messages do not come back in one moment. A provider's own
 * `Retry-After` is a minimum.
 */
export const backoffMs = (
  attempt: number,
  random: number,
  options: { policy?: BackoffPolicy; atLeastMs?: number } = {},
): number => {
  const { firstMs, factor, longestMs } = options.policy ?? RETRY_BACKOFF
  const whole = Math.min(longestMs, firstMs * factor ** Math.max(0, attempt - 1))
  return Math.max(options.atLeastMs ?? 0, Math.round(whole / 2 + (whole / 2) * random))
}
