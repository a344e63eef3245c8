/** Transports of the native API: a connection to one provider each. Secrets are written, never read back. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, listOf, nullable } from './shapes.ts'

const DomainLimit = closed({
  domain: Type.String({ minLength: 1, maxLength: 253 }),
  ratePerSecond: Type.Optional(nullable(Type.Number({ minimum: 0.01, maximum: 10_000 }))),
  connections: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 100 }))),
})

/**
 * How fast a transport may be. `connections`: messages on their way at once, in each worker. A domain of recipients may
 * have a rate of its own, and fewer connections.
 */
const PACE = {
  connections: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  ratePerSecond: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 10_000 }))),
  domainLimits: Type.Optional(Type.Array(DomainLimit, { maxItems: 100 })),
}

/** How the line to a mail server is kept secret: never, when it can be, by STARTTLS or not at all, from the first byte. */
export const SMTP_SECURITIES = ['none', 'opportunistic', 'starttls', 'tls'] as const
/** The oldest TLS that is taken. */
export const TLS_VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const

/**
 * Settings of an SMTP transport. `ca`: the certificate (PEM) of a private authority that the server's own must come from.
 * With `opportunistic`, a certificate is looked at only where there is a log-in.
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

/** Settings of a SendGrid transport (API v3). `ipPool`: the pool of addresses there. `region`: where the account lives. */
export const SendgridSettings = closed({
  region: choice(['global', 'eu']),
  apiKey: Type.Optional(nullable(Type.String({ maxLength: 200 }))),
  ipPool: Type.Optional(nullable(Type.String({ minLength: 2, maxLength: 64 }))),
  endpoint: Type.Optional(nullable(Type.String({ maxLength: 500 }))),
  ...PACE,
})
/** Settings of a SendGrid transport. */
export type SendgridSettings = Static<typeof SendgridSettings>

/** The kinds of transports. The `sandbox_` ones speak the same protocol to a stand-in here, and end on the Inbox page. */
export const TRANSPORT_KINDS = [
  'sandbox_smtp',
  'sandbox_ses',
  'sandbox_sendgrid',
  'smtp',
  'ses',
  'sendgrid',
] as const
/** A kind of transport. */
export type TransportKind = (typeof TRANSPORT_KINDS)[number]

/** Whether mail over it ends on the Inbox page. */
export const isSandboxTransport = (kind: TransportKind): boolean => kind.startsWith('sandbox_')

/** A connection to one provider; the settings are those of its kind, the others null. */
export const Transport = closed({
  id: Id,
  name: Type.String(),
  kind: choice(TRANSPORT_KINDS),
  smtp: nullable(SmtpSettings),
  ses: nullable(SesSettings),
  sendgrid: nullable(SendgridSettings),
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
  smtp: Type.Optional(SmtpSettings),
  ses: Type.Optional(SesSettings),
  sendgrid: Type.Optional(SendgridSettings),
})
/** The body of that name. */
export type TransportWrite = Static<typeof TransportWrite>
/** Transports, by name. */
export const TransportList = listOf(Transport)
