/**
 * A rule as SQL: `{ text, values }`, all that comes from outside a parameter. What people did and got is joined as sets
 * of people, so that a query over a million profiles reads each set once, however the conditions are nested; with
 * `each` it is looked up person by person, for few people. Pure.
 */
import type {
  AudienceCondition,
  AudienceRule,
  EventCondition,
  InteractionCondition,
  MessageCondition,
} from '@carillon/contract'
import type { Static } from 'typebox'
import { Fault } from '../lib/fault.ts'
import { daysBefore, type Put, valueTest } from './value-tests.ts'

/** What is known of an audience that a rule names; `rule` null: an upload. */
export interface KnownAudience {
  readonly id: string
  readonly name: string
  readonly rule: AudienceRule | null
}

/** What a rule is compiled with. `audiences` has every audience that is named, however far away. */
export interface CompileFacts {
  readonly sandboxId: string
  readonly now: Date
  readonly audiences: ReadonlyMap<string, KnownAudience>
  readonly each?: boolean
  /** The parameters of a statement that this becomes a part of: the sandbox first; new ones are put behind them. */
  readonly values?: unknown[]
}

/** What goes after `select … from profile p`: joins, and the condition. `values` begin at $1, the sandbox. */
export interface CompiledRule {
  readonly joins: string
  readonly where: string
  readonly values: readonly unknown[]
}

/** The most conditions of a rule with those of the audiences it names. */
export const MAX_CONDITIONS_IN_ALL = 1_000

interface Work {
  readonly facts: CompileFacts
  readonly values: unknown[]
  readonly joins: string[]
  readonly put: Put
  /** The audiences that are being compiled, from the outside in. */
  readonly within: readonly KnownAudience[]
  readonly count: { conditions: number }
}

// A set of people: `select … as profile_id …` with `of`, the column that says whose row it is.
interface PeopleSet {
  readonly from: string
  readonly of: string
  readonly where: string
  readonly times?: string
}

// True of the people of a set. A set has each person once: that is what the grouping is for.
const inSet = (work: Work, { from, of, where, times }: PeopleSet): string => {
  const name = `s${work.joins.length + 1}`
  const each = work.facts.each === true
  const having = times === undefined ? '' : ` having count(*) >= ${times}`
  work.joins.push(
    `left join ${each ? 'lateral ' : ''}(select ${of} as profile_id from ${from} where ${where}${each ? ` and ${of} = p.id` : ''}
      group by ${of}${having}) ${name} on ${name}.profile_id = p.id`,
  )
  return `${name}.profile_id is not null`
}

const not = (sql: string): string => `(not ${sql})`
const negated = (sql: string, isSo: boolean): string => (isSo ? `(${sql})` : not(`(${sql})`))

const CHANNEL_PATHS = {
  email: '{consents,marketing,email,val}',
  sms: '{consents,marketing,sms,val}',
  push: '{consents,marketing,push,val}',
} as const

// The words of a refusal are XDM's; `consent/choice.ts` has them for sending.
const refuses = (channel: keyof typeof CHANNEL_PATHS): string =>
  `(coalesce(p.attributes #>> '{consents,marketing,any,val}' in ('n', 'dn'), false)
    or coalesce(p.attributes #>> '${CHANNEL_PATHS[channel]}' in ('n', 'dn'), false))`

const MESSAGES = `execution e join message m on m.execution_id = e.id join delivery d on d.message_id = m.id
  join identity i on i.sandbox_id = e.sandbox_id
    and hashtextextended(i.namespace || ' ' || i.value, 0)
      = hashtextextended(lower(m.recipient ->> 'namespace') || ' ' || (m.recipient ->> 'userId'), 0)
    and i.namespace = lower(m.recipient ->> 'namespace') and i.value = m.recipient ->> 'userId'`

const gotMessage = (work: Work, { campaignId, days }: Static<typeof MessageCondition>): string =>
  inSet(work, {
    from: MESSAGES,
    of: 'i.profile_id',
    where: `e.sandbox_id = $1 and e.campaign_id = ${work.put(campaignId)}::uuid and e.kind <> 'test' and d.state = 'sent'
      and d.changed_at >= ${work.put(daysBefore(work.facts.now, days))}::timestamptz`,
  })

// One range of an index that holds all that is asked, whatever the size of the campaign.
const didInteract = (work: Work, condition: Static<typeof InteractionCondition>): string => {
  const { campaignId, action, label, days } = condition
  const { now } = work.facts
  const campaign = work.put(campaignId)
  const ofLink =
    label === null
      ? ''
      : ` and x.link_id = any(array(
          select l.link_id from tracked_link l where l.campaign_id = ${campaign}::uuid and l.label = ${work.put(label)}::text))`
  return inSet(work, {
    from: 'interaction x',
    of: 'x.profile_id',
    where: `x.campaign_id = ${campaign}::uuid and x.kind = ${work.put(action)}::text and not x.machine
      and x.last_at >= ${work.put(daysBefore(now, days))}::timestamptz and x.sandbox_id = $1 and x.n > 0
      and x.profile_id is not null${ofLink}`,
  })
}

const didEvent = (work: Work, condition: Static<typeof EventCondition>): string => {
  const { now } = work.facts
  const tests = condition.where.map(test => ` and ${valueTest(test, { tree: 'ev.data', now }, work.put)}`)
  return inSet(work, {
    from: 'person_event ev',
    of: 'ev.profile_id',
    where: `ev.sandbox_id = $1 and ev.type = ${work.put(condition.type)}::text
      and ev.at between ${work.put(daysBefore(now, condition.days))}::timestamptz and ${work.put(now)}::timestamptz${tests.join('')}`,
    times: `${work.put(condition.times)}::int`,
  })
}

const gone = (what: string): Fault => new Fault('resource_state', { detail: what })

const isMember = (work: Work, audienceId: string): string => {
  const known = work.facts.audiences.get(audienceId)
  if (known === undefined) throw gone('The audience refers to an audience that is gone.')
  if (work.within.some(one => one.id === known.id))
    throw gone(`The audience refers to itself: ${[...work.within, known].map(one => one.name).join(' → ')}.`)
  if (known.rule !== null) return ruleText(known.rule, { ...work, within: [...work.within, known] })
  return inSet(work, {
    from: 'audience_member am',
    of: 'am.profile_id',
    where: `am.audience_id = ${work.put(known.id)}::uuid`,
  })
}

const conditionText = (condition: AudienceCondition, work: Work): string => {
  work.count.conditions += 1
  if (work.count.conditions > MAX_CONDITIONS_IN_ALL)
    throw gone(`With the audiences it refers to, the rule has more than ${MAX_CONDITIONS_IN_ALL} conditions.`)
  switch (condition.kind) {
    case 'attribute':
      return valueTest(condition, { tree: 'p.attributes', now: work.facts.now }, work.put)
    case 'consent':
      return negated(refuses(condition.channel), condition.refuses)
    case 'message':
      return negated(gotMessage(work, condition), condition.got)
    case 'interaction':
      return negated(didInteract(work, condition), condition.did)
    case 'event':
      return negated(didEvent(work, condition), true)
    case 'audience':
      return negated(isMember(work, condition.audienceId), condition.member)
    case 'test_profile':
      return negated(`p.attributes @> '{"testProfile":true}'`, condition.value)
  }
}

const ruleText = (rule: AudienceRule, work: Work): string => {
  if (!('rules' in rule)) return conditionText(rule, work)
  const parts = rule.rules.map(one => ruleText(one, work))
  // Of nothing, "all" is true and "any" is false.
  if (parts.length === 0) return rule.kind === 'or' ? 'false' : 'true'
  const joined = `(${parts.join(rule.kind === 'and' ? ' and ' : ' or ')})`
  return rule.kind === 'not' ? not(joined) : joined
}

/** Compiles a rule. Throws a Fault when it names an audience that is gone, or itself, or is too large in all. */
export const compileRule = (rule: AudienceRule, facts: CompileFacts, self?: KnownAudience): CompiledRule => {
  const values = facts.values ?? [facts.sandboxId]
  const joins: string[] = []
  const put: Put = value => `$${values.push(value)}`
  const work = { facts, values, joins, put, within: self ? [self] : [], count: { conditions: 0 } }
  const where = `p.sandbox_id = $1 and ${ruleText(rule, work)}`
  return { joins: joins.join('\n'), where, values }
}
