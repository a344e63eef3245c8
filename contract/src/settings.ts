/** Log-in, API clients, sandboxes, transports and channel configurations of the native API. */
import { type Static, type TSchema, Type } from 'typebox'
import { UNSUBSCRIBE_LEVELS } from './consent.ts'
import {
  ABOUT_CONFIGURATION,
  CONFIGURATION_STATUSES,
  ConfigurationChecks,
  EMAIL_SENDING,
  MAX_FALLBACKS,
} from './email-sending.ts'
import { PUSH_SENDING, PUSH_SENDING_OPTIONAL } from './push-sending.ts'
import { byChannel, choice, closed, Id, Instant, listOf, nullable } from './shapes.ts'
import { SMS_SENDING, SMS_SENDING_OPTIONAL } from './sms-sending.ts'

/** A sandbox: it isolates every resource. */
export const Sandbox = closed({
  id: Id,
  name: Type.String(),
  production: Type.Boolean(),
  testClock: Type.Boolean(),
})
/** A sandbox. */
export type Sandbox = Static<typeof Sandbox>

/** `GET /api/v1/session`: who is logged in. Changing calls carry `csrfToken` in the header `x-csrf-token`. */
export const Session = closed({
  user: closed({ id: Id, name: Type.String() }),
  csrfToken: Type.String(),
  passwordSet: Type.Boolean(),
  organization: Type.String(),
  sandboxes: Type.Array(Sandbox),
})
/** Who is logged in. */
export type Session = Static<typeof Session>

/** `POST /api/v1/session/link`: log-in by the one-time link printed at start. */
export const LinkLogin = closed({ token: Type.String({ minLength: 10, maxLength: 200 }) })
/** `POST /api/v1/session`: log-in by name and password. */
export const PasswordLogin = closed({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  password: Type.String({ minLength: 1, maxLength: 1_000 }),
})
/** `PUT /api/v1/session/password`: sets the name and the password; `current` is needed once one is set. */
export const PasswordChange = closed({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  current: Type.Optional(Type.String({ maxLength: 1_000 })),
  password: Type.String({ minLength: 10, maxLength: 1_000 }),
})

/** An API client: a system that triggers campaigns. */
export const ApiClient = closed({
  clientId: Type.String(),
  name: Type.String(),
  sandboxes: nullable(Type.Array(Type.String())),
  callsPerSecond: nullable(Type.Integer()),
  createdAt: Instant,
  revokedAt: nullable(Instant),
})
/** An API client. */
export type ApiClient = Static<typeof ApiClient>
/** `POST /api/v1/clients`. `sandboxes` null or left out: every sandbox. */
export const ApiClientCreate = closed({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  sandboxes: Type.Optional(nullable(Type.Array(Type.String(), { minItems: 1, maxItems: 100 }))),
  callsPerSecond: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 100_000 }))),
})
/** `PATCH /api/v1/clients/{id}`: how many calls a second the client may make; null: as many as it likes. */
export const ApiClientPatch = closed({
  callsPerSecond: nullable(Type.Integer({ minimum: 1, maximum: 100_000 })),
})
/** The body that changes a client. */
export type ApiClientPatch = Static<typeof ApiClientPatch>
/** The only answer that ever shows the secrets. */
export const ApiClientCreated = closed({
  clientId: Type.String(),
  clientSecret: Type.String(),
  token: Type.String(),
  organization: Type.String(),
  sandboxes: Type.Array(Type.String()),
})
/** Secrets of a new client. */
export type ApiClientCreated = Static<typeof ApiClientCreated>

/** How long a refused message is tried again when a configuration does not say: 84 hours, as long as is allowed. */
export const DEFAULT_RETRY_MINUTES = 5_040

const optional = <T extends Record<string, TSchema>>(members: T) =>
  Type.Partial(Type.Object(members)).properties

const CONFIGURATION = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  transportId: Id,
  fallbackTransportIds: Type.Optional(Type.Array(Id, { maxItems: MAX_FALLBACKS, uniqueItems: true })),
  retryMinutes: Type.Optional(
    Type.Integer({ minimum: 10, maximum: DEFAULT_RETRY_MINUTES, default: DEFAULT_RETRY_MINUTES }),
  ),
  ...optional(ABOUT_CONFIGURATION),
  status: Type.Optional(choice(CONFIGURATION_STATUSES)),
  lastChecks: Type.Optional(ConfigurationChecks),
} as const
// The members that are always there in an answer.
const STORED = {
  id: Id,
  fallbackTransportIds: Type.Array(Id),
  retryMinutes: Type.Integer(),
  ...ABOUT_CONFIGURATION,
  status: choice(CONFIGURATION_STATUSES),
  lastChecks: ConfigurationChecks,
} as const

/**
 * Technical sending parameters of the email channel. A try that failed for now goes on over the fallback transports, in
 * their order, before a message waits; `retryMinutes` begins with a message's first hand-over. `sendToComplaints`:
 * transactional messages also go to addresses that are suppressed for a spam complaint alone. `listUnsubscribe`: marketing
 * mail carries List-Unsubscribe with one click (RFC 8058); `unsubscribeLevel` says what that and the link in content change:
 * the choice for the channel, or for the one address. `bounceDomain`: bounces of each mail go to a signed address in it, which
 * the receiver of this instance takes (docs/feedback.md); null: they go to the sender. `status`: a new one can begin as a
 * `draft` (`submit` follows), else it can be used at once; later on, it and `lastChecks` may be sent back as they were read, and
 * change nothing. The other members: `EMAIL_SENDING`.
 */
export const EmailConfigurationWrite = closed({
  channel: Type.Optional(Type.Literal('email')),
  ...CONFIGURATION,
  fromName: Type.String({ maxLength: 2_000 }),
  fromAddress: Type.String({ minLength: 3, maxLength: 2_000 }),
  replyTo: nullable(Type.String({ maxLength: 2_000 })),
  sendToComplaints: Type.Optional(Type.Boolean({ default: false })),
  listUnsubscribe: Type.Optional(Type.Boolean({ default: true })),
  unsubscribeLevel: Type.Optional(choice(UNSUBSCRIBE_LEVELS)),
  bounceDomain: Type.Optional(nullable(Type.String({ maxLength: 190 }))),
  ...optional(EMAIL_SENDING),
})
/** An email configuration as written. */
export type EmailConfigurationWrite = Static<typeof EmailConfigurationWrite>
/** An email configuration. */
export const EmailChannelConfiguration = closed({
  ...EmailConfigurationWrite.properties,
  channel: Type.Literal('email'),
  ...STORED,
  sendToComplaints: Type.Boolean(),
  listUnsubscribe: Type.Boolean(),
  unsubscribeLevel: choice(UNSUBSCRIBE_LEVELS),
  bounceDomain: nullable(Type.String()),
  ...EMAIL_SENDING,
})
/** An email configuration. */
export type EmailChannelConfiguration = Static<typeof EmailChannelConfiguration>

/** Technical sending parameters of the SMS channel; the members that it does not share with others: `SMS_SENDING`. */
export const SmsConfigurationWrite = closed({
  channel: Type.Literal('sms'),
  ...CONFIGURATION,
  sender: SMS_SENDING.sender,
  ...optional(SMS_SENDING_OPTIONAL),
})
/** An SMS configuration as written. */
export type SmsConfigurationWrite = Static<typeof SmsConfigurationWrite>
/** An SMS configuration. */
export const SmsChannelConfiguration = closed({
  ...CONFIGURATION,
  channel: Type.Literal('sms'),
  ...STORED,
  ...SMS_SENDING,
})
/** An SMS configuration. */
export type SmsChannelConfiguration = Static<typeof SmsChannelConfiguration>

/** Technical sending parameters of the push channel; the members that it does not share with others: `PUSH_SENDING`. */
export const PushConfigurationWrite = closed({
  channel: Type.Literal('push'),
  ...CONFIGURATION,
  apps: PUSH_SENDING.apps,
  ...optional(PUSH_SENDING_OPTIONAL),
})
/** A push configuration as written. */
export type PushConfigurationWrite = Static<typeof PushConfigurationWrite>
/** A push configuration. */
export const PushChannelConfiguration = closed({
  ...CONFIGURATION,
  channel: Type.Literal('push'),
  ...STORED,
  ...PUSH_SENDING,
})
/** A push configuration. */
export type PushChannelConfiguration = Static<typeof PushChannelConfiguration>

/** A channel configuration as written: of the `channel` it names, of email where it names none. The channel of one stays. */
export const ChannelConfigurationWrite = byChannel(
  { email: EmailConfigurationWrite, sms: SmsConfigurationWrite, push: PushConfigurationWrite },
  'email',
)
/** A channel configuration as written. */
export type ChannelConfigurationWrite = Static<typeof ChannelConfigurationWrite>
/** A channel configuration, of any channel. */
export const ChannelConfiguration = Type.Union([
  EmailChannelConfiguration,
  SmsChannelConfiguration,
  PushChannelConfiguration,
])
/** A channel configuration, of any channel. */
export type ChannelConfiguration = Static<typeof ChannelConfiguration>

/** Lists. */
export const ApiClientList = listOf(ApiClient)
export const ChannelConfigurationList = listOf(ChannelConfiguration)
export const SandboxList = listOf(Sandbox)
/** The body of that name. */
export type LinkLogin = Static<typeof LinkLogin>
/** The body of that name. */
export type PasswordLogin = Static<typeof PasswordLogin>
/** The body of that name. */
export type PasswordChange = Static<typeof PasswordChange>
/** The body of that name. */
export type ApiClientCreate = Static<typeof ApiClientCreate>
