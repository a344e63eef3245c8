/** The one way of writing a device's token, so that what its platform takes for one device is one here. Pure. */
import { APNS_TOKEN } from '../channels/push/apns/device-token.ts'
import { readSubscription, type Subscription } from '../channels/push/web-push/subscription.ts'
import { isTree } from '../lib/tree.ts'
import { valueAt } from './attributes.ts'

const writtenAs = ({ endpoint, p256dh, auth }: Subscription): string =>
  JSON.stringify({
    endpoint: endpoint.href,
    keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') },
  })

/**
 * The token as it is kept. Of a browser: its subscription without what browsers add to it; of an Apple device: in lower
 * case. What is none of its platform only loses the blanks around it.
 */
export const canonicalToken = (platform: unknown, text: string): string => {
  const token = text.trim()
  if (platform === 'apns' || platform === 'apnsSandbox')
    return APNS_TOKEN.test(token) ? token.toLowerCase() : token
  const subscription = platform === 'web' ? readSubscription(token) : undefined
  return subscription === undefined ? token : writtenAs(subscription)
}

/** The ways in which a token of an unknown platform may stand in a list that somebody else wrote. */
export const writingsOf = (text: string): readonly string[] => {
  const token = text.trim()
  const forms = [text, token, canonicalToken('web', token), canonicalToken('apns', token)]
  return [...new Set(APNS_TOKEN.test(token) ? [...forms, token.toUpperCase()] : forms)]
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null))

/** A device as a key: an app has a token once. */
export const deviceKey = (device: unknown): string => {
  if (!isTree(device)) return ''
  const [app, token] = [textOf(valueAt(device, 'appID')), textOf(valueAt(device, 'token'))]
  return JSON.stringify([app.trim(), canonicalToken(valueAt(device, 'platform'), token)])
}

/** True when a device of a list is the one with this app and token, whose platform nobody said. */
export const isDevice = (device: unknown, key: { readonly appID: string; readonly token: string }): boolean =>
  isTree(device) &&
  deviceKey(device) ===
    deviceKey({ appID: key.appID, token: key.token, platform: valueAt(device, 'platform') })
