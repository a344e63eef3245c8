/**
 * The sandbox's push platforms: stand-ins for FCM and the push services of browsers over HTTP/1.1, for APNs over HTTP/2, on
 * loopback. What they take ends in the Inbox of the sandbox that the sender names.
 */
import type { Db } from '../../db/pool.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { PUSH_SANDBOX_HEADER } from '../push/push.ts'
import { createApnsStandIn } from '../push/stand-in/apns-stand-in.ts'
import { createFcmStandIn } from '../push/stand-in/fcm-stand-in.ts'
import { standInAccount, standInApnsKey, standInBrowser, standInVapidKeys } from '../push/stand-in/keys.ts'
import { startStandInServer } from '../push/stand-in/server.ts'
import type { ReceivedPush, StandIn } from '../push/stand-in/stand-in.ts'
import { createWebPushStandIn } from '../push/stand-in/web-push-stand-in.ts'
import { rawOfPush, summaryOfPush } from './inbox-push.ts'
import { createInboxWriter } from './inbox-writer.ts'

/** What the stand-ins need. */
export interface PushSinkOptions {
  readonly db: Db
  readonly host: string
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Pick<Log, 'warn'>
}

/** The running stand-ins, and where they listen. */
export interface PushSink {
  /** FCM and browsers. */
  readonly http: number
  /** APNs. */
  readonly http2: number
  close(): Promise<void>
}

const createKeeper = (options: PushSinkOptions) => {
  const writer = createInboxWriter({ ...options, onFull: () => new RangeError('too many pushes at once') })
  return async (push: ReceivedPush): Promise<void> => {
    const raw = rawOfPush(push)
    const sandbox = push.headers[PUSH_SANDBOX_HEADER]
    await writer.submit({
      ...{ id: options.newId(), channel: 'push', sandbox: typeof sandbox === 'string' ? sandbox : null },
      ...{ ...summaryOfPush(raw), raw, receivedAt: options.clock.now() },
      recipient: `${push.platform} ${push.token}`,
    })
  }
}

/** Starts listening on two free ports. */
export const startPushSink = async (options: PushSinkOptions): Promise<PushSink> => {
  const { clock, newId, host, log } = options
  const keep = createKeeper(options)
  const guarded = (push: ReceivedPush): Promise<void> =>
    keep(push).catch((error: unknown) => {
      log.warn({ err: error }, 'a sandbox push was not stored')
      throw error
    })
  const shared = { host, port: 0, keep: guarded }
  const now = (): Date => clock.now()
  // Its key takes a moment to make: nobody waits for it who sends no push.
  let made: StandIn | undefined
  const fcm: StandIn = call => {
    made ??= createFcmStandIn({ account: standInAccount(), now, newId })
    return made(call)
  }
  const { publicKey } = standInVapidKeys()
  const web = createWebPushStandIn({ publicKey, ...standInBrowser(), now, newId })
  const apns = createApnsStandIn({ key: standInApnsKey(), platform: 'apns', now })
  const [one, two] = await Promise.all([
    startStandInServer({ ...shared, protocol: 'http1', standIns: [fcm, web] }),
    startStandInServer({ ...shared, protocol: 'http2', standIns: [apns] }),
  ])
  return {
    ...{ http: one.port, http2: two.port },
    close: async () => {
      await Promise.all([one.close(), two.close()])
    },
  }
}
