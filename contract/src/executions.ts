/** Executions and messages of the native API: what was accepted, and what became of every person. */
import { type Static, Type } from 'typebox'
import { FeedbackFacts } from './feedback.ts'
import { Hold } from './holds.ts'
import { MESSAGE_STATES } from './reasons.ts'
import { AudienceRun } from './schedules.ts'
import { choice, closed, Id, Instant, JsonObject, listOf, listQuery, nullable } from './shapes.ts'
import { InteractionFacts } from './tracking.ts'

/** Counts of an execution; `accepted` is the sum of all others. */
export const Counts = closed({
  accepted: Type.Integer(),
  sent: Type.Integer(),
  excluded: Type.Integer(),
  failed: Type.Integer(),
  cancelled: Type.Integer(),
  unknown: Type.Integer(),
  open: Type.Integer(),
})
/** Counts of an execution. */
export type Counts = Static<typeof Counts>

/** A row of the execution list. `executionId` is the id that the trigger answered (`UMA-…`). */
export const ExecutionSummary = closed({
  executionId: Type.String(),
  campaignId: Id,
  campaignName: Type.String(),
  campaignVersion: nullable(Type.Integer()),
  kind: choice(['unitary', 'highthroughput', 'audience', 'test']),
  requestId: nullable(Type.String()),
  createdAt: Instant,
  createdBy: Type.String(),
  finished: Type.Boolean(),
  counts: Counts,
})
/** A row of the execution list. */
export type ExecutionSummary = Static<typeof ExecutionSummary>

/** A row of a message list. */
export const MessageSummary = closed({
  messageId: Id,
  executionId: Type.String(),
  campaignId: Id,
  campaignName: Type.String(),
  channel: Type.String(),
  userId: Type.String(),
  namespace: Type.String(),
  state: choice(MESSAGE_STATES),
  reason: nullable(Type.String()),
  reasonText: nullable(Type.String()),
  attempt: Type.Integer(),
  dueAt: Instant,
  changedAt: Instant,
})
/** A row of a message list. */
export type MessageSummary = Static<typeof MessageSummary>

/**
 * `GET /api/v1/executions/{executionId}`: the execution and its first recipients with their states (200 at most; the
 * rest by `GET /api/v1/messages?executionId=…`). `holds` are the pauses, stops and cancels that concern it now; `run` is how
 * far a run over an audience is.
 */
export const Execution = closed({
  ...ExecutionSummary.properties,
  messages: Type.Array(MessageSummary),
  holds: Type.Array(Hold),
  run: nullable(AudienceRun),
})
/** One execution. */
export type Execution = Static<typeof Execution>

/**
 * One step of a message's story, oldest first: `accepted`, `held`, `released`, `attempt` (a hand-over and the
 * provider's answer), `refused` (left out or failed before any hand-over), `redriven`, `discarded`, `cancelled`,
 * `settled` (later evidence about an unknown one), `feedback` (what a provider reported later), `interaction` (what was
 * done with it: the first time), `waiting` (due later), `expires`. `text` is a sentence for a person.
 */
export const TimelineStep = closed({
  at: Instant,
  kind: choice([
    'accepted',
    'held',
    'released',
    'attempt',
    'refused',
    'redriven',
    'discarded',
    'cancelled',
    'settled',
    'feedback',
    'interaction',
    'waiting',
    'expires',
  ]),
  generation: Type.Integer(),
  state: nullable(choice(MESSAGE_STATES)),
  reason: nullable(Type.String()),
  reasonText: nullable(Type.String()),
  text: Type.String(),
  detail: Type.String(),
  actor: Type.String(),
  attempt: nullable(
    closed({
      n: Type.Integer(),
      endedAt: Instant,
      transport: nullable(Type.String()),
      outcome: Type.String(),
      code: Type.String(),
      answer: Type.String(),
    }),
  ),
  feedback: nullable(FeedbackFacts),
  interaction: nullable(InteractionFacts),
})
/** One step of a message's story. */
export type TimelineStep = Static<typeof TimelineStep>

/** One hand-over of a message and the provider's own answer. */
export const Attempt = closed({
  generation: Type.Integer(),
  n: Type.Integer(),
  startedAt: Instant,
  endedAt: Instant,
  transport: nullable(Type.String()),
  outcome: Type.String(),
  code: Type.String(),
  answer: Type.String(),
  metadata: nullable(JsonObject),
})
/** One hand-over. */
export type Attempt = Static<typeof Attempt>

/** `GET /api/v1/messages/{id}`: one message, its data and its attempts. */
export const Message = closed({
  ...MessageSummary.properties,
  acceptedAt: Instant,
  expiresAt: nullable(Instant),
  recipient: JsonObject,
  context: JsonObject,
  attempts: Type.Array(Attempt),
  timeline: Type.Array(TimelineStep),
  discardedAt: nullable(Instant),
  inboxId: nullable(Id),
})
/** One message. */
export type Message = Static<typeof Message>

/** Filters of the execution list. */
export const ExecutionListQuery = listQuery({ campaignId: Type.Optional(Type.String()) })
/** Filters of the message list. */
export const MessageListQuery = listQuery({
  campaignId: Type.Optional(Type.String()),
  executionId: Type.Optional(Type.String()),
  state: Type.Optional(choice(MESSAGE_STATES)),
  reason: Type.Optional(Type.String({ maxLength: 100 })),
})
/** `GET /api/v1/profiles/{id}/messages`: every message to a person, whatever identity it went to. */
export const ProfileMessageListQuery = listQuery({ state: Type.Optional(choice(MESSAGE_STATES)) })
/** Executions, newest first. */
export const ExecutionList = listOf(ExecutionSummary)
/** Messages, newest first. */
export const MessageList = listOf(MessageSummary)
