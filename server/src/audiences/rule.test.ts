import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '../lib/fault.ts'
import { checkedRule } from './rule.ts'

const problemsOf = (rule: unknown): unknown[] => {
  try {
    checkedRule(rule, '/rule')
    return []
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return (error.details.problems ?? []).map(({ pointer, message }) => [pointer, message])
  }
}
const city = { kind: 'attribute', path: ['city'], operator: 'equals', value: 'x' }
const nest = (depth: number): unknown => (depth === 1 ? city : { kind: 'and', rules: [nest(depth - 1)] })
const all = (rules: unknown): unknown => ({ kind: 'and', rules })
const event = { kind: 'event', type: 'buy', times: 1, days: 7, where: [] }
const ID = '0190a5d0-0000-7000-8000-00000000000A'

describe('a rule', () => {
  it.each([
    [city],
    [all([])],
    [nest(6)],
    [all(Array(100).fill(city))],
    [{ ...event, where: [{ path: ['price'], operator: 'between', from: 1, to: 2 }] }],
    [{ kind: 'attribute', path: ['born'], operator: 'before', value: '2024-02-29' }],
    [
      {
        kind: 'not',
        rules: [
          { kind: 'test_profile', value: true },
          { kind: 'consent', channel: 'sms', refuses: true },
        ],
      },
    ],
  ])('%j is taken', rule => {
    expect(problemsOf(rule)).toEqual([])
  })

  it('keeps its ids in lower case', () => {
    const rule = { kind: 'audience', audienceId: ID, member: true }
    expect(checkedRule(all([rule]), '')).toEqual(all([{ ...rule, audienceId: ID.toLowerCase() }]))
  })

  it.each([
    [3, '/rule'],
    [null, '/rule'],
    [[], '/rule'],
    [{}, '/rule/kind'],
    [{ kind: 'opened' }, '/rule/kind'],
    [{ kind: '__proto__' }, '/rule/kind'],
    [{ kind: 'or', rules: [] }, '/rule/rules'],
    [all([all([])]), '/rule/rules/0/rules'],
    [all({}), '/rule/rules'],
    [{ ...(all([]) as object), 'a/b': 1 }, '/rule/a~1b'],
    [nest(7), '/rule/rules/0/rules/0/rules/0/rules/0/rules/0'],
    [all(Array(101).fill(city)), '/rule'],
    [{ ...city, operator: 'constructor' }, '/rule/operator'],
    [{ ...city, path: [] }, '/rule/path'],
    [{ ...city, path: [''] }, '/rule/path/0'],
    [{ ...city, value: null }, '/rule/value'],
    [{ ...city, value: 'x'.repeat(2_001) }, '/rule/value'],
    [{ ...city, more: 1 }, '/rule/more'],
    [{ ...city, operator: 'greater' }, '/rule/value'],
    [{ ...city, operator: 'before', value: '2025-02-29' }, '/rule/value'],
    [{ ...event, days: 0 }, '/rule/days'],
    [{ ...event, times: 1.5 }, '/rule/times'],
    [{ ...event, where: [{ path: ['a'], operator: 'equals' }] }, '/rule/where/0/value'],
    [{ kind: 'message', campaignId: `urn:uuid:${ID}`, got: true, days: 1 }, '/rule/campaignId'],
    [{ kind: 'audience', member: true }, '/rule/audienceId'],
  ])('%j is refused at %s', (rule, pointer) => {
    expect(problemsOf(rule)).toEqual([[pointer, expect.any(String)]])
  })

  it('of any JSON is taken or refused, never a failure', () => {
    const kinds = fc.constantFrom('and', 'not', 'attribute', 'event', 'audience')
    const json = fc.jsonValue().map(value => value as object)
    fc.assert(
      fc.property(kinds, json, json, (kind, rules, other) => {
        problemsOf({ kind, rules, ...other })
        problemsOf(all([{ kind, rules: [other] }, rules]))
      }),
    )
  })
})
