/**
 * The two calendars of rules. Caps count in windows of UTC, the same for everybody. Quiet hours are read from a clock on
 * the wall: a moment is quiet when the clock of its zone shows a quiet time. So an hour that the clock skips is nobody's,
 * and an hour that it shows twice is quiet twice. Pure.
 */
import {
  type CappingRule,
  MAX_QUIET_WAIT_DAYS,
  type QuietPeriod,
  WEEKDAYS,
  type Weekday,
} from '@carillon/contract'
import type { Zone } from '@carillon/template'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const DAY_S = 86_400
const DAY_MINUTES = 1_440
/** Weeks begin on Sunday; this was the first one. */
const FIRST_SUNDAY_MS = 3 * DAY_MS

const floorTo = (ms: number, size: number, origin = 0): Date =>
  new Date(Math.floor((ms - origin) / size) * size + origin)

/**
 * When the window began that a moment lies in. Windows of several periods are counted from a fixed origin (1970, for
 * weeks its first Sunday, for months January), so that they are the same for every rule, wherever and whenever it was made.
 */
export const windowStart = ({ period, every }: Pick<CappingRule, 'period' | 'every'>, moment: Date): Date => {
  const ms = moment.getTime()
  switch (period) {
    case 'hour':
      return floorTo(ms, every * HOUR_MS)
    case 'day':
      return floorTo(ms, every * DAY_MS)
    case 'week':
      return floorTo(ms, every * 7 * DAY_MS, FIRST_SUNDAY_MS)
    case 'month': {
      const months = (moment.getUTCFullYear() - 1970) * 12 + moment.getUTCMonth()
      return new Date(Date.UTC(1970, Math.floor(months / every) * every))
    }
  }
}

/** A day as the number of days since 1970-01-01; NaN for what is no day of the calendar. */
export const dayNumber = (date: string): number => {
  const ms = Date.parse(`${date}T00:00:00Z`)
  // A date that the calendar does not have rolls over, or is refused, by the engine.
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString().startsWith(date) ? ms / DAY_MS : Number.NaN
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

// 1970-01-01 was a Thursday.
const weekdayOf = (day: number): Weekday => WEEKDAYS[(((day + 4) % 7) + 7) % 7] ?? 'sunday'

/** A period with its texts read. `to` is not after `from`: it goes on past midnight. */
interface Span {
  readonly covers: (day: number) => boolean
  readonly from: number
  readonly to: number
}

const coverOf = (period: QuietPeriod): Span['covers'] => {
  if (period.kind === 'weekly') {
    const days = new Set<Weekday>(period.days)
    return day => days.has(weekdayOf(day))
  }
  const [from, to] = [dayNumber(period.from), dayNumber(period.to)]
  return day => day >= from && day <= to
}

/** Quiet hours ready to be asked. */
export type QuietSpans = readonly Span[]

/** Reads the texts of the periods once. */
export const quietSpans = (periods: readonly QuietPeriod[]): QuietSpans =>
  periods.map(period => ({
    covers: coverOf(period),
    from: period.hours === null ? 0 : minutesOf(period.hours.from),
    to: period.hours === null ? DAY_MINUTES : minutesOf(period.hours.to),
  }))

// `local` is what a clock shows, in seconds since 1970.
const isQuietLocal = (spans: QuietSpans, local: number): boolean => {
  const day = Math.floor(local / DAY_S)
  const minute = Math.floor((local - day * DAY_S) / 60)
  return spans.some(({ covers, from, to }) =>
    from < to
      ? minute >= from && minute < to && covers(day)
      : (minute >= from && covers(day)) || (minute < to && covers(day - 1)),
  )
}

const MOST_DAYS = MAX_QUIET_WAIT_DAYS + 2

// The next time on the clock that is not quiet, were the clock never moved; quiet times end at their own bounds only.
const nextFreeLocal = (spans: QuietSpans, local: number): number => {
  const bounds = [0, ...spans.flatMap(({ from, to }) => [from, to])].sort((a, b) => a - b)
  const first = Math.floor(local / DAY_S)
  for (let day = first; day <= first + MOST_DAYS; day++) {
    for (const bound of bounds) {
      const at = day * DAY_S + bound * 60
      if (at > local && !isQuietLocal(spans, at)) return at
    }
  }
  return (first + MOST_DAYS) * DAY_S
}

// The first second at which the clock has been moved; undefined when it is not. At most one move lies between.
const clockMoves = (zone: Zone, after: number, until: number): number | undefined => {
  const before = zone.offsetAt(after)
  if (zone.offsetAt(until) === before) return undefined
  let [low, high] = [after, until]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zone.offsetAt(middle) === before) low = middle
    else high = middle
  }
  return high
}

/** Whether it is quiet in a zone at a moment. */
export const isQuiet = (spans: QuietSpans, zone: Zone, moment: Date): boolean => {
  const second = Math.floor(moment.getTime() / 1_000)
  return isQuietLocal(spans, second + zone.offsetAt(second))
}

/**
 * The first moment that is not quiet any more, through all periods that touch; the moment itself when it is not quiet. A
 * silence without an end within a week is answered by some moment more than `MAX_QUIET_WAIT_DAYS` away.
 */
export const quietUntil = (spans: QuietSpans, zone: Zone, moment: Date): Date => {
  if (!isQuiet(spans, zone, moment)) return moment
  const begin = Math.floor(moment.getTime() / 1_000)
  let second = begin
  while (second - begin <= MAX_QUIET_WAIT_DAYS * DAY_S) {
    const offset = zone.offsetAt(second)
    const end = nextFreeLocal(spans, second + offset) - offset
    // In steps of a day, so that no two moves of a clock fall into one.
    const step = Math.min(end, second + DAY_S)
    second = clockMoves(zone, second, step) ?? step
    if (!isQuietLocal(spans, second + zone.offsetAt(second))) break
  }
  return new Date(second * 1_000)
}
