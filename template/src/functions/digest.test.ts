import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { platform } from '../test/platform.ts'
import { md5 } from './md5.ts'
import { sha256 } from './sha256.ts'

const { createHash } = platform.process.getBuiltinModule('node:crypto')

describe.each([
  ['md5', md5],
  ['sha256', sha256],
] as const)('%s', (name, digest) => {
  const expected = (bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex')

  test('gives what the platform gives, for every length around the edges of a block', () => {
    for (let length = 0; length <= 200; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 0xff)
      expect(digest(bytes), `${length} bytes`).toBe(expected(bytes))
    }
  })

  test('and for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), bytes => {
        expect(digest(bytes)).toBe(expected(bytes))
      }),
    )
  })

  test('and for a long message', () => {
    const bytes = new Uint8Array(1_000_003).fill(0xa5)
    expect(digest(bytes)).toBe(expected(bytes))
  })
})
