/** The finder against the obvious loop, wherever in memory the bytes stand. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createControlFinder } from './control-bytes.ts'

const controlsOf = (bytes: Buffer): number[] => {
  const find = createControlFinder(bytes)
  const found: number[] = []
  for (let at = find(0); at < bytes.length; at = find(at + 1)) found.push(at)
  return found
}

test('every byte below 0x20 is found, and no other', () => {
  const byte = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0, 0x1f, 0x20, 0x7f, 0x80, 0x9f, 0xa0, 0xff),
  )
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), fc.nat(7), (bytes, offset) => {
      const moved = Buffer.from([...Array(offset).fill(0), ...bytes, 0, 0]).subarray(
        offset,
        offset + bytes.length,
      )
      const expected = bytes.flatMap((value, at) => (value < 0x20 ? [at] : []))
      expect(controlsOf(moved)).toEqual(expected)
    }),
    { numRuns: 1_000 },
  )
})
