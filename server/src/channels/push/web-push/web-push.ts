/** Browsers over Web Push: RFC 8030, encrypted by RFC 8291, signed by RFC 8292. One channel is one pair of VAPID keys. */
import { type SendOutcome, trimAnswer } from '../../channel.ts'
import { createHttpCaller, type HttpOutcome } from '../../http/call.ts'
import { MAYBE_TAKEN, outcomeOfCut, retryAfterOf } from '../../http/http-channel.ts'
import { createSlottedChannel } from '../../slotted.ts'
import {
  BAD_TOKEN_CODE,
  type DeviceChannel,
  OTHER_KEY_CODE,
  payloadOf,
  refuse,
  refuseLarge,
} from '../device-channel.ts'
import { type DevicePush, PUSH_SANDBOX_HEADER } from '../push.ts'
import { encryptPush, WEB_PUSH_OVERHEAD } from './encrypt.ts'
import { isAllowedEndpoint, readSubscription, type Subscription } from './subscription.ts'
import { createVapidAuthorization, type VapidKeys } from './vapid.ts'
import { webHeaders, webPayload } from './web-payload.ts'

/** A sender to browsers. */
export interface WebPushOptions {
  readonly keys: VapidKeys
  /** A `mailto:` or `https:` address of the sender. */
  readonly subject: string
  readonly now: () => Date
  /** For stand-ins: takes the place of each browser and its service. Left out: the known push services only. */
  readonly relay?: WebPushRelay
  /** Calls at once. Default 20. */
  readonly connections?: number
  readonly timeoutMs?: number
}

/** A stand-in: where it listens, and the keys that it reads with in the place of a browser's. */
export interface WebPushRelay extends Pick<Subscription, 'p256dh' | 'auth'> {
  readonly origin: string
}

const CONNECTIONS = 20

type Answered = Extract<HttpOutcome, { kind: 'answered' }>

// 404 and 410: the subscription has ended (RFC 8030 §7.3); 403 and 401 speak of our keys.
const outcomeOf = ({ status, headers, body }: Answered, nowMs: number): SendOutcome => {
  const code = String(status)
  const base = { code, answer: trimAnswer(body || code) }
  if (status >= 200 && status < 300)
    return { kind: 'accepted', code, answer: trimAnswer(String(headers.location ?? code)) }
  const later = retryAfterOf(headers['retry-after'], nowMs)
  if (MAYBE_TAKEN.has(status)) return { kind: 'unknown', ...base }
  if (status === 429) return { kind: 'throttle', ...base, ...later, scope: 'transport' }
  if (status === 404 || status === 410 || status === 400 || status === 413) return { kind: 'reject', ...base }
  return { kind: 'retry', ...base, ...later, ofRecipient: false }
}

/** The system's word for a name that nobody has. */
const NO_SUCH_HOST = 'ENOTFOUND'

// Which host it is the visitor's browser said: one that does not exist is no trouble of the transport.
const outcomeOfWebCut = (cut: Extract<HttpOutcome, { kind: 'cut' }>): SendOutcome =>
  !cut.began && cut.code === NO_SUCH_HOST ? refuse(NO_SUCH_HOST, cut.words) : outcomeOfCut(cut)

const encrypted = (text: string, receiver: Pick<Subscription, 'p256dh' | 'auth'>): Buffer | undefined => {
  try {
    return encryptPush(text, receiver)
  } catch {
    // The browser's key is no point of the curve.
    return undefined
  }
}

const GONE: readonly string[] = ['404', '410', BAD_TOKEN_CODE]

const NO_BROWSER = refuse(BAD_TOKEN_CODE, 'The token is no subscription at a known push service')

/** Where a stand-in takes web pushes. */
export const WEB_PUSH_RELAY_PATH = '/web-push'

/** The address that is called; the stand-in gets the whole of the other as a member of its own. */
const urlOf = ({ endpoint }: Subscription, relay: WebPushRelay | undefined): URL => {
  if (relay === undefined) return endpoint
  const url = new URL(WEB_PUSH_RELAY_PATH, relay.origin)
  url.searchParams.set('endpoint', endpoint.href)
  return url
}

/** Makes the channel; throws a TypeError when the keys are no pair. Opens no connection until the first send. */
export const createWebPushChannel = (options: WebPushOptions): DeviceChannel => {
  const { keys, subject, now, relay, connections = CONNECTIONS, timeoutMs } = options
  const caller = createHttpCaller({ connections, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  const authorization = createVapidAuthorization(keys, subject)

  const addressOf = ({ target: { token, vapidKey } }: DevicePush): Subscription | SendOutcome => {
    if (vapidKey !== undefined && vapidKey !== keys.publicKey)
      return refuse(OTHER_KEY_CODE, 'The browser subscribed with another key')
    const found = readSubscription(token)
    return found === undefined || (relay === undefined && !isAllowedEndpoint(found.endpoint))
      ? NO_BROWSER
      : found
  }
  const call = async (push: DevicePush, subscription: Subscription, body: Buffer): Promise<HttpOutcome> =>
    caller.call({
      method: 'POST',
      url: urlOf(subscription, relay),
      headers: {
        ...webHeaders(push),
        authorization: await authorization(subscription.endpoint.origin, now()),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ...(push.sandboxName === undefined ? {} : { [PUSH_SANDBOX_HEADER]: push.sandboxName }),
      },
      body,
    })
  const handOver = async (push: DevicePush): Promise<SendOutcome> => {
    const subscription = addressOf(push)
    if ('kind' in subscription) return subscription
    const text = payloadOf(push, 'web', webPayload)
    const large = refuseLarge('a push service', Buffer.byteLength(text) + WEB_PUSH_OVERHEAD)
    if (large !== undefined) return large
    const body = encrypted(text, relay ?? subscription)
    if (body === undefined) return NO_BROWSER
    const answer = await call(push, subscription, body)
    return answer.kind === 'cut' ? outcomeOfWebCut(answer) : outcomeOf(answer, now().getTime())
  }
  return {
    isGone: code => GONE.includes(code),
    ...createSlottedChannel({ slots: connections, handOver, end: () => caller.close() }),
  }
}
