/** The date functions and the number formats: their documented results, and what they do with bad input. */
import { describe, expect, test } from 'vitest'
import { compileOk, expectTemplate } from '../test/expect-template.ts'
import { DATE_FUNCTIONS } from './date-functions.ts'
import { EXAMPLE_DATA, EXAMPLE_NOW_MS } from './example-data.ts'
import { FORMAT_FUNCTIONS } from './format-functions.ts'

const environment = { nowMs: EXAMPLE_NOW_MS, timeZone: 'UTC' }

const expectPrint = (expression: string, prints: string, where: object = environment): void =>
  expectTemplate(`{%= ${expression} %}`).as('text').with(EXAMPLE_DATA).within({}, where).toRender(prints)

describe('the examples of the rows', () => {
  const examples = [DATE_FUNCTIONS, FORMAT_FUNCTIONS].flatMap(table =>
    Object.values(table).flatMap(spec => spec.examples),
  )
  test.each(examples)('%s prints %s', (expression, prints) => expectPrint(expression, prints))
})

describe('a date function', () => {
  const dates = Object.entries(DATE_FUNCTIONS).filter(([, spec]) => spec.params[0]?.type === 'date')
  const filler = { date: '"2024-11-01"', number: '1', text: '"UTC"' } as Record<string, string>
  const calls = dates.map(([name, spec]) => ({
    name,
    rest: spec.params.slice(1).map(({ type }) => `, ${filler[type]}`),
  }))
  const blank = (name: string) => (name === 'dateBetween' ? 'false' : '')

  test.each(calls)('$name prints blank for what is missing and for what is no date', ({ name, rest }) => {
    for (const value of ['context.missing', '"tomorrow"', '5', 'true', '[]', 'context.map', '"2024-02-30"'])
      expectPrint(`${name}(${value}${rest.join('')})`, blank(name))
  })

  test.each(calls)('$name takes the ISO text of data', ({ name, rest }) => {
    const expression = (date: string) => `${name}(${date}${rest.join('')})`
    expectTemplate(`{%= ${expression('context.ordered')} = ${expression('stringToDate(context.ordered)')} %}`)
      .as('text')
      .with(EXAMPLE_DATA)
      .within({}, environment)
      .toRender('true')
  })
})

describe('reading a date', () => {
  test.each([
    ['stringToDate("2024-11-01")', '2024-11-01T00:00Z'],
    ['stringToDate("2019-02-19T11:39+03:30[Asia/Tehran]")', '2019-02-19T11:39+03:30[Asia/Tehran]'],
    ['stringToDate("Nov 1, 2024", "MMM d, yyyy")', '2024-11-01T00:00Z'],
    ['stringToDate("2024-11-01", "no pattern")', ''],
    ['stringToDate("2024-11-01", context.missing)', '2024-11-01T00:00Z'],
    ['stringToDate(stringToDate("2024-11-01"))', '2024-11-01T00:00Z'],
    ['stringToDate("tomorrow")', ''],
    ['stringToDate(5)', ''],
    ['toDateTime("01.11.2024 17:19", "dd.MM.yyyy HH:mm")', '2024-11-01T17:19Z'],
    ['toDateTime("2024-11-01", "dd.MM.yyyy")', '1970-01-01T00:00Z'],
    ['toDateTime("")', '1970-01-01T00:00Z'],
    ['toDateTime(5)', '1970-01-01T00:00Z'],
    ['toDateTime(context.missing)', ''],
    ['toDateTimeOnly(stringToDate("2024-07-01T12:00[Europe/Paris]"))', '2024-07-01T12:00Z'],
    ['toDateTimeOnly(0)', '1970-01-01T00:00Z'],
    ['toDateTimeOnly(-1)', '1969-12-31T23:59:59.999Z'],
    ['toDateTimeOnly(9900000000000000)', '1970-01-01T00:00Z'],
    ['toDateTimeOnly("soon")', '1970-01-01T00:00Z'],
    ['toDateTimeOnly(true)', '1970-01-01T00:00Z'],
    ['toDateTimeOnly(context.missing)', ''],
    ['date(2024, 2, 29)', '2024-02-29T00:00Z'],
    ['date(2023, 2, 29)', ''],
    ['date(99999, 1, 1)', ''],
    ['date("2024", 1, 1)', ''],
  ])('%s is "%s"', expectPrint)
})

describe('moving and comparing', () => {
  test.each([
    ['addDays("2024-11-01", -1)', '2024-10-31T00:00Z'],
    ['addDays("2024-11-01", 1.9)', '2024-11-02T00:00Z'],
    ['addDays("2024-11-01", "1")', ''],
    ['addYears("2024-02-29", 1)', '2025-02-28T00:00Z'],
    ['addMonths("2024-01-31", 1)', '2024-02-29T00:00Z'],
    ['addYears("2024-11-01", 9000)', ''],
    ['addSeconds("2024-11-01", 9000000000000000000)', ''],
    // Clocks in Paris skip 02:00 to 03:00 on 31 March 2024.
    ['addDays("2024-03-30T02:30[Europe/Paris]", 1)', '2024-03-31T03:30+02:00[Europe/Paris]'],
    ['addHours("2024-03-31T01:30[Europe/Paris]", 1)', '2024-03-31T03:30+02:00[Europe/Paris]'],
    ['setHours("2024-03-31T12:30[Europe/Paris]", 2)', '2024-03-31T03:30+02:00[Europe/Paris]'],
    // They show 02:00 to 03:00 twice on 27 October 2024.
    ['addHours("2024-10-27T02:30[Europe/Paris]", 1)', '2024-10-27T02:30+01:00[Europe/Paris]'],
    ['truncateToStartOfDay("2024-10-27T02:30+01:00[Europe/Paris]")', '2024-10-27T00:00+02:00[Europe/Paris]'],
    ['diffInHours("2024-10-28T00:00[Europe/Paris]", "2024-10-27T00:00[Europe/Paris]")', '25'],
    ['diffInDays("2024-10-28T00:00[Europe/Paris]", "2024-10-27T00:00[Europe/Paris]")', '1'],
    ['setDays("2024-11-15", 31)', ''],
    ['setDays("2024-11-15", 0)', ''],
    ['setHours("2024-11-15", 24)', ''],
    ['dateDiff("2024-12-09", "2024-12-02")', '-7'],
    ['dateDiff("2024-12-02T12:00Z", "2024-12-03T11:00Z")', '0'],
    ['diffInMinutes("2024-11-01T17:18:52Z", "2024-11-01T17:19:51Z")', '0'],
    ['compareDates("2024-11-01T12:00Z", "2024-11-01T13:00+01:00")', '0'],
    ['compareDates("2024-11-02", "2024-11-01")', '1'],
    ['dateBetween("2024-12-01", "2024-11-01", "2024-12-01")', 'true'],
    ['dateBetween("2024-12-01T00:00:00.001Z", "2024-11-01", "2024-12-01")', 'false'],
    ['dateBetween("2024-11-15", context.missing, "2024-12-01")', 'false'],
    ['weekOfYear("2021-01-01")', '53'],
    ['dayOfWeek("2024-11-03")', '7'],
    ['extractHours("2024-11-01T17:19+05:30")', '17'],
    ['convertZonedDateTime("2024-11-01T12:00Z", "Mars/Olympus")', ''],
    ['convertZonedDateTime("2024-11-01T12:00Z", context.missing)', ''],
    ['convertZonedDateTime("2024-11-01T12:00Z", "UTC")', '2024-11-01T12:00Z[UTC]'],
  ])('%s is "%s"', expectPrint)

  test('dates compare by the operators, too', () => {
    expectPrint('stringToDate("2024-11-01") < getCurrentZonedDateTime()', 'true')
  })
})

describe('now', () => {
  const nine = { nowMs: Date.UTC(2025, 0, 7, 6, 47, 10), timeZone: 'Asia/Kolkata' }

  test.each([
    ['getCurrentZonedDateTime()', '2025-01-07T12:17:10+05:30[Asia/Kolkata]'],
    ['currentTimeInMillis()', '1736232430000'],
    ['ageInDays("2025-01-01T17:19:51Z")', '5'],
    ['ageInDays("2025-01-09T06:47:10Z")', '-2'],
    ['ageInMonths("2024-01-01T00:00:00Z")', '12'],
    ['age("1990-01-08")', '34'],
    ['age("1990-01-07")', '35'],
    ['age("2030-01-07")', '-4'],
  ])('%s is %s', (expression, prints) => expectPrint(expression, prints, nine))

  test('is what the caller says, and blank where it says nothing', () => {
    for (const expression of ['getCurrentZonedDateTime()', 'currentTimeInMillis()', 'age("1990-01-07")'])
      expectPrint(expression, '', {})
  })

  test('is in UTC where the caller names no zone, or none that exists', () => {
    expectPrint('getCurrentZonedDateTime()', '1970-01-01T00:00Z[UTC]', { nowMs: 0 })
    expectPrint('getCurrentZonedDateTime()', '1970-01-01T00:00Z', { nowMs: 0, timeZone: 'Mars/Olympus' })
  })
})

describe('printing', () => {
  test.each([
    ['formatDate("2023-12-31", "yyyy YYYY")', '2023 2024'],
    ['formatDate("2023-12-31", "yyyy YYYY", "en_GB")', '2023 2023'],
    ['formatDate("2026-04-11", "MMMM dd, yyyy")', 'April 11, 2026'],
    ['formatDate("2024-11-01T17:19:51Z", "dd/bb")', '2024-11-01T17:19:51Z'],
    ['formatDate("2024-11-01T17:19:51Z", context.missing)', '2024-11-01T17:19:51Z'],
    ['formatDate("2024-11-01T17:19:51Z", "pHH")', '2024-11-01T17:19:51Z'],
    ['formatDate("2024-11-01", "MMMM", "no locale")', 'November'],
    ['formatDate("2024-11-01", "MMMM", context.missing)', 'November'],
    [
      'formatDate(convertZonedDateTime("2024-11-01T23:30Z", "Asia/Tokyo"), "d MMM HH:mm z")',
      '2 Nov 08:30 JST',
    ],
    ['formatCurrency(1234.5, "de_DE")', '1.234,50\u00a0€'],
    ['formatCurrency(1234, "ja_JP")', '￥1,234'],
    ['formatCurrency(5, "nl")', '€\u00a05,00'],
    ['formatCurrency(0.125, "en_US")', '$0.12'],
    ['formatCurrency(0.375, "en_US")', '$0.38'],
    ['formatCurrency(-5, "en_US")', '-$5.00'],
    ['formatCurrency("1e3", "en_US")', '$1,000.00'],
    ['formatCurrency("many", "en_US")', ''],
    ['formatCurrency(context.missing, "en_US")', ''],
    ['formatCurrency(5, "nowhere at all")', '$5.00'],
    ['formatCurrency(5, "en_US", "gbp")', '£5.00'],
    ['formatCurrency(5, "en_US", "money")', '$5.00'],
    ['formatNumber("1234.5678", "en_US")', '1,234.568'],
    ['formatNumber(0.0005, "en_US")', '0'],
    ['formatNumber(1234.5)', '1,234.5'],
    ['formatNumber(true, "en_US")', ''],
    ['toPercentage(0.125)', '12%'],
    ['toPercentage(12.5)', '1,250%'],
    ['toPercentage("0.5")', '50%'],
    ['toPercentage(0.5, 1000)', '50.00000000000000000000%'],
    ['toPrecision(1.005, 2)', '1.00'],
    ['toPrecision("2.5", 0)', '3'],
    ['toPrecision(2.5, -3)', '3'],
    ['toPrecision(context.missing, 2)', ''],
  ])('%s is "%s"', expectPrint)

  test('a locale of half a million characters is no locale', () => {
    expectTemplate(
      '{%= formatCurrency(5, context.locale) %}{%= formatDate("2024-11-01", "MMM", context.locale) %}',
    )
      .context({ locale: 'en_'.repeat(200_000) })
      .as('text')
      .toRender('$5.00Nov')
  })
})

test('the clock is looked at often enough while dates are printed in many locales', () => {
  const list = Array.from({ length: 2_000 }, () => 'en_US')
  let reads = 0
  const monotonicMs = () => {
    reads += 1
    return 0
  }
  const source = '{{#each context.list}}{%= formatDate("2024-11-01", "MMM", this) %}{{/each}}'
  compileOk(source, { target: 'text' }).render({ context: { list } }, { monotonicMs })
  expect(reads).toBeGreaterThan(50)
})
