/** Push notifications: content, and what it comes to. */
import { type Static, Type } from 'typebox'
import { PUSH_PLATFORMS } from './people.ts'
import {
  MAX_PUSH_BUTTONS,
  MAX_PUSH_DATA,
  MAX_PUSH_TTL_SECONDS,
  PUSH_BUTTON_CLICKS,
  PUSH_CLICKS,
} from './push-names.ts'
import { choice, closed, nullable } from './shapes.ts'

const Text = Type.String({ maxLength: 10_000 })
const Uri = nullable(Type.String({ maxLength: 2_000 }))
const Key = nullable(Type.String({ minLength: 1, maxLength: 200 }))

const Button = closed({
  id: Type.String({ minLength: 1, maxLength: 50 }),
  label: Type.String({ maxLength: 200 }),
  click: choice(PUSH_BUTTON_CLICKS),
  uri: Uri,
})
const Ios = closed({
  category: Key,
  threadId: Key,
  mutableContent: Type.Boolean(),
  contentAvailable: Type.Boolean(),
})
const Android = closed({
  channelId: Key,
  visibility: choice(['public', 'private', 'secret']),
  notificationPriority: choice(['min', 'low', 'default', 'high', 'max']),
})
/** A button. */
export type PushButtonContent = Static<typeof Button>

const SHARED = {
  pushType: choice(['message', 'silent']),
  priority: choice(['normal', 'high']),
  ttlSeconds: Type.Integer({ minimum: 0, maximum: MAX_PUSH_TTL_SECONDS }),
  ios: Ios,
  android: Android,
} as const

/**
 * Content of a push notification. Title, body, addresses, badge, keys, labels and values are in the personalization
 * language. `silent`: data for the app, nothing is shown. `badge`: a whole number. `media`: an image, on iOS also a video.
 */
export const PushContent = closed({
  ...SHARED,
  title: Text,
  body: Text,
  click: choice(PUSH_CLICKS),
  uri: Uri,
  media: Uri,
  icon: Uri,
  sound: Key,
  badge: nullable(Type.String({ maxLength: 500 })),
  collapseKey: Key,
  buttons: Type.Array(Button, { maxItems: MAX_PUSH_BUTTONS }),
  data: Type.Array(
    closed({ name: Type.String({ minLength: 1, maxLength: 100 }), value: Type.String({ maxLength: 4_096 }) }),
    { maxItems: MAX_PUSH_DATA },
  ),
})
/** Content of a push notification. */
export type PushContent = Static<typeof PushContent>

/** A notification as it would go out. `bytes`: what it is encoded, of the `MAX_PUSH_BYTES` that each platform takes. */
export const RenderedPushContent = closed({
  ...PushContent.properties,
  bytes: closed({ fcm: Type.Integer(), apns: Type.Integer(), web: Type.Integer() }),
})
/** A notification as it would go out. */
export type RenderedPushContent = Static<typeof RenderedPushContent>

/** A notification as a device got it, in the Inbox. */
export const InboxPush = closed({
  platform: choice(PUSH_PLATFORMS),
  token: Type.String(),
  pushType: choice(['message', 'silent']),
  title: Type.String(),
  body: Type.String(),
  click: Type.String(),
  uri: nullable(Type.String()),
  media: nullable(Type.String()),
  icon: nullable(Type.String()),
  sound: nullable(Type.String()),
  badge: nullable(Type.String()),
  buttons: Type.Array(
    closed({ id: Type.String(), label: Type.String(), click: Type.String(), uri: nullable(Type.String()) }),
  ),
  data: Type.Array(closed({ name: Type.String(), value: Type.String() })),
})
/** A notification as a device got it. */
export type InboxPush = Static<typeof InboxPush>
