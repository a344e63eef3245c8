/** The message of FCM's HTTP v1 API (projects.messages) of a notification. Pure. */
import { ENVELOPE_KEY, envelopeOf, tagOf } from '../envelope.ts'
import type { PushNotification } from '../push.ts'

type Json = Record<string, unknown>

const given = (name: string, value: unknown): Json => (value === undefined ? {} : { [name]: value })

const shown = (messageId: string, notification: PushNotification): Json => {
  const { title, body, sound, badge, media, android } = notification
  return {
    title,
    body,
    ...given('image', media),
    ...given('sound', sound),
    ...given('notification_count', badge),
    ...given('channel_id', android.channelId),
    // The same tag again takes the place of what the device shows.
    tag: tagOf(messageId, notification),
    visibility: android.visibility.toUpperCase(),
    notification_priority: `PRIORITY_${android.notificationPriority.toUpperCase()}`,
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

// FCM's data is text to text: an app that shows it by itself reads the members of the notification by their names.
const dataOf = (messageId: string, notification: PushNotification): Json => {
  const { kind, android, data } = notification
  const envelope = { [ENVELOPE_KEY]: JSON.stringify(envelopeOf(messageId, notification)) }
  if (kind === 'silent' || android.shownBy === 'system') return { ...data, ...envelope }
  const members = Object.entries(shown(messageId, notification)).map(([name, value]) => [name, textOf(value)])
  // What the notification itself says wins over data of the same name, as on every other platform.
  return { ...data, ...Object.fromEntries(members), ...envelope }
}

/** The member `message`, without the device it goes to. */
export const fcmMessage = (messageId: string, notification: PushNotification): Json => {
  const { kind, priority, ttlSeconds, collapseKey, android } = notification
  const isShown = kind === 'message' && android.shownBy === 'system'
  return {
    data: dataOf(messageId, notification),
    android: {
      priority: priority.toUpperCase(),
      ttl: `${ttlSeconds}s`,
      ...given('collapse_key', collapseKey),
      ...(isShown ? { notification: shown(messageId, notification) } : {}),
    },
  }
}

/** The same as JSON. */
export const fcmPayload = (messageId: string, notification: PushNotification): string =>
  JSON.stringify(fcmMessage(messageId, notification))

/** The body of one call; `payload`: the message without its device, as JSON. */
export const fcmBody = (token: string, payload: string): string =>
  `{"message":{"token":${JSON.stringify(token)},${payload.slice(1)}}`
