/** Printing by patterns: what java.time prints, letter by letter and locale by locale, and patterns that are none. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatByPattern } from './format-pattern.ts'
import { localeOf } from './locale.ts'
import { parseIso } from './parse-iso.ts'

const print = (date: string, pattern: string, locale = 'en_US') =>
  formatByPattern(parseIso(date)!, pattern, localeOf(locale))

const MARCH = '2024-03-05T15:07:09.012345678+01:00[Europe/Paris]'

describe('the letters', () => {
  test.each([
    ['yyyy-MM-dd', '2024-03-05'],
    ['yy', '24'],
    ['yyyyy', '02024'],
    ['u', '2024'],
    ['Y', '2024'],
    ["YYYY-'W'ww", '2024-W10'],
    ['M', '3'],
    ['MM', '03'],
    ['MMM', 'Mar'],
    ['MMMM', 'March'],
    ['MMMMM', 'M'],
    ['LLLL', 'March'],
    ['Q', '1'],
    ['QQ', '01'],
    ['QQQ', 'Q1'],
    ['QQQQ', '1st quarter'],
    ['qqqqq', '1'],
    ['d', '5'],
    ['dd', '05'],
    ['D', '65'],
    ['DD', '65'],
    ['DDD', '065'],
    ['W', '2'],
    ['w', '10'],
    ['F', '1'],
    ['E', 'Tue'],
    ['EEEE', 'Tuesday'],
    ['EEEEE', 'T'],
    ['e', '3'],
    ['ee', '03'],
    ['eee', 'Tue'],
    ['eeee', 'Tuesday'],
    ['c', '3'],
    ['cccc', 'Tuesday'],
    ['a', 'PM'],
    ['h', '3'],
    ['hh', '03'],
    ['H', '15'],
    ['K', '3'],
    ['k', '15'],
    ['m', '7'],
    ['mm', '07'],
    ['s', '9'],
    ['ss', '09'],
    ['S', '0'],
    ['SSS', '012'],
    ['SSSSSSSSS', '012345678'],
    ['n', '12345678'],
    ['A', '54429012'],
    ['N', '54429012345678'],
    ['G', 'AD'],
    ['GGGG', 'Anno Domini'],
    ['GGGGG', 'A'],
    ['VV', 'Europe/Paris'],
    ['z', 'CET'],
    ['zzzz', 'Central European Standard Time'],
    ['Z', '+0100'],
    ['ZZZZ', 'GMT+01:00'],
    ['ZZZZZ', '+01:00'],
    ['O', 'GMT+1'],
    ['OOOO', 'GMT+01:00'],
    ['X', '+01'],
    ['XX', '+0100'],
    ['XXX', '+01:00'],
    ['x', '+01'],
    ['xxx', '+01:00'],
    ['pppd', '  5'],
    ['ppH', '15'],
    ['[yyyy[-MM]]', '2024-03'],
    ['[yyyy[-MM', '2024-03'],
    ["hh 'o''clock' a", "03 o'clock PM"],
    ["''yy''", "'24'"],
    ['', ''],
  ])('%s prints %s', (pattern, text) => expect(print(MARCH, pattern)).toBe(text))

  test.each([
    ['2024-01-01T00:00-11:30', 'X XX XXX x Z O', '-1130 -1130 -11:30 -1130 -1130 GMT-11:30'],
    ['2024-01-01T00:00Z', 'X XXX x xxx Z ZZZZ ZZZZZ O VV z', 'Z Z +00 +00:00 +0000 GMT Z GMT Z Z'],
    ['2024-01-01T00:00Z[UTC]', 'VV z zzzz', 'UTC UTC Coordinated Universal Time'],
    ['2024-01-01T00:00[Asia/Tokyo]', 'z', 'JST'],
    ['2024-07-01T00:00[America/New_York]', 'z zzzz', 'EDT Eastern Daylight Time'],
    ['2024-01-01T00:00[UTC+02:00]', 'z VV', 'UTC+02:00 UTC+02:00'],
    ['1890-01-01T00:00[America/New_York]', 'XXXX', '-0500'],
    ['1700-01-01T00:00[America/New_York]', 'XXXX XXXXX', '-045602 -04:56:02'],
    ['2024-01-01T00:30Z', 'h hh H k K a', '12 12 0 24 0 AM'],
    ['2024-01-01T12:30Z', 'h H k K a', '12 12 12 0 PM'],
    ['0000-06-15', 'y G u uuuu', '1 BC 0 0000'],
    ['-0044-03-15', 'yyyy GGGG uuuu', '0045 Before Christ -0044'],
    ['2024-12-31', 'D DDD', '366 366'],
  ])('%s by "%s" is %s', (date, pattern, text) => expect(print(date, pattern)).toBe(text))
})

describe('the locale', () => {
  test.each([
    { date: '2023-12-31', locale: 'en_US', pattern: 'YYYY w e', text: '2024 1 1' },
    { date: '2023-12-31', locale: 'en_GB', pattern: 'YYYY w e', text: '2023 52 7' },
    { date: '2021-01-01', locale: 'en_US', pattern: 'YYYY w e', text: '2021 1 6' },
    { date: '2021-01-01', locale: 'fr_FR', pattern: 'YYYY w e', text: '2020 53 5' },
    { date: '2021-01-01', locale: 'nl', pattern: 'YYYY w e', text: '2020 53 5' },
    { date: '2021-01-01', locale: 'de_DE', pattern: 'YYYY w e W', text: '2020 53 5 0' },
    { date: '2024-12-30', locale: 'de_DE', pattern: 'YYYY w e W', text: '2025 1 1 5' },
    { date: '2024-12-30', locale: 'en_US', pattern: 'YYYY w e W', text: '2025 1 2 5' },
    { date: '2024-01-06', locale: 'ar_EG', pattern: 'YYYY w e W', text: '2024 2 1 2' },
    { date: '2024-01-06', locale: 'pt_PT', pattern: 'YYYY w e W', text: '2024 1 7 1' },
  ])('the weeks of $date by "$pattern" in $locale are $text', ({ date, locale, pattern, text }) => {
    expect(print(date, pattern, locale)).toBe(text)
  })

  test.each([
    ['d MMMM yyyy', 'ru_RU', '1 ноября 2024'],
    ['LLLL yyyy', 'ru_RU', 'ноябрь 2024'],
    ['EEEE d MMMM yyyy', 'fr_FR', 'vendredi 1 novembre 2024'],
    ['EEEE, d. MMMM yyyy', 'de_DE', 'Freitag, 1. November 2024'],
    ['EEEE, d. MMMM yyyy', 'de', 'Freitag, 1. November 2024'],
    ['QQQQ', 'de_DE', '4. Quartal'],
    ['yyyy年MMMd日 EEEE LLL LLLLL', 'ja_JP', '2024年11月1日 金曜日 11月 11'],
    ['a', 'ja_JP', '午後'],
    ['h a', 'en_GB', '5 pm'],
    ['d MMMM yyyy', 'ar_EG', '1 نوفمبر 2024'],
    // Java counts in ISO years everywhere: neither Buddhist nor Persian ones.
    ['yyyy MM', 'th_TH', '2024 11'],
    ['yyyy MM', 'fa_IR', '2024 11'],
    ['MMMM', 'pt-BR', 'novembro'],
    ['MMMM', 'zh_TW_#Hant', '11月'],
    ['MMMM', 'xx_YY', 'November'],
    ['MMMM', 'no such locale', 'November'],
    ['MMMM', '', 'November'],
    ['MMMM', '__proto__', 'November'],
    ['MMMM', 'x'.repeat(100_000), 'November'],
  ])('"%s" in %s is %s', (pattern, locale, text) =>
    expect(print('2024-11-01T17:00Z', pattern, locale)).toBe(text),
  )
})

describe('a pattern that is none', () => {
  test.each([
    'j',
    'yyyy-bb',
    "'open",
    "'''",
    'yyyy]',
    '{yyyy}',
    '#',
    'p',
    'pp-d',
    'aa',
    'MMMMMM',
    'ddd',
    'HHH',
    'SSSSSSSSSS',
    'V',
    'VVV',
    'OO',
    'zzzzz',
    'XXXXXX',
    'cc',
    'WW',
    'DDDD',
    'pyyyy',
    '['.repeat(100),
    'y'.repeat(2_000),
    '['.repeat(1_000_000),
  ])('"%.20s" prints nothing', pattern => expect(print(MARCH, pattern)).toBeUndefined())

  test('no pattern and no locale makes it throw', () => {
    const letters = fc
      .array(fc.constantFrom(...'GuyYQqMLwWdDFEecahHKkmsSnNAzZOXxVp[]\'" -:b{'))
      .map(all => all.join(''))
    fc.assert(
      fc.property(fc.oneof(letters, fc.string()), fc.string(), (pattern, locale) => {
        expect(['string', 'undefined']).toContain(typeof print(MARCH, pattern, locale))
      }),
    )
  })
})
