/** The functions that move dates and tell how far apart they are, by the rules of java.time. */
import type { Run } from '../run.ts'
import {
  atHour,
  daysBetween,
  monthsBetween,
  onDay,
  type Period,
  plusDays,
  plusMonths,
  plusSeconds,
  startOf,
  unitsBetween,
  yearsBetween,
} from '../time/arithmetic.ts'
import type { DateTime } from '../time/date-time.ts'
import { dateOf, nowOf, onDate, onDateAndNumber, onTwoDates } from './date-arguments.ts'
import { type Described, type FunctionSpec, type FunctionTable, param } from './function-spec.ts'

const SAMPLE = 'stringToDate("2024-11-01T17:19:51Z")'

type Move = (date: DateTime, count: number) => DateTime | undefined

const adds = (unit: string, move: Move, example: readonly [count: number, prints: string]): FunctionSpec =>
  onDateAndNumber(unit, move, {
    summary: `The date so many ${unit} later; a negative number moves it back.`,
    examples: [[`add${unit.charAt(0).toUpperCase()}${unit.slice(1)}(${SAMPLE}, ${example[0]})`, example[1]]],
  })

const truncates = (period: Period, example: readonly [string, string], more = ''): FunctionSpec =>
  onDate('date', date => startOf(period, date), {
    summary: `Midnight of the first day of the ${period} that the date is in.${more}`,
    examples: [example],
  })

/** From the date to now, in the zone of the date. */
const ages = (between: (start: DateTime, end: DateTime) => number, described: Described): FunctionSpec =>
  onDate(
    'number',
    (date: DateTime, run: Run) => {
      const now = nowOf(run)
      return now === undefined ? undefined : between(date, now)
    },
    described,
  )

const END_AND_START = [param('end', 'date'), param('start', 'date')]

const differs = (
  unit: string,
  between: (start: DateTime, end: DateTime) => number,
  example: readonly [string, string],
): FunctionSpec =>
  onTwoDates(END_AND_START, (end, start) => between(start, end), {
    summary: `How many whole ${unit} the first date is after the second; negative where it is before.`,
    examples: [example],
  })

const unit = (seconds: number) => (start: DateTime, end: DateTime) => unitsBetween(start, end, seconds)

const dateBetween: FunctionSpec = {
  group: 'date',
  params: [param('date', 'date'), param('start', 'date'), param('end', 'date')],
  returns: 'boolean',
  summary: 'Whether a date is within two others, both included. False where one of them is missing.',
  examples: [['dateBetween("2024-11-01T00:00:00Z", "2024-11-01", "2024-12-01")', 'true']],
  call: args => {
    const [date, start, end] = [dateOf(args, 0), dateOf(args, 1), dateOf(args, 2)]
    if (date === undefined || start === undefined || end === undefined) return false
    return date.compareTo(start) >= 0 && date.compareTo(end) <= 0
  },
}

const setDay = (date: DateTime, day: number): DateTime | undefined => {
  const { year, month } = date.toCivil()
  return onDay(date, { year, month, day })
}

const MOVES: FunctionTable = {
  addSeconds: adds('seconds', plusSeconds, [10, '2024-11-01T17:20:01Z']),
  addMinutes: adds('minutes', (date, count) => plusSeconds(date, count * 60), [10, '2024-11-01T17:29:51Z']),
  addHours: adds('hours', (date, count) => plusSeconds(date, count * 3600), [1, '2024-11-01T18:19:51Z']),
  addDays: adds('days', plusDays, [10, '2024-11-11T17:19:51Z']),
  addMonths: adds('months', plusMonths, [2, '2025-01-01T17:19:51Z']),
  addYears: adds('years', (date, count) => plusMonths(date, count * 12), [2, '2026-11-01T17:19:51Z']),
  setDays: onDateAndNumber('day', setDay, {
    summary: 'The same date on another day of its month. Blank where the month has no such day.',
    examples: [['setDays(stringToDate("2024-11-15T17:19:51Z"), 1)', '2024-11-01T17:19:51Z']],
  }),
  setHours: onDateAndNumber('hour', atHour, {
    summary: 'The same date at another hour, 0 to 23. Blank for any other number.',
    examples: [[`setHours(${SAMPLE}, 0)`, '2024-11-01T00:19:51Z']],
  }),
  truncateToStartOfDay: truncates('day', [`truncateToStartOfDay(${SAMPLE})`, '2024-11-01T00:00Z']),
  truncateToStartOfWeek: truncates(
    'week',
    ['truncateToStartOfWeek(stringToDate("2024-11-19T17:19:51Z"))', '2024-11-18T00:00Z'],
    ' Weeks begin on Monday.',
  ),
  truncateToStartOfMonth: truncates('month', [
    'truncateToStartOfMonth(stringToDate("2024-11-19T17:19:51Z"))',
    '2024-11-01T00:00Z',
  ]),
  truncateToStartOfQuarter: truncates('quarter', [
    `truncateToStartOfQuarter(${SAMPLE})`,
    '2024-10-01T00:00Z',
  ]),
  truncateToStartOfYear: truncates('year', [`truncateToStartOfYear(${SAMPLE})`, '2024-01-01T00:00Z']),
}

const AGES: FunctionTable = {
  age: ages(yearsBetween, {
    summary: 'How many whole years have passed since the date; negative for the future.',
    examples: [['age(profile.person.birthDate)', '33']],
  }),
  ageInMonths: ages(monthsBetween, {
    summary: 'How many whole months have passed since the date; negative for the future.',
    examples: [['ageInMonths(stringToDate("2023-12-01T00:00:00Z"))', '12']],
  }),
  ageInDays: ages(daysBetween, {
    summary: 'How many whole days have passed since the date; negative for the future.',
    examples: [['ageInDays(stringToDate("2024-11-26T17:19:51Z"))', '5']],
  }),
}

const DIFFERENCES: FunctionTable = {
  compareDates: onTwoDates(
    [param('date', 'date'), param('other', 'date')],
    (first, second) => Math.sign(first.compareTo(second)),
    {
      summary:
        'Which date comes first: -1 where the first is earlier, 1 where it is later, 0 where both are the same moment.',
      examples: [['compareDates("2024-12-02T00:00:00Z", "2024-12-03T00:00:00Z")', '-1']],
    },
  ),
  dateBetween,
  dateDiff: onTwoDates([param('start', 'date'), param('end', 'date')], daysBetween, {
    summary:
      'How many whole days lie from the first date to the second; negative where the second is earlier.',
    examples: [['dateDiff(getCurrentZonedDateTime(), "2024-12-09T10:15:30.500Z")', '7']],
  }),
  diffInSeconds: differs('seconds', unit(1), [
    'diffInSeconds("2024-11-01T17:20:41Z", "2024-11-01T17:19:51Z")',
    '50',
  ]),
  diffInMinutes: differs('minutes', unit(60), [
    'diffInMinutes("2024-11-01T18:19:51Z", "2024-11-01T17:19:51Z")',
    '60',
  ]),
  diffInHours: differs('hours', unit(3600), [
    'diffInHours("2024-11-02T03:19:51Z", "2024-11-01T17:19:51Z")',
    '10',
  ]),
  diffInDays: differs('days', daysBetween, [
    'diffInDays("2024-11-11T17:19:51Z", "2024-11-01T17:19:51Z")',
    '10',
  ]),
  diffInMonths: differs('months', monthsBetween, [
    'diffInMonths("2025-02-01T17:19:51Z", "2024-11-01T17:19:51Z")',
    '3',
  ]),
  diffInYears: differs('years', yearsBetween, [
    'diffInYears("2029-11-01T17:19:51Z", "2024-11-01T17:19:51Z")',
    '5',
  ]),
}

/** The functions of this file by name. `truncateToStartOfMonth` is ours. */
export const DATE_ARITHMETIC: FunctionTable = { ...MOVES, ...AGES, ...DIFFERENCES }
