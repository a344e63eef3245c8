/** What people wrote to our numbers, and where providers call. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'

/** What a message that came in asked for; `nearly_opt_out`: it looks like an opt-out; `none`: no word that is understood. */
export const SMS_INBOUND_KINDS = [
  'opt_in',
  'opt_out',
  'double_opt_in',
  'help',
  'custom',
  'nearly_opt_out',
  'none',
] as const
/** What a message that came in asked for. */
export type SmsInboundKind = (typeof SMS_INBOUND_KINDS)[number]
/** Where its answer stands; `failed` also where nobody can say whether it was sent. */
export const SMS_ANSWER_STATES = ['none', 'waiting', 'sending', 'sent', 'failed'] as const
/** Where its answer stands. */
export type SmsAnswerState = (typeof SMS_ANSWER_STATES)[number]

/** A message that came in. `number`: who wrote; `sender`: our number. */
export const SmsInboundMessage = closed({
  id: Id,
  transportId: Id,
  number: Type.String(),
  sender: Type.String(),
  text: Type.String(),
  kind: choice(SMS_INBOUND_KINDS),
  keyword: Type.String(),
  profileId: nullable(Id),
  messageId: nullable(Id),
  answer: Type.String(),
  answerState: choice(SMS_ANSWER_STATES),
  answerSaid: Type.String(),
  at: Instant,
  receivedAt: Instant,
})
/** A message that came in. */
export type SmsInboundMessage = Static<typeof SmsInboundMessage>
/** Filters. */
export const SmsInboundQuery = listQuery({
  kind: Type.Optional(choice(SMS_INBOUND_KINDS)),
  number: Type.Optional(Type.String({ maxLength: 40 })),
})
/** Messages that came in, newest first. */
export const SmsInboundList = listOf(SmsInboundMessage)

/** `GET /api/v1/transports/{id}/calls`: the address for a provider's calls, and whether the provider can reach it. */
export const TransportCalls = closed({ url: Type.String(), reachable: Type.Boolean() })
/** The address for a provider's calls. */
export type TransportCalls = Static<typeof TransportCalls>

/** A short link of a message, which can be followed for thirty days. */
export const ShortLink = closed({
  url: Type.String(),
  clicks: Type.Integer(),
  firstClickAt: nullable(Instant),
  lastClickAt: nullable(Instant),
})
/** A short link of a message. */
export type ShortLink = Static<typeof ShortLink>
/** `GET /api/v1/messages/{id}/short-links`. */
export const ShortLinkList = listOf(ShortLink)
