/** Subscriptions come from strangers' browsers: only what can be encrypted for, at a known service, is taken. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { subscription } from '../stand-in/under-test.ts'
import { hasPoint, isAllowedEndpoint, readSubscription } from './subscription.ts'

describe('a subscription', () => {
  const { keys, endpoint } = JSON.parse(subscription())
  test("is read from a browser's JSON", () => {
    expect(readSubscription(subscription())).toMatchObject({ endpoint: new URL(endpoint) })
  })
  const bad = {
    'no JSON': '{',
    'no object': '"x"',
    'without keys': JSON.stringify({ endpoint }),
    'without an address': JSON.stringify({ keys, endpoint: '/x' }),
    'with a name and a password': JSON.stringify({ keys, endpoint: 'https://u:p@push.apple.com/x' }),
    'with a short secret': JSON.stringify({ endpoint, keys: { ...keys, auth: 'AAAA' } }),
    'with keys of a prototype': JSON.stringify({ endpoint, keys: { __proto__: keys } }),
  }
  for (const [name, token] of Object.entries(bad))
    test(`${name} is none`, () => expect(readSubscription(token)).toBeUndefined())

  test('has a key that is a point of the curve, or nothing can be encrypted for it', () => {
    const p256dh = Buffer.from(keys.p256dh, 'base64url')
    expect(hasPoint({ p256dh })).toBe(true)
    expect(hasPoint({ p256dh: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]) })).toBe(false)
  })

  test('of any text is read or refused, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        expect(['undefined', 'object']).toContain(typeof readSubscription(text))
      }),
    )
  })
})

describe('an endpoint', () => {
  const allowed = [
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
    'https://web.push.apple.com/abc',
    'https://db5p.notify.windows.com/w/?token=abc',
  ]
  for (const url of allowed)
    test(`${url} may be written to`, () => expect(isAllowedEndpoint(new URL(url))).toBe(true))
  const refused = [
    'http://fcm.googleapis.com/fcm/send/abc',
    'https://fcm.googleapis.com:8443/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://169.254.169.254/latest',
    'https://localhost/x',
    'https://evilpush.apple.com.example/x',
    'https://notpush.apple.com.evil.test/x',
    'https://xfcm.googleapis.com/x',
  ]
  for (const url of refused) test(`${url} may not`, () => expect(isAllowedEndpoint(new URL(url))).toBe(false))
})
