import { CONSENT_CHANNELS, CONSENT_VALUES } from '@carillon/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeAttributes } from './attributes.ts'
import { changedChoices, consentProblems } from './consent-trail.ts'

const pointers = (consents: unknown): string[] => consentProblems({ consents }).map(one => one.pointer)
const AT = '/attributes/consents'

describe('choices in attributes', () => {
  it('are told by name when they are none', () => {
    expect(consentProblems({ name: 'Ada' })).toEqual([])
    expect(pointers({ marketing: { email: { val: 'yes' } } })).toEqual([`${AT}/marketing/email/val`])
    expect(consentProblems({ consents: { marketing: { any: { val: 'N' } } } })[0]?.message).toContain(
      'y, n, p',
    )
    expect(pointers({ marketing: { email: 'n', sms: { val: 1 }, push: { val: ['n'] } } })).toEqual([
      `${AT}/marketing/email`,
      `${AT}/marketing/sms/val`,
      `${AT}/marketing/push/val`,
    ])
    expect(pointers({ idSpecific: { email: { 'a/b@x': { marketing: { any: { val: 'no' } } } } } })).toEqual([
      `${AT}/idSpecific/email/a~1b@x/marketing/any/val`,
    ])
    for (const tree of ['n', { marketing: [] }, { idSpecific: 1 }, { idSpecific: { email: { a: true } } }])
      expect(pointers(tree)).toHaveLength(1)
  })

  it('are taken as they are when they are choices, are taken away, or are about something else', () => {
    const fine = {
      marketing: { any: { val: 'dn', time: 'x' }, email: null, sms: { val: null }, call: { val: 'maybe' } },
      idSpecific: { email: { a: { marketing: { push: { val: 'VI' } } } }, phone: null },
      personalize: { content: { val: 'whatever' } },
    }
    expect(pointers(fine)).toEqual([])
    expect(pointers(null)).toEqual([])
  })

  const choice = fc.option(fc.constantFrom(...CONSENT_VALUES.map(val => ({ val }))), { nil: null })
  const marketing = fc.dictionary(fc.constantFrom(...CONSENT_CHANNELS), choice)
  const tree = fc.record({
    name: fc.constantFrom('Ada', 'Bob'),
    consents: fc.option(
      fc.record(
        {
          marketing,
          idSpecific: fc.dictionary(
            fc.constantFrom('email', 'Phone'),
            fc.dictionary(fc.constantFrom('a', 'b'), fc.record({ marketing })),
          ),
        },
        { requiredKeys: [] },
      ),
      { nil: null },
    ),
  })

  it('whose change is told lead from what was to what is, and nothing else is told', () => {
    fc.assert(
      fc.property(tree, tree, (first, patch) => {
        const before = mergeAttributes({}, first)
        const after = mergeAttributes(before, patch)
        const known = new Map(changedChoices({}, before).map(one => [keyOf(one), one.after]))
        for (const one of changedChoices(before, after)) {
          expect(known.get(keyOf(one)) ?? null).toBe(one.before)
          expect(one.before).not.toBe(one.after)
          if (one.after === null) known.delete(keyOf(one))
          else known.set(keyOf(one), one.after)
        }
        expect(known).toEqual(new Map(changedChoices({}, after).map(one => [keyOf(one), one.after])))
        expect(changedChoices(after, mergeAttributes(after, patch))).toEqual([])
      }),
    )
  })
})

const keyOf = ({
  level,
  channel,
  namespace,
  identityValue,
}: ReturnType<typeof changedChoices>[number]): string =>
  JSON.stringify([level, channel, namespace, identityValue])
