/** Settings of the push transport: the credentials of its platforms. Secrets are written, never read back. */
import { type Static, Type } from 'typebox'
import { PACE } from './pace.ts'
import { closed, nullable } from './shapes.ts'

/** Firebase Cloud Messaging: the JSON file of a service account of the project. */
export const FcmCredential = closed({
  serviceAccount: Type.Optional(nullable(Type.String({ maxLength: 10_000 }))),
})
/** Apple: a team's .p8 key, for apps of the store and for those built for development. */
export const ApnsCredential = closed({
  keyId: Type.String({ pattern: '^[A-Z0-9]{10}$' }),
  teamId: Type.String({ pattern: '^[A-Z0-9]{10}$' }),
  key: Type.Optional(nullable(Type.String({ maxLength: 2_000 }))),
})
/**
 * Browsers: a pair of VAPID keys. Without a `publicKey` a new pair is made. `subject`: a `mailto:` or `https:` address at
 * which the push services find you.
 */
export const WebPushCredential = closed({
  subject: Type.String({ pattern: '^(?:mailto:[^@\\s]+@[^@\\s]+|https://\\S+)$', maxLength: 300 }),
  publicKey: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{87}$' })),
  privateKey: Type.Optional(nullable(Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }))),
})

/** Settings of a push transport: a credential for each platform that it reaches. */
export const PushSettings = closed({
  fcm: Type.Optional(nullable(FcmCredential)),
  apns: Type.Optional(nullable(ApnsCredential)),
  web: Type.Optional(nullable(WebPushCredential)),
  ...PACE,
})
/** Settings of a push transport. */
export type PushSettings = Static<typeof PushSettings>
