/** Which rules a campaign's messages are under: those of the global set, and of its own sets that are active. Pure. */
import type { CappingRule, QuietHoursRule, RuleChannel } from '@carillon/contract'
import { type Zone, zoneOf } from '@carillon/template'
import { type QuietSpans, quietSpans } from './calendar.ts'
import type { RuleSetRecord } from './rule-set.store.ts'

/** Quiet hours ready to be asked; without a zone it is the recipient's. */
export interface QuietRule {
  readonly id: string
  readonly name: string
  readonly action: QuietHoursRule['action']
  readonly zone: Zone | undefined
  readonly spans: QuietSpans
}

/** The rules of one campaign and channel. */
export interface RulesInForce {
  readonly caps: readonly CappingRule[]
  readonly quiet: readonly QuietRule[]
}

/** No rules: transactional campaigns have none. */
export const NO_RULES: RulesInForce = { caps: [], quiet: [] }

// A zone that this machine does not know any more silences nobody.
const quietRuleOf = ({ id, name, action, timeZone, periods }: QuietHoursRule): QuietRule[] => {
  const zone = timeZone.kind === 'fixed' ? zoneOf(timeZone.zone) : undefined
  return timeZone.kind === 'fixed' && zone === undefined
    ? []
    : [{ id, name, action, zone, spans: quietSpans(periods) }]
}

/** Of the active sets of a sandbox, the rules that concern a campaign. */
export const rulesInForce = (
  active: readonly RuleSetRecord[],
  campaign: { readonly channel: RuleChannel; readonly ruleSetIds: readonly string[] },
): RulesInForce => {
  const rules = active
    .filter(set => set.global || campaign.ruleSetIds.includes(set.id))
    .flatMap(set => set.rules)
    .filter(rule => rule.channels.includes(campaign.channel))
  if (rules.length === 0) return NO_RULES
  return {
    caps: rules.filter(rule => rule.kind === 'capping'),
    quiet: rules.flatMap(rule => (rule.kind === 'quiet_hours' ? quietRuleOf(rule) : [])),
  }
}
