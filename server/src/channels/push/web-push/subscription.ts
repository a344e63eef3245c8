/** A browser's push subscription, which is what a device of the platform `web` has for a token: its JSON. Pure. */
import { ECDH } from 'node:crypto'

/** A subscription that can be written to. */
export interface Subscription {
  readonly endpoint: URL
  /** The browser's public key, an uncompressed point of P-256. */
  readonly p256dh: Buffer
  /** The shared secret, 16 bytes. */
  readonly auth: Buffer
}

/**
 * The push services of the browsers. A subscription comes from a stranger's browser and names the address that we post
 * to: to these only, so that nobody makes us call the machines of our own network.
 */
export const PUSH_SERVICES: readonly string[] = [
  'fcm.googleapis.com',
  'jmt17.google.com',
  'push.services.mozilla.com',
  'push.apple.com',
  'notify.windows.com',
]

/** True when the host is one of these, or below one. */
export const isServiceOf = (host: string, services: readonly string[]): boolean =>
  services.some(service => host === service || host.endsWith(`.${service}`))

const BASE64URL = /^[\w-]+={0,2}$/

const bytesOf = (value: unknown, length: number): Buffer | undefined => {
  if (typeof value !== 'string' || !BASE64URL.test(value)) return undefined
  const bytes = Buffer.from(value, 'base64url')
  return bytes.length === length ? bytes : undefined
}

/** True when a browser's key is a point of the curve. Its sender would find that out only when it encrypts. */
export const hasPoint = ({ p256dh }: Pick<Subscription, 'p256dh'>): boolean => {
  try {
    ECDH.convertKey(p256dh, 'prime256v1')
    return true
  } catch {
    return false
  }
}

const endpointOf = (value: unknown): URL | undefined => {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const url = new URL(value)
  return url.username === '' && url.password === '' ? url : undefined
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

/**
 * Reads what `JSON.stringify(subscription)` gives in a browser; undefined: it is none. Looks neither at the host nor at
 * whether the key is a point.
 */
export const readSubscription = (token: string): Subscription | undefined => {
  let given: unknown
  try {
    given = JSON.parse(token)
  } catch {
    return undefined
  }
  const keys = memberOf(given, 'keys')
  const endpoint = endpointOf(memberOf(given, 'endpoint'))
  const p256dh = bytesOf(memberOf(keys, 'p256dh'), 65)
  const auth = bytesOf(memberOf(keys, 'auth'), 16)
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return undefined
  return { endpoint, p256dh, auth }
}

/** True for an endpoint that may be written to: https, at a known service, at its own port. */
export const isAllowedEndpoint = (endpoint: URL, services: readonly string[] = PUSH_SERVICES): boolean =>
  endpoint.protocol === 'https:' && endpoint.port === '' && isServiceOf(endpoint.hostname, services)
