/** The payload and the header fields of a notification for Apple's devices. Pure. */
import { createHash } from 'node:crypto'
import { ENVELOPE_KEY, envelopeOf, tagOf } from '../envelope.ts'
import type { DevicePush, PushNotification } from '../push.ts'

type Json = Record<string, unknown>

const given = (name: string, value: unknown): Json => (value === undefined ? {} : { [name]: value })

const aps = ({ kind, title, body, sound, badge, ios, media }: PushNotification): Json => {
  if (kind === 'silent') return { 'content-available': 1 }
  return {
    alert: { ...(title === '' ? {} : { title }), body },
    ...given('sound', sound),
    ...given('badge', badge),
    ...given('category', ios.category),
    ...given('thread-id', ios.threadId),
    // Only an extension of the app can load media, and only when it is asked.
    ...(ios.mutableContent || media !== undefined ? { 'mutable-content': 1 } : {}),
    ...(ios.contentAvailable ? { 'content-available': 1 } : {}),
  }
}

/** The payload as JSON: custom data stands beside `aps`. */
export const apnsPayload = (messageId: string, notification: PushNotification): string =>
  JSON.stringify({
    ...notification.data,
    [ENVELOPE_KEY]: envelopeOf(messageId, notification),
    aps: aps(notification),
  })

const COLLAPSE_BYTES = 64
const asUuid = (hex: string): string =>
  [0, 8, 12, 16, 20].map((from, n, all) => hex.slice(from, all[n + 1] ?? 32)).join('-')

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The id of a hand-over to one device: the same for the same message and device, so that it is found again in logs. */
export const apnsIdOf = ({ messageId, target }: DevicePush): string =>
  asUuid(hashOf(`${messageId} ${target.token}`).slice(0, 32))

/** A key longer than Apple takes is known by its hash. */
const collapseIdOf = (push: DevicePush): string => {
  const tag = tagOf(push.messageId, push.notification)
  return Buffer.byteLength(tag) <= COLLAPSE_BYTES ? tag : hashOf(tag)
}

// The value of a header is Latin-1 without control characters; a key may be any text.
const HEADER_TEXT = /^[\x21-\x7e]+$/

/** The header fields, authorization apart. `nowMs`: the moment that the time to live counts from. */
export const apnsHeaders = (push: DevicePush, nowMs: number): Record<string, string> => {
  const { notification, target } = push
  const isSilent = notification.kind === 'silent'
  const collapseId = collapseIdOf(push)
  const { ttlSeconds } = notification
  return {
    'apns-topic': target.appId,
    'apns-push-type': isSilent ? 'background' : 'alert',
    // A background push must go with 5 (Apple: "Specifying 10 is an error").
    'apns-priority': !isSilent && notification.priority === 'high' ? '10' : '5',
    'apns-expiration': ttlSeconds === 0 ? '0' : String(Math.floor(nowMs / 1_000) + ttlSeconds),
    'apns-collapse-id': HEADER_TEXT.test(collapseId) ? collapseId : hashOf(collapseId),
    'apns-id': apnsIdOf(push),
  }
}
