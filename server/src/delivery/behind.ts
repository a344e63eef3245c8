/**
 * How far a line is behind the moments that its messages have leased. After a stall what waited must not go at once,
 * and its moments must not be lost either: everything of the line goes that much later from then on, and catches up
 * slowly. So one worker keeps its part of a rate within five per cent over any three seconds, however it stumbles.
 */

/** Catching up takes this part of the time: what a rate may be exceeded by meanwhile. */
const CATCH_UP = 0.02
/** What timers and short waits may add without counting. */
const JITTER_MS = 30
/** A line further behind leases new moments instead. */
export const MOST_BEHIND_MS = 1_000

/** The delay of one line. Pure; times are milliseconds since 1970. */
export class Behind {
  #ms = 0
  #at = 0

  /** The delay now: how long after its moment a message begins. */
  ms(nowMs: number): number {
    return Math.max(0, this.#ms - CATCH_UP * Math.max(0, nowMs - this.#at))
  }

  /** A message whose moment was `momentMs` begins now. */
  begins(momentMs: number, nowMs: number): void {
    const late = Math.min(MOST_BEHIND_MS, nowMs - momentMs - JITTER_MS)
    this.#ms = Math.max(this.ms(nowMs), late)
    this.#at = nowMs
  }
}
