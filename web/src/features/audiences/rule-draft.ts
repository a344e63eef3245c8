/** New parts of a rule, and changes of a tree without touching what is elsewhere. Pure. */
import type { AudienceCondition, AudienceRule, ValueOperator, ValueTest } from '@carillon/contract'

/** Kinds of condition that can be added. */
export const CONDITION_KINDS = [
  'attribute',
  'consent',
  'message',
  'interaction',
  'event',
  'audience',
  'test_profile',
] as const
/** A kind of condition. */
export type ConditionKind = (typeof CONDITION_KINDS)[number]

/** Whether a part of a rule is a group. */
export const isGroup = (rule: AudienceRule): rule is Extract<AudienceRule, { rules: unknown }> =>
  'rules' in rule

/** Operators, in the order of their choice. */
export const OPERATORS = [
  'equals',
  'not_equals',
  'in',
  'contains',
  'starts_with',
  'greater',
  'at_least',
  'less',
  'at_most',
  'between',
  'before',
  'after',
  'within_last',
  'exists',
  'not_exists',
] as const satisfies readonly ValueOperator[]

const NUMBERS: readonly ValueOperator[] = ['greater', 'at_least', 'less', 'at_most']
const DATES: readonly ValueOperator[] = ['before', 'after']

/** A test with this operator of the same member, with a value of the right kind. */
export const testWith = (path: readonly string[], operator: ValueOperator, day: string): ValueTest => {
  const at = { path: [...path] }
  if (operator === 'exists' || operator === 'not_exists') return { ...at, operator }
  if (operator === 'in') return { ...at, operator, values: ['?'] }
  if (operator === 'between') return { ...at, operator, from: 0, to: 1 }
  if (operator === 'within_last') return { ...at, operator, days: 30 }
  if (NUMBERS.includes(operator)) return { ...at, operator, value: 0 } as ValueTest
  if (DATES.includes(operator)) return { ...at, operator, value: day } as ValueTest
  return { ...at, operator, value: '?' } as ValueTest
}

/** A new condition. `first` is a campaign or an audience to begin with. */
export const conditionOf = (
  kind: ConditionKind,
  first: { readonly campaignId: string; readonly audienceId: string; readonly day: string },
): AudienceCondition => {
  switch (kind) {
    case 'attribute':
      return { kind, ...testWith(['homeAddress', 'city'], 'exists', first.day) }
    case 'consent':
      return { kind, channel: 'email', refuses: false }
    case 'message':
      return { kind, campaignId: first.campaignId, got: true, days: 30 }
    case 'interaction':
      return { kind, campaignId: first.campaignId, action: 'click', label: null, did: true, days: 30 }
    case 'event':
      return { kind, type: 'purchase', times: 1, days: 30, where: [] }
    case 'audience':
      return { kind, audienceId: first.audienceId, member: true }
    default:
      return { kind: 'test_profile', value: true }
  }
}

/** What a person typed as a value: a number and a truth value are themselves, everything else is text. */
export const scalarOf = (text: string): string | number | boolean => {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** A path as it is typed: members with dots between. */
export const pathOf = (text: string): string[] => text.split('.').filter(part => part !== '')
