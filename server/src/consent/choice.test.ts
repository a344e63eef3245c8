import { CONSENT_VALUES } from '@carillon/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChoicePlace, choiceAt, identityChoices, refusesMarketing, withChoice } from './choice.ts'

const ada = { channel: 'email', namespace: 'email', value: 'ada@example.test' } as const
const now = new Date('2026-03-01T10:00:00Z')

describe('a refusal', () => {
  it.each([
    ['of all marketing', { marketing: { any: { val: 'n' } } }],
    ['of the channel', { marketing: { email: { val: 'n' } } }],
    ['of the channel by default', { marketing: { email: { val: 'dn' } } }],
    [
      'at the address',
      { idSpecific: { email: { 'ada@example.test': { marketing: { email: { val: 'n' } } } } } },
    ],
    [
      'at the address, in other case',
      { idSpecific: { Email: { 'Ada@Example.test': { marketing: { any: { val: 'n' } } } } } },
    ],
  ])('%s blocks', (_name, consents) => {
    expect(refusesMarketing({ consents }, ada)).toBe(true)
  })

  it.each([
    ['no word at all', {}],
    ['a yes', { marketing: { email: { val: 'y' } } }],
    ['a pending one', { marketing: { email: { val: 'p' } } }],
    ['a refusal of another channel', { marketing: { sms: { val: 'n' } } }],
    [
      'a refusal at another address',
      { idSpecific: { email: { 'bob@example.test': { marketing: { email: { val: 'n' } } } } } },
    ],
    ['something that is no tree', { marketing: 'n', idSpecific: [1] }],
  ])('is not %s', (_name, consents) => {
    expect(refusesMarketing({ consents }, ada)).toBe(false)
  })

  it('at a customer number is of that number in its very case', () => {
    const own = { marketing: { email: { val: 'n' } } }
    const of = { channel: 'email', namespace: 'CRM', value: 'A7' } as const
    expect(refusesMarketing({ consents: { idSpecific: { crm: { A7: own } } } }, of)).toBe(true)
    expect(refusesMarketing({ consents: { idSpecific: { crm: { a7: own } } } }, of)).toBe(false)
  })
})

describe('any choice', () => {
  const name = fc.string({ minLength: 1, maxLength: 12 })
  const channel = fc.constantFrom('any', 'email', 'sms', 'push' as const)
  const place: fc.Arbitrary<ChoicePlace> = fc.oneof(
    fc.record({ level: fc.constant('channel' as const), channel }),
    fc.record({
      level: fc.constant('identity' as const),
      channel,
      namespace: fc.oneof(name, fc.constantFrom('email', '__proto__')),
      value: fc.oneof(name, fc.constantFrom('__proto__', 'constructor')),
    }),
  )

  it('is read back where it was written, and leaves everything else as it was', () => {
    fc.assert(
      fc.property(
        place,
        fc.constantFrom(...CONSENT_VALUES),
        fc.object({ maxDepth: 2 }),
        (where, value, other) => {
          const before = { ...other, consents: { personalize: { content: { val: 'y' } } } }
          const after = withChoice(before, where, { value, now })
          expect(choiceAt(after, where)).toBe(value)
          expect(choiceAt(before, where)).toBe(null)
          const { consents: written, ...rest } = after
          const { consents: _, ...restBefore } = before
          expect(rest).toEqual(restBefore)
          expect((written as { personalize: unknown }).personalize).toEqual({ content: { val: 'y' } })
        },
      ),
    )
  })

  it('at an address is listed with its address, once, however its case changes', () => {
    const at = { level: 'identity', channel: 'email', namespace: 'Email', value: 'Ada@example.test' } as const
    const once = withChoice({}, at, { value: 'n', now })
    const twice = withChoice(
      once,
      { ...at, namespace: 'EMAIL', value: 'ada@EXAMPLE.test' },
      { value: 'y', now },
    )
    expect(identityChoices(twice)).toEqual([
      { namespace: 'email', value: 'Ada@example.test', channel: 'email', choice: 'y' },
    ])
  })
})
