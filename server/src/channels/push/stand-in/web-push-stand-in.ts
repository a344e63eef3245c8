/** A push service and the browser behind it: reads VAPID (RFC 8292), the fields of RFC 8030, and decrypts (RFC 8291). */
import { createDecipheriv, createPublicKey, type ECDH, type KeyObject } from 'node:crypto'
import { MAX_PUSH_BYTES } from '@carillon/contract'
import { jwtVerify } from 'jose'
import { contentKeys } from '../web-push/encrypt.ts'
import { WEB_PUSH_RELAY_PATH } from '../web-push/web-push.ts'
import { objectIn, type StandIn, type StandInCall, type Verdict } from './stand-in.ts'

/** Whose pushes are taken: `publicKey` is the sender's, `ecdh` and `auth` are the browser's. */
export interface WebPushStandInOptions {
  readonly publicKey: string
  readonly ecdh: ECDH
  readonly auth: Buffer
  readonly now: () => Date
  readonly newId: () => string
}

const refused = (status: number, words: string): Verdict => ({ answer: { status, body: { message: words } } })

const keyOf = (publicKey: string): KeyObject => {
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
}

const DAY_SECONDS = 86_400

const isAuthorized = async (
  header: string,
  audience: string,
  options: WebPushStandInOptions,
): Promise<boolean> => {
  const match = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(header)
  const [token, key] = [match?.[1], match?.[2]]
  if (token === undefined || key !== options.publicKey) return false
  const now = options.now()
  try {
    const checks = { algorithms: ['ES256'], audience, currentDate: now }
    const { payload } = await jwtVerify(token, keyOf(key), checks)
    const isShort = (payload.exp ?? Number.POSITIVE_INFINITY) - now.getTime() / 1_000 <= DAY_SECONDS
    return isShort && /^(?:mailto:|https:)/.test(payload.sub ?? '')
  } catch {
    return false
  }
}

/** Header and one record of aes128gcm; throws when it is not meant for this browser. */
export const decryptPush = (
  body: Buffer,
  { ecdh, auth }: Pick<WebPushStandInOptions, 'ecdh' | 'auth'>,
): Buffer => {
  const [salt, size, length] = [body.subarray(0, 16), body.readUInt32BE(16), body.readUInt8(20)]
  const sender = body.subarray(21, 21 + length)
  const record = body.subarray(21 + length)
  if (size < 18 || record.length > size) throw new RangeError('more than one record')
  const parts = { auth, receiver: ecdh.getPublicKey(), sender, salt }
  const { key, nonce } = contentKeys(ecdh.computeSecret(sender), parts)
  const decipher = createDecipheriv('aes-128-gcm', key, nonce)
  decipher.setAuthTag(record.subarray(-16))
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  const end = padded.findLastIndex(byte => byte !== 0)
  if (padded[end] !== 2) throw new RangeError('not the last record')
  return padded.subarray(0, end)
}

const wrongField = ({ headers, body }: StandInCall): string | undefined => {
  if (!/^\d{1,10}$/.test(String(headers['ttl'] ?? ''))) return 'Missing or bad TTL'
  if (!/^(?:very-low|low|normal|high)$/.test(String(headers['urgency'] ?? 'normal'))) return 'Bad Urgency'
  if (!/^[\w-]{1,32}$/.test(String(headers['topic'] ?? 'none'))) return 'Bad Topic'
  if (headers['content-encoding'] !== 'aes128gcm') return 'Bad Content-Encoding'
  return body.length === 0 ? 'No body' : undefined
}

const take = (call: StandInCall, endpoint: string, options: WebPushStandInOptions): Verdict => {
  try {
    const payload = objectIn(decryptPush(call.body, options))
    if (payload === undefined) return refused(400, 'Not the payload of Carillon')
    return {
      answer: { status: 201, headers: { location: `${new URL(endpoint).origin}/m/${options.newId()}` } },
      received: { platform: 'web', token: endpoint, payload, headers: call.headers },
    }
  } catch {
    return refused(400, 'Cannot be decrypted')
  }
}

/** The stand-in; it takes every endpoint. */
export const createWebPushStandIn = (options: WebPushStandInOptions): StandIn => {
  return async call => {
    const url = new URL(call.path, 'http://stand-in')
    const endpoint = url.searchParams.get('endpoint') ?? ''
    if (call.method !== 'POST' || url.pathname !== WEB_PUSH_RELAY_PATH) return undefined
    if (!URL.canParse(endpoint)) return refused(404, 'No such subscription')
    if (!(await isAuthorized(String(call.headers.authorization), new URL(endpoint).origin, options)))
      return refused(403, 'The VAPID credentials do not fit')
    if (call.body.length > MAX_PUSH_BYTES) return refused(413, 'Too large')
    const wrong = wrongField(call)
    return wrong === undefined ? take(call, endpoint, options) : refused(400, wrong)
  }
}
