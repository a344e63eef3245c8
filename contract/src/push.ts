/** Push devices as apps and sites register them. */
import { type Static, Type } from 'typebox'
import { Identity, PUSH_PLATFORMS } from './people.ts'
import { MAX_PUSH_BUTTONS } from './push-names.ts'
import { choice, closed, Id, Instant } from './shapes.ts'

const AppId = Type.String({ minLength: 1, maxLength: 200 })
const Token = Type.String({ minLength: 1, maxLength: 4_096 })

const VapidKey = Type.String({ pattern: '^[A-Za-z0-9_-]{87}$' })

/**
 * A device: the bundle id, package name or name of the site, and its address at the platform. `vapidKey`: of a browser, the
 * public key that it subscribed with.
 */
export const DeviceToRegister = closed({
  ...{ appID: AppId, platform: choice(PUSH_PLATFORMS), token: Token },
  vapidKey: Type.Optional(VapidKey),
})

/** `POST /api/v1/push/devices`: gives a device to the person with the identity, and takes it from everybody else. */
export const PushRegistration = closed({ identity: Identity, device: DeviceToRegister })
/** The body that registers a device. */
export type PushRegistration = Static<typeof PushRegistration>

/** Who has the device now, and how it is kept. */
export const PushRegistered = closed({ profileId: Id, device: DeviceToRegister })

/** `POST /api/v1/push/devices/remove`: takes a device from whoever has it. */
export const PushDeviceRemoval = closed({ appID: AppId, token: Token })
/** The body that removes a device. */
export type PushDeviceRemoval = Static<typeof PushDeviceRemoval>

/** `POST /api/v1/push/devices/deny`: puts a device on the deny list of whoever has it, or takes it off. */
export const PushDeviceDenial = closed({ appID: AppId, token: Token, denylisted: Type.Boolean() })
/** The body that denies a device. */
export type PushDeviceDenial = Static<typeof PushDeviceDenial>

/** The longest that a registration token can be used. */
export const MAX_REGISTRATION_SECONDS = 86_400

/**
 * `POST /api/v1/push/registration-tokens`: what your server gives to a page so that its browser can register itself, for
 * this person and these apps only.
 */
export const RegistrationTokenCreate = closed({
  identity: Identity,
  appIDs: Type.Array(AppId, { minItems: 1, maxItems: 20 }),
  expiresInSeconds: Type.Optional(
    Type.Integer({ minimum: 60, maximum: MAX_REGISTRATION_SECONDS, default: 900 }),
  ),
})
/** The body that asks for a registration token. */
export type RegistrationTokenCreate = Static<typeof RegistrationTokenCreate>
/** A registration token. */
export const RegistrationToken = closed({ token: Type.String(), expiresAt: Instant })

/** What `PushSubscription.toJSON()` of a browser gives. */
export const BrowserSubscription = closed({
  endpoint: Type.String({ minLength: 1, maxLength: 2_000 }),
  expirationTime: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  keys: closed({ p256dh: Type.String({ maxLength: 200 }), auth: Type.String({ maxLength: 200 }) }),
})

/** `POST /push/devices` and `POST /push/devices/remove`, by a browser with a registration token. */
export const BrowserRegistration = closed({
  ...{ appID: AppId, subscription: BrowserSubscription },
  vapidKey: Type.Optional(VapidKey),
})
/** The body of a browser. */
export type BrowserRegistration = Static<typeof BrowserRegistration>

/**
 * `POST /push/reports/{token}?button=…`, by the device that got the notification. `button`: which one was touched, counted
 * from 0 as the notification lists them; left out: the notification itself.
 */
export const PushReport = closed({
  button: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_PUSH_BUTTONS - 1 })),
})
/** What was touched. */
export type PushReport = Static<typeof PushReport>

/** `GET /push/key?appID=…`, by a browser with a registration token. */
export const PushKeyQuery = closed({ appID: AppId })
/** Which app. */
export type PushKeyQuery = Static<typeof PushKeyQuery>
/** The key that a browser subscribes with (VAPID, base64url). */
export const PushKey = closed({ publicKey: Type.String() })
