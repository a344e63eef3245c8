/** Devices over the Apple Push Notification service. One channel is one team's key at one of Apple's two hosts. */
import { outcomeOfCut } from '../../http/http-channel.ts'
import { createSlottedChannel } from '../../slotted.ts'
import { BAD_TOKEN_CODE, type DeviceChannel, payloadOf, refuse, refuseLarge } from '../device-channel.ts'
import { type DevicePush, PUSH_PLATFORM_HEADER, PUSH_SANDBOX_HEADER } from '../push.ts'
import { isGoneAtApns, outcomeOfApns } from './answers.ts'
import { apnsHeaders, apnsPayload } from './apns-payload.ts'
import { createStreamConnection } from './connection.ts'
import { APNS_TOKEN } from './device-token.ts'
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

/** Makes the channel. Opens no connection until the first send. */
export const createApnsChannel = (options: ApnsOptions): DeviceChannel => {
  const { key, platform, now, origin = HOSTS[platform], streams = STREAMS, timeoutMs } = options
  const connection = createStreamConnection({ origin, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  const provider = createProviderToken(key)
  return {
    isGone: code => isGoneAtApns(code) || code === BAD_TOKEN_CODE,
    ...createSlottedChannel<DevicePush>({
      slots: streams,
      handOver: async (push, mayBegin) => {
        const { target, sandboxName } = push
        if (!APNS_TOKEN.test(target.token)) return refuse(BAD_TOKEN_CODE, 'The token is not hexadecimal')
        const body = payloadOf(push, 'apns', apnsPayload)
        const large = refuseLarge('APNs', Buffer.byteLength(body))
        if (large !== undefined) return large
        const answer = await connection.post({
          path: `/3/device/${target.token}`,
          headers: {
            ...apnsHeaders(push, now().getTime()),
            authorization: `bearer ${await provider.get(now())}`,
            'content-type': 'application/json',
            ...(sandboxName === undefined
              ? {}
              : { [PUSH_SANDBOX_HEADER]: sandboxName, [PUSH_PLATFORM_HEADER]: platform }),
          },
          body,
          mayBegin,
        })
        if (answer.kind === 'cut') return outcomeOfCut(answer)
        if (answer.status === 403) provider.renew(now())
        return outcomeOfApns(answer, now().getTime())
      },
      end: () => connection.close(),
    }),
  }
}
