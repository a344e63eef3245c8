/** Rule sets of the native API: how many marketing messages a person gets, and when none goes out. */
import { type Static, type TSchema, Type } from 'typebox'
import { byKind, choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** The most custom rule sets that may be active in a sandbox at once. */
export const MAX_ACTIVE_RULE_SETS = 10
/** The most rules of a set. */
export const MAX_RULES = 20
/** The most periods of a quiet hours rule. */
export const MAX_QUIET_PERIODS = 5
/** The longest that a message waits for the end of quiet hours. */
export const MAX_QUIET_WAIT_DAYS = 7
/** The name of the set that every sandbox has. */
export const GLOBAL_RULE_SET = 'Global Default Rule Set'

/** The channels that rules speak of. */
export const RULE_CHANNELS = ['email', 'sms', 'push'] as const
/** A channel that rules speak of. */
export type RuleChannel = (typeof RULE_CHANNELS)[number]
/** The days of a week, as the calendar of caps has them: the week begins on Sunday. */
export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const
/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number]
/** How far `every` goes for each period. */
export const MOST_EVERY = { hour: 23, day: 30, week: 4, month: 3 } as const
/** The periods of a cap: calendar windows in UTC. */
export const CAP_PERIODS = ['hour', 'day', 'week', 'month'] as const
/** The states of a rule set. Only an active one is in force. */
export const RULE_SET_STATUSES = ['draft', 'active', 'inactive'] as const
/** A state of a rule set. */
export type RuleSetStatus = (typeof RULE_SET_STATUSES)[number]

const Name = Type.String({ minLength: 1, maxLength: 200 })
const Channels = Type.Array(choice(RULE_CHANNELS), { minItems: 1, maxItems: 3, uniqueItems: true })
const Time = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })
const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })
/** From (included) to (not included), on the clock of the zone; past midnight when `to` is not after `from`. Null: all day. */
const Hours = nullable(closed({ from: Time, to: Time }))

const Weekly = closed({
  kind: choice(['weekly']),
  days: Type.Array(choice(WEEKDAYS), { minItems: 1, maxItems: 7, uniqueItems: true }),
  hours: Hours,
})
const Dates = closed({ kind: choice(['dates']), from: Day, to: Day, hours: Hours })
const FixedZone = closed({
  kind: choice(['fixed']),
  zone: Type.String({ minLength: 1, maxLength: 64 }),
})
const RecipientZone = closed({ kind: choice(['recipient']) })

/** When it is quiet: on days of every week, or on dates (both included); a period past midnight is of the day it begins. */
export type QuietPeriod = Static<typeof Weekly> | Static<typeof Dates>
/** Whose clock is meant. `recipient`: the `timeZone` of the profile; who has none has no quiet hours. */
export type QuietTimeZone = Static<typeof FixedZone> | Static<typeof RecipientZone>

const capping = <T extends TSchema>(id: T) =>
  closed({
    id,
    kind: choice(['capping']),
    name: Name,
    count: Type.Integer({ minimum: 1, maximum: 1_000 }),
    period: choice(CAP_PERIODS),
    every: Type.Integer({ minimum: 1, maximum: 30 }),
    channels: Channels,
  })
const quietHours = <I extends TSchema, Z extends TSchema, P extends TSchema>(id: I, timeZone: Z, period: P) =>
  closed({
    id,
    kind: choice(['quiet_hours']),
    name: Name,
    channels: Channels,
    timeZone,
    periods: Type.Array(period, { minItems: 1, maxItems: MAX_QUIET_PERIODS }),
    action: choice(['queue', 'discard']),
  })

const CappingRule = capping(Id)
const QuietHoursRule = quietHours(Id, Type.Union([FixedZone, RecipientZone]), Type.Union([Weekly, Dates]))
/** A cap: at most `count` messages to a person over the channels together, in each calendar window of `every` periods (UTC). */
export type CappingRule = Static<typeof CappingRule>
/** Quiet hours: what is due then waits until they end, or is discarded. */
export type QuietHoursRule = Static<typeof QuietHoursRule>
/** A rule of a set. */
export type Rule = CappingRule | QuietHoursRule

/** A rule as it is written: with the id of the rule that it replaces, whose counts go on, or without one. */
export const RuleWrite = byKind({
  capping: capping(Type.Optional(Id)),
  quiet_hours: quietHours(
    Type.Optional(Id),
    byKind({ fixed: FixedZone, recipient: RecipientZone }),
    byKind({ weekly: Weekly, dates: Dates }),
  ),
})
/** A rule as it is written. */
export type RuleWrite = Static<typeof RuleWrite>

const Description = Type.String({ maxLength: 2_000 })
const Rules = Type.Array(RuleWrite, { maxItems: MAX_RULES })

/** `POST /api/v1/rule-sets`: makes a draft. */
export const RuleSetCreate = closed({
  name: Name,
  description: Type.Optional(Description),
  rules: Type.Optional(Rules),
})
/** The body that makes a rule set. */
export type RuleSetCreate = Static<typeof RuleSetCreate>

/** `PATCH /api/v1/rule-sets/{id}`: the members to change, and the revision they were read at (optional). `rules` replaces them all. */
export const RuleSetPatch = closed({
  name: Type.Optional(Name),
  description: Type.Optional(Description),
  rules: Type.Optional(Rules),
  revision: Type.Optional(Type.Integer()),
})
/** The body that changes a rule set. */
export type RuleSetPatch = Static<typeof RuleSetPatch>

/** A rule set. The global one holds for every marketing message; others for the campaigns that name them. */
export const RuleSet = closed({
  id: Id,
  name: Type.String(),
  description: Type.String(),
  status: choice(RULE_SET_STATUSES),
  global: Type.Boolean(),
  rules: Type.Array(Type.Union([CappingRule, QuietHoursRule])),
  revision: Type.Integer(),
  createdAt: Instant,
  createdBy: Type.String(),
  modifiedAt: Instant,
  modifiedBy: Type.String(),
})
/** A rule set. */
export type RuleSet = Static<typeof RuleSet>

/** Filters of the list; `search` is a part of the name. */
export const RuleSetListQuery = listQuery({
  status: Type.Optional(choice(RULE_SET_STATUSES)),
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
/** Rule sets, newest first. */
export const RuleSetList = listOf(RuleSet)
