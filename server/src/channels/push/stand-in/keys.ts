/**
 * The credentials of the sandbox's push stand-ins. Every process makes the same ones from a fixed text: they open nothing
 * but the stand-ins on loopback, so they need to be no secret.
 */
import {
  checkPrimeSync,
  createECDH,
  createHash,
  createPrivateKey,
  type ECDH,
  type KeyObject,
} from 'node:crypto'
import type { ApnsKey } from '../apns/provider-token.ts'
import type { ServiceAccount } from '../fcm/service-account.ts'
import type { VapidKeys } from '../web-push/vapid.ts'

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const bytesOf = (label: string, length: number): Buffer =>
  createHash('shake256', { outputLength: length }).update(`carillon push stand-in ${label}`).digest()

const asNumber = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`)
const asText = (number: bigint): string => {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}

const EXPONENT = 65_537n
const PRIME_BYTES = 128

/** The first fitting prime at or above a number that the label gives; its two highest bits are set. */
const primeOf = (label: string): bigint => {
  const bytes = bytesOf(label, PRIME_BYTES)
  bytes[0] = (bytes[0] ?? 0) | 0xc0
  let candidate = asNumber(bytes) | 1n
  while ((candidate - 1n) % EXPONENT === 0n || !checkPrimeSync(candidate)) candidate += 2n
  return candidate
}

/** The inverse of `a` modulo `m`, by Euclid. */
const inverse = (a: bigint, m: bigint): bigint => {
  let [r, next, x, nextX] = [m, a % m, 0n, 1n]
  while (next !== 0n) {
    const quotient = r / next
    ;[r, next] = [next, r - quotient * next]
    ;[x, nextX] = [nextX, x - quotient * nextX]
  }
  return ((x % m) + m) % m
}

const rsaKey = (): KeyObject => {
  const [p, q] = [primeOf('p'), primeOf('q')]
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n))
  const members = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const texts = Object.entries(members).map(([name, value]) => [name, asText(value)])
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(texts) }, format: 'jwk' })
}

const curve = (label: string): ECDH => {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(bytesOf(label, 32))
  return ecdh
}

const PEM_CURVE = 'P-256'
const privateKeyOf = (ecdh: ECDH): KeyObject => {
  const point = ecdh.getPublicKey()
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')]
  const d = ecdh.getPrivateKey('base64url')
  return createPrivateKey({ key: { kty: 'EC', crv: PEM_CURVE, x, y, d }, format: 'jwk' })
}

/** Of FCM's stand-in. */
export const standInAccount = once(
  (): ServiceAccount => ({
    ...{ projectId: 'carillon-inbox', clientEmail: 'push@carillon-inbox.invalid', privateKeyId: undefined },
    privateKey: rsaKey(),
  }),
)

/** Of APNs' stand-in. */
export const standInApnsKey = once(
  (): ApnsKey => ({ keyId: 'CARILLON00', teamId: 'INBOX00000', privateKey: privateKeyOf(curve('apns')) }),
)

/** Of the stand-in for browsers: the sender's keys. */
export const standInVapidKeys = once((): VapidKeys => {
  const ecdh = curve('vapid')
  return { publicKey: ecdh.getPublicKey('base64url'), privateKey: ecdh.getPrivateKey('base64url') }
})

/** Of the browser that the stand-in is. */
export const standInBrowser = once(() => ({ ecdh: curve('browser'), auth: bytesOf('auth', 16) }))
