/** The functions that make dates and print them, and the table of all date functions. Null stays null and prints blank. */
import { spend } from '../run.ts'
import { inZone, withoutZone } from '../time/arithmetic.ts'
import { isCivilDate, localSecondOf } from '../time/civil.ts'
import type { DateTime } from '../time/date-time.ts'
import { formatByPattern } from '../time/format-pattern.ts'
import { DEFAULT_LOCALE, localeOf } from '../time/locale.ts'
import { parseIso } from '../time/parse-iso.ts'
import { parseByPattern } from '../time/parse-pattern.ts'
import { atLocal, UTC, zoneOf } from '../time/zones.ts'
import { isDateTime, type Value } from '../values.ts'
import { asDate, dateOf, fromMillis, nowOf, onDate, wholeOf } from './date-arguments.ts'
import { DATE_ARITHMETIC } from './date-arithmetic.ts'
import { DATE_PARTS } from './date-parts.ts'
import {
  argument,
  type Call,
  type FunctionSpec,
  type FunctionTable,
  optional,
  param,
  textOf,
} from './function-spec.ts'

const SAMPLE = 'stringToDate("2024-11-01T17:19:51Z")'

/** A text by a pattern, or in ISO form where there is no pattern; a date as it is. */
const readDate = (args: readonly Value[]): DateTime | undefined => {
  const [value, pattern] = [argument(args, 0), argument(args, 1)]
  if (isDateTime(value)) return value
  if (typeof value !== 'string') return undefined
  return typeof pattern === 'string' ? parseByPattern(value, pattern, DEFAULT_LOCALE) : parseIso(value)
}

/** What AJO answers to a bad text: 1970-01-01T00:00Z. A missing value stays missing. */
const orEpoch = (value: Value, date: DateTime | undefined): Value => {
  if (value === null) return null
  return date ?? fromMillis(0) ?? null
}

const withoutPlace = (value: Value): DateTime | undefined => {
  if (typeof value === 'number') return fromMillis(value)
  const date = asDate(value)
  return date === undefined ? undefined : withoutZone(date)
}

// Names of a new locale, or the rules of a new zone, take a thousand times as long as those that are remembered.
const LOCALE_WORK = 60

const formatDate: Call = (args, run, offset) => {
  spend(run, LOCALE_WORK, offset)
  const date = dateOf(args, 0)
  if (date === undefined) return null
  const pattern = argument(args, 1)
  const text =
    typeof pattern === 'string' ? formatByPattern(date, pattern, localeOf(textOf(args, 2))) : undefined
  return text ?? date.toString()
}

const dateFromParts = (args: readonly Value[]): Value => {
  const [year, month, day] = [wholeOf(args, 0), wholeOf(args, 1), wholeOf(args, 2)]
  if (year === undefined || month === undefined || day === undefined) return null
  const civil = { year, month, day, hour: 0, minute: 0, second: 0 }
  return isCivilDate(civil) ? (atLocal({ localSecond: localSecondOf(civil), nano: 0 }, UTC) ?? null) : null
}

const convertZonedDateTime: Call = (args, run, offset) => {
  spend(run, LOCALE_WORK, offset)
  const [date, zone] = [dateOf(args, 0), zoneOf(textOf(args, 1))]
  return date === undefined || zone === undefined ? null : (inZone(date, zone) ?? null)
}

const TEXT_AND_PATTERN = [param('text', 'text'), optional('pattern', 'text', 'ISO 8601')]

const READING: FunctionTable = {
  stringToDate: {
    group: 'date',
    params: TEXT_AND_PATTERN,
    returns: 'date',
    summary:
      'The date that a text holds, in ISO form or by a pattern of letters. Without a time it is midnight, without a zone UTC. Blank where the text is no date.',
    examples: [
      [SAMPLE, '2024-11-01T17:19:51Z'],
      ['stringToDate("01/11/2024 17:19", "dd/MM/yyyy HH:mm")', '2024-11-01T17:19Z'],
    ],
    call: args => readDate(args) ?? null,
  },
  toDateTime: {
    group: 'date',
    params: TEXT_AND_PATTERN,
    returns: 'date',
    summary: 'The date that a text holds, as `stringToDate`; 1970-01-01T00:00Z where the text is no date.',
    examples: [
      ['toDateTime("2024-11-01T17:19:51Z")', '2024-11-01T17:19:51Z'],
      ['toDateTime("tomorrow")', '1970-01-01T00:00Z'],
    ],
    call: args => orEpoch(argument(args, 0), readDate(args)),
  },
  toDateTimeOnly: {
    group: 'date',
    params: [param('value', 'any')],
    returns: 'date',
    summary:
      'The date and the time of a text, a date or a number of milliseconds since 1970, as the clock of their place shows them; the place is left out. 1970-01-01T00:00Z where the value is none of these.',
    examples: [
      ['toDateTimeOnly("2024-11-01T17:19:51+05:30")', '2024-11-01T17:19:51Z'],
      ['toDateTimeOnly(1730481591000)', '2024-11-01T17:19:51Z'],
    ],
    call: args => orEpoch(argument(args, 0), withoutPlace(argument(args, 0))),
  },
  date: {
    group: 'date',
    params: [param('year', 'number'), param('month', 'number'), param('day', 'number')],
    returns: 'date',
    summary: 'Midnight of a day, in UTC. Blank where there is no such day.',
    examples: [['date(2020, 3, 14)', '2020-03-14T00:00Z']],
    call: dateFromParts,
  },
}

const NOW: FunctionTable = {
  currentTimeInMillis: {
    group: 'date',
    params: [],
    returns: 'number',
    summary: 'The moment of the rendering, in milliseconds since 1970.',
    examples: [['currentTimeInMillis()', '1733134530500']],
    call: (_, run) => run.environment.nowMs ?? null,
  },
  getCurrentZonedDateTime: {
    group: 'date',
    params: [],
    returns: 'date',
    summary: 'The moment of the rendering, in the zone that it happens in.',
    examples: [['getCurrentZonedDateTime()', '2024-12-02T10:15:30.500Z[UTC]']],
    call: (_, run) => nowOf(run) ?? null,
  },
}

const formatSpec: FunctionSpec = {
  group: 'date',
  params: [param('date', 'date'), param('pattern', 'text'), optional('locale', 'text', '"en_US"')],
  returns: 'text',
  summary:
    'Prints a date by a pattern of letters, as Java’s DateTimeFormatter has them: `yyyy` is the calendar year, `YYYY` the year of the week. A pattern that is none prints the date in ISO form.',
  examples: [
    ['formatDate(stringToDate("2020-01-01T11:00:00Z"), "EEEE MMMM dd yyyy")', 'Wednesday January 01 2020'],
    ['formatDate(context.ordered, "MMMM dd, yyyy")', 'November 01, 2024'],
    ['formatDate(context.ordered, "d MMMM yyyy", "fr_FR")', '1 novembre 2024'],
  ],
  call: formatDate,
}

const TELLING: FunctionTable = {
  convertZonedDateTime: {
    group: 'date',
    params: [param('date', 'date'), param('zone', 'text')],
    returns: 'date',
    summary: 'The same moment in another zone. Blank where there is no such zone.',
    examples: [
      [
        'convertZonedDateTime(stringToDate("2019-02-19T08:09:00Z"), "Asia/Tehran")',
        '2019-02-19T11:39+03:30[Asia/Tehran]',
      ],
    ],
    call: convertZonedDateTime,
  },
  toUTC: onDate('date', date => inZone(date, UTC), {
    summary: 'The same moment in UTC.',
    examples: [['toUTC(stringToDate("2024-11-01T17:19:51+05:30"))', '2024-11-01T11:49:51Z']],
  }),
  formatDate: formatSpec,
}

/** All date functions by name. There is no `now`, as in AJO. */
export const DATE_FUNCTIONS: FunctionTable = {
  ...READING,
  ...NOW,
  ...TELLING,
  ...DATE_PARTS,
  ...DATE_ARITHMETIC,
}
