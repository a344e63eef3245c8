/** A week of quiet hours as bars for each day: what goes on past midnight is continued on the next day. Pure. */
import { type QuietPeriod, WEEKDAYS, type Weekday } from '@carillon/contract'

/** A part of a day, in minutes from midnight. */
export interface Bar {
  readonly from: number
  readonly to: number
}

const DAY = 1_440
// A field that is not filled in yet is an empty text.
const minutesOf = (time: string): number =>
  time === '' ? Number.NaN : Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const after = (day: Weekday): Weekday => WEEKDAYS[(WEEKDAYS.indexOf(day) + 1) % 7] ?? day

const barsOf = (period: QuietPeriod): (Bar & { readonly day: Weekday })[] => {
  if (period.kind !== 'weekly') return []
  const { hours } = period
  if (hours === null) return period.days.map(day => ({ day, from: 0, to: DAY }))
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)]
  if (Number.isNaN(from) || Number.isNaN(to)) return []
  if (from < to) return period.days.map(day => ({ day, from, to }))
  return period.days.flatMap(day => [
    { day, from, to: DAY },
    ...(to === 0 ? [] : [{ day: after(day), from: 0, to }]),
  ])
}

const merged = (bars: readonly Bar[]): Bar[] => {
  const joined: Bar[] = []
  for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last === undefined || bar.from > last.to) joined.push({ from: bar.from, to: bar.to })
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, bar.to) }
  }
  return joined
}

/** The bars of a day under all weekly periods; bars that touch are one. Dates are not of every week, and not drawn. */
export const barsOfDay = (periods: readonly QuietPeriod[], day: Weekday): readonly Bar[] =>
  merged(periods.flatMap(barsOf).filter(bar => bar.day === day))
