/** Date arithmetic: results of java.time, and the laws that hold for any date. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  atHour,
  daysBetween,
  monthsBetween,
  onDay,
  plusDays,
  plusMonths,
  plusSeconds,
  secondsBetween,
  startOf,
  unitsBetween,
  withoutZone,
  yearsBetween,
} from './arithmetic.ts'
import type { DateTime } from './date-time.ts'
import { parseIso } from './parse-iso.ts'
import { atInstant, zoneOf } from './zones.ts'

const at = (text: string): DateTime => parseIso(text)!

const ZONES = ['Z', '-09:30', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo']
const date = fc
  .record({
    epochSecond: fc.integer({ min: -3_000_000_000, max: 6_000_000_000 }),
    nano: fc.integer({ min: 0, max: 999_999_999 }),
    zone: fc.constantFrom(...ZONES),
  })
  .map(({ zone, ...instant }) => atInstant(instant, zoneOf(zone)!)!)
const utc = date.map(value => atInstant(value, zoneOf('Z')!)!)
const count = fc.integer({ min: -50_000, max: 50_000 })

describe('moving a date', () => {
  test.each([
    [plusMonths(at('2024-01-31T10:00Z'), 1), '2024-02-29T10:00Z'],
    [plusMonths(at('2023-01-31T10:00Z'), 1), '2023-02-28T10:00Z'],
    [plusMonths(at('2024-02-29T10:00Z'), 12), '2025-02-28T10:00Z'],
    [plusMonths(at('2024-03-31T10:00Z'), -13), '2023-02-28T10:00Z'],
    [plusDays(at('2024-02-28T10:00Z'), 2), '2024-03-01T10:00Z'],
    // The clock of Paris is moved back on 27 October and forward on 31 March.
    [plusDays(at('2024-10-26T02:30+02:00[Europe/Paris]'), 1), '2024-10-27T02:30+02:00[Europe/Paris]'],
    [plusSeconds(at('2024-10-26T02:30+02:00[Europe/Paris]'), 90_000), '2024-10-27T02:30+01:00[Europe/Paris]'],
    [plusDays(at('2024-10-27T02:30+01:00[Europe/Paris]'), 0), '2024-10-27T02:30+01:00[Europe/Paris]'],
    [plusDays(at('2024-03-30T02:30+01:00[Europe/Paris]'), 1), '2024-03-31T03:30+02:00[Europe/Paris]'],
    [plusSeconds(at('2024-03-31T01:59:59+01:00[Europe/Paris]'), 1), '2024-03-31T03:00+02:00[Europe/Paris]'],
    [
      startOf('day', at('2018-11-04T12:00-02:00[America/Sao_Paulo]')),
      '2018-11-04T01:00-02:00[America/Sao_Paulo]',
    ],
    [startOf('week', at('2024-11-03T23:59:59.999Z')), '2024-10-28T00:00Z'],
    [startOf('month', at('2024-02-29T23:00-05:00')), '2024-02-01T00:00-05:00'],
    [startOf('quarter', at('2024-09-30T01:00Z')), '2024-07-01T00:00Z'],
    [startOf('year', at('2024-07-14T12:00+02:00[Europe/Paris]')), '2024-01-01T00:00+01:00[Europe/Paris]'],
    [atHour(at('2024-03-31T12:30+02:00[Europe/Paris]'), 2), '2024-03-31T03:30+02:00[Europe/Paris]'],
    [withoutZone(at('2024-11-01T17:19+05:30')), '2024-11-01T17:19Z'],
  ])('%s is right', (moved, text) => expect(String(moved)).toBe(text))

  test('what does not exist is undefined', () => {
    const value = at('2024-11-01T17:19Z')
    expect(onDay(value, { year: 2024, month: 11, day: 31 })).toBeUndefined()
    expect(atHour(value, 24)).toBeUndefined()
    expect(atHour(value, 1.5)).toBeUndefined()
    expect(plusDays(value, 1e9)).toBeUndefined()
    expect(plusMonths(value, -1e9)).toBeUndefined()
    expect(plusSeconds(value, Number.POSITIVE_INFINITY)).toBeUndefined()
  })

  test('seconds there and back lead home, in every zone', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -1e9, max: 1e9 }), (value, seconds) => {
        const there = plusSeconds(value, seconds)!
        expect(secondsBetween(value, there)).toBe(seconds)
        expect(plusSeconds(there, -seconds)).toEqual(value)
      }),
    )
  })

  test('days there and back lead home where no clock is moved', () => {
    fc.assert(
      fc.property(utc, count, (value, days) => {
        const there = plusDays(value, days)!
        expect(daysBetween(value, there)).toBe(days)
        expect(plusDays(there, -days)).toEqual(value)
      }),
    )
  })

  test('months there are the months between, where the day is not clamped', () => {
    fc.assert(
      fc.property(utc, fc.integer({ min: -1_000, max: 1_000 }), (value, months) => {
        const early = onDay(value, { ...value.toCivil(), day: Math.min(value.toCivil().day, 28) })!
        const there = plusMonths(early, months)!
        expect(monthsBetween(early, there)).toBe(months)
        expect(plusMonths(there, -months)).toEqual(early)
      }),
    )
  })

  test('the start of a period is not after the date, and is its own start', () => {
    fc.assert(
      fc.property(date, fc.constantFrom('day', 'week', 'month', 'quarter', 'year'), (value, period) => {
        const start = startOf(period, value)!
        expect(start.compareTo(value)).toBeLessThanOrEqual(0)
        expect(startOf(period, start)).toEqual(start)
      }),
    )
  })
})

describe('the distance between dates', () => {
  const day = at('2024-11-01T12:00Z')

  test.each([
    ['2024-11-02T11:59:59Z', 0],
    ['2024-11-02T12:00Z', 1],
    ['2024-10-31T12:00:01Z', 0],
    ['2024-10-31T12:00Z', -1],
    ['2024-11-08T12:00Z', 7],
  ])('to %s it is %i whole days', (end, days) => expect(daysBetween(day, at(end))).toBe(days))

  test('a day on which the clock is moved is a day', () => {
    const saturday = at('2024-10-26T12:00[Europe/Paris]')
    const sunday = at('2024-10-27T12:00[Europe/Paris]')
    expect(daysBetween(saturday, sunday)).toBe(1)
    expect(unitsBetween(saturday, sunday, 3600)).toBe(25)
  })

  test.each([
    ['2024-01-31T00:00Z', '2024-02-29T00:00Z', 0],
    ['2024-01-31T00:00Z', '2024-03-01T00:00Z', 1],
    ['2024-01-15T12:00Z', '2024-02-15T11:59Z', 0],
    ['2024-01-15T12:00Z', '2024-02-15T12:00Z', 1],
    ['2024-02-15T12:00Z', '2024-01-15T12:00:01Z', 0],
    ['2024-02-15T12:00Z', '2024-01-15T12:00Z', -1],
    ['1990-12-10T00:00Z', '2024-12-02T10:15Z', 407],
  ])('from %s to %s it is %s whole months', (start, end, months) =>
    expect(monthsBetween(at(start), at(end))).toBe(months),
  )

  test('someone born on 29 February is a year older on 1 March', () => {
    const born = at('2004-02-29')
    expect(yearsBetween(born, at('2023-02-28'))).toBe(18)
    expect(yearsBetween(born, at('2023-03-01'))).toBe(19)
  })

  test('backwards is the opposite of forwards, never minus zero', () => {
    fc.assert(
      fc.property(date, date, (start, end) => {
        expect(secondsBetween(end, start) + secondsBetween(start, end)).toBe(0)
        for (const between of [secondsBetween, daysBetween, monthsBetween, yearsBetween])
          expect(Object.is(between(start, end), -0)).toBe(false)
      }),
    )
  })

  test('a fraction of a second is not a whole one', () => {
    expect(secondsBetween(at('2024-11-01T00:00:00.9Z'), at('2024-11-01T00:00:01.8Z'))).toBe(0)
    expect(secondsBetween(at('2024-11-01T00:00:01.8Z'), at('2024-11-01T00:00:00.9Z'))).toBe(0)
    expect(secondsBetween(at('2024-11-01T00:00:00.9Z'), at('2024-11-01T00:00:01.9Z'))).toBe(1)
  })
})
