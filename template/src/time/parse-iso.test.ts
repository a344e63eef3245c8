/** ISO texts: the forms that data and java.time write, those that hold no date, and hostile ones. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DateTime } from './date-time.ts'
import { parseIso } from './parse-iso.ts'
import { atInstant, zoneOf } from './zones.ts'

describe('an ISO text', () => {
  test.each([
    ['2024-11-01', '2024-11-01T00:00Z'],
    ['2024-11-01T17:19', '2024-11-01T17:19Z'],
    ['2024-11-01T17:19:51', '2024-11-01T17:19:51Z'],
    ['2024-11-01 17:19:51', '2024-11-01T17:19:51Z'],
    [' 2024-11-01T17:19:51Z\n', '2024-11-01T17:19:51Z'],
    ['2024-11-01t17:19:51z', '2024-11-01T17:19:51Z'],
    ['2024-11-01T17:19:51.5Z', '2024-11-01T17:19:51.500Z'],
    ['2024-11-01T17:19:51,123456789Z', '2024-11-01T17:19:51.123456789Z'],
    ['2024-11-01T17:19:51+05:30', '2024-11-01T17:19:51+05:30'],
    ['2024-11-01T17:19:51+0530', '2024-11-01T17:19:51+05:30'],
    ['2024-11-01T17:19:51-05', '2024-11-01T17:19:51-05:00'],
    ['2024-11-01T17:19:51+00:00', '2024-11-01T17:19:51Z'],
    ['2019-02-19T11:39+03:30[Asia/Tehran]', '2019-02-19T11:39+03:30[Asia/Tehran]'],
    ['2024-11-01T00:00[Europe/Paris]', '2024-11-01T00:00+01:00[Europe/Paris]'],
    // The offset fixes the instant; Paris tells it in its own time.
    ['2024-07-01T12:00Z[Europe/Paris]', '2024-07-01T14:00+02:00[Europe/Paris]'],
    ['2024-02-29', '2024-02-29T00:00Z'],
    ['-0044-03-15', '-0044-03-15T00:00Z'],
    ['0000-01-01', '0000-01-01T00:00Z'],
  ])('%s is %s', (text, date) => expect(String(parseIso(text))).toBe(date))

  test.each([
    '',
    'tomorrow',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-11-01T24:00',
    '2024-11-01T12:60',
    '2024-11-01T23:59:60Z',
    '2024-11-01T17',
    '2024-11-01T17:19:51.Z',
    '2024-11-01T17:19:51.1234567890Z',
    '2024-11-01T17:19:51+19:00',
    '2024-11-01T17:19:51Z[Nowhere/Town]',
    '2024-11-01T17:19:51Z[',
    '2024-11-01Z',
    '24-11-01',
    '12024-11-01',
    '1730481591000',
    '2024-11-01T17:19:51Z and more',
    '9999-12-31T23:00-05:00[UTC]',
  ])('"%s" is no date', text => expect(parseIso(text)).toBeUndefined())

  const ZONES = ['Z', '+05:30', '-09:45', 'Europe/Paris', 'America/New_York', 'UTC', 'UTC+03:00']
  const date = fc
    .record({
      epochSecond: fc.integer({ min: -200_000_000_000, max: 200_000_000_000 }),
      nano: fc.integer({ min: 0, max: 999_999_999 }),
      zone: fc.constantFrom(...ZONES),
    })
    .map(({ zone, ...instant }) => atInstant(instant, zoneOf(zone)!)!)

  test('what a date prints is read as the same date', () => {
    fc.assert(
      fc.property(date, value => {
        expect(parseIso(value.toString())).toEqual(value)
      }),
    )
  })

  test('no text makes it throw', () => {
    const near = fc
      .array(fc.constantFrom('2024', '-11', '-01', 'T', '17', ':19', '.5', 'Z', '+05', '[UTC]', '[', ' '))
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), text => {
        const read = parseIso(text)
        expect(read === undefined || read instanceof DateTime).toBe(true)
      }),
    )
  })

  test.each([' ', '2', '-', '[', '2024-11-01T17:19:51.', '2024-11-01T00:00Z['])(
    'a million times "%s" is refused at once',
    piece => expect(parseIso(`2024-11-01${piece.repeat(1_000_000)}`)).toBeUndefined(),
  )
})
