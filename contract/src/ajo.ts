/** AJO's messaging API (execution-api, unitary): bodies as AJO declares them; unknown members are accepted. */
import { type Static, Type } from 'typebox'
import { PushDevice } from './people.ts'
import { RenderedPushContent } from './push-content.ts'
import { MESSAGE_STATES } from './reasons.ts'
import { choice, Instant, JsonObject, nullable } from './shapes.ts'
import { RenderedSmsContent } from './sms.ts'

/** Most recipients of one call. */
export const MAX_RECIPIENTS = 20
/** Most bytes of one recipient's `context`, as UTF-8 JSON ("200 kB"). */
export const MAX_CONTEXT_BYTES = 200_000

/** Addresses that override the profile's. */
export const ChannelData = Type.Object({
  emailAddress: Type.Optional(Type.String({ maxLength: 320 })),
  mobilePhoneNumber: Type.Optional(Type.String({ maxLength: 40 })),
  pushInfo: Type.Optional(
    Type.Object({
      appID: Type.String({ maxLength: 200 }),
      platform: Type.String({ maxLength: 40 }),
      token: Type.String({ maxLength: 4_096 }),
    }),
  ),
})

/** One person of a call: `aep` has (or gets) a profile, `external` is only the address and the data given. */
export const Recipient = Type.Object({
  type: choice(['aep', 'external']),
  userId: Type.String({ minLength: 1, maxLength: 512 }),
  namespace: Type.String({ minLength: 1, maxLength: 100 }),
  mergePolicyName: Type.Optional(Type.String()),
  mergePolicySchema: Type.Optional(Type.String()),
  channelData: Type.Optional(ChannelData),
  profile: Type.Optional(JsonObject),
  context: Type.Optional(JsonObject),
})
/** One person of a call. */
export type Recipient = Static<typeof Recipient>

/** `POST /ajo/im/executions/unitary`. */
export const UnitaryRequest = Type.Object({
  requestId: Type.String({ minLength: 1, maxLength: 256 }),
  campaignId: Type.String({ minLength: 1, maxLength: 100 }),
  recipients: Type.Array(Recipient, { minItems: 1, maxItems: MAX_RECIPIENTS }),
})
/** The body of a unitary call. */
export type UnitaryRequest = Static<typeof UnitaryRequest>

/**
 * `POST /ajo/im/executions/highthroughput`: `external` recipients and context only. A recipient of type `aep` or one that
 * brings a profile is refused.
 */
export const HighThroughputRequest = UnitaryRequest
/** The body of a high-throughput call. */
export type HighThroughputRequest = UnitaryRequest

/** The answer 202: the call is durable. */
export const ExecutionAccepted = Type.Object({
  executionId: Type.String(),
  requestId: Type.String(),
  createdAt: Instant,
  createdBy: Type.String(),
  modifiedAt: Instant,
  modifiedBy: Type.String(),
})
/** The answer of an accepted call. */
export type ExecutionAccepted = Static<typeof ExecutionAccepted>

/** One recipient in the answer of a dry run: what would be sent, or why nothing would. */
export const DryRunRecipient = Type.Object({
  userId: Type.String(),
  namespace: Type.String(),
  outcome: choice(['send', 'excluded', 'failed', 'held', 'cancelled']),
  reason: nullable(Type.String()),
  detail: nullable(Type.String()),
  email: nullable(
    Type.Object({
      from: Type.String(),
      to: Type.String(),
      subject: Type.String(),
      html: Type.String(),
      text: Type.String(),
    }),
  ),
  sms: nullable(Type.Object({ from: Type.String(), to: Type.String(), ...RenderedSmsContent.properties })),
  push: nullable(Type.Object({ devices: Type.Array(PushDevice), ...RenderedPushContent.properties })),
})
/** `?dryRun=true`: nothing is stored, nothing is sent. */
export const DryRunResult = Type.Object({
  dryRun: Type.Literal(true),
  campaignId: Type.String(),
  recipients: Type.Array(DryRunRecipient),
})
/** The answer of a dry run. */
export type DryRunResult = Static<typeof DryRunResult>

/** `GET /ajo/im/executions/unitary/{executionId}` (an extension): every recipient with its state. */
export const UnitaryStatus = Type.Object({
  executionId: Type.String(),
  requestId: nullable(Type.String()),
  campaignId: Type.String(),
  status: choice(['Succeeded', 'InProgress', 'Failed']),
  createdAt: Instant,
  recipients: Type.Array(
    Type.Object({
      messageId: Type.String(),
      userId: Type.String(),
      namespace: Type.String(),
      state: choice(MESSAGE_STATES),
      reason: nullable(Type.String()),
    }),
  ),
})
/** The state of a unitary execution. */
export type UnitaryStatus = Static<typeof UnitaryStatus>

/**
 * `POST /ajo/im/executions/audience`: a marketing campaign to an audience (without one: the campaign's), now or at
 * `schedule.executeAt`. `context` is shared by all members.
 */
export const AudienceRequest = Type.Object({
  requestId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  campaignId: Type.String({ minLength: 1, maxLength: 100 }),
  audience: Type.Optional(Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) })),
  context: Type.Optional(JsonObject),
  schedule: Type.Optional(Type.Object({ executeAt: Type.Optional(Instant) })),
})
/** The body of an audience call. */
export type AudienceRequest = Static<typeof AudienceRequest>

/** The answer 202 to a call without a schedule. */
export const AudienceExecutionAccepted = Type.Object({
  ...ExecutionAccepted.properties,
  requestId: Type.Optional(Type.String()),
})
/** The answer to a call without a schedule. */
export type AudienceExecutionAccepted = Static<typeof AudienceExecutionAccepted>

/** `GET /ajo/im/executions/audience/{executionId}`. */
export const AudienceStatus = Type.Object({
  executionId: Type.String(),
  status: choice(['Succeeded', 'InProgress', 'Failed']),
  createdAt: Instant,
  campaignId: Type.String(),
  audienceId: Type.String(),
  targetedProfileCount: Type.Integer(),
})
/** The state of a run over an audience. */
export type AudienceStatus = Static<typeof AudienceStatus>

/** A schedule as AJO shows it: the answer 202 to a call with `schedule.executeAt`, and of `GET …/schedules/{scheduleId}`. */
export const AudienceSchedule = Type.Object({
  scheduleId: Type.String(),
  scheduleStatus: choice(['Scheduled', 'Triggered']),
  audience: Type.Optional(Type.Object({ id: Type.String() })),
  campaignId: Type.String(),
  executeAt: Instant,
  executionDetails: Type.Optional(AudienceStatus),
})
/** A schedule as AJO shows it. */
export type AudienceSchedule = Static<typeof AudienceSchedule>

/** AJO's error body, with our stable `code` and the pointers added. */
export const AjoError = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  instance: Type.String(),
  errors: Type.Array(Type.Object({ pointer: Type.String(), message: Type.String() })),
  report: Type.Object({ additionalContext: Type.Record(Type.String(), Type.String()) }),
})

/** `POST /ims/token/v3`: OAuth client credentials (form body or JSON). */
export const TokenRequest = Type.Object({
  grant_type: Type.String(),
  client_id: Type.String(),
  client_secret: Type.String(),
  scope: Type.Optional(Type.String()),
})
/** A request for a token. */
export type TokenRequest = Static<typeof TokenRequest>

/** The answer: a signed token of 24 hours. */
export const TokenResponse = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer(),
})
