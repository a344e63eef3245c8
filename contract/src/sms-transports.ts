/** Settings of the transports of short messages. Secrets are written, never read back. */
import { type Static, Type } from 'typebox'
import { PACE } from './pace.ts'
import { byKind, choice, closed, JsonObject, nullable } from './shapes.ts'

const Secret = Type.Optional(nullable(Type.String({ maxLength: 1_000 })))
const Endpoint = Type.Optional(nullable(Type.String({ maxLength: 500 })))
const Sid = (prefix: string) => Type.String({ pattern: `^${prefix}[0-9a-zA-Z]{2,60}$` })

/**
 * Settings of a Twilio transport. `keySid`: a key of its own in the place of the account's token, with its secret in
 * `keySecret`; `authToken` signs what Twilio posts to us, with or without a key. `messagingServiceSid`: the
 * service whose settings count; the configuration's sender has to be in its pool.
 */
export const TwilioSettings = closed({
  accountSid: Sid('AC'),
  authToken: Secret,
  keySid: Type.Optional(nullable(Sid('SK'))),
  keySecret: Secret,
  messagingServiceSid: Type.Optional(nullable(Sid('MG'))),
  endpoint: Endpoint,
  ...PACE,
})
/** Settings of a Twilio transport. */
export type TwilioSettings = Static<typeof TwilioSettings>

/** Settings of a Sinch transport (SMS REST API). `webhookSecret`: what Sinch signs its calls with, where that is agreed on. */
export const SinchSettings = closed({
  region: choice(['us', 'eu', 'au', 'br', 'ca']),
  servicePlanId: Type.String({ minLength: 1, maxLength: 100 }),
  apiToken: Secret,
  webhookSecret: Secret,
  endpoint: Endpoint,
  ...PACE,
})
/** Settings of a Sinch transport. */
export type SinchSettings = Static<typeof SinchSettings>

/** Settings of an Infobip transport. `endpoint`: the account's own address, such as `https://xyz.api.infobip.com`. */
export const InfobipSettings = closed({
  endpoint: Type.String({ minLength: 8, maxLength: 500 }),
  apiKey: Secret,
  ...PACE,
})
/** Settings of an Infobip transport. */
export type InfobipSettings = Static<typeof InfobipSettings>

/** At most so many header fields in the calls to a provider of one's own. */
export const MAX_SMS_HEADERS = 20
const HeaderName = Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" })
const Path = Type.String({ maxLength: 200 })
const Statuses = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 50 })

/** How calls to a provider of one's own prove who makes them. */
export const CustomSmsAuth = byKind({
  none: closed({ kind: Type.Literal('none') }),
  api_key: closed({
    kind: Type.Literal('api_key'),
    in: choice(['header', 'query']),
    name: HeaderName,
    value: Secret,
  }),
  basic: closed({ kind: Type.Literal('basic'), user: Type.String({ maxLength: 200 }), password: Secret }),
  bearer: closed({ kind: Type.Literal('bearer'), token: Secret }),
  mac: closed({
    kind: Type.Literal('mac'),
    token: Secret,
    secret: Secret,
    hash: choice(['sha1', 'sha256', 'sha512']),
    tokenHeader: HeaderName,
    signatureHeader: HeaderName,
  }),
  oauth2: closed({
    kind: Type.Literal('oauth2'),
    tokenUrl: Type.String({ minLength: 8, maxLength: 500 }),
    clientId: Type.String({ minLength: 1, maxLength: 300 }),
    clientSecret: Secret,
    scope: Type.Optional(nullable(Type.String({ maxLength: 500 }))),
    body: choice(['form', 'json']),
  }),
  jwt: closed({
    kind: Type.Literal('jwt'),
    secret: Secret,
    algorithm: choice(['HS256', 'HS384', 'HS512']),
    claims: JsonObject,
  }),
})
/** How calls prove who makes them. */
export type CustomSmsAuth = Static<typeof CustomSmsAuth>

/** Where the reports of a provider have their members (paths such as `data.0.status`), and which statuses mean what. */
export const CustomSmsReport = closed({
  referencePath: Path,
  statusPath: Type.String({ minLength: 1, maxLength: 200 }),
  codePath: Path,
  deliveredStatuses: Statuses,
  failedStatuses: Statuses,
})
/** Where reports have their members. */
export type CustomSmsReport = Static<typeof CustomSmsReport>
/** Where what people write has its members; without an id nothing tells a message from a repeat. */
export const CustomSmsInbound = closed({
  idPath: Type.String({ minLength: 1, maxLength: 200 }),
  fromPath: Type.String({ minLength: 1, maxLength: 200 }),
  toPath: Path,
  textPath: Type.String({ minLength: 1, maxLength: 200 }),
  timePath: Path,
})
/** Where what people write has its members. */
export type CustomSmsInbound = Static<typeof CustomSmsInbound>

/**
 * Settings of a provider of one's own. `url` and `payload` are templates over `toNumber`, `fromNumber`, `message`,
 * `reference`, `mediaUrl`, `mediaTitle` and `callbackUrl`. `idPath`: where in the answer the provider's id of the message is,
 * which the story of the message shows. `certificate` and `key` (PEM): for mutual TLS. `signatureHeader` and
 * `signatureSecret`: the HMAC-SHA256 that its calls carry; without them its calls are believed for the secret in their address.
 */
export const CustomSmsSettings = closed({
  method: choice(['GET', 'POST']),
  url: Type.String({ minLength: 8, maxLength: 2_000 }),
  contentType: Type.String({ minLength: 3, maxLength: 100 }),
  headers: Type.Array(closed({ name: HeaderName, value: Type.String({ maxLength: 2_000 }) }), {
    maxItems: MAX_SMS_HEADERS,
  }),
  payload: Type.String({ maxLength: 20_000 }),
  auth: CustomSmsAuth,
  certificate: Type.Optional(nullable(Type.String({ maxLength: 20_000 }))),
  key: Type.Optional(nullable(Type.String({ maxLength: 20_000 }))),
  ca: Type.Optional(nullable(Type.String({ maxLength: 20_000 }))),
  idPath: Path,
  errorPath: Path,
  report: nullable(CustomSmsReport),
  inbound: nullable(CustomSmsInbound),
  signatureHeader: Type.Optional(nullable(HeaderName)),
  signatureSecret: Secret,
  ...PACE,
})
/** Settings of a provider of one's own. */
export type CustomSmsSettings = Static<typeof CustomSmsSettings>
