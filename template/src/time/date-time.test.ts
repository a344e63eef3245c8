/** The text form of a date: exactly java.time's. */
import { describe, expect, test } from 'vitest'
import { DateTime } from './date-time.ts'

const at = (iso: string, more: Partial<DateTime> = {}) =>
  new DateTime({ epochSecond: Date.parse(iso) / 1000, nano: 0, offsetSeconds: 0, zone: null, ...more })

describe('a date', () => {
  test.each([
    [at('2024-11-01T00:00:00Z'), '2024-11-01T00:00Z'],
    [at('2024-11-01T17:19:51Z'), '2024-11-01T17:19:51Z'],
    [at('2024-11-01T17:19:00Z', { nano: 1 }), '2024-11-01T17:19:00.000000001Z'],
    [at('2024-11-01T17:19:51Z', { nano: 500_000_000 }), '2024-11-01T17:19:51.500Z'],
    [at('2024-11-01T17:19:51Z', { nano: 281_067_000 }), '2024-11-01T17:19:51.281067Z'],
    [
      at('2019-02-19T08:09:00Z', { offsetSeconds: 12_600, zone: 'Asia/Tehran' }),
      '2019-02-19T11:39+03:30[Asia/Tehran]',
    ],
    [at('2024-11-01T00:00:00Z', { zone: 'UTC' }), '2024-11-01T00:00Z[UTC]'],
    [at('2024-11-01T00:00:00Z', { offsetSeconds: -34_200 }), '2024-10-31T14:30-09:30'],
    [at('1800-01-01T00:00:00Z', { offsetSeconds: -17_762 }), '1799-12-31T19:03:58-04:56:02'],
    [at('-000044-03-15T00:00:00Z'), '-0044-03-15T00:00Z'],
    [at('0000-01-01T00:00:00Z'), '0000-01-01T00:00Z'],
  ])('prints as %s', (date, text) => expect(date.toString()).toBe(text))

  test('dates compare by their instants, wherever they are told', () => {
    const noon = at('2024-11-01T12:00:00Z')
    expect(noon.compareTo(at('2024-11-01T12:00:00Z', { offsetSeconds: 3600 }))).toBe(0)
    expect(noon.compareTo(at('2024-11-01T12:00:00Z', { nano: 1 }))).toBeLessThan(0)
    expect(noon.compareTo(at('2024-11-01T11:59:59Z'))).toBeGreaterThan(0)
  })
})
