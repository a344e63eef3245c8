/**
 * How large a notification is once it is encoded, and how large it may be. Pure; by the same builders as the hand-over,
 * so that what a review measures is what is sent.
 */
import { apnsPayload } from './apns/apns-payload.ts'
import { fcmPayload } from './fcm/fcm-message.ts'
import type { PushNotification, PushPlatform } from './push.ts'
import { WEB_PUSH_OVERHEAD } from './web-push/encrypt.ts'
import { webPayload } from './web-push/web-payload.ts'

// Where the message's id is not known yet, one of its length stands for it.
const SOME_ID = '00000000-0000-7000-8000-000000000000'

const bytesOf = (text: string): number => Buffer.byteLength(text)

/** Bytes of the encoded payload: JSON of FCM's message without its token, of APNs' payload, of the encrypted record. */
export const encodedSize = (platform: PushPlatform, notification: PushNotification): number => {
  if (platform === 'fcm') return bytesOf(fcmPayload(SOME_ID, notification))
  if (platform === 'web') return bytesOf(webPayload(SOME_ID, notification)) + WEB_PUSH_OVERHEAD
  return bytesOf(apnsPayload(SOME_ID, notification))
}

/** The largest of these platforms' sizes, with its platform; undefined: there are none. */
export const largestSize = (
  platforms: readonly PushPlatform[],
  notification: PushNotification,
): { readonly platform: PushPlatform; readonly bytes: number } | undefined =>
  platforms
    .map(platform => ({ platform, bytes: encodedSize(platform, notification) }))
    .sort((a, b) => b.bytes - a.bytes)[0]
