import { CONSENT_CHANNELS, CONSENT_VALUES } from '@carillon/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tree } from '../lib/tree.ts'
import { differencesOf, type MergeSide, mergePair, preferred } from './merge.ts'
import { allNamespaces } from './namespaces.ts'
import { isRefusal } from './refusal.ts'

const namespaces = allNamespaces([])
const side = (id: string, minute: number, ...codes: string[]): MergeSide => ({
  id,
  attributes: {},
  modifiedAt: new Date(minute * 60_000),
  identities: codes.map(namespace => ({ namespace, value: 'x' })),
})

describe('whose values win', () => {
  it('by "newest": of who was modified last, of equals who is known longest', () => {
    const [a, b] = [side('a', 1, 'email'), side('b', 2, 'crm')]
    expect(preferred(a, b, { attributes: 'newest', namespaces })).toBe(b)
    expect(preferred(b, a, { attributes: 'newest', namespaces })).toBe(b)
    const c = side('c', 2)
    expect(preferred(c, b, { attributes: 'newest', namespaces })).toBe(b)
  })

  it('by "priority": of who has the namespace that comes first, of equals the newest', () => {
    const policy = { attributes: 'priority', namespaces } as const
    const [mail, phone] = [side('a', 1, 'ecid', 'email'), side('b', 2, 'phone', 'crm')]
    expect(preferred(mail, phone, policy)).toBe(mail)
    expect(preferred(phone, mail, policy)).toBe(mail)
    expect(preferred(side('a', 1, 'crm'), side('b', 2, 'own'), policy).id).toBe('b')
    expect(preferred(side('a', 1), side('b', 0, 'crm'), policy).id).toBe('a')
  })
})

describe('the attributes of two', () => {
  it('are the winner’s laid over the other’s, member by member', () => {
    const winner = { person: { name: { firstName: 'Ada' } }, tags: [1] }
    const other = { person: { name: { firstName: 'A', lastName: 'L' } }, tags: [1, 2], city: 'Utrecht' }
    expect(mergePair(winner, other)).toEqual({
      person: { name: { firstName: 'Ada', lastName: 'L' } },
      tags: [1],
      city: 'Utrecht',
    })
  })

  it('keep a refusal whoever made it, with its time and reason, and the newer yes where nobody refuses', () => {
    const yes = { val: 'y', time: '2026-02-01T00:00:00Z', note: 'fair' }
    const no = { val: 'n', time: '2026-01-01T00:00:00Z', reason: 'too many' }
    const marketing = (email: unknown, sms: unknown) => ({ consents: { marketing: { email, sms } } })
    expect(mergePair(marketing(yes, no), marketing(no, { val: 'y' }))).toEqual(
      marketing({ ...yes, ...no }, no),
    )
    expect(mergePair(marketing(yes, undefined), marketing({ val: 'y', time: 'before' }, undefined))).toEqual(
      mergePair({}, marketing(yes, undefined)),
    )
  })

  it('have the push devices of both, each once, and one that either denied is denied', () => {
    const device = (token: string, denylisted?: boolean) => ({
      ...{ appID: 'app', token, platform: 'fcm' },
      ...(denylisted === undefined ? {} : { denylisted }),
    })
    const merged = mergePair(
      { pushNotificationDetails: [device('a', false), device('b')] },
      { pushNotificationDetails: [device('a', true), device('c')] },
    )
    expect(merged).toEqual({ pushNotificationDetails: [device('a', true), device('b'), device('c')] })
  })

  it('survive a consents member that is no object, and hostile names', () => {
    const kept = { consents: { marketing: { email: { val: 'n' } } } }
    expect(mergePair({ consents: 'all' }, kept)).toEqual(kept)
    expect(mergePair(kept, { consents: ['y'] })).toEqual(kept)
    const hostile = JSON.parse('{"consents": {"__proto__": {"val": "n"}}}') as Tree
    expect(JSON.stringify(mergePair({ consents: {} }, hostile))).toBe(JSON.stringify(hostile))
  })

  it('never lose a refusal: wherever one of the two refused, what they become refuses', () => {
    const choice = fc.record(
      { val: fc.constantFrom(...CONSENT_VALUES), time: fc.constantFrom('1', '2') },
      { requiredKeys: [] },
    )
    const marketing = fc.dictionary(fc.constantFrom(...CONSENT_CHANNELS), choice)
    const idSpecific = fc.dictionary(
      fc.constantFrom('email', 'Email', 'phone'),
      fc.dictionary(fc.constantFrom('a@x.test', 'A@x.test', '+31'), fc.record({ marketing })),
    )
    const attributes = fc.record(
      { consents: fc.record({ marketing, idSpecific }, { requiredKeys: [] }), city: fc.string() },
      { requiredKeys: [] },
    )
    const refusals = (tree: unknown, path = ''): string[] =>
      typeof tree !== 'object' || tree === null
        ? []
        : Object.entries(tree).flatMap(([name, value]) =>
            name === 'val' && isRefusal(value) ? [path] : refusals(value, `${path}/${name}`),
          )
    fc.assert(
      fc.property(attributes, attributes, (winner, other) => {
        const merged = refusals(mergePair(winner, other))
        for (const one of [...refusals(winner), ...refusals(other)]) expect(merged).toContain(one)
      }),
    )
  })
})

describe('the differences of two', () => {
  it('are told value by value with what becomes of each; what is equal is left out', () => {
    const into = { a: 1, same: { x: true }, deep: { one: 'i' } }
    const from = { b: [2], same: { x: true }, deep: { one: 'f', two: {} } }
    expect(differencesOf(into, from, mergePair(from, into))).toEqual([
      { path: ['a'], into: 1, from: null, result: 1 },
      { path: ['deep', 'one'], into: 'i', from: 'f', result: 'f' },
      { path: ['b'], into: null, from: [2], result: [2] },
      { path: ['deep', 'two'], into: null, from: {}, result: {} },
    ])
  })

  it('are at most 500', () => {
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`a${n}`, n]))
    expect(differencesOf(many, {}, many)).toHaveLength(500)
  })
})
