/** Prints a date by a pattern of Java's DateTimeFormatter, with the names and the weeks of a locale. Digits are always 0 … 9, as in Java. */
import { type CivilTime, dayOfYearOf, daysFromCivil, isoDayOfWeek } from './civil.ts'
import type { DateTime } from './date-time.ts'
import type { KnownLocale } from './locale.ts'
import {
  dayNamesOf,
  eraNamesOf,
  halfNamesOf,
  monthNamesOf,
  type NameRequest,
  type NameWidth,
  quarterNamesOf,
} from './names.ts'
import { offsetParts, offsetText } from './offsets.ts'
import { type PatternElement, type PatternField, readPattern } from './pattern.ts'
import { localDayOfWeek, type WeekRules, weekOfMonthOf, weekOfYearOf, weekRulesOf } from './weeks.ts'
import { zoneNameOf } from './zone-names.ts'

/** What the letters are printed from. */
interface Subject {
  readonly date: DateTime
  readonly civil: CivilTime
  readonly days: number
  readonly locale: KnownLocale
  readonly weeks: WeekRules
}

/** Prints a run of one letter. */
type Print = (subject: Subject, count: number) => string

const padded = (value: number, width: number): string =>
  `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(width, '0')}`

const number =
  (read: (subject: Subject) => number): Print =>
  (subject, count) =>
    padded(read(subject), count)

/** Two letters are the last two digits. */
const year =
  (read: (subject: Subject) => number): Print =>
  (subject, count) => {
    const value = read(subject)
    return count === 2 ? padded(Math.abs(value) % 100, 2) : padded(value, count)
  }

const WIDTHS: readonly NameWidth[] = ['short', 'short', 'short', 'long', 'narrow']

/** The names that so many letters ask for. */
export const nameRequestOf = ({ letter, count }: Pick<PatternField, 'letter' | 'count'>): NameRequest => ({
  width: WIDTHS[count - 1] ?? 'short',
  form: 'LqcQ'.includes(letter) ? 'standalone' : 'format',
})

type Names = (locale: KnownLocale, request: NameRequest) => readonly string[]

const nameOf = (names: Names, letter: string, read: (subject: Subject) => number): Print => {
  return (subject, count) => {
    const value = read(subject)
    return names(subject.locale, nameRequestOf({ letter, count }))[value - 1] ?? String(value)
  }
}

/** One or two letters are the number, more the name. */
const numberOrName = (names: Names, letter: string, read: (subject: Subject) => number): Print => {
  const name = nameOf(names, letter, read)
  return (subject, count) => (count <= 2 ? padded(read(subject), count) : name(subject, count))
}

const month = ({ civil }: Subject): number => civil.month
const quarter = ({ civil }: Subject): number => Math.ceil(civil.month / 3)
const weekday = ({ days }: Subject): number => isoDayOfWeek(days)
const secondOfDay = ({ civil }: Subject): number => civil.hour * 3600 + civil.minute * 60 + civil.second

/** The weekday's name; one or two letters are its number, counted from the first day of the locale's week. */
const localWeekday = (letter: string): Print => {
  const name = nameOf(dayNamesOf, letter, weekday)
  return (subject, count) =>
    count <= 2 ? padded(localDayOfWeek(subject.days, subject.weeks), count) : name(subject, count)
}

/** One letter leaves out minutes that are zero; three and five have colons; four and five have seconds where there are some. */
const offsetDigits = (offsetSeconds: number, count: number): string => {
  const { sign, hour, minute, second } = offsetParts(offsetSeconds)
  if (count === 1) return `${sign}${hour}${minute === '00' ? '' : minute}`
  const colon = count === 3 || count === 5 ? ':' : ''
  const seconds = count >= 4 && second !== '00' ? `${colon}${second}` : ''
  return `${sign}${hour}${colon}${minute}${seconds}`
}

const isoOffset = ({ date }: Subject, count: number): string =>
  date.offsetSeconds === 0 ? 'Z' : offsetDigits(date.offsetSeconds, count)

const plainOffset = ({ date }: Subject, count: number): string => offsetDigits(date.offsetSeconds, count)

const localizedOffset = ({ date }: Subject, count: number): string => {
  if (date.offsetSeconds === 0) return 'GMT'
  const { sign, hour, minute, second } = offsetParts(date.offsetSeconds)
  const seconds = second === '00' ? '' : `:${second}`
  if (count === 4) return `GMT${sign}${hour}:${minute}${seconds}`
  const minutes = minute === '00' && seconds === '' ? '' : `:${minute}${seconds}`
  return `GMT${sign}${Number(hour)}${minutes}`
}

const rfcOffset = (subject: Subject, count: number): string => {
  if (count === 4) return localizedOffset(subject, 4)
  return count === 5 ? isoOffset(subject, 5) : offsetDigits(subject.date.offsetSeconds, 2)
}

const PRINTS: ReadonlyMap<string, Print> = new Map<string, Print>([
  ['G', nameOf(eraNamesOf, 'G', ({ civil }) => (civil.year > 0 ? 2 : 1))],
  ['u', year(({ civil }) => civil.year)],
  ['y', year(({ civil }) => (civil.year > 0 ? civil.year : 1 - civil.year))],
  ['Y', year(({ civil, weeks }) => weekOfYearOf(civil, weeks).year)],
  ['Q', numberOrName(quarterNamesOf, 'Q', quarter)],
  ['q', numberOrName(quarterNamesOf, 'q', quarter)],
  ['M', numberOrName(monthNamesOf, 'M', month)],
  ['L', numberOrName(monthNamesOf, 'L', month)],
  ['w', number(({ civil, weeks }) => weekOfYearOf(civil, weeks).week)],
  ['W', number(({ civil, weeks }) => weekOfMonthOf(civil, weeks))],
  ['d', number(({ civil }) => civil.day)],
  ['D', number(({ civil }) => dayOfYearOf(civil))],
  ['F', number(({ civil }) => Math.ceil(civil.day / 7))],
  ['E', nameOf(dayNamesOf, 'E', weekday)],
  ['e', localWeekday('e')],
  ['c', localWeekday('c')],
  ['a', ({ civil, locale }) => halfNamesOf(locale)[civil.hour < 12 ? 0 : 1] ?? ''],
  ['H', number(({ civil }) => civil.hour)],
  ['k', number(({ civil }) => civil.hour || 24)],
  ['K', number(({ civil }) => civil.hour % 12)],
  ['h', number(({ civil }) => civil.hour % 12 || 12)],
  ['m', number(({ civil }) => civil.minute)],
  ['s', number(({ civil }) => civil.second)],
  ['S', ({ civil }, count) => padded(civil.nano, 9).slice(0, count)],
  ['n', number(({ civil }) => civil.nano)],
  ['A', number(subject => secondOfDay(subject) * 1e3 + Math.floor(subject.civil.nano / 1e6))],
  ['N', number(subject => secondOfDay(subject) * 1e9 + subject.civil.nano)],
  ['V', ({ date }) => date.zone ?? offsetText(date.offsetSeconds)],
  ['z', ({ date, locale }, count) => zoneNameOf(date, locale, count === 4 ? 'long' : 'short')],
  ['Z', rfcOffset],
  ['O', localizedOffset],
  ['X', isoOffset],
  ['x', plainOffset],
])

const printField = (field: PatternField, subject: Subject): string | undefined => {
  const text = PRINTS.get(field.letter)?.(subject, field.count)
  if (text === undefined || field.padTo === 0) return text
  return text.length > field.padTo ? undefined : text.padStart(field.padTo)
}

const printElement = (element: PatternElement, subject: Subject): string | undefined => {
  switch (element.kind) {
    case 'literal':
      return element.text
    case 'field':
      return printField(element, subject)
    case 'optional':
      return printAll(element.elements, subject)
  }
}

const printAll = (elements: readonly PatternElement[], subject: Subject): string | undefined => {
  let text = ''
  for (const element of elements) {
    const piece = printElement(element, subject)
    if (piece === undefined) return undefined
    text += piece
  }
  return text
}

/** The text of a date by a pattern; undefined where the pattern is not one, or its padding is too narrow. */
export const formatByPattern = (date: DateTime, pattern: string, locale: KnownLocale): string | undefined => {
  const elements = readPattern(pattern)
  if (elements === undefined) return undefined
  const civil = date.toCivil()
  const weeks = weekRulesOf(locale.region)
  return printAll(elements, { date, civil, days: daysFromCivil(civil), locale, weeks })
}
