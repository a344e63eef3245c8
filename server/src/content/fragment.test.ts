import { FragmentKey } from '@carillon/contract'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { keyFromName, statusOfFragment } from './fragment.ts'

describe('the key of a name', () => {
  it.each([
    ['Footer', 'footer'],
    ['  Crème brûlée, 2nd try! ', 'creme-brulee-2nd-try'],
    ['ﬁne', 'fine'],
    ['---', 'fragment'],
    ['件名', 'fragment'],
  ])('%j is %j', (name, key) => {
    expect(keyFromName(name)).toBe(key)
  })

  it('is a key, whatever the name, with room for an ending', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), name => {
        const key = keyFromName(name)
        expect(Value.Check(FragmentKey, key)).toBe(true)
        expect(key.length).toBeLessThanOrEqual(150)
      }),
    )
  })
})

it.each([
  [null, false, 'draft'],
  [null, true, 'live'],
  [new Date(0), false, 'archived'],
  [new Date(0), true, 'archived'],
] as const)('archived at %j, with a live version %j, is %s', (archivedAt, hasLive, status) => {
  expect(statusOfFragment({ archivedAt, hasLive })).toBe(status)
})
