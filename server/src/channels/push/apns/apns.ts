/** Devices over the Apple Push Notification service. One channel is one team's key at one of Apple's two hosts. */
import { outcomeOfCut } from '../../http/http-channel.ts'
import { createSlottedChannel } from '../../slotted.ts'
import { BAD_TOKEN_CODE, type DeviceChannel, refuse, TOO_LARGE_CODE } from '../device-channel.ts'
import { type DevicePush, PUSH_SANDBOX_HEADER } from '../push.ts'
import { encodedSize, MOST_PAYLOAD_BYTES } from '../size.ts'
import { isGoneAtApns, outcomeOfApns } from './answers.ts'
import { apnsHeaders, apnsPayload } from './apns-payload.ts'
import { createStreamConnection } from './connection.ts'
import { type ApnsKey, createProviderToken } from './provider-token.ts'

/** A team's key at a host. */
export interface ApnsOptions {
  readonly key: ApnsKey
  /** `apnsSandbox`: for apps built for development. */
  readonly platform: 'apns' | 'apnsSandbox'
  readonly now: () => Date
  /** Left out: Apple's. */
  readonly origin?: string
  /** Requests at once, as far as Apple allows them. Default 50. */
  readonly streams?: number
  readonly timeoutMs?: number
}

const HOSTS = {
  apns: 'https://api.push.apple.com',
  apnsSandbox: 'https://api.sandbox.push.apple.com',
} as const
const STREAMS = 50

/** Tokens are hexadecimal; their length may change (Apple: "Don't hard-code their size"). */
const TOKEN = /^[0-9a-fA-F]{32,400}$/

/** Makes the channel. Opens no connection until the first send. */
export const createApnsChannel = (options: ApnsOptions): DeviceChannel => {
  const { key, platform, now, origin = HOSTS[platform], streams = STREAMS, timeoutMs } = options
  const connection = createStreamConnection({ origin, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  const provider = createProviderToken(key)
  return {
    isGone: code => isGoneAtApns(code) || code === BAD_TOKEN_CODE,
    ...createSlottedChannel<DevicePush>({
      slots: streams,
      handOver: async push => {
        const { target, notification, messageId, sandboxName } = push
        if (!TOKEN.test(target.token)) return refuse(BAD_TOKEN_CODE, 'The token is not hexadecimal')
        if (encodedSize(platform, notification) > MOST_PAYLOAD_BYTES)
          return refuse(TOO_LARGE_CODE, `APNs takes ${MOST_PAYLOAD_BYTES} bytes`)
        const answer = await connection.post({
          path: `/3/device/${target.token}`,
          headers: {
            ...apnsHeaders(push, now().getTime()),
            authorization: `bearer ${await provider.get(now())}`,
            'content-type': 'application/json',
            ...(sandboxName === undefined ? {} : { [PUSH_SANDBOX_HEADER]: sandboxName }),
          },
          body: apnsPayload(messageId, notification),
        })
        if (answer.kind === 'cut') return outcomeOfCut(answer)
        if (answer.status === 403) provider.renew(now())
        return outcomeOfApns(answer, now().getTime())
      },
      end: () => connection.close(),
    }),
  }
}
