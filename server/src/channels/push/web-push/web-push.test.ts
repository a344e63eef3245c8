/** Web push: the contract, the wire format, and what answers mean. */
import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeChannel } from '../../channel.contract.ts'
import {
  browser,
  full,
  MESSAGE_ID,
  NOW,
  type Pair,
  plain,
  pushFor,
  startWebPush,
  subscription,
  underTest,
  vapidKeys,
} from '../stand-in/under-test.ts'
import { createVapidKeys } from './vapid.ts'
import { createWebPushChannel } from './web-push.ts'

describeChannel('web push', async () => {
  const pair = await startWebPush()
  return underTest(
    pair,
    { retry: { status: 503 }, throttle: { status: 429 }, reject: { status: 410 } },
    { channel: pair.channel, message: () => pushFor('web') },
  )
})

let pair: Pair
let at = NOW
beforeEach(async () => {
  at = NOW
  pair = await startWebPush({ now: () => at })
})
afterEach(() => pair.close())
const headers = () => pair.server.received.at(-1)?.headers ?? {}

describe('a web push', () => {
  test('goes encrypted, signed, with time to live, urgency and topic', async () => {
    expect(await pair.channel.send(pushFor('web', full))).toMatchObject({ kind: 'accepted', code: '201' })
    expect(headers()).toMatchObject({
      ttl: '0',
      urgency: 'high',
      topic: 'order-1',
      'content-encoding': 'aes128gcm',
    })
    expect(pair.server.received[0]?.payload).toEqual({
      ...{ title: 'Ding é😀', body: 'Ready', tag: 'order-1', data: { order: 'A-1' } },
      carillon: {
        ...{ id: MESSAGE_ID, click: { type: 'deep_link', uri: 'bells://order/1' } },
        ...{ media: 'https://x.test/bell.png', icon: 'https://x.test/icon.png' },
        buttons: [
          { id: 'track', label: 'Track', type: 'web_url', uri: 'https://x.test/t' },
          { id: 'no', label: 'Later', type: 'dismiss' },
        ],
      },
    })
    const token = /t=([\w.-]+)/.exec(String(headers().authorization))?.[1] ?? ''
    expect(decodeJwt(token)).toEqual({
      ...{ aud: 'https://updates.push.services.mozilla.com', sub: 'mailto:push@example.com' },
      exp: Math.floor(NOW.getTime() / 1_000) + 43_200,
    })
  })

  test('has a topic of its message, so that a second hand-over takes the place of the first', async () => {
    await pair.channel.send(pushFor('web'))
    const { topic } = headers()
    await pair.channel.send(pushFor('web'))
    expect(headers()['topic']).toBe(topic)
    expect(topic).toMatch(/^[\w-]{32}$/)
  })

  test('is signed anew before the signature ends', async () => {
    await pair.channel.send(pushFor('web'))
    const first = headers().authorization
    at = new Date(NOW.getTime() + 10 * 3_600_000)
    await pair.channel.send(pushFor('web'))
    expect(headers().authorization).toBe(first)
    at = new Date(NOW.getTime() + 11 * 3_600_000)
    await pair.channel.send(pushFor('web'))
    expect(headers().authorization).not.toBe(first)
  })

  test('signed by a key that the service does not know is retried', async () => {
    const relay = { origin: pair.server.origin, p256dh: browser.ecdh.getPublicKey(), auth: browser.auth }
    const sender = { keys: createVapidKeys(), subject: 'mailto:push@example.com', now: () => NOW }
    const channel = createWebPushChannel({ ...sender, relay })
    expect(await channel.send(pushFor('web'))).toMatchObject({
      kind: 'retry',
      code: '403',
      ofRecipient: false,
    })
    await channel.close()
  })

  test('needs a private key that belongs to its public one', () => {
    const keys = { ...createVapidKeys(), publicKey: vapidKeys.publicKey }
    expect(() => createWebPushChannel({ keys, subject: 'mailto:a@example.com', now: () => NOW })).toThrow(
      TypeError,
    )
  })

  test('is refused before the hand-over when it is too large', async () => {
    const large = pushFor('web', { ...plain, body: 'x'.repeat(4_000) })
    expect(await pair.channel.send(large)).toMatchObject({ kind: 'reject', code: 'payload_too_large' })
    expect(pair.server.received).toHaveLength(0)
  })

  test('goes to known push services only, and such a device is gone', async () => {
    const channel = createWebPushChannel({ keys: vapidKeys, subject: 'mailto:a@example.com', now: () => NOW })
    for (const token of ['x', subscription('https://127.0.0.1/'), subscription(`${pair.server.origin}/x`)]) {
      const outcome = await channel.send({ ...pushFor('web'), target: { ...pushFor('web').target, token } })
      expect(outcome).toMatchObject({ kind: 'reject', code: 'bad_token' })
      expect(channel.isGone(outcome.code)).toBe(true)
    }
    await channel.close()
    expect(pair.server.received).toHaveLength(0)
  })

  test('to a service that does not exist is refused for its device: the transport has no trouble', async () => {
    const channel = createWebPushChannel({ keys: vapidKeys, subject: 'mailto:a@example.com', now: () => NOW })
    const token = subscription('https://no-such-host-of-carillon.push.apple.com/x')
    const outcome = await channel.send({ ...pushFor('web'), target: { ...pushFor('web').target, token } })
    expect(outcome).toMatchObject({ kind: 'reject', code: 'ENOTFOUND' })
    await channel.close()
  })

  test('goes to no browser that subscribed with another key, for it would be refused', async () => {
    const { target } = pushFor('web')
    const bound = (vapidKey: string) => ({ ...pushFor('web'), target: { ...target, vapidKey } })
    expect(await pair.channel.send(bound(createVapidKeys().publicKey))).toMatchObject({
      ...{ kind: 'reject', code: 'other_key' },
    })
    expect(pair.server.received).toHaveLength(0)
    expect(await pair.channel.send(bound(vapidKeys.publicKey))).toMatchObject({ kind: 'accepted' })
  })

  test('to a browser whose key is no point is refused, and the device is gone', async () => {
    const channel = createWebPushChannel({ keys: vapidKeys, subject: 'mailto:a@example.com', now: () => NOW })
    const { endpoint, keys } = JSON.parse(subscription())
    const p256dh = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url')
    const token = JSON.stringify({ endpoint, keys: { ...keys, p256dh } })
    const outcome = await channel.send({ ...pushFor('web'), target: { ...pushFor('web').target, token } })
    expect(outcome).toMatchObject({ kind: 'reject', code: 'bad_token' })
    await channel.close()
  })

  const cases: readonly (readonly [number, object, boolean])[] = [
    [404, { kind: 'reject' }, true],
    [410, { kind: 'reject' }, true],
    [400, { kind: 'reject' }, false],
    [413, { kind: 'reject' }, false],
    [401, { kind: 'retry', ofRecipient: false }, false],
    [403, { kind: 'retry', ofRecipient: false }, false],
    [500, { kind: 'retry', ofRecipient: false }, false],
    [408, { kind: 'unknown' }, false],
    [504, { kind: 'unknown' }, false],
    [429, { kind: 'throttle', scope: 'transport', retryAfterMs: 20_000 }, false],
  ]
  for (const [status, outcome, gone] of cases)
    test(`${status} is ${JSON.stringify(outcome)}${gone ? ', and the subscription is gone' : ''}`, async () => {
      pair.server.instead = { status, headers: { 'retry-after': '20' } }
      const got = await pair.channel.send(pushFor('web'))
      expect(got).toMatchObject({ ...outcome, code: String(status) })
      expect(pair.channel.isGone(got.code)).toBe(gone)
    })
})
