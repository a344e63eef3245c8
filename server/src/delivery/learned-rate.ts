/**
 * How a rate is learned from a provider that asks to slow down: halved by each refusal, raised again while it takes
 * what it gets, forgotten when it no longer says anything. Pure; who shares it, and how, is `pace.ts`.
 */

/** Messages per second that a provider seems to take. */
export interface LearnedRate {
  readonly rate: number
  /** Milliseconds since 1970: when it last changed; in the future while the provider wants to be left alone. */
  readonly at: number
  /** The rate that the learning began with. */
  readonly began: number
}

/** A learned rate never falls below this. */
export const LEAST_RATE = 0.1
// What learning begins with when nothing was accepted lately.
const FIRST_RATE = 1
// Refusals of messages that were on their way together are one answer.
const ONE_ANSWER_MS = 1_000
const RISE_EACH_MS = 5_000
const RISE = 2
const FORGOTTEN_ABOVE = 4
const FORGOTTEN_AFTER_MS = 3_600_000

/** A request to slow down; `seen` is the rate of accepted messages just before it. */
export interface Refusal {
  readonly now: number
  readonly seen: number
  readonly retryAfterMs: number | undefined
}

/** The rate after a refusal: half of it, or what was seen lately where none was learned yet. */
export const lowered = (known: LearnedRate | undefined, refusal: Refusal): LearnedRate => {
  const at = refusal.now + (refusal.retryAfterMs ?? 0)
  if (known === undefined) {
    const rate = refusal.seen > 0 ? Math.max(LEAST_RATE, refusal.seen) : FIRST_RATE
    return { rate, at, began: rate }
  }
  if (refusal.now - known.at < ONE_ANSWER_MS)
    return refusal.retryAfterMs === undefined ? known : { ...known, at: Math.max(known.at, at) }
  return { ...known, rate: Math.max(LEAST_RATE, known.rate / 2), at }
}

/**
 * The rate after some time. It doubles when five seconds passed without a refusal and something was accepted in them
 * (`acceptedAt`); undefined: it is forgotten.
 */
export const raised = (
  known: LearnedRate,
  { now, acceptedAt }: { readonly now: number; readonly acceptedAt: number | undefined },
): LearnedRate | undefined => {
  if (now - known.at >= FORGOTTEN_AFTER_MS) return undefined
  if (now - known.at < RISE_EACH_MS || acceptedAt === undefined || acceptedAt <= known.at) return known
  const rate = known.rate * RISE
  return rate > known.began * FORGOTTEN_ABOVE ? undefined : { ...known, rate, at: now }
}

const SEEN_MS = 5_000
const LEAST_SPAN_MS = 1_000

/** Counts of the last five to ten seconds, by key; older ones take no memory. */
export interface SeenRates {
  add(key: string): void
  /** Per second. */
  rate(key: string): number
}

/** Counts by two spans of five seconds: the running one and the one before. */
export const createSeenRates = (monotonicMs: () => number): SeenRates => {
  let last = new Map<string, number>()
  let running = new Map<string, number>()
  let began = monotonicMs()
  let first = began
  const turn = (): number => {
    const now = monotonicMs()
    if (now - began >= SEEN_MS) {
      const idle = now - began >= 2 * SEEN_MS
      last = idle ? new Map() : running
      first = idle ? now : began
      began = idle ? now : began + SEEN_MS
      running = new Map()
    }
    return now
  }
  return {
    add: key => {
      turn()
      running.set(key, (running.get(key) ?? 0) + 1)
    },
    rate: key => {
      const span = Math.max(LEAST_SPAN_MS, turn() - first)
      return (((last.get(key) ?? 0) + (running.get(key) ?? 0)) * 1_000) / span
    },
  }
}
