/**
 * Makes a date of the fields that a text held, by the rules of java.time: day 31 of a short month is its last day,
 * 24:00 is the next midnight, fields that contradict each other are no date. A missing time is midnight, a missing
 * zone UTC. Knows no text.
 */
import {
  type CivilDate,
  civilFromDays,
  dayOfYearOf,
  daysFromCivil,
  daysInMonth,
  daysInYear,
  isCivilDate,
  isoDayOfWeek,
  MAX_YEAR,
  MIN_YEAR,
  SECONDS_PER_DAY,
} from './civil.ts'
import type { DateTime } from './date-time.ts'
import { localDayOfWeek, type WeekRules, weekOfYearOf, weekStartOf } from './weeks.ts'
import { atInstant, atLocal, fixedZone, UTC, type Zone } from './zones.ts'

/** The numbers of a text by the letter of the pattern; names are numbers too: `E` Monday 1, `a` 0 or 1, `G` 0 or 1, `X` seconds. */
export interface ParsedFields {
  readonly numbers: ReadonlyMap<string, number>
  readonly zone: Zone | undefined
  readonly weeks: WeekRules
}

const isWithin = (value: number, low: number, high: number): boolean => value >= low && value <= high

const yearOf = (numbers: ReadonlyMap<string, number>): number | undefined => {
  const ofEra = numbers.get('y')
  // The years of an era begin with 1.
  if (ofEra !== undefined && ofEra < 1) return undefined
  const fromEra = ofEra === undefined || numbers.get('G') !== 0 ? ofEra : 1 - ofEra
  return numbers.get('u') ?? fromEra
}

const fromMonth = (year: number, numbers: ReadonlyMap<string, number>): CivilDate | undefined => {
  const [month, day] = [numbers.get('M'), numbers.get('d')]
  if (month === undefined || day === undefined || !isWithin(day, 1, 31)) return undefined
  return { year, month, day: Math.min(day, daysInMonth(year, month)) }
}

const fromDayOfYear = (year: number, numbers: ReadonlyMap<string, number>): CivilDate | undefined => {
  const day = numbers.get('D')
  if (day === undefined || !isWithin(day, 1, daysInYear(year))) return undefined
  return civilFromDays(daysFromCivil({ year, month: 1, day: 1 }) + day - 1)
}

const fromWeek = ({ numbers, weeks }: ParsedFields): CivilDate | undefined => {
  const [year, week, weekday] = [numbers.get('Y'), numbers.get('w'), numbers.get('E')]
  // 1970-01-01, day 0, was a Thursday: 4.
  const day = weekday === undefined ? numbers.get('e') : localDayOfWeek(weekday - 4, weeks)
  if (year === undefined || week === undefined || day === undefined) return undefined
  if (!isWithin(year, MIN_YEAR, MAX_YEAR) || !isWithin(week, 1, 53) || !isWithin(day, 1, 7)) return undefined
  return civilFromDays(weekStartOf({ year, week }, weeks) + day - 1)
}

const candidate = (fields: ParsedFields): CivilDate | undefined => {
  const year = yearOf(fields.numbers)
  const calendar =
    year === undefined ? undefined : (fromMonth(year, fields.numbers) ?? fromDayOfYear(year, fields.numbers))
  return calendar ?? fromWeek(fields)
}

/** Every field of the text that the date decides must say the same. */
const agrees = (date: CivilDate, { numbers, weeks }: ParsedFields): boolean => {
  const days = daysFromCivil(date)
  const week = weekOfYearOf(date, weeks)
  const decided: readonly (readonly [string, number])[] = [
    ['u', date.year],
    ['M', date.month],
    ['Q', Math.ceil(date.month / 3)],
    ['D', dayOfYearOf(date)],
    ['E', isoDayOfWeek(days)],
    ['e', localDayOfWeek(days, weeks)],
    ['Y', week.year],
    ['w', week.week],
  ]
  return decided.every(([letter, value]) => (numbers.get(letter) ?? value) === value)
}

const dateOf = (fields: ParsedFields): CivilDate | undefined => {
  const date = candidate(fields)
  return date !== undefined && isCivilDate(date) && agrees(date, fields) ? date : undefined
}

/** The value of a field that is optional and bounded: undefined where it is out of bounds. */
const bounded = (value: number | undefined, high: number): number | undefined =>
  value === undefined ? 0 : isWithin(value, 0, high) ? value : undefined

/** Half days count from 0 or from 12. */
const halfDayHour = (numbers: ReadonlyMap<string, number>): number | undefined => {
  const [clock, plain, half] = [numbers.get('h'), numbers.get('K'), numbers.get('a')]
  if (clock === undefined && plain === undefined) return 0
  const hour = plain ?? (clock !== undefined && isWithin(clock, 1, 12) ? clock % 12 : -1)
  return half === undefined || !isWithin(hour, 0, 11) ? undefined : half * 12 + hour
}

const hourOf = (numbers: ReadonlyMap<string, number>): number | undefined => {
  const [hour, clock] = [numbers.get('H'), numbers.get('k')]
  if (hour !== undefined) return bounded(hour, 24)
  if (clock === undefined) return halfDayHour(numbers)
  return isWithin(clock, 1, 24) ? clock % 24 : undefined
}

/** Nanoseconds since midnight, at most a whole day. */
interface TimeOfDay {
  readonly second: number
  readonly nano: number
}

const wholeTime = (numbers: ReadonlyMap<string, number>): TimeOfDay | undefined => {
  const millis = numbers.get('A')
  const nanos = numbers.get('N') ?? (millis === undefined ? undefined : millis * 1e6)
  if (nanos === undefined || !isWithin(nanos, 0, SECONDS_PER_DAY * 1e9 - 1)) return undefined
  return { second: Math.floor(nanos / 1e9), nano: nanos % 1e9 }
}

const timeOf = (numbers: ReadonlyMap<string, number>): TimeOfDay | undefined => {
  if (numbers.has('A') || numbers.has('N')) return wholeTime(numbers)
  const hour = hourOf(numbers)
  const minute = bounded(numbers.get('m'), 59)
  const second = bounded(numbers.get('s'), 59)
  const nano = bounded(numbers.get('n'), 999_999_999)
  if (hour === undefined || minute === undefined || second === undefined || nano === undefined)
    return undefined
  if (hour === 24 && (minute > 0 || second > 0 || nano > 0)) return undefined
  return { second: hour * 3600 + minute * 60 + second, nano }
}

/** The date of the fields; undefined where they are too few, out of their bounds, or contradict each other. */
export const resolveFields = (fields: ParsedFields): DateTime | undefined => {
  const date = dateOf(fields)
  const time = timeOf(fields.numbers)
  if (date === undefined || time === undefined) return undefined
  const localSecond = daysFromCivil(date) * SECONDS_PER_DAY + time.second
  const offset = fields.numbers.get('X')
  if (offset === undefined) return atLocal({ localSecond, nano: time.nano }, fields.zone ?? UTC)
  const instant = { epochSecond: localSecond - offset, nano: time.nano }
  return atInstant(instant, fields.zone ?? fixedZone(offset))
}
