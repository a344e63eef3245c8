/** The functions that tell a part of a date, in the zone of the date. */
import { type CivilTime, dayOfYearOf, daysFromCivil, isoDayOfWeek } from '../time/civil.ts'
import { ISO_WEEKS, weekOfYearOf } from '../time/weeks.ts'
import { onDate } from './date-arguments.ts'
import type { Described, FunctionSpec, FunctionTable } from './function-spec.ts'

const SAMPLE = 'stringToDate("2024-11-01T17:19:51Z")'

const part = (read: (civil: CivilTime) => number, described: Described): FunctionSpec =>
  onDate('number', date => read(date.toCivil()), described)

const month = (name: string): FunctionSpec =>
  part(civil => civil.month, {
    summary: 'The month of the date, 1 to 12.',
    examples: [[`${name}(${SAMPLE})`, '11']],
  })

/** The functions of this file by name. `extractMonths` is `extractMonth` as some pages write it. */
export const DATE_PARTS: FunctionTable = {
  dayOfMonth: part(civil => civil.day, {
    summary: 'The day of the month, 1 to 31.',
    examples: [['dayOfMonth(stringToDate("2024-11-05T17:19:51Z"))', '5']],
  }),
  dayOfWeek: part(civil => isoDayOfWeek(daysFromCivil(civil)), {
    summary: 'The day of the week: Monday is 1, Sunday is 7.',
    examples: [[`dayOfWeek(${SAMPLE})`, '5']],
  }),
  dayOfYear: part(dayOfYearOf, {
    summary: 'The day of the year, 1 to 366.',
    examples: [['dayOfYear(stringToDate("2024-03-15T17:19:51Z"))', '75']],
  }),
  weekOfYear: part(civil => weekOfYearOf(civil, ISO_WEEKS).week, {
    summary:
      'The ISO week, 1 to 53: weeks begin on Monday, the first one holds the first Thursday of the year.',
    examples: [[`weekOfYear(${SAMPLE})`, '44']],
  }),
  extractHours: part(civil => civil.hour, {
    summary: 'The hour of the date, 0 to 23.',
    examples: [[`extractHours(${SAMPLE})`, '17']],
  }),
  extractMinutes: part(civil => civil.minute, {
    summary: 'The minute of the date, 0 to 59.',
    examples: [[`extractMinutes(${SAMPLE})`, '19']],
  }),
  extractSeconds: part(civil => civil.second, {
    summary: 'The second of the date, 0 to 59.',
    examples: [[`extractSeconds(${SAMPLE})`, '51']],
  }),
  extractMonth: month('extractMonth'),
  extractMonths: month('extractMonths'),
}
