/** Reading by patterns: what java.time reads, what it refuses, hostile texts. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DateTime } from './date-time.ts'
import { formatByPattern } from './format-pattern.ts'
import { localeOf } from './locale.ts'
import { parseByPattern } from './parse-pattern.ts'
import { atInstant, zoneOf } from './zones.ts'

const read = (pattern: string, text: string, locale = 'en_US') =>
  parseByPattern(text, pattern, localeOf(locale))

describe('a text by a pattern', () => {
  test.each([
    ['yyyyMMdd', '20241101', '2024-11-01T00:00Z'],
    ['yyyyMMddHHmmssSSS', '20241101171951123', '2024-11-01T17:19:51.123Z'],
    ['MMM d, yyyy', 'Nov 1, 2024', '2024-11-01T00:00Z'],
    ['MMM d, yyyy', 'nov 1, 2024', '2024-11-01T00:00Z'],
    ['EEEE, MMMM d, yyyy', 'Friday, November 1, 2024', '2024-11-01T00:00Z'],
    ['dd/MM/yy hh:mm a', '01/11/24 05:19 PM', '2024-11-01T17:19Z'],
    ['yy-MM-dd', '99-01-01', '2099-01-01T00:00Z'],
    ['d MMM uuuu', '01 Nov 2024', '2024-11-01T00:00Z'],
    // Day 31 of a short month is its last day, and 24:00 the next midnight.
    ['yyyy-MM-dd', '2024-02-31', '2024-02-29T00:00Z'],
    ['yyyy-MM-dd HH:mm', '2024-11-01 24:00', '2024-11-02T00:00Z'],
    ['yyyy-MM-dd k', '2024-11-01 24', '2024-11-01T00:00Z'],
    ['yyyy-MM-dd K a', '2024-11-01 0 PM', '2024-11-01T12:00Z'],
    ['yyyy-MM-dd A', '2024-11-01 5000', '2024-11-01T00:00:05Z'],
    ['yyyy-MM-dd N', '2024-11-01 5000', '2024-11-01T00:00:00.000005Z'],
    ['yyyy-DDD', '2024-366', '2024-12-31T00:00Z'],
    ["YYYY-'W'ww-e", '2024-W44-5', '2024-10-31T00:00Z'],
    ['QQQ yyyy-MM-dd', 'Q4 2024-11-01', '2024-11-01T00:00Z'],
    ['yyyy-MM-dd e', '2024-11-01 6', '2024-11-01T00:00Z'],
    ['yyyy-MM-dd G', '2024-11-01 BC', '-2023-11-01T00:00Z'],
    ['yyyy-MM-dd[ HH:mm]', '2024-11-01', '2024-11-01T00:00Z'],
    ['yyyy-MM-dd[ HH:mm]', '2024-11-01 17:19', '2024-11-01T17:19Z'],
    ["yyyy-MM-dd'T'HH:mm[:ss[.SSS]]", '2024-11-01T17:19:51', '2024-11-01T17:19:51Z'],
    ['[yyyy-MM-dd][dd.MM.yyyy]', '01.11.2024', '2024-11-01T00:00Z'],
    ['pppd/M/yyyy', '  1/12/2024', '2024-12-01T00:00Z'],
    ['yyyy-MM-dd HH:mm Z', '2024-11-01 12:00 +0530', '2024-11-01T12:00+05:30'],
    ['yyyy-MM-dd HH:mmXXX', '2024-11-01 12:00Z', '2024-11-01T12:00Z'],
    ['yyyy-MM-dd HH:mm O', '2024-11-01 12:00 GMT+5:30', '2024-11-01T12:00+05:30'],
    ['yyyy-MM-dd HH:mm VV', '2024-11-01 12:00 Europe/Paris', '2024-11-01T12:00+01:00[Europe/Paris]'],
    ['yyyy-MM-dd HH:mm z', '2024-07-01 12:00 EST', '2024-07-01T12:00-04:00[America/New_York]'],
    ['yyyy-MM-dd HH:mmX VV', '2024-11-01 12:00Z Asia/Tokyo', '2024-11-01T21:00+09:00[Asia/Tokyo]'],
  ])('"%s" reads "%s" as %s', (pattern, text, date) => expect(String(read(pattern, text))).toBe(date))

  test.each([
    ['yyyy-MM-dd', ''],
    ['yyyy-MM-dd', '2024-11-01 '],
    ['yyyy-MM-dd', '2024-11-1'],
    ['yyyy-MM-dd', '2024-02-32'],
    ['yyyy-MM-dd', '12024-01-01'],
    ['yyyy-MM-dd', '-2024-01-01'],
    ['yyyy/M/d', '2024/13/1'],
    ['yyyy/M/d', '2024/1/-1'],
    ['d/M/yyyy', '1/1/24'],
    ['yyyyMd', '202411'],
    ['yyyyMMd', '2024111'],
    ['dd MMM uuuu', '1 Nov 2024'],
    ['dd MMM uuuu', '01 Nox 2024'],
    ['yyyy-MM-dd HH:mm', '2024-11-01 24:01'],
    ['yyyy-MM-dd HH:mm', '2024-11-01 12:60'],
    ['yyyy-MM-dd hh:mm', '2024-11-01 05:00'],
    ['yyyy-MM-dd hh:mm a', '2024-11-01 13:00 PM'],
    ['yyyy-DDD', '2023-366'],
    ["YYYY-'W'ww-e", '2024-W60-5'],
    ['YYYY-MM-dd', '2024-11-01'],
    ['HH:mm', '17:00'],
    ['yyyy-MM', '2024-11'],
    ['EEE yyyy-MM-dd', 'Sat 2024-11-01'],
    ['QQQ yyyy-MM-dd', 'Q3 2024-11-01'],
    ['yyyy-MM-dd D', '2024-11-01 5'],
    ['yyyy-MM-dd MM', '2024-11-01 12'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSS", '2024-11-01T17:19:51.1'],
    ['yyyy-MM-dd VV', '2024-11-01 Mars/Olympus'],
    ['yyyy-MM-dd X', '2024-11-01 +25'],
    ['yyyy-MM-dd[ HH:mm]', '2024-11-01 12:0'],
    ['not a pattern', '2024-11-01'],
  ])('"%s" does not read "%s"', (pattern, text) => expect(read(pattern, text)).toBeUndefined())

  test('names are those of the locale', () => {
    expect(String(read('d MMMM yyyy', '1 août 2024', 'fr_FR'))).toBe('2024-08-01T00:00Z')
  })

  const date = fc
    .record({
      epochSecond: fc.integer({ min: -10_000_000_000, max: 100_000_000_000 }),
      nano: fc.integer({ min: 0, max: 999_999_999 }),
      zone: fc.constantFrom('Z', '+05:30', '-09:45'),
    })
    .map(({ zone, ...instant }) => atInstant(instant, zoneOf(zone)!)!)

  test('what a whole pattern prints is read as the same date', () => {
    const patterns = [
      'yyyy-MM-dd HH:mm:ss.SSSSSSSSS XXX',
      'EEEE, MMMM d, uuuu G h:mm:ss a n xxx',
      'yyyyMMddHHmmssSSSSSSSSSXX',
      'DDD/yyyy N ZZZZZ',
      "YYYY-'W'ww-e K:m:s.SSSSSSSSS a OOOO",
      'EEE d MMM y k:m:s n ZZZZ',
      'ppppd QQQQ LLLL yyyy pppH:m:s.SSSSSSSSS x[xx]',
    ]
    fc.assert(
      fc.property(
        date,
        fc.constantFrom(...patterns),
        fc.constantFrom('en_US', 'en_GB'),
        (value, pattern, locale) => {
          // `x` alone is followed by what it leaves out, so only whole hours are certain there.
          fc.pre(!pattern.includes('x[xx]') || value.offsetSeconds === 0)
          const text = formatByPattern(value, pattern, localeOf(locale))!
          expect(read(pattern, text, locale), text).toEqual(value)
        },
      ),
    )
  })

  test('no text and no pattern makes it throw', () => {
    const letters = fc
      .array(fc.constantFrom(..."GuyYQqMLwWdDFEecahHKkmsSnNAzZOXxVp[]'/ -"))
      .map(all => all.join(''))
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9A-Za-z :+/-]*$/))
    fc.assert(
      fc.property(letters, text, (pattern, value) => {
        const found = read(pattern, value)
        expect(found === undefined || found instanceof DateTime).toBe(true)
      }),
    )
  })

  test('a million characters are refused at once', () => {
    for (const piece of ['1', ' ', 'a', 'Europe/', '-'])
      expect(read('[[[[[[yyyy]M]d]H]m]VV]', piece.repeat(1_000_000))).toBeUndefined()
  })
})
