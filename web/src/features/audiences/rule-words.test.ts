import type { AudienceRule } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import { en } from '../../i18n/en.ts'
import { createTranslate, LANGUAGES, loadDictionary } from '../../i18n/translate.ts'
import { CONDITION_KINDS, conditionOf, OPERATORS, pathOf, scalarOf, testWith } from './rule-draft.ts'
import { ruleWords } from './rule-words.ts'

const first = { campaignId: 'c1', audienceId: 'a1', day: '2026-11-24' }
const names = new Map([
  ['c1', 'Spring offer'],
  ['a1', 'Everybody in Utrecht'],
])
const t = createTranslate('en', en)

describe('a rule in words', () => {
  it('says every condition and every comparison, in every language, with nothing left to fill in', async () => {
    const conditions: AudienceRule[] = [
      ...CONDITION_KINDS.map(kind => conditionOf(kind, first)),
      ...OPERATORS.map(operator => ({
        kind: 'attribute' as const,
        ...testWith(['a', 'b'], operator, first.day),
      })),
    ]
    for (const language of LANGUAGES)
      for (const condition of conditions) {
        const words = ruleWords(createTranslate(language, await loadDictionary(language)), condition, names)
        expect(words, JSON.stringify(condition)).not.toMatch(/[{}]|rule\.|undefined/)
        expect(words.length).toBeGreaterThan(5)
      }
  })

  it('joins groups as they are nested', () => {
    const consent = conditionOf('consent', first)
    const city = conditionOf('attribute', first)
    const rule: AudienceRule = {
      kind: 'and',
      rules: [consent, { kind: 'or', rules: [city, conditionOf('audience', first)] }],
    }
    expect(ruleWords(t, rule, names)).toBe(
      'does not refuse marketing by email and (homeAddress.city is known or is in Everybody in Utrecht)',
    )
    expect(ruleWords(t, { kind: 'not', rules: [consent] }, names)).toBe(
      'nobody with: does not refuse marketing by email',
    )
    expect(ruleWords(t, { kind: 'and', rules: [] }, names)).toBe('Everybody')
  })
})

describe('what a person types', () => {
  it('is a number, a truth value or a text, as it looks', () => {
    expect(['7', '-1.5', 'true', 'false', 'x7', ' '].map(scalarOf)).toEqual([7, -1.5, true, false, 'x7', ' '])
  })

  it('is a path with dots between its members', () => {
    expect(pathOf('homeAddress..city.')).toEqual(['homeAddress', 'city'])
  })
})
