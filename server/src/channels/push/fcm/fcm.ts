/** Devices over Firebase Cloud Messaging (HTTP v1). One channel is one project. */
import { createHttpCaller } from '../../http/call.ts'
import { outcomeOfCut } from '../../http/http-channel.ts'
import { createSlottedChannel } from '../../slotted.ts'
import { BAD_TOKEN_CODE, type DeviceChannel, refuse, TOO_LARGE_CODE } from '../device-channel.ts'
import { type DevicePush, PUSH_SANDBOX_HEADER } from '../push.ts'
import { encodedSize, MOST_PAYLOAD_BYTES } from '../size.ts'
import { createAccessTokens } from './access-token.ts'
import { isGoneAtFcm, outcomeOfFcm } from './answers.ts'
import { fcmBody } from './fcm-message.ts'
import type { ServiceAccount } from './service-account.ts'

/** A project. */
export interface FcmOptions {
  readonly account: ServiceAccount
  readonly now: () => Date
  /** Left out: Google's. */
  readonly endpoint?: string
  readonly oauthUrl?: string
  /** Calls at once. Default 20. */
  readonly connections?: number
  readonly timeoutMs?: number
}

const GOOGLE = 'https://fcm.googleapis.com'
const GOOGLE_OAUTH = 'https://oauth2.googleapis.com/token'
const CONNECTIONS = 20

// An access token is refused when it was revoked before its time.
const UNAUTHENTICATED = 401

/** Makes the channel. Opens no connection until the first send. */
export const createFcmChannel = (options: FcmOptions): DeviceChannel => {
  const { account, now, connections = CONNECTIONS, timeoutMs } = options
  const caller = createHttpCaller({ connections, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  const tokens = createAccessTokens({ account, url: options.oauthUrl ?? GOOGLE_OAUTH, caller })
  const url = new URL(`/v1/projects/${account.projectId}/messages:send`, options.endpoint ?? GOOGLE)

  const call = (push: DevicePush, token: string) =>
    caller.call({
      method: 'POST',
      url,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json; charset=utf-8',
        ...(push.sandboxName === undefined ? {} : { [PUSH_SANDBOX_HEADER]: push.sandboxName }),
      },
      body: fcmBody(push),
    })
  return {
    isGone: code => isGoneAtFcm(code) || code === BAD_TOKEN_CODE,
    ...createSlottedChannel<DevicePush>({
      slots: connections,
      handOver: async push => {
        if (encodedSize('fcm', push.notification) > MOST_PAYLOAD_BYTES)
          return refuse(TOO_LARGE_CODE, `FCM takes ${MOST_PAYLOAD_BYTES} bytes`)
        const access = await tokens.get(now())
        if (!access.ok) return access.outcome
        const answer = await call(push, access.token)
        if (answer.kind === 'cut') return outcomeOfCut(answer)
        if (answer.status === UNAUTHENTICATED) tokens.drop(access.token)
        return outcomeOfFcm(answer, now().getTime())
      },
      end: () => caller.close(),
    }),
  }
}
