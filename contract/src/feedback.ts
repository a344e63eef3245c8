/** What later became of messages: events that providers and mail systems report, and the webhooks they post to. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, listOf, nullable } from './shapes.ts'

/**
 * What can be reported of a message. `sent`: another system took it on; `delivered`: the recipient's own did; `denylist`: a
 * push platform knows a device no more, and it gets nothing from now on.
 */
export const FEEDBACK_KINDS = [
  'sent',
  'delivered',
  'delay',
  'bounce',
  'complaint',
  'unsubscribe',
  'not_spam',
  'denylist',
] as const
/** What can be reported of a message. */
export type FeedbackKind = (typeof FEEDBACK_KINDS)[number]
/** Whose report it is. */
export const FEEDBACK_CHANNELS = [
  'smtp',
  'ses',
  'sendgrid',
  'twilio',
  'sinch',
  'infobip',
  'custom_sms',
  'fcm',
  'apns',
  'web_push',
] as const
/** Whose report it is. */
export type FeedbackChannel = (typeof FEEDBACK_CHANNELS)[number]
/** Providers whose webhooks are understood. */
export const FEEDBACK_PROVIDERS = ['ses', 'sendgrid'] as const
/** A provider whose webhooks are understood. */
export type FeedbackProvider = (typeof FEEDBACK_PROVIDERS)[number]

/**
 * A report of a message. `code`, `label` and `class` are AJO's (`messageFailure`), null where nothing went wrong; only
 * `hard` suppresses an address at once. `status` is the enhanced status, `answer` the words of the server.
 */
export const FeedbackFacts = closed({
  kind: choice(FEEDBACK_KINDS),
  source: choice(FEEDBACK_CHANNELS),
  code: nullable(Type.Integer()),
  label: nullable(Type.String()),
  class: nullable(choice(['hard', 'soft', 'ignored', 'admin'])),
  status: Type.String(),
  answer: Type.String(),
  remote: Type.String(),
})
/** A report of a message. */
export type FeedbackFacts = Static<typeof FeedbackFacts>

const Name = Type.String({ minLength: 1, maxLength: 100 })

/**
 * `POST /api/v1/feedback/sources`: a webhook. `topicArn` for `ses`: the one topic of Amazon SNS that is believed.
 * `publicKey` for `sendgrid`: the verification key of the signed event webhook.
 */
export const FeedbackSourceCreate = closed({
  provider: choice(FEEDBACK_PROVIDERS),
  name: Name,
  topicArn: Type.Optional(Type.String({ maxLength: 300 })),
  publicKey: Type.Optional(Type.String({ maxLength: 500 })),
})
/** The body that makes a webhook. */
export type FeedbackSourceCreate = Static<typeof FeedbackSourceCreate>

/** What came in: how many reports, how many that meant nothing here, and how many that could not be believed. */
export const FeedbackTally = closed({
  received: Type.Integer(),
  ignored: Type.Integer(),
  refused: Type.Integer(),
  lastReceivedAt: nullable(Instant),
  lastRefusedAt: nullable(Instant),
})
/** What came in. */
export type FeedbackTally = Static<typeof FeedbackTally>

/** A webhook; `url` is what the provider posts to. `confirmedAt`: when the topic was subscribed (ses). */
export const FeedbackSource = closed({
  id: Id,
  provider: choice(FEEDBACK_PROVIDERS),
  name: Type.String(),
  topicArn: nullable(Type.String()),
  publicKey: nullable(Type.String()),
  url: Type.String(),
  confirmedAt: nullable(Instant),
  createdAt: Instant,
  createdBy: Type.String(),
  ...FeedbackTally.properties,
})
/** A webhook. */
export type FeedbackSource = Static<typeof FeedbackSource>
/** Webhooks, newest first. */
export const FeedbackSourceList = listOf(FeedbackSource)

/**
 * `GET /api/v1/feedback/receiver`: the SMTP receiver of this instance. `port` null: it is off. `domains`: what channel
 * configurations of this sandbox have bounces sent to; `loopMailbox` is the local part that feedback loops report to.
 */
export const FeedbackReceiver = closed({
  port: nullable(Type.Integer()),
  domains: Type.Array(Type.String()),
  loopMailbox: Type.String(),
  ...FeedbackTally.properties,
})
/** The SMTP receiver. */
export type FeedbackReceiver = Static<typeof FeedbackReceiver>
