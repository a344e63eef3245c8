/** Transports of the native API: a connection to one provider each. Secrets are written, never read back. */
import { type Static, type TOptional, type TSchema, Type } from 'typebox'
import type { CampaignChannel } from './channels.ts'
import { PACE } from './pace.ts'
import { PushSettings } from './push-transports.ts'
import { choice, closed, Id, listOf, nullable } from './shapes.ts'
import { CustomSmsSettings, InfobipSettings, SinchSettings, TwilioSettings } from './sms-transports.ts'

/** How the line to a mail server is kept secret: never, when it can be, by STARTTLS or not at all, from the first byte. */
export const SMTP_SECURITIES = ['none', 'opportunistic', 'starttls', 'tls'] as const
/** The oldest TLS that is taken. */
export const TLS_VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const

/**
 * Settings of an SMTP transport. `ca`: the certificate (PEM) of a private authority that the server's own must come from.
 * With `opportunistic`, a certificate is looked at only where there is a log-in or a `ca`.
 */
export const SmtpSettings = closed({
  host: Type.String({ minLength: 1, maxLength: 255 }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  security: choice(SMTP_SECURITIES),
  minimumTls: Type.Optional(choice(TLS_VERSIONS)),
  ca: Type.Optional(nullable(Type.String({ maxLength: 20_000 }))),
  user: Type.Optional(nullable(Type.String({ maxLength: 200 }))),
  password: Type.Optional(nullable(Type.String({ maxLength: 1_000 }))),
  ...PACE,
})
/** Settings of an SMTP transport. */
export type SmtpSettings = Static<typeof SmtpSettings>

/**
 * Settings of an Amazon SES transport (API v2). `configurationSet` chooses the pool of addresses there and where events go.
 * `endpoint`: another address than that of the region, such as a private one in a VPC.
 */
export const SesSettings = closed({
  region: Type.String({ pattern: '^[a-z]{2}(?:-[a-z]+)+-\\d$' }),
  accessKeyId: Type.String({ minLength: 10, maxLength: 128, pattern: '^\\w+$' }),
  secretAccessKey: Type.Optional(nullable(Type.String({ maxLength: 200 }))),
  configurationSet: Type.Optional(
    nullable(Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\w-]+$' })),
  ),
  endpoint: Type.Optional(nullable(Type.String({ maxLength: 500 }))),
  ...PACE,
})
/** Settings of an Amazon SES transport. */
export type SesSettings = Static<typeof SesSettings>

/**
 * Settings of a SendGrid transport (API v3). `ipPool`: the pool of addresses there. `region`: where the account lives.
 * `dkimSelector`: the one that was chosen when the domain was authenticated there, for the live checks; null: SendGrid's own.
 */
export const SendgridSettings = closed({
  region: choice(['global', 'eu']),
  apiKey: Type.Optional(nullable(Type.String({ maxLength: 200 }))),
  ipPool: Type.Optional(nullable(Type.String({ minLength: 2, maxLength: 64 }))),
  dkimSelector: Type.Optional(
    nullable(Type.String({ pattern: '^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$' })),
  ),
  endpoint: Type.Optional(nullable(Type.String({ maxLength: 500 }))),
  ...PACE,
})
/** Settings of a SendGrid transport. */
export type SendgridSettings = Static<typeof SendgridSettings>

interface Provider {
  readonly channel: CampaignChannel
  readonly settings: TSchema
  readonly secrets: readonly string[]
}

/**
 * The providers there are: the channel that each is of, its settings, and which members of them are secret, as paths of one
 * or two steps. A new provider has an entry here, and the compiler then names every place that needs one.
 */
export const PROVIDERS = {
  smtp: { channel: 'email', settings: SmtpSettings, secrets: ['password'] },
  ses: { channel: 'email', settings: SesSettings, secrets: ['secretAccessKey'] },
  sendgrid: { channel: 'email', settings: SendgridSettings, secrets: ['apiKey'] },
  twilio: { channel: 'sms', settings: TwilioSettings, secrets: ['authToken', 'keySecret'] },
  sinch: { channel: 'sms', settings: SinchSettings, secrets: ['apiToken', 'webhookSecret'] },
  infobip: { channel: 'sms', settings: InfobipSettings, secrets: ['apiKey'] },
  custom_sms: {
    channel: 'sms',
    settings: CustomSmsSettings,
    secrets: [
      ...['auth.value', 'auth.password', 'auth.token', 'auth.secret', 'auth.clientSecret'],
      ...['key', 'signatureSecret'],
    ],
  },
  push: {
    channel: 'push',
    settings: PushSettings,
    secrets: ['fcm.serviceAccount', 'apns.key', 'web.privateKey'],
  },
} as const satisfies Record<string, Provider>
/** A provider. */
export type ProviderKind = keyof typeof PROVIDERS
/** All of them. */
export const PROVIDER_KINDS = Object.keys(PROVIDERS) as ProviderKind[]
/** The settings by provider. */
export type SettingsByProvider = { readonly [K in ProviderKind]: Static<(typeof PROVIDERS)[K]['settings']> }

/** A kind of transport. The `sandbox_` ones speak the same protocol to a stand-in here, and end on the Inbox page. */
export type TransportKind = ProviderKind | `sandbox_${ProviderKind}`
/** The kinds of transports: first those that end on the Inbox page. */
export const TRANSPORT_KINDS: readonly TransportKind[] = [
  ...PROVIDER_KINDS.map(kind => `sandbox_${kind}` as const),
  ...PROVIDER_KINDS,
]

/** Whether messages over it end on the Inbox page. */
export const isSandboxTransport = (kind: TransportKind): boolean => kind.startsWith('sandbox_')
/** The provider that a kind is of, or stands in for. */
export const providerOf = (kind: TransportKind): ProviderKind => kind.replace(/^sandbox_/, '') as ProviderKind
/** The kinds of the Inbox transports that a sandbox begins with, one for each channel. */
export const OWN_KINDS = ['sandbox_smtp', 'sandbox_twilio', 'sandbox_push'] as const
/** Whether a kind is one of those; the last transport of such a kind cannot be removed. */
export const isOwnOfSandbox = (kind: TransportKind): boolean => OWN_KINDS.some(one => one === kind)
/** The paths of the secret members of a provider's settings. */
export const secretsOf = (provider: ProviderKind): readonly string[] => PROVIDERS[provider].secrets
/** The channel whose messages go over a kind of transport. */
export const channelOfTransport = (kind: TransportKind): CampaignChannel =>
  PROVIDERS[providerOf(kind)].channel

type ProviderMembers<Of extends 'stored' | 'written'> = {
  readonly [K in ProviderKind]: Of extends 'stored'
    ? ReturnType<typeof nullable<(typeof PROVIDERS)[K]['settings']>>
    : TOptional<(typeof PROVIDERS)[K]['settings']>
}
const members = (of: (settings: TSchema) => TSchema): Record<string, TSchema> =>
  Object.fromEntries(PROVIDER_KINDS.map(kind => [kind, of(PROVIDERS[kind].settings)]))

/**
 * A connection to one provider; the settings are those of its kind, the others null. `storedSecrets`: the paths of the secrets
 * that are stored, such as `password`; their values are never shown.
 */
export const Transport = closed({
  id: Id,
  name: Type.String(),
  kind: choice(TRANSPORT_KINDS),
  storedSecrets: Type.Array(Type.String()),
  ...(members(nullable) as ProviderMembers<'stored'>),
})
/** A connection to one provider. */
export type Transport = Static<typeof Transport>

/**
 * `POST /api/v1/transports` and `PUT /api/v1/transports/{id}`: a name, the kind (left out: `smtp`), and its settings. A
 * secret that is left out stays as it is stored. The kind of a transport does not change.
 */
export const TransportWrite = closed({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  kind: Type.Optional(choice(TRANSPORT_KINDS)),
  ...(members(Type.Optional) as ProviderMembers<'written'>),
})
/** The body of that name. */
export type TransportWrite = Static<typeof TransportWrite>
/** Transports, by name. */
export const TransportList = listOf(Transport)
