/** Time as a parameter: what needs the time is given a `Clock`, so that tests and the test clock can move it. */

/** Where the time comes from. `now` is wall time (UTC); `monotonicMs` only measures spans and never jumps. */
export interface Clock {
  now(): Date
  monotonicMs(): number
}

/** The machine's own clock. Only composition roots (main, roles, the CLI, tests) may ask for it. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}

/** A clock that shows `ms` more than another; spans are measured alike. */
export const aheadBy = (clock: Clock, ms: number): Clock =>
  ms === 0
    ? clock
    : { now: () => new Date(clock.now().getTime() + ms), monotonicMs: () => clock.monotonicMs() }
