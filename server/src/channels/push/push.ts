/** The words of the push channel that its parts share. Knows no provider, no template and no person. */

import type { PUSH_PLATFORMS } from '@carillon/contract'

/** Where a device is reached. `apnsSandbox`: an iOS app built for development. */
export type PushPlatform = (typeof PUSH_PLATFORMS)[number]

/** In which form a notification is encoded: Apple has one for both of its hosts. */
export type PayloadFormat = 'fcm' | 'apns' | 'web'

/** One device: an app (bundle id, package name, or a name of the site) and its address at the platform. */
export interface PushTarget {
  readonly appId: string
  readonly platform: PushPlatform
  /** The platform's registration token; of `web`: the subscription as JSON. */
  readonly token: string
  /** Of a browser, the public key that it subscribed with, where that is known. */
  readonly vapidKey?: string
}

/** What a touch does. `uri` is there for a deep link and a web address. */
export type PushClick =
  | { readonly type: 'open_app' }
  | { readonly type: 'deep_link' | 'web_url'; readonly uri: string }

/** A button. `id` is what the app is told. */
export interface PushButton {
  readonly id: string
  readonly label: string
  readonly click: PushClick | { readonly type: 'dismiss' }
}

/** A notification with its texts final, as one person gets it. */
export interface PushNotification {
  /** Silent: data for the app, nothing is shown. */
  readonly kind: 'message' | 'silent'
  readonly title: string
  readonly body: string
  readonly click: PushClick
  /** Address of an image; on iOS also of a video or GIF. */
  readonly media?: string
  /** Address of a small picture, for Android and the web. */
  readonly icon?: string
  /** The name of a sound in the app, or `default`. */
  readonly sound?: string
  readonly badge?: number
  /** A newer notification of this key takes the place of an older one. */
  readonly collapseKey?: string
  readonly buttons: readonly PushButton[]
  readonly data: Readonly<Record<string, string>>
  /** Where a device reports that it was touched; left out: nothing is followed. */
  readonly report?: string
  /** How long the platform keeps it for a device that is off; 0: now or never. */
  readonly ttlSeconds: number
  readonly priority: 'normal' | 'high'
  readonly ios: {
    readonly category?: string
    readonly threadId?: string
    readonly mutableContent: boolean
    readonly contentAvailable: boolean
  }
  readonly android: {
    readonly channelId?: string
    readonly visibility: 'public' | 'private' | 'secret'
    readonly notificationPriority: 'min' | 'low' | 'default' | 'high' | 'max'
    /** Who shows it: the system, or the app, which gets data alone and can draw buttons. */
    readonly shownBy: 'system' | 'app'
  }
}

/** A notification for one device. */
export interface DevicePush {
  /** Id of the message in the ledger. */
  readonly messageId: string
  readonly target: PushTarget
  readonly notification: PushNotification
  /** What is encoded already, for all devices of the message. */
  readonly encoded?: Map<PayloadFormat, string>
  /** Named to the sandbox stand-ins only. */
  readonly sandboxName?: string
}

/** A push ready to hand over: one message, to all devices of its person. */
export interface RenderedPush {
  readonly channel: 'push'
  /** Id of the message in the ledger, and which hand-over of it this is. */
  readonly messageId: string
  readonly generation: number
  readonly attempt: number
  readonly sandboxId: string
  /** Whose devices they are; undefined: nobody's whom we know. */
  readonly profileId: string | undefined
  readonly targets: readonly PushTarget[]
  readonly notification: PushNotification
}

/** Carries the sandbox's name to the stand-ins, as an HTTP header. */
export const PUSH_SANDBOX_HEADER = 'x-carillon-sandbox'
/** Names the platform to a stand-in that stands for two. */
export const PUSH_PLATFORM_HEADER = 'x-carillon-platform'
