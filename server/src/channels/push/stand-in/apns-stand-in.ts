/** APNs' `/3/device/{token}`, as far as a sender can notice. */
import { createPublicKey } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { MAX_PUSH_BYTES } from '@carillon/contract'
import { jwtVerify } from 'jose'
import { APNS_TOKEN } from '../apns/device-token.ts'
import type { ApnsKey } from '../apns/provider-token.ts'
import { PUSH_PLATFORM_HEADER, type PushPlatform } from '../push.ts'
import { memberOf, objectIn, type StandIn, type StandInCall, type Verdict } from './stand-in.ts'

/** Whose calls are taken. */
export interface ApnsStandInOptions {
  readonly key: ApnsKey
  readonly platform: Extract<PushPlatform, 'apns' | 'apnsSandbox'>
  readonly now: () => Date
}

const refused = (status: number, reason: string, more: object = {}): Verdict => ({
  answer: { status, body: { reason, ...more } },
})

const HOUR_MS = 3_600_000
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const TYPES = ['alert', 'background']

const wrongToken = async ({ authorization = '' }: IncomingHttpHeaders, options: ApnsStandInOptions) => {
  const token = /^bearer (.+)$/.exec(authorization)?.[1]
  if (token === undefined) return 'MissingProviderToken'
  const { key, now } = options
  try {
    const checks = { algorithms: ['ES256'], issuer: key.teamId, currentDate: now() }
    const { payload, protectedHeader } = await jwtVerify(token, createPublicKey(key.privateKey), checks)
    if (protectedHeader.kid !== key.keyId) return 'InvalidProviderToken'
    return now().getTime() - (payload.iat ?? 0) * 1_000 > HOUR_MS ? 'ExpiredProviderToken' : undefined
  } catch {
    return 'InvalidProviderToken'
  }
}

/** The first header field that Apple would not take, by its reason. */
const wrongHeader = (headers: IncomingHttpHeaders): string | undefined => {
  const field = (name: string): string => String(headers[name] ?? '')
  const type = field('apns-push-type')
  if (field('apns-topic') === '') return 'MissingTopic'
  if (!TYPES.includes(type)) return 'InvalidPushType'
  if (!UUID.test(field('apns-id'))) return 'BadMessageId'
  if (!(type === 'background' ? /^5$/ : /^(?:1|5|10)$/).test(field('apns-priority'))) return 'BadPriority'
  if (!/^\d{1,12}$/.test(field('apns-expiration'))) return 'BadExpirationDate'
  return Buffer.byteLength(field('apns-collapse-id')) > 64 ? 'BadCollapseId' : undefined
}

const take = ({ headers, body }: StandInCall, token: string, options: ApnsStandInOptions): Verdict => {
  if (body.length > MAX_PUSH_BYTES) return refused(413, 'PayloadTooLarge')
  const payload = objectIn(body)
  if (typeof memberOf(payload, 'aps') !== 'object' || payload === undefined)
    return refused(400, 'PayloadEmpty')
  return {
    answer: { status: 200, headers: { 'apns-id': String(headers['apns-id']) } },
    // It stands for both of Apple's hosts, and is told which one the sender meant.
    received: {
      platform: headers[PUSH_PLATFORM_HEADER] === 'apnsSandbox' ? 'apnsSandbox' : options.platform,
      token,
      payload,
      headers,
    },
  }
}

/** The stand-in. */
export const createApnsStandIn = (options: ApnsStandInOptions): StandIn => {
  return async call => {
    if (!call.path.startsWith('/3/device/')) return undefined
    if (call.method !== 'POST') return refused(405, 'MethodNotAllowed')
    const token = call.path.slice('/3/device/'.length)
    if (!APNS_TOKEN.test(token)) return refused(400, 'BadDeviceToken')
    const unauthorized = await wrongToken(call.headers, options)
    if (unauthorized !== undefined) return refused(403, unauthorized)
    const wrong = wrongHeader(call.headers)
    return wrong === undefined ? take(call, token, options) : refused(400, wrong)
  }
}
