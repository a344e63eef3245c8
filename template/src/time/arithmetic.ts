/** Later, earlier and how far apart: arithmetic on dates by the rules of java.time's ZonedDateTime. Knows no text. */
import {
  type CivilDate,
  civilFromDays,
  daysFromCivil,
  daysInMonth,
  floorMod,
  isCivilDate,
  isoDayOfWeek,
  SECONDS_PER_DAY,
} from './civil.ts'
import type { DateTime } from './date-time.ts'
import { atInstant, atLocal, UTC, type Zone, zoneOfDate } from './zones.ts'

/** An exact time later: a day of 25 hours has 25 of them. Undefined outside the calendar. */
export const plusSeconds = (date: DateTime, seconds: number): DateTime | undefined =>
  atInstant({ epochSecond: date.epochSecond + seconds, nano: date.nano }, zoneOfDate(date))

const secondOfDay = (date: DateTime): number => floorMod(date.localSecond, SECONDS_PER_DAY)

/** The same place and the same kind of time, at another local second. */
const moved = (date: DateTime, localSecond: number, nano: number): DateTime | undefined =>
  atLocal({ localSecond, nano, offsetSeconds: date.offsetSeconds }, zoneOfDate(date))

/** The same local time on another day. Undefined where there is no such day. */
export const onDay = (date: DateTime, day: CivilDate): DateTime | undefined =>
  isCivilDate(day)
    ? moved(date, daysFromCivil(day) * SECONDS_PER_DAY + secondOfDay(date), date.nano)
    : undefined

/** The same day at another hour. Undefined for what is no hour. */
export const atHour = (date: DateTime, hour: number): DateTime | undefined =>
  Number.isInteger(hour) && hour >= 0 && hour <= 23
    ? moved(date, date.localSecond + (hour - date.toCivil().hour) * 3600, date.nano)
    : undefined

/** The same local time, days later. */
export const plusDays = (date: DateTime, days: number): DateTime | undefined =>
  moved(date, date.localSecond + days * SECONDS_PER_DAY, date.nano)

/** The same local time and day of the month, months later; the last day of a month that is too short. */
export const plusMonths = (date: DateTime, months: number): DateTime | undefined => {
  const { year, month, day } = date.toCivil()
  const total = year * 12 + (month - 1) + months
  const target = { year: Math.floor(total / 12), month: floorMod(total, 12) + 1 }
  return onDay(date, { ...target, day: Math.min(day, daysInMonth(target.year, target.month)) })
}

/** The same instant told in another zone. */
export const inZone = (date: DateTime, zone: Zone): DateTime | undefined => atInstant(date, zone)

/** What the clock of its place shows, taken as UTC: the place is forgotten. */
export const withoutZone = (date: DateTime): DateTime | undefined =>
  atInstant({ epochSecond: date.localSecond, nano: date.nano }, UTC)

/** Periods whose beginnings can be asked for. */
export type Period = 'day' | 'week' | 'month' | 'quarter' | 'year'

const firstDayOf = (period: Period, day: CivilDate): number => {
  const { year, month } = day
  switch (period) {
    case 'day':
      return daysFromCivil(day)
    case 'week':
      return daysFromCivil(day) - isoDayOfWeek(daysFromCivil(day)) + 1
    case 'month':
      return daysFromCivil({ year, month, day: 1 })
    case 'quarter':
      return daysFromCivil({ year, month: month - ((month - 1) % 3), day: 1 })
    case 'year':
      return daysFromCivil({ year, month: 1, day: 1 })
  }
}

/** Midnight of the first day of the period that the date is in; weeks begin on Monday. */
export const startOf = (period: Period, date: DateTime): DateTime | undefined =>
  moved(date, firstDayOf(period, date.toCivil()) * SECONDS_PER_DAY, 0)

// Adding zero turns -0 into 0.
const toward0 = (value: number): number => Math.trunc(value) + 0

/** Whole seconds from one instant to the other, negative backwards. */
export const secondsBetween = (start: DateTime, end: DateTime): number => {
  const seconds = end.epochSecond - start.epochSecond
  const nanos = end.nano - start.nano
  if (seconds > 0 && nanos < 0) return seconds - 1
  return seconds < 0 && nanos > 0 ? seconds + 1 : seconds
}

/** Whole units of so many seconds between two instants. */
export const unitsBetween = (start: DateTime, end: DateTime, unitSeconds: number): number =>
  toward0(secondsBetween(start, end) / unitSeconds)

/** The end by the clock of the start: only local time tells how many days or months have passed. */
const localEnd = (start: DateTime, end: DateTime): DateTime => inZone(end, zoneOfDate(start)) ?? end

const timeOrder = (left: DateTime, right: DateTime): number =>
  secondOfDay(left) - secondOfDay(right) || left.nano - right.nano

/** The last day that has wholly passed at the end, seen from the start, as days since 1970. */
const wholeEndDay = (start: DateTime, end: DateTime): number => {
  const [from, to] = [start, end].map(date => Math.floor(date.localSecond / SECONDS_PER_DAY))
  if (from === undefined || to === undefined) return 0
  const order = timeOrder(end, start)
  if (to > from && order < 0) return to - 1
  return to < from && order > 0 ? to + 1 : to
}

/** Whole days by the clock of the start, negative backwards: a change of the clock makes no difference. */
export const daysBetween = (start: DateTime, end: DateTime): number =>
  wholeEndDay(start, localEnd(start, end)) - Math.floor(start.localSecond / SECONDS_PER_DAY)

/** Whole months by the clock of the start, negative backwards. */
export const monthsBetween = (start: DateTime, end: DateTime): number => {
  const from = start.toCivil()
  const day = wholeEndDay(start, localEnd(start, end))
  const to = civilFromDays(day)
  const months = (to.year - from.year) * 12 + (to.month - from.month)
  // No month has more than 32 days, so the days decide only within one month.
  return toward0((months * 32 + (to.day - from.day)) / 32)
}

/** Whole years by the clock of the start, negative backwards. */
export const yearsBetween = (start: DateTime, end: DateTime): number =>
  toward0(monthsBetween(start, end) / 12)
