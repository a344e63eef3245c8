/** A rule in words, as one sentence. Pure. */
import type { AudienceCondition, AudienceRule } from '@carillon/contract'
import type { Translate } from '../../i18n/translate.ts'
import { isGroup } from './rule-draft.ts'

/** Names of campaigns and audiences, by id. */
export type Names = ReadonlyMap<string, string>

const testWords = (t: Translate, test: Extract<AudienceCondition, { kind: 'attribute' }>): string => {
  const path = test.path.join('.')
  switch (test.operator) {
    case 'exists':
    case 'not_exists':
      return t(`rule.words.${test.operator}`, { path })
    case 'in':
      return t('rule.words.in', { path, value: test.values.join(', ') })
    case 'between':
      return t('rule.words.between', { path, from: String(test.from), to: String(test.to) })
    case 'within_last':
      return t('rule.words.within_last', { path, days: String(test.days) })
    default:
      return t(`rule.words.${test.operator}`, { path, value: String(test.value) })
  }
}

type Interaction = Extract<AudienceCondition, { kind: 'interaction' }>

const interactionWords = (t: Translate, condition: Interaction, names: Names): string => {
  const { action, label, did } = condition
  const words = { campaign: names.get(condition.campaignId) ?? '?', days: String(condition.days) }
  if (action === 'open') return t(did ? 'rule.words.opened' : 'rule.words.notOpened', words)
  if (label === null) return t(did ? 'rule.words.clicked' : 'rule.words.notClicked', words)
  return t(did ? 'rule.words.clickedLink' : 'rule.words.notClickedLink', { ...words, label })
}

const conditionWords = (t: Translate, condition: AudienceCondition, names: Names): string => {
  switch (condition.kind) {
    case 'attribute':
      return testWords(t, condition)
    case 'consent':
      return t(condition.refuses ? 'rule.words.refuses' : 'rule.words.allows', {
        channel: t(`rule.channel.${condition.channel}`),
      })
    case 'message':
      return t(condition.got ? 'rule.words.got' : 'rule.words.notGot', {
        campaign: names.get(condition.campaignId) ?? '?',
        days: String(condition.days),
      })
    case 'interaction':
      return interactionWords(t, condition, names)
    case 'event':
      return t('rule.words.event', {
        type: condition.type,
        times: String(condition.times),
        days: String(condition.days),
      })
    case 'audience':
      return t(condition.member ? 'rule.words.member' : 'rule.words.notMember', {
        audience: names.get(condition.audienceId) ?? '?',
      })
    default:
      return t(condition.value ? 'rule.words.test' : 'rule.words.notTest')
  }
}

/** The sentence; a group without conditions is everybody. */
export const ruleWords = (t: Translate, rule: AudienceRule, names: Names): string => {
  if (!isGroup(rule)) return conditionWords(t, rule, names)
  if (rule.rules.length === 0) return t('rule.words.everybody')
  const parts = rule.rules.map(one => {
    const words = ruleWords(t, one, names)
    return isGroup(one) && one.rules.length > 1 ? `(${words})` : words
  })
  if (rule.kind === 'not') return t('rule.words.none', { parts: parts.join(` ${t('rule.words.or')} `) })
  return parts.join(` ${t(rule.kind === 'and' ? 'rule.words.and' : 'rule.words.or')} `)
}
