/** Browsers over Web Push: RFC 8030, encrypted by RFC 8291, signed by RFC 8292. One channel is one pair of VAPID keys. */
import { type SendOutcome, trimAnswer } from '../../channel.ts'
import { createHttpCaller, type HttpOutcome } from '../../http/call.ts'
import { outcomeOfCut, retryAfterOf } from '../../http/http-channel.ts'
import { createSlottedChannel } from '../../slotted.ts'
import { BAD_TOKEN_CODE, type DeviceChannel, refuse, TOO_LARGE_CODE } from '../device-channel.ts'
import { type DevicePush, PUSH_SANDBOX_HEADER } from '../push.ts'
import { encodedSize, MOST_PAYLOAD_BYTES } from '../size.ts'
import { encryptPush } from './encrypt.ts'
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
  if (status === 429) return { kind: 'throttle', ...base, ...later, scope: 'transport' }
  if (status === 404 || status === 410 || status === 400 || status === 413) return { kind: 'reject', ...base }
  return { kind: 'retry', ...base, ...later, ofRecipient: false }
}

const GONE: readonly string[] = ['404', '410', BAD_TOKEN_CODE]

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

  const handOver = async (push: DevicePush): Promise<SendOutcome> => {
    const subscription = readSubscription(push.target.token)
    if (subscription === undefined || (relay === undefined && !isAllowedEndpoint(subscription.endpoint)))
      return refuse(BAD_TOKEN_CODE, 'The token is no subscription at a known push service')
    if (encodedSize('web', push.notification) > MOST_PAYLOAD_BYTES)
      return refuse(TOO_LARGE_CODE, `A push service takes ${MOST_PAYLOAD_BYTES} bytes`)
    const answer = await caller.call({
      method: 'POST',
      url: urlOf(subscription, relay),
      headers: {
        ...webHeaders(push),
        authorization: await authorization(subscription.endpoint.origin, now()),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ...(push.sandboxName === undefined ? {} : { [PUSH_SANDBOX_HEADER]: push.sandboxName }),
      },
      body: encryptPush(webPayload(push.messageId, push.notification), relay ?? subscription),
    })
    return answer.kind === 'cut' ? outcomeOfCut(answer) : outcomeOf(answer, now().getTime())
  }
  return {
    isGone: code => GONE.includes(code),
    ...createSlottedChannel({ slots: connections, handOver, end: () => caller.close() }),
  }
}
