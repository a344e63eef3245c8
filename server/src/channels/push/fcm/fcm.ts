/** Devices over Firebase Cloud Messaging (HTTP v1). One channel is one project. */
import { NOT_BEGUN } from '../../channel.ts'
import { createHttpCaller } from '../../http/call.ts'
import { outcomeOfCut } from '../../http/http-channel.ts'
import { createSlottedChannel } from '../../slotted.ts'
import { BAD_TOKEN_CODE, type DeviceChannel, payloadOf, refuseLarge } from '../device-channel.ts'
import { type DevicePush, PUSH_SANDBOX_HEADER } from '../push.ts'
import { createAccessTokens } from './access-token.ts'
import { isGoneAtFcm, outcomeOfFcm } from './answers.ts'
import { fcmBody, fcmPayload } from './fcm-message.ts'
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

  const call = (push: DevicePush, of: { readonly token: string; readonly payload: string }) =>
    caller.call({
      method: 'POST',
      url,
      headers: {
        authorization: `Bearer ${of.token}`,
        'content-type': 'application/json; charset=utf-8',
        ...(push.sandboxName === undefined ? {} : { [PUSH_SANDBOX_HEADER]: push.sandboxName }),
      },
      body: fcmBody(push.target.token, of.payload),
    })
  return {
    isGone: code => isGoneAtFcm(code) || code === BAD_TOKEN_CODE,
    ...createSlottedChannel<DevicePush>({
      slots: connections,
      handOver: async (push, mayBegin) => {
        const payload = payloadOf(push, 'fcm', fcmPayload)
        const large = refuseLarge('FCM', Buffer.byteLength(payload))
        if (large !== undefined) return large
        const access = await tokens.get(now())
        if (!access.ok) return access.outcome
        // A token may have taken its time.
        if (!mayBegin()) return NOT_BEGUN
        const answer = await call(push, { token: access.token, payload })
        if (answer.kind === 'cut') return outcomeOfCut(answer)
        if (answer.status === UNAUTHENTICATED) tokens.drop(access.token)
        return outcomeOfFcm(answer, now().getTime())
      },
      end: () => caller.close(),
    }),
  }
}
