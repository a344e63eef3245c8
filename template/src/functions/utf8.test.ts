import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { platform } from '../test/platform.ts'
import { decodeUtf8, encodeUtf8, utf8Length } from './utf8.ts'

const { Buffer, TextDecoder } = platform

describe('UTF-8', () => {
  test('any text has the bytes that the platform gives it, half pairs replaced', () => {
    const point = fc.oneof(
      fc.integer({ min: 0, max: 0x7f }),
      fc.integer({ min: 0x80, max: 0x7ff }),
      fc.integer({ min: 0x800, max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0xffff }),
      fc.integer({ min: 0x10000, max: 0x10ffff }),
    )
    fc.assert(
      fc.property(fc.array(point, { maxLength: 20 }), points => {
        const text = String.fromCodePoint(...points)
        expect([...encodeUtf8(text)]).toEqual([...Buffer.from(text)])
        expect(utf8Length(text)).toBe(Buffer.byteLength(text))
        expect(decodeUtf8(encodeUtf8(text))).toBe(text)
      }),
    )
    expect([...encodeUtf8('a\ud800b')]).toEqual([...Buffer.from('a\ufffdb')])
  })

  test('bytes are read as the platform reads them, or refused as it refuses them', () => {
    const strict = (bytes: Uint8Array) => {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      } catch {
        return null
      }
    }
    const byte = fc.constantFrom(0x00, 0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xff)
    fc.assert(
      fc.property(fc.array(fc.oneof(byte, fc.nat(255)), { maxLength: 8 }), list => {
        const bytes = Uint8Array.from(list)
        expect(decodeUtf8(bytes)).toBe(strict(bytes))
      }),
      { numRuns: 5_000 },
    )
  })

  test('a long text comes back whole', () => {
    const text = 'aé€😀'.repeat(10_000)
    expect(decodeUtf8(encodeUtf8(text))).toBe(text)
  })
})
