/** VAPID (RFC 8292): who writes to a push service. Keys are P-256; the public one is what a browser subscribes with. */
import { createECDH, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'

/** A pair of keys: the public one as an uncompressed point, the private one as its number; both base64url. */
export interface VapidKeys {
  readonly publicKey: string
  readonly privateKey: string
}

const CURVE = 'prime256v1'
/** RFC 8292 §2 allows 24 h at most. */
const LIFE_SECONDS = 12 * 3_600
/** A header is made anew so long before its end: clocks differ. */
const SPARE_SECONDS = 3_600

const publicOf = (privateKey: string): Buffer => {
  const ecdh = createECDH(CURVE)
  ecdh.setPrivateKey(Buffer.from(privateKey, 'base64url'))
  return ecdh.getPublicKey()
}

/** A fresh pair. */
export const createVapidKeys = (): VapidKeys => {
  const jwk = generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey.export({ format: 'jwk' })
  const privateKey = String(jwk.d)
  return { publicKey: publicOf(privateKey).toString('base64url'), privateKey }
}

/** The private key to sign with; throws a TypeError when the two are no pair. */
export const vapidSigningKey = ({ publicKey, privateKey }: VapidKeys): KeyObject => {
  const point = publicOf(privateKey)
  if (!point.equals(Buffer.from(publicKey, 'base64url')))
    throw new TypeError('The private key is not that of the public key')
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d: privateKey }, format: 'jwk' })
}

/** Gives the `Authorization` of requests to an origin. One for each origin is kept until it is old. */
export type VapidAuthorization = (origin: string, now: Date) => Promise<string>

/** Most origins that are remembered; there are about five push services. */
const MOST_ORIGINS = 100

/** `subject`: a `mailto:` or `https:` address at which a push service finds the sender (RFC 8292 §2.1). */
export const createVapidAuthorization = (keys: VapidKeys, subject: string): VapidAuthorization => {
  const key = vapidSigningKey(keys)
  const kept = new Map<string, { readonly until: number; readonly header: Promise<string> }>()
  const make = async (audience: string, expires: number): Promise<string> => {
    const token = await new SignJWT({ sub: subject })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .setAudience(audience)
      .setExpirationTime(expires)
      .sign(key)
    return `vapid t=${token}, k=${keys.publicKey}`
  }
  return (origin, now) => {
    const seconds = Math.floor(now.getTime() / 1_000)
    const found = kept.get(origin)
    if (found !== undefined && found.until > seconds) return found.header
    if (kept.size >= MOST_ORIGINS) kept.clear()
    const until = seconds + LIFE_SECONDS - SPARE_SECONDS
    const header = make(origin, seconds + LIFE_SECONDS)
    kept.set(origin, { until, header })
    return header
  }
}
