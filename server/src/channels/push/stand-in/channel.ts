/** The push channel of a sandbox: every platform, over its stand-in. */
import type { Channel } from '../../channel.ts'
import { createApnsChannel } from '../apns/apns.ts'
import { createPushChannel, type PushChannelOptions } from '../fan-out.ts'
import { createFcmChannel } from '../fcm/fcm.ts'
import type { RenderedPush } from '../push.ts'
import { createWebPushChannel } from '../web-push/web-push.ts'
import { FCM_TOKEN_PATH } from './fcm-stand-in.ts'
import { standInAccount, standInApnsKey, standInBrowser, standInVapidKeys } from './keys.ts'

/** Where the stand-ins listen, and whose Inbox it is. */
export interface StandInPushOptions extends Omit<PushChannelOptions, 'channels' | 'slots'> {
  readonly ports: { readonly http: number; readonly http2: number }
  readonly sandboxName: string
  readonly now: () => Date
}

const SUBJECT = 'mailto:inbox@carillon.invalid'

/** Opens it. */
export const openStandInPush = ({ ports, now, ...options }: StandInPushOptions): Channel<RenderedPush> => {
  const origin = `http://127.0.0.1:${ports.http}`
  const key = standInApnsKey()
  const apple = { key, origin: `http://127.0.0.1:${ports.http2}`, now }
  const { ecdh, auth } = standInBrowser()
  const relay = { origin, p256dh: ecdh.getPublicKey(), auth }
  return createPushChannel({
    ...options,
    channels: {
      fcm: createFcmChannel({
        ...{ account: standInAccount(), endpoint: origin, oauthUrl: `${origin}${FCM_TOKEN_PATH}`, now },
      }),
      apns: createApnsChannel({ ...apple, platform: 'apns' }),
      apnsSandbox: createApnsChannel({ ...apple, platform: 'apnsSandbox' }),
      web: createWebPushChannel({ keys: standInVapidKeys(), subject: SUBJECT, relay, now }),
    },
  })
}
