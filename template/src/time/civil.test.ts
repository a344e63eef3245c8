/** The calendar, against the engine's own. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  civilFromDays,
  civilTimeOf,
  dayOfYearOf,
  daysFromCivil,
  daysInMonth,
  isCivilDate,
  isCivilTime,
  isLeapYear,
  isLocalSecond,
  isoDayOfWeek,
  localSecondOf,
} from './civil.ts'

const DAY_MS = 86_400_000
const FIRST = -4_371_587
const LAST = 2_932_896

describe('the calendar', () => {
  test('every day has the date that the engine gives it', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), days => {
        const date = new Date(days * DAY_MS)
        const civil = civilFromDays(days)
        expect(civil).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          day: date.getUTCDate(),
        })
        expect(isoDayOfWeek(days) % 7).toBe(date.getUTCDay())
        expect(daysFromCivil(civil)).toBe(days)
        expect(isCivilDate(civil)).toBe(true)
      }),
    )
  })

  test('the day of the year counts from the first of January', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), days => {
        const civil = civilFromDays(days)
        const newYear = daysFromCivil({ year: civil.year, month: 1, day: 1 })
        expect(dayOfYearOf(civil)).toBe(days - newYear + 1)
      }),
    )
  })

  test('a second of a local clock and what the clock shows are the same thing', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST * 86_400, max: LAST * 86_400 }), second => {
        const civil = civilTimeOf(second, 5)
        expect(localSecondOf(civil)).toBe(second)
        expect(isCivilTime(civil)).toBe(true)
      }),
    )
  })

  test('leap years follow the Gregorian rule, before its invention too', () => {
    expect([2024, 2000, 0, -4, -400].every(isLeapYear)).toBe(true)
    expect([2023, 1900, 2100, -100].some(isLeapYear)).toBe(false)
    expect(daysInMonth(1900, 2)).toBe(28)
    expect(daysInMonth(2024, 13)).toBe(0)
  })

  test('years beyond 9999 on either side do not exist', () => {
    expect(isLocalSecond(LAST * 86_400 + 86_399)).toBe(true)
    expect(isLocalSecond((LAST + 1) * 86_400)).toBe(false)
    expect(isLocalSecond(FIRST * 86_400)).toBe(true)
    expect(isLocalSecond(FIRST * 86_400 - 1)).toBe(false)
    expect(isLocalSecond(Number.NaN)).toBe(false)
    expect(isCivilDate({ year: 10_000, month: 1, day: 1 })).toBe(false)
  })

  test('there is no 30th of February, no month 13 and no hour 24', () => {
    expect(isCivilDate({ year: 2024, month: 2, day: 30 })).toBe(false)
    expect(isCivilDate({ year: 2024, month: 13, day: 1 })).toBe(false)
    expect(isCivilTime({ year: 2024, month: 1, day: 1, hour: 24, minute: 0, second: 0, nano: 0 })).toBe(false)
  })
})
