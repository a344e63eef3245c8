/** Dead letters: messages that failed for good, or of which nobody can say whether they left; and what a person does. */
import { type Static, Type } from 'typebox'
import { MessageSummary } from './executions.ts'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** Which dead letters: all filters together. `domain` is the one of the recipient's address as it was attempted. */
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

/** A dead letter with the provider's last words. */
export const DeadLetter = closed({
  ...MessageSummary.properties,
  transport: nullable(Type.String()),
  code: nullable(Type.String()),
  answer: nullable(Type.String()),
  discardedAt: nullable(Instant),
  discardedBy: nullable(Type.String()),
})
/** A dead letter. */
export type DeadLetter = Static<typeof DeadLetter>

/** `GET /api/v1/dead-letters`, newest first; discarded ones only with `discarded=true`. */
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

/** `POST /api/v1/dead-letters/redrive` and `/discard`: these messages, or all that a filter finds (at most `limit`). */
export const DeadLetterAction = closed({
  messageIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 1_000 })),
  filter: Type.Optional(DeadLetterFilter),
})
/** Which dead letters to act on. */
export type DeadLetterAction = Static<typeof DeadLetterAction>
/** How many were acted on; `remaining` is true when a filter found more than one call takes (10,000). */
export const DeadLetterActed = closed({ acted: Type.Integer(), remaining: Type.Boolean() })
/** How many were acted on. */
export type DeadLetterActed = Static<typeof DeadLetterActed>

/** `GET /api/v1/why?campaign=…&namespace=…&value=…`: every message of a campaign to a person, newest first. */
export const WhyQuery = closed({
  campaign: Type.String({ minLength: 1, maxLength: 200 }),
  namespace: Type.String({ minLength: 1, maxLength: 100 }),
  value: Type.String({ minLength: 1, maxLength: 512 }),
})
/** Who asks about whom. */
export type WhyQuery = Static<typeof WhyQuery>
