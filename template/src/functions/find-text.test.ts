import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { finalIndexOf, firstIndexOf, splitText } from './find-text.ts'

const few = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), maxLength })

describe('looking for a text', () => {
  test('gives what the platform gives, for short parts and for long ones', () => {
    const long = fc.integer({ min: 60, max: 70 })
    fc.assert(
      fc.property(few(30), few(4), long, (text, seed, length) => {
        const part = (seed || 'a').repeat(length).slice(0, length)
        const whole = `${text}${part}${text}${part.slice(1)}${part}`
        for (const sought of [seed, part, `${part}c`]) {
          expect(firstIndexOf(whole, sought)).toBe(whole.indexOf(sought))
          expect(finalIndexOf(whole, sought)).toBe(whole.lastIndexOf(sought))
          if (sought !== '') expect(splitText(whole, sought, 1_000)).toEqual(whole.split(sought))
        }
        expect(splitText(whole, part, 2)).toEqual(whole.split(part, 2))
      }),
    )
  })

  test('takes linear time where the platform takes the product of the lengths', () => {
    const half = 'a'.repeat(500_000)
    const text = half.repeat(4)
    expect(firstIndexOf(text, `${half}b${half}`)).toBe(-1)
    expect(finalIndexOf(text, `${half}b`)).toBe(-1)
    expect(splitText(text, `${half}b${half}`, 10)).toEqual([text])
  })
})
