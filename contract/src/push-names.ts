/** What is known of push notifications without their schemas: words, limits, and content in which nothing is written yet. */
import type { PushContent } from './push-content.ts'

/** What a touch does: the app or the site comes up, a place in it, or a page. */
export const PUSH_CLICKS = ['open_app', 'deep_link', 'web_url'] as const
/** What a button does: the same, or the notification goes away. */
export const PUSH_BUTTON_CLICKS = [...PUSH_CLICKS, 'dismiss'] as const

/** iOS shows up to four buttons, Android three, browsers two. */
export const MAX_PUSH_BUTTONS = 4
/** Pairs of custom data at most. */
export const MAX_PUSH_DATA = 50
/** The longest that platforms keep a notification for a device that is off: four weeks. */
export const MAX_PUSH_TTL_SECONDS = 2_419_200
/** The most bytes of an encoded notification on every platform. */
export const MAX_PUSH_BYTES = 4_096

/** Content in which nothing is written yet. */
export const EMPTY_PUSH: PushContent = {
  ...({ pushType: 'message', priority: 'normal', ttlSeconds: 86_400, title: '', body: '' } as const),
  ...({ click: 'open_app', uri: null, media: null, icon: null, sound: 'default', badge: null } as const),
  ...{ collapseKey: null, buttons: [], data: [] },
  ios: { category: null, threadId: null, mutableContent: false, contentAvailable: false },
  android: { channelId: null, visibility: 'public', notificationPriority: 'default' },
}
