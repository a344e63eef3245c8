/** The push platforms' stand-ins as tests use them: keys, a message, and answers on demand. */
import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { ChannelUnderTest } from '../../channel.contract.ts'
import type { SendOutcome } from '../../channel.ts'
import { createApnsChannel } from '../apns/apns.ts'
import type { DeviceChannel } from '../device-channel.ts'
import { createFcmChannel } from '../fcm/fcm.ts'
import type { DevicePush, PushNotification, PushPlatform } from '../push.ts'
import { createVapidKeys } from '../web-push/vapid.ts'
import { createWebPushChannel } from '../web-push/web-push.ts'
import { createApnsStandIn } from './apns-stand-in.ts'
import { createFcmStandIn, FCM_TOKEN_PATH } from './fcm-stand-in.ts'
import { type StandInServer, type StandInServerOptions, startStandInServer } from './server.ts'
import type { StandIn, StandInAnswer } from './stand-in.ts'
import { createWebPushStandIn } from './web-push-stand-in.ts'

/** The moment of the tests. */
export const NOW = new Date('2026-03-01T09:05:07Z')
/** The message of the tests. */
export const MESSAGE_ID = '01931f6e-0000-7000-8000-000000000001'
const now = (): Date => NOW
let made = 0
const newId = (): string => {
  made += 1
  return `id-${made}`
}

/** A service account, as after reading its file. */
export const account = {
  ...{ projectId: 'bell-shop', clientEmail: 'push@bell-shop.iam.gserviceaccount.com', privateKeyId: 'k1' },
  privateKey: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
}
/** A key of Apple's. */
export const apnsKey = {
  ...{ keyId: 'ABCDE12345', teamId: 'TEAM123456' },
  privateKey: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
}
/** A pair of VAPID keys. */
export const vapidKeys = createVapidKeys()
const ecdh = createECDH('prime256v1')
ecdh.generateKeys()
/** A browser's keys. */
export const browser = { ecdh, auth: randomBytes(16) }

/** A subscription of that browser, as JSON. */
export const subscription = (endpoint = 'https://updates.push.services.mozilla.com/wpush/v2/abc'): string =>
  JSON.stringify({
    endpoint,
    expirationTime: null,
    keys: { p256dh: ecdh.getPublicKey('base64url'), auth: browser.auth.toString('base64url') },
  })

/** Device tokens. */
export const TOKENS: Readonly<Record<PushPlatform, string>> = {
  fcm: 'fXm:APA91bE',
  apns: 'ab'.repeat(32),
  apnsSandbox: 'cd'.repeat(32),
  web: subscription(),
}

/** A notification that says as little as one can. */
export const plain: PushNotification = {
  ...({ kind: 'message', title: 'Ding', body: 'Your bell is ready', click: { type: 'open_app' } } as const),
  ...({ buttons: [], data: {}, ttlSeconds: 3_600, priority: 'normal' } as const),
  ios: { mutableContent: false, contentAvailable: false },
  android: { visibility: 'public', notificationPriority: 'default', shownBy: 'system' },
}

/** A notification that says everything. */
export const full: PushNotification = {
  ...({ kind: 'message', title: 'Ding é😀', body: 'Ready', ttlSeconds: 0, priority: 'high' } as const),
  click: { type: 'deep_link', uri: 'bells://order/1' },
  ...{ media: 'https://x.test/bell.png', icon: 'https://x.test/icon.png', sound: 'ding', badge: 3 },
  collapseKey: 'order-1',
  buttons: [
    { id: 'track', label: 'Track', click: { type: 'web_url', uri: 'https://x.test/t' } },
    { id: 'no', label: 'Later', click: { type: 'dismiss' } },
  ],
  data: { order: 'A-1' },
  ios: { category: 'ORDER', threadId: 'orders', mutableContent: true, contentAvailable: true },
  android: { channelId: 'orders', visibility: 'secret', notificationPriority: 'max', shownBy: 'system' },
}

/** That notification for a device of the platform. */
export const pushFor = (platform: PushPlatform, notification = plain): DevicePush => ({
  messageId: MESSAGE_ID,
  target: { appId: 'com.example.bells', platform, token: TOKENS[platform] },
  notification,
})

/** A channel in front of its stand-in. */
export interface Pair {
  readonly server: StandInServer
  readonly channel: DeviceChannel
  close(): Promise<void>
}

const pairOf = (server: StandInServer, channel: DeviceChannel): Pair => ({
  server,
  channel,
  close: async () => {
    await channel.close()
    await server.close()
  },
})

/** How the parts are to be. */
export interface PairOptions {
  readonly now?: () => Date
  readonly timeoutMs?: number
  readonly server?: Partial<StandInServerOptions>
}

const start = (standIn: StandIn, protocol: 'http1' | 'http2', more: PairOptions): Promise<StandInServer> =>
  startStandInServer({ protocol, host: '127.0.0.1', port: 0, standIns: [standIn], ...more.server })

const timing = ({ timeoutMs, now: at }: PairOptions) => ({
  now: at ?? now,
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
})

/** FCM. */
export const startFcm = async (options: PairOptions = {}): Promise<Pair> => {
  const server = await start(createFcmStandIn({ account, now: options.now ?? now, newId }), 'http1', options)
  const urls = { endpoint: server.origin, oauthUrl: `${server.origin}${FCM_TOKEN_PATH}` }
  return pairOf(server, createFcmChannel({ account, ...urls, connections: 4, ...timing(options) }))
}

/** APNs. */
export const startApns = async (options: PairOptions = {}): Promise<Pair> => {
  const platform = 'apns'
  const standIn = createApnsStandIn({ key: apnsKey, platform, now: options.now ?? now })
  const server = await start(standIn, 'http2', options)
  const { origin } = server
  return pairOf(server, createApnsChannel({ key: apnsKey, platform, origin, streams: 4, ...timing(options) }))
}

/** Web push. */
export const startWebPush = async (options: PairOptions = {}): Promise<Pair> => {
  const { publicKey } = vapidKeys
  const standIn = createWebPushStandIn({ publicKey, ...browser, now: options.now ?? now, newId })
  const server = await start(standIn, 'http1', options)
  const relay = { origin: server.origin, p256dh: ecdh.getPublicKey(), auth: browser.auth }
  const sender = { keys: vapidKeys, subject: 'mailto:push@example.com', relay, connections: 4 }
  return pairOf(server, createWebPushChannel({ ...sender, ...timing(options) }))
}

/** Makes a server hold its answers until the returned function is called. */
export const holdAnswers = (server: StandInServer): (() => void) => {
  let release = (): void => undefined
  server.until = new Promise(resolve => {
    release = resolve
  })
  return () => release()
}

/** A platform's words for each outcome; `accepted` is the stand-in's own. */
export type Answers = Readonly<Record<Exclude<SendOutcome['kind'], 'accepted' | 'unknown'>, StandInAnswer>>

/** A pair for the contract suite. */
export const underTest = <Rendered>(
  pair: Pair,
  answers: Answers,
  given: Pick<ChannelUnderTest<Rendered>, 'channel' | 'message'>,
): ChannelUnderTest<Rendered> => {
  const { server } = pair
  return {
    ...given,
    answer: kind => {
      server.instead = kind === 'accepted' ? undefined : kind === 'unknown' ? 'cut' : answers[kind]
    },
    hold: () => holdAnswers(server),
    received: () => server.received.length,
    stop: () => pair.close(),
  }
}
