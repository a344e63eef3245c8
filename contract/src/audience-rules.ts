/**
 * The rule of an audience: a tree of groups and conditions. Every condition is either true or false of a person; one
 * about something that the person does not have is false (`not_equals` and `not_exists` are then true).
 */
import { type Static, Type } from 'typebox'
import { choice, closed, Id } from './shapes.ts'

/** The deepest nesting of a rule; a condition alone has depth 1. */
export const MAX_RULE_DEPTH = 6
/** The most conditions of a rule. */
export const MAX_RULE_CONDITIONS = 100
/** The furthest back that a condition looks, in days. */
export const MAX_RULE_DAYS = 3_650

const DATE =
  '(?!0000)(?:\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))|(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)'
const TIME = 'T(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{1,6})?)?(?:Z|[+-](?:0\\d|1[0-4]):[0-5]\\d)'
/** A date, or a date and time with its offset, that exists. A date alone is its midnight in UTC. */
export const INSTANT_PATTERN = `^${DATE}(?:${TIME})?$`

const Path = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 20 })
const Scalar = Type.Union([Type.String({ maxLength: 2_000 }), Type.Number(), Type.Boolean()])
const Text = Type.String({ minLength: 1, maxLength: 2_000 })
const DateText = Type.String({ pattern: INSTANT_PATTERN })
const Days = Type.Integer({ minimum: 1, maximum: MAX_RULE_DAYS })

/**
 * The tests of a value in a tree, by operator. `path` names members of objects, from the outside in; it does not enter
 * arrays. Texts compare exactly. `contains` is a part of a text, or an element of an array.
 */
export const VALUE_TESTS = {
  equals: closed({ path: Path, operator: Type.Literal('equals'), value: Scalar }),
  not_equals: closed({ path: Path, operator: Type.Literal('not_equals'), value: Scalar }),
  in: closed({
    path: Path,
    operator: Type.Literal('in'),
    values: Type.Array(Scalar, { minItems: 1, maxItems: 1_000 }),
  }),
  contains: closed({ path: Path, operator: Type.Literal('contains'), value: Text }),
  starts_with: closed({ path: Path, operator: Type.Literal('starts_with'), value: Text }),
  greater: closed({ path: Path, operator: Type.Literal('greater'), value: Type.Number() }),
  at_least: closed({ path: Path, operator: Type.Literal('at_least'), value: Type.Number() }),
  less: closed({ path: Path, operator: Type.Literal('less'), value: Type.Number() }),
  at_most: closed({ path: Path, operator: Type.Literal('at_most'), value: Type.Number() }),
  between: closed({
    path: Path,
    operator: Type.Literal('between'),
    from: Type.Number(),
    to: Type.Number(),
  }),
  before: closed({ path: Path, operator: Type.Literal('before'), value: DateText }),
  after: closed({ path: Path, operator: Type.Literal('after'), value: DateText }),
  within_last: closed({ path: Path, operator: Type.Literal('within_last'), days: Days }),
  exists: closed({ path: Path, operator: Type.Literal('exists') }),
  not_exists: closed({ path: Path, operator: Type.Literal('not_exists') }),
} as const
/** The operators of a test. */
export type ValueOperator = keyof typeof VALUE_TESTS
/** A test of one value in a tree. */
export type ValueTest = { [K in ValueOperator]: Static<(typeof VALUE_TESTS)[K]> }[ValueOperator]

/** What a person's profile says. */
export type AttributeCondition = { readonly kind: 'attribute' } & ValueTest

/** Whether the profile refuses marketing, at all or on this channel. Choices for one address alone do not count here. */
export const ConsentCondition = closed({
  kind: Type.Literal('consent'),
  channel: choice(['email', 'sms', 'push']),
  refuses: Type.Boolean(),
})
/** Whether a message of this campaign was sent to the person within the last days; tests do not count. */
export const MessageCondition = closed({
  kind: Type.Literal('message'),
  campaignId: Id,
  got: Type.Boolean(),
  days: Days,
})
/**
 * Whether the person opened a mail of this campaign, or clicked a link in one, within the last days; what machines did
 * does not count. `label`: the label of the link; null: any.
 */
export const InteractionCondition = closed({
  kind: Type.Literal('interaction'),
  campaignId: Id,
  action: choice(['open', 'click']),
  label: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()]),
  did: Type.Boolean(),
  days: Days,
})
/** Whether the person is in another audience. */
export const MembershipCondition = closed({
  kind: Type.Literal('audience'),
  audienceId: Id,
  member: Type.Boolean(),
})
/** Whether the profile is marked as one for tests (`testProfile`). */
export const TestProfileCondition = closed({ kind: Type.Literal('test_profile'), value: Type.Boolean() })

/** The longest type of an event. */
export const EventType = Type.String({ minLength: 1, maxLength: 100 })
/** Whether the person did something at least so often within the last days; `where` tests each event's data. */
export const EventCondition = closed({
  kind: Type.Literal('event'),
  type: EventType,
  times: Type.Integer({ minimum: 1, maximum: 1_000 }),
  days: Days,
  where: Type.Array(Type.Unsafe<ValueTest>({ type: 'object' }), { maxItems: 10 }),
})

/** The conditions beside those on attributes, by kind. */
export const CONDITIONS = {
  consent: ConsentCondition,
  message: MessageCondition,
  interaction: InteractionCondition,
  event: EventCondition,
  audience: MembershipCondition,
  test_profile: TestProfileCondition,
} as const
type ConditionKind = keyof typeof CONDITIONS
/** A leaf of a rule. */
export type AudienceCondition =
  | AttributeCondition
  | { [K in ConditionKind]: Static<(typeof CONDITIONS)[K]> }[ConditionKind]

/** All of the rules hold, any of them, or none of them. */
export interface AudienceGroup {
  readonly kind: 'and' | 'or' | 'not'
  readonly rules: readonly AudienceRule[]
}
/** A group or a condition. */
export type AudienceRule = AudienceGroup | AudienceCondition

/** A rule as the API takes it; its members are checked one by one, so that each mistake has its own pointer. */
export const AudienceRule = Type.Unsafe<AudienceRule>({
  type: 'object',
  description:
    'A group { kind: "and" | "or" | "not", rules } or a condition of kind attribute, consent, message, interaction, event, audience or test_profile.',
  required: ['kind'],
  properties: { kind: { type: 'string' } },
})
