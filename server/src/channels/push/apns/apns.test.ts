/** APNs: the contract, the wire format, and what answers mean. */
import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeChannel } from '../../channel.contract.ts'
import type { StandInAnswer } from '../stand-in/stand-in.ts'
import {
  apnsKey,
  full,
  MESSAGE_ID,
  NOW,
  type Pair,
  plain,
  pushFor,
  startApns,
  TOKENS,
  underTest,
} from '../stand-in/under-test.ts'
import { createApnsChannel } from './apns.ts'
import { readApnsPrivateKey } from './provider-token.ts'

const refusal = (status: number, reason: string): StandInAnswer => ({ status, body: { reason } })

describeChannel('APNs', async () => {
  const pair = await startApns()
  return underTest(
    pair,
    {
      retry: refusal(503, 'ServiceUnavailable'),
      throttle: refusal(429, 'TooManyProviderTokenUpdates'),
      reject: refusal(410, 'Unregistered'),
    },
    { channel: pair.channel, message: () => pushFor('apns') },
  )
})

let pair: Pair
let at = NOW
beforeEach(async () => {
  at = NOW
  pair = await startApns({ now: () => at })
})
afterEach(() => pair.close())
const lastHeaders = () => pair.server.received.at(-1)?.headers ?? {}

describe('a push over APNs', () => {
  test('goes with its header fields, its alert and what the app needs', async () => {
    const outcome = await pair.channel.send(pushFor('apns', full))
    expect(pair.server.received[0]).toMatchObject({ platform: 'apns', token: TOKENS.apns })
    expect(lastHeaders()).toMatchObject({
      ...{ 'apns-topic': 'com.example.bells', 'apns-push-type': 'alert', 'apns-priority': '10' },
      ...{ 'apns-expiration': '0', 'apns-collapse-id': 'order-1' },
    })
    expect(outcome).toMatchObject({ kind: 'accepted', answer: lastHeaders()['apns-id'] })
    expect(pair.server.received[0]?.payload).toEqual({
      aps: {
        ...{ alert: { title: 'Ding é😀', body: 'Ready' }, sound: 'ding', badge: 3, category: 'ORDER' },
        ...{ 'thread-id': 'orders', 'mutable-content': 1, 'content-available': 1 },
      },
      order: 'A-1',
      carillon: expect.objectContaining({ id: MESSAGE_ID, media: 'https://x.test/bell.png' }),
    })
  })

  test('has one id and one collapse id however often it is handed over, so that it is shown once', async () => {
    await pair.channel.send(pushFor('apns'))
    const [id, collapse] = [lastHeaders()['apns-id'], lastHeaders()['apns-collapse-id']]
    await pair.channel.send(pushFor('apns'))
    expect([lastHeaders()['apns-id'], lastHeaders()['apns-collapse-id']]).toEqual([id, collapse])
    expect(collapse).toBe(MESSAGE_ID)
    await pair.channel.send({
      ...pushFor('apns'),
      target: { ...pushFor('apns').target, token: 'ef'.repeat(32) },
    })
    expect(lastHeaders()['apns-id']).not.toBe(id)
  })

  test('is kept as long as it says, and takes any text for a collapse key', async () => {
    await pair.channel.send(pushFor('apns', { ...plain, collapseKey: 'é'.repeat(50) }))
    expect(lastHeaders()['apns-expiration']).toBe(String(Math.floor(NOW.getTime() / 1_000) + 3_600))
    expect(lastHeaders()['apns-collapse-id']).toMatch(/^[0-9a-f]{64}$/)
  })

  test('that is silent goes in the background with a low priority and no alert', async () => {
    await pair.channel.send(pushFor('apns', { ...full, kind: 'silent' }))
    expect(lastHeaders()).toMatchObject({ 'apns-push-type': 'background', 'apns-priority': '5' })
    expect(pair.server.received[0]?.payload['aps']).toEqual({ 'content-available': 1 })
  })

  test('cannot replace what is not its own: custom data named aps or carillon changes nothing', async () => {
    await pair.channel.send(pushFor('apns', { ...plain, data: { aps: 'x', carillon: 'y' } }))
    expect(pair.server.received[0]?.payload).toMatchObject({
      ...{ aps: { alert: { body: plain.body } }, carillon: { id: MESSAGE_ID } },
    })
  })

  test('is refused before the hand-over when it is too large, or its token is none', async () => {
    const large = pushFor('apns', { ...plain, body: 'x'.repeat(4_000) })
    expect(await pair.channel.send(large)).toMatchObject({ kind: 'reject', code: 'payload_too_large' })
    const { target } = pushFor('apns')
    const bad = await pair.channel.send({ ...pushFor('apns'), target: { ...target, token: '../../x' } })
    expect(bad).toMatchObject({ kind: 'reject', code: 'bad_token' })
    expect(pair.channel.isGone(bad.code)).toBe(true)
    expect(pair.server.received).toHaveLength(0)
  })
})

describe('the provider token', () => {
  const sendAt = async (minutes: number): Promise<string> => {
    at = new Date(NOW.getTime() + minutes * 60_000)
    await pair.channel.send(pushFor('apns'))
    return String(lastHeaders().authorization).replace('bearer ', '')
  }
  test('names its key and its team, and is renewed between 20 and 60 minutes', async () => {
    const [first, soon, later] = [await sendAt(0), await sendAt(39), await sendAt(41)]
    expect(decodeProtectedHeader(first)).toEqual({ alg: 'ES256', kid: 'ABCDE12345' })
    expect(decodeJwt(first)).toEqual({ iss: 'TEAM123456', iat: Math.floor(NOW.getTime() / 1_000) })
    expect(soon).toBe(first)
    expect(later).not.toBe(first)
  })
  test('that Apple calls expired is renewed, but not within 20 minutes', async () => {
    const first = await sendAt(0)
    pair.server.instead = refusal(403, 'ExpiredProviderToken')
    expect(await sendAt(10)).toBe(first)
    expect(await sendAt(25)).toBe(first)
    pair.server.instead = undefined
    expect(await sendAt(25)).not.toBe(first)
  })
  test('of another key is refused, and the message is retried', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const channel = createApnsChannel({
      ...{ key: { ...apnsKey, privateKey }, platform: 'apns', origin: pair.server.origin, now: () => NOW },
    })
    expect(await channel.send(pushFor('apns'))).toMatchObject({
      ...{ kind: 'retry', code: '403 InvalidProviderToken', ofRecipient: false },
    })
    await channel.close()
  })
  test('is made of a .p8 key only', () => {
    const pem = (key: 'rsa' | 'ec') =>
      (key === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
        : generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      ).privateKey
        .export({ type: 'pkcs8', format: 'pem' })
        .toString()
    expect(readApnsPrivateKey(pem('ec')).asymmetricKeyType).toBe('ec')
    expect(() => readApnsPrivateKey(pem('rsa'))).toThrow(/no EC key/)
    expect(() => readApnsPrivateKey('x')).toThrow(/cannot be read/)
  })
})

describe("APNs' answers", () => {
  const cases: readonly (readonly [number, string, object, boolean])[] = [
    [410, 'Unregistered', { kind: 'reject' }, true],
    [410, 'ExpiredToken', { kind: 'reject' }, true],
    [400, 'BadDeviceToken', { kind: 'reject' }, true],
    [400, 'DeviceTokenNotForTopic', { kind: 'reject' }, false],
    [400, 'PayloadEmpty', { kind: 'reject' }, false],
    [413, 'PayloadTooLarge', { kind: 'reject' }, false],
    [400, 'IdleTimeout', { kind: 'retry', ofRecipient: false }, false],
    [400, 'TopicDisallowed', { kind: 'retry', ofRecipient: false }, false],
    [403, 'Forbidden', { kind: 'retry', ofRecipient: false }, false],
    [429, 'TooManyRequests', { kind: 'retry' }, false],
    [429, 'TooManyProviderTokenUpdates', { kind: 'throttle', scope: 'transport', ofRecipient: false }, false],
    [500, 'InternalServerError', { kind: 'retry', ofRecipient: false }, false],
    [502, 'BadGateway', { kind: 'unknown' }, false],
    [503, 'Shutdown', { kind: 'retry', ofRecipient: false }, false],
  ]
  for (const [status, reason, outcome, gone] of cases)
    test(`${status} ${reason} is ${JSON.stringify(outcome)}${gone ? ', and the token is gone' : ''}`, async () => {
      pair.server.instead = refusal(status, reason)
      const got = await pair.channel.send(pushFor('apns'))
      expect(got).toMatchObject({ ...outcome, code: `${status} ${reason}`, answer: reason })
      expect(pair.channel.isGone(got.code)).toBe(gone)
    })
})
