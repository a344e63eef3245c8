/** Short messages: the alphabet, the sizes, and what is never cut. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gsmUnits, plainForGsm } from './gsm-alphabet.ts'
import { measureSms, splitSms } from './segments.ts'

const shape = (text: string) => {
  const { coding, segments, units, left } = measureSms(text)
  return [coding, segments, units, left]
}

describe('a text as short messages', () => {
  test('has no segment when it is empty', () => {
    expect(shape('')).toEqual(['gsm7', 0, 0, 160])
  })
  test('takes 160 characters of the GSM alphabet, and 153 in each of several', () => {
    expect(shape('a'.repeat(160))).toEqual(['gsm7', 1, 160, 0])
    expect(shape('a'.repeat(161))).toEqual(['gsm7', 2, 161, 145])
    expect(shape('a'.repeat(306))).toEqual(['gsm7', 2, 306, 0])
    expect(shape('a'.repeat(307))).toEqual(['gsm7', 3, 307, 152])
  })
  test('takes 70 units where one character is outside, and 67 in each of several', () => {
    expect(shape(`${'a'.repeat(69)}ł`)).toEqual(['ucs2', 1, 70, 0])
    expect(shape(`${'a'.repeat(70)}ł`)).toEqual(['ucs2', 2, 71, 63])
    expect(measureSms('één łódź łez').outside).toEqual(['ł', 'ó', 'ź'])
  })
  test('counts the euro sign and brackets as two, and an emoji as two units of UCS-2', () => {
    expect(shape('€'.repeat(80))).toEqual(['gsm7', 1, 160, 0])
    expect(shape('[€]')).toEqual(['gsm7', 1, 6, 154])
    expect(measureSms('🔔')).toMatchObject({ coding: 'ucs2', characters: 1, units: 2, segments: 1 })
  })
  test('never cuts an escape or a pair of surrogates', () => {
    expect(splitSms(`${'a'.repeat(152)}€${'b'.repeat(20)}`)).toEqual(['a'.repeat(152), `€${'b'.repeat(20)}`])
    expect(splitSms(`${'a'.repeat(66)}🔔${'b'.repeat(20)}`)).toEqual(['a'.repeat(66), `🔔${'b'.repeat(20)}`])
  })
  test('knows the whole alphabet of 3GPP TS 23.038: 127 characters, and ten by the escape', () => {
    const all = Array.from({ length: 65_536 }, (_, code) => String.fromCharCode(code))
    expect(all.filter(char => gsmUnits(char) === 1)).toHaveLength(127)
    expect(all.filter(char => gsmUnits(char) === 2)).toHaveLength(10)
  })
  test('is split into parts that are the text again, none larger than a segment', () => {
    const plain = [...'a€{é\n@']
    const unit = fc.constantFrom(...plain, 'ł', '🔔', '\ud83d')
    const text = fc.oneof(
      fc.string({ unit, maxLength: 300 }),
      fc.string({ unit: fc.constantFrom(...plain), maxLength: 400 }),
    )
    fc.assert(
      fc.property(text, given => {
        const parts = splitSms(given)
        const measure = measureSms(given)
        expect(parts.join('')).toBe(given)
        expect(parts).toHaveLength(measure.segments)
        const sizes = parts.map(part =>
          measure.coding === 'ucs2'
            ? part.length
            : [...part].reduce((sum, char) => sum + (gsmUnits(char) ?? 9), 0),
        )
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(measure.perSegment)
        expect(measure.left).toBe(measure.perSegment - (sizes.at(-1) ?? 0))
      }),
    )
  })
})

test('typography is made plain, letters are left alone', () => {
  expect(plainForGsm('“Zoë’s” – now…\u00a0ok\u200b')).toBe('"Zoë\'s" - now... ok')
})
