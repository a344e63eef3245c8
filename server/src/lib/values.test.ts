import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, RETRY_BACKOFF } from './backoff.ts'
import { canonicalJson, hashCall } from './canonical-json.ts'
import { isUuid, timeOfUuidv7, uuidv7, uuidv7Floor } from './ids.ts'
import { unstorablePointers } from './unstorable.ts'

describe('ids', () => {
  it('carry their moment, sort by it and never repeat', () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => uuidv7(1_700_000_000_000 + i))
    expect(new Set(ids).size).toBe(5_000)
    expect([...ids].sort()).toEqual(ids)
    expect(ids.every(isUuid)).toBe(true)
    expect(timeOfUuidv7(ids[42] ?? '')).toBe(1_700_000_000_042)
    expect(uuidv7Floor(1_700_000_000_000) <= (ids[0] ?? '')).toBe(true)
  })

  it('of one millisecond sort in the order of their making', () => {
    const ids = Array.from({ length: 3_000 }, () => uuidv7(1_700_000_000_000))
    expect([...ids].sort()).toEqual(ids)
  })

  it('are of version 7 and variant 2', () => {
    for (let i = 0; i < 1_000; i++)
      expect(uuidv7(Date.UTC(2026, 0, 1))).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab]/)
  })
})

describe('the canonical text of a call', () => {
  it('is the same for equal JSON whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), tree => {
        const turned = Object.fromEntries(Object.entries(tree).reverse())
        expect(canonicalJson(turned)).toBe(canonicalJson(tree))
        expect(JSON.parse(canonicalJson(tree))).toEqual(JSON.parse(JSON.stringify(tree)))
      }),
    )
  })

  it('differs by route and by content', () => {
    expect(hashCall('a', { x: 1 }).equals(hashCall('b', { x: 1 }))).toBe(false)
    expect(hashCall('a', { x: 1 }).equals(hashCall('a', { x: '1' }))).toBe(false)
    expect(hashCall('a', [1, 2]).equals(hashCall('a', [2, 1]))).toBe(false)
  })
})

describe('the wait before another attempt', () => {
  it('doubles, stays between half and whole, and has a ceiling', () => {
    for (let attempt = 1; attempt < 40; attempt++) {
      const whole = Math.min(RETRY_BACKOFF.longestMs, 2_000 * 2 ** (attempt - 1))
      expect(backoffMs(attempt, 0)).toBe(whole / 2)
      expect(backoffMs(attempt, 1)).toBe(whole)
    }
  })

  it('is never shorter than the provider asked for', () => {
    expect(backoffMs(1, 0, { atLeastMs: 60_000 })).toBe(60_000)
  })
})

describe('text that cannot be stored', () => {
  it('is found wherever it hides', () => {
    const value = { a: 'fine', 'b/~c': ['x', { d: 'no\0' }], 'e\0': 1, f: '\ud800', g: '😀' }
    expect(unstorablePointers(value)).toEqual(['/b~1~0c/1/d', '/e\0', '/f'])
  })
})
