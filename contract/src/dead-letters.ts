/** Dead letters: messages that failed for good, or of which nobody can say whether they left; and what a person does. */
import { type Static, Type } from 'typebox'
import { CAMPAIGN_STATUSES } from './campaigns.ts'
import { MessageSummary, TimelineStep } from './executions.ts'
import { Identity } from './people.ts'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/**
 * Which dead letters: all filters together. `transportId` and `code` are those of the last attempt; `from` (included)
 * and `to` (not included) are about the moment when the message became a dead letter.
 */
export const DeadLetterFilter = closed({
  state: Type.Optional(choice(['failed', 'unknown'])),
  reason: Type.Optional(Type.String({ maxLength: 100 })),
  campaignId: Type.Optional(Type.String()),
  executionId: Type.Optional(Type.String()),
  transportId: Type.Optional(Type.String()),
  code: Type.Optional(Type.String({ maxLength: 50 })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
})
/** Which dead letters. */
export type DeadLetterFilter = Static<typeof DeadLetterFilter>

/**
 * A dead letter with the provider's last words, whose attempt may be of an older generation. One whose `expiresAt` has
 * passed cannot be re-driven: it would be sent too late to be of use.
 */
export const DeadLetter = closed({
  ...MessageSummary.properties,
  expiresAt: nullable(Instant),
  transport: nullable(Type.String()),
  code: nullable(Type.String()),
  answer: nullable(Type.String()),
  discardedAt: nullable(Instant),
  discardedBy: nullable(Type.String()),
})
/** A dead letter. */
export type DeadLetter = Static<typeof DeadLetter>

/** `GET /api/v1/dead-letters`, newest first; with `discarded=true` those that were put away, and only those. */
export const DeadLetterListQuery = listQuery({
  ...DeadLetterFilter.properties,
  discarded: Type.Optional(Type.Boolean()),
})
/** Dead letters, newest first. */
export const DeadLetterList = listOf(DeadLetter)

/** `GET /api/v1/dead-letters/summary`: how many there are by state, reason and campaign (not discarded). */
export const DeadLetterSummary = closed({
  total: Type.Integer(),
  groups: Type.Array(
    closed({
      state: choice(['failed', 'unknown']),
      reason: nullable(Type.String()),
      reasonText: nullable(Type.String()),
      campaignId: Id,
      campaignName: Type.String(),
      n: Type.Integer(),
    }),
  ),
})
/** How many dead letters there are. */
export type DeadLetterSummary = Static<typeof DeadLetterSummary>

/**
 * `POST /api/v1/dead-letters/redrive` and `/discard`: exactly one of the two. `filter` means what the list shows for it
 * (nothing that was discarded), at most 10,000 in one call.
 */
export const DeadLetterAction = closed({
  messageIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 1_000 })),
  filter: Type.Optional(DeadLetterFilter),
})
/** Which dead letters to act on. */
export type DeadLetterAction = Static<typeof DeadLetterAction>
/**
 * How many were acted on. `skipped` were asked for and left as they are: expired ones (a re-drive only), and named ones
 * that are no dead letters (any more). `remaining`: the filter finds more than one call takes; call again.
 */
export const DeadLetterActed = closed({
  acted: Type.Integer(),
  skipped: Type.Integer(),
  remaining: Type.Boolean(),
})
/** How many were acted on. */
export type DeadLetterActed = Static<typeof DeadLetterActed>

/** `POST /api/v1/messages/{id}/settle`: what a person knows of an unknown message, and from where (answers its summary). */
export const MessageSettle = closed({
  state: choice(['sent', 'failed']),
  detail: Type.String({ minLength: 1, maxLength: 500 }),
})
/** Evidence about an unknown message. */
export type MessageSettle = Static<typeof MessageSettle>

/**
 * `GET /api/v1/why?campaign=…&namespace=…&value=…`: every message of a campaign to a person, newest first. `campaign`
 * is an id or an exact name.
 */
export const WhyQuery = closed({
  campaign: Type.String({ minLength: 1, maxLength: 200 }),
  namespace: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ minLength: 1, maxLength: 512 }),
})
/** Who asks about whom. */
export type WhyQuery = Static<typeof WhyQuery>

/** What `why` concludes, from the newest message or from there being none. */
export const WHY_CONCLUSIONS = [
  'sent',
  'excluded',
  'failed',
  'cancelled',
  'unknown',
  'held',
  'waiting',
  'in_progress',
  'never_live',
  'no_calls',
  'no_call_for_person',
] as const

/**
 * The answer to "why did this person (not) get it?". `campaigns` are all of that name. `person` is looked up with all
 * identities of the profile, if there is one. `messages` are the newest 50 with their stories. `conclusion` is a
 * sentence in English; `conclusionCode` is for programs: a state of the newest message (`waiting`: ready;
 * `in_progress`: a worker has it), `never_live`: no version was ever activated, `no_calls`: no call for anybody was
 * accepted, `no_call_for_person`: calls were, but none for this person.
 */
export const Why = closed({
  campaigns: Type.Array(
    closed({
      campaignId: Id,
      campaignName: Type.String(),
      status: choice(CAMPAIGN_STATUSES),
      everLive: Type.Boolean(),
    }),
  ),
  person: closed({
    namespace: Type.String(),
    value: Type.String(),
    profileId: nullable(Id),
    identities: Type.Array(Identity),
  }),
  messages: Type.Array(closed({ ...MessageSummary.properties, timeline: Type.Array(TimelineStep) })),
  conclusion: Type.String(),
  conclusionCode: choice(WHY_CONCLUSIONS),
})
/** The answer to "why did this person (not) get it?". */
export type Why = Static<typeof Why>
