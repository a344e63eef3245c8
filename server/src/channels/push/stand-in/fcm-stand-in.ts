/** FCM's token endpoint and its `messages:send`, as far as a sender can notice. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { MAX_PUSH_BYTES } from '@carillon/contract'
import { jwtVerify } from 'jose'
import { FCM_SCOPE, JWT_BEARER } from '../fcm/access-token.ts'
import type { ServiceAccount } from '../fcm/service-account.ts'
import {
  memberOf,
  objectIn,
  type StandIn,
  type StandInAnswer,
  type StandInCall,
  type Verdict,
} from './stand-in.ts'

/** Whose calls are taken. */
export interface FcmStandInOptions {
  readonly account: Pick<ServiceAccount, 'projectId' | 'clientEmail' | 'privateKey'>
  readonly now: () => Date
  readonly newId: () => string
}

/** Where tokens are asked for. */
export const FCM_TOKEN_PATH = '/token'

const fail = (
  status: number,
  code: string,
  { message, field }: { readonly message: string; readonly field?: string },
): StandInAnswer => ({
  status,
  body: {
    error: {
      ...{ code: status, message, status: code },
      details:
        field === undefined
          ? []
          : [
              {
                '@type': 'type.googleapis.com/google.rpc.BadRequest',
                fieldViolations: [{ field, description: message }],
              },
            ],
    },
  },
})

const createTokens = ({ account, now, newId }: FcmStandInOptions) => {
  const publicKey: KeyObject = createPublicKey(account.privateKey)
  const issued = new Set<string>()
  const isSigned = async (assertion: string, audience: string): Promise<boolean> => {
    try {
      const options = { algorithms: ['RS256'], issuer: account.clientEmail, audience, currentDate: now() }
      const { payload } = await jwtVerify(assertion, publicKey, options)
      return payload['scope'] === FCM_SCOPE && (payload.exp ?? 0) - (payload.iat ?? 0) <= 3_600
    } catch {
      return false
    }
  }
  const issue = async ({ headers, body }: StandInCall): Promise<StandInAnswer> => {
    const form = new URLSearchParams(body.toString())
    const audience = `http://${headers.host}${FCM_TOKEN_PATH}`
    const isAsked =
      headers['content-type'] === 'application/x-www-form-urlencoded' && form.get('grant_type') === JWT_BEARER
    if (!isAsked || !(await isSigned(form.get('assertion') ?? '', audience)))
      return { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } }
    const token = `ya29.${newId()}`
    issued.add(token)
    return { status: 200, body: { access_token: token, expires_in: 3_599, token_type: 'Bearer' } }
  }
  return { issue, isGood: (header: string | undefined) => issued.has((header ?? '').replace(/^Bearer /, '')) }
}

const MESSAGE = ['token', 'data', 'android']
const ANDROID = ['priority', 'ttl', 'collapse_key', 'notification']
const NOTIFICATION = [
  ...['title', 'body', 'image', 'sound', 'notification_count', 'channel_id', 'tag', 'visibility'],
  'notification_priority',
]
const RESERVED = /^(?:from|gcm|notification|message_type|google\..*|gcm\..*)$/

const strangerIn = (tree: unknown, known: readonly string[]): string | undefined =>
  Object.keys(typeof tree === 'object' && tree !== null ? tree : {}).find(name => !known.includes(name))

const isText = (value: unknown): boolean => typeof value === 'string'

/** The first member that FCM would not take. */
const wrongMember = (message: unknown): string | undefined => {
  const [data, android] = [memberOf(message, 'data'), memberOf(message, 'android')]
  const stranger =
    strangerIn(message, MESSAGE) ??
    strangerIn(android, ANDROID) ??
    strangerIn(memberOf(android, 'notification'), NOTIFICATION)
  if (stranger !== undefined) return stranger
  for (const [name, value] of Object.entries((data ?? {}) as Record<string, unknown>))
    if (!isText(value) || RESERVED.test(name)) return `message.data[${name}]`
  if (!/^\d{1,7}s$/.test(String(memberOf(android, 'ttl')))) return 'message.android.ttl'
  if (!/^(?:NORMAL|HIGH)$/.test(String(memberOf(android, 'priority')))) return 'message.android.priority'
  return undefined
}

const take = (call: StandInCall, options: FcmStandInOptions): Verdict => {
  const message = memberOf(objectIn(call.body), 'message')
  const token = memberOf(message, 'token')
  if (!call.headers['content-type']?.startsWith('application/json') || message === undefined)
    return { answer: fail(400, 'INVALID_ARGUMENT', { message: 'Invalid JSON payload received.' }) }
  if (typeof token !== 'string' || token === '')
    return {
      answer: fail(400, 'INVALID_ARGUMENT', {
        message: 'Recipient of the message is not set.',
        field: 'message',
      }),
    }
  const wrong = wrongMember(message)
  if (wrong !== undefined)
    return { answer: fail(400, 'INVALID_ARGUMENT', { message: `Invalid value at '${wrong}'`, field: wrong }) }
  const { token: _, ...payload } = message as Record<string, unknown>
  if (Buffer.byteLength(JSON.stringify(payload)) > MAX_PUSH_BYTES)
    return { answer: fail(400, 'INVALID_ARGUMENT', { message: 'Android message is too big' }) }
  const name = `projects/${options.account.projectId}/messages/${options.newId()}`
  return {
    answer: { status: 200, body: { name } },
    received: { platform: 'fcm', token, payload, headers: call.headers },
  }
}

/** The stand-in. */
export const createFcmStandIn = (options: FcmStandInOptions): StandIn => {
  const tokens = createTokens(options)
  const sendPath = `/v1/projects/${options.account.projectId}/messages:send`
  return async call => {
    if (call.method !== 'POST') return undefined
    if (call.path === FCM_TOKEN_PATH) return { answer: await tokens.issue(call) }
    if (call.path !== sendPath) return undefined
    if (!tokens.isGood(call.headers.authorization))
      return {
        answer: fail(401, 'UNAUTHENTICATED', { message: 'Request had invalid authentication credentials.' }),
      }
    return take(call, options)
  }
}
