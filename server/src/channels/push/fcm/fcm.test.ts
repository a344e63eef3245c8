/** FCM: the contract, the wire format, and what answers mean. */
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeChannel } from '../../channel.contract.ts'
import { NOT_BEGUN, type SendOutcome } from '../../channel.ts'
import type { StandInAnswer } from '../stand-in/stand-in.ts'
import {
  account,
  full,
  MESSAGE_ID,
  NOW,
  type Pair,
  plain,
  pushFor,
  startFcm,
  TOKENS,
  underTest,
} from '../stand-in/under-test.ts'
import { createFcmChannel } from './fcm.ts'
import { readServiceAccount } from './service-account.ts'

const fcmError = (status: number, code: string, message = 'words'): StandInAnswer => ({
  status,
  body: {
    error: {
      ...{ code: status, message, status: 'SOME' },
      details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: code }],
    },
  },
})

describeChannel('FCM', async () => {
  const pair = await startFcm()
  return underTest(
    pair,
    {
      retry: fcmError(503, 'UNAVAILABLE'),
      throttle: fcmError(429, 'QUOTA_EXCEEDED', 'é'.repeat(400)),
      reject: fcmError(404, 'UNREGISTERED'),
    },
    { channel: pair.channel, message: () => pushFor('fcm') },
  )
})

let pair: Pair
beforeEach(async () => {
  pair = await startFcm()
})
afterEach(() => pair.close())

describe('a push over FCM', () => {
  test('goes with its token, its texts and what the app needs', async () => {
    expect(await pair.channel.send(pushFor('fcm', full))).toMatchObject({
      kind: 'accepted',
      answer: expect.stringMatching(/^projects\/bell-shop\/messages\//),
    })
    expect(pair.server.received[0]).toMatchObject({ platform: 'fcm', token: TOKENS.fcm })
    const { data, ...rest } = pair.server.received[0]?.payload ?? {}
    expect(rest).toEqual({
      android: {
        ...{ priority: 'HIGH', ttl: '0s', collapse_key: 'order-1' },
        notification: {
          ...{ title: 'Ding é😀', body: 'Ready', image: 'https://x.test/bell.png', sound: 'ding' },
          ...{ notification_count: 3, channel_id: 'orders', tag: 'order-1', visibility: 'SECRET' },
          notification_priority: 'PRIORITY_MAX',
        },
      },
    })
    const { carillon, ...own } = data as Record<string, string>
    expect(own).toEqual({ order: 'A-1' })
    expect(JSON.parse(carillon ?? '')).toEqual({
      id: MESSAGE_ID,
      click: { type: 'deep_link', uri: 'bells://order/1' },
      ...{ media: 'https://x.test/bell.png', icon: 'https://x.test/icon.png' },
      buttons: [
        { id: 'track', label: 'Track', type: 'web_url', uri: 'https://x.test/t' },
        { id: 'no', label: 'Later', type: 'dismiss' },
      ],
    })
  })

  test('has the tag of its message, so that a second hand-over is no second notification', async () => {
    await pair.channel.send(pushFor('fcm'))
    expect(pair.server.received[0]?.payload['android']).toMatchObject({ notification: { tag: MESSAGE_ID } })
  })

  test('that is silent, or that the app shows, carries data alone', async () => {
    await pair.channel.send(pushFor('fcm', { ...full, kind: 'silent' }))
    await pair.channel.send(pushFor('fcm', { ...full, android: { ...full.android, shownBy: 'app' } }))
    const [silent, shown] = pair.server.received.map(({ payload }) => payload)
    expect([silent, shown].map(one => Object.keys(one?.['android'] as object))).toEqual([
      ['priority', 'ttl', 'collapse_key'],
      ['priority', 'ttl', 'collapse_key'],
    ])
    expect(Object.keys(silent?.['data'] as object)).toEqual(['order', 'carillon'])
    expect(shown?.['data']).toMatchObject({ title: 'Ding é😀', notification_count: '3', order: 'A-1' })
  })

  test('that the app shows says what the notification says, whatever else its data are called', async () => {
    const given = { ...full, data: { title: 'of the data', carillon: 'x', own: '1' } }
    await pair.channel.send(pushFor('fcm', { ...given, android: { ...full.android, shownBy: 'app' } }))
    expect(pair.server.received[0]?.payload['data']).toMatchObject({
      ...{ title: 'Ding é😀', own: '1', carillon: expect.stringContaining(MESSAGE_ID) },
    })
  })

  test('is not handed over when its access token took longer than the permit lasts', async () => {
    const answers = [true, false]
    expect(await pair.channel.send(pushFor('fcm'), () => answers.shift() ?? false)).toEqual(NOT_BEGUN)
    expect([answers, pair.server.received]).toEqual([[], []])
  })

  test('is refused before the hand-over when it is too large', async () => {
    const large = { ...plain, body: 'x'.repeat(4_000) }
    expect(await pair.channel.send(pushFor('fcm', large))).toMatchObject({
      ...{ kind: 'reject', code: 'payload_too_large' },
    })
    expect(pair.server.received).toHaveLength(0)
  })

  test('asks for one access token for many, and for another when that one is refused', async () => {
    await Promise.all([pair.channel.send(pushFor('fcm')), pair.channel.send(pushFor('fcm'))])
    pair.server.instead = { status: 401, body: { error: { status: 'UNAUTHENTICATED', message: 'revoked' } } }
    expect(await pair.channel.send(pushFor('fcm'))).toMatchObject({
      ...{ kind: 'retry', code: '401 UNAUTHENTICATED', ofRecipient: false },
    })
    pair.server.instead = undefined
    await pair.channel.send(pushFor('fcm'))
    const [first, second, third, fourth] = pair.server.received.map(one => one.headers.authorization)
    expect([first, first]).toEqual([second, third])
    expect(fourth).not.toBe(first)
  })

  test('is retried when Google refuses the account, and nothing was handed over', async () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
    const { origin } = pair.server
    const channel = createFcmChannel({
      ...{ account: { ...account, privateKey: stranger }, endpoint: origin, now: () => NOW },
      oauthUrl: `${origin}/token`,
    })
    expect(await channel.send(pushFor('fcm'))).toMatchObject({
      ...{ kind: 'retry', code: 'oauth 400', ofRecipient: false },
      answer: expect.stringContaining('invalid_grant'),
    })
    await channel.close()
    expect(pair.server.received).toHaveLength(0)
  })

  test('is retried when nobody listens, and unknown when the answer does not come', async () => {
    const slow = await startFcm({ timeoutMs: 1_000 })
    slow.server.until = new Promise(() => undefined)
    expect(await slow.channel.send(pushFor('fcm'))).toMatchObject({ kind: 'unknown', code: 'ETIMEDOUT' })
    await slow.server.close()
    expect(await slow.channel.send(pushFor('fcm'))).toMatchObject({ kind: 'retry', code: 'ECONNREFUSED' })
    await slow.channel.close()
  })
})

describe("FCM's answers", () => {
  const invalidToken: StandInAnswer = {
    status: 400,
    body: {
      error: {
        ...{ code: 400, message: 'Request contains an invalid argument.', status: 'INVALID_ARGUMENT' },
        details: [
          { fieldViolations: [{ field: 'message.token', description: 'Invalid registration token' }] },
        ],
      },
    },
  }
  const cases: readonly (readonly [StandInAnswer, Partial<SendOutcome> & object, boolean])[] = [
    [fcmError(404, 'UNREGISTERED'), { kind: 'reject', code: '404 UNREGISTERED' }, true],
    [invalidToken, { kind: 'reject' }, true],
    [
      fcmError(400, 'INVALID_ARGUMENT', 'The registration token is not a valid FCM registration token'),
      { kind: 'reject' },
      true,
    ],
    [fcmError(400, 'INVALID_ARGUMENT'), { kind: 'reject', code: '400 INVALID_ARGUMENT' }, false],
    [fcmError(403, 'SENDER_ID_MISMATCH'), { kind: 'reject' }, false],
    [fcmError(401, 'THIRD_PARTY_AUTH_ERROR'), { kind: 'retry', ofRecipient: false }, false],
    [fcmError(403, ''), { kind: 'retry', ofRecipient: false }, false],
    [fcmError(404, ''), { kind: 'retry', ofRecipient: false }, false],
    [fcmError(500, 'INTERNAL'), { kind: 'retry' }, false],
    // A gateway on the way may have passed it on.
    [{ status: 502, body: '<html>' }, { kind: 'unknown', code: '502' }, false],
    [{ status: 504 }, { kind: 'unknown', code: '504' }, false],
    [
      { ...fcmError(503, 'UNAVAILABLE'), headers: { 'retry-after': '30' } },
      { kind: 'retry', retryAfterMs: 30_000 },
      false,
    ],
    [
      fcmError(429, 'QUOTA_EXCEEDED'),
      { kind: 'throttle', scope: 'transport', retryAfterMs: 60_000, ofRecipient: false },
      false,
    ],
    [
      { ...fcmError(429, 'QUOTA_EXCEEDED'), headers: { 'retry-after': '7' } },
      { kind: 'throttle', retryAfterMs: 7_000 },
      false,
    ],
  ]
  for (const [answer, outcome, gone] of cases)
    test(`${JSON.stringify(answer).slice(0, 160)} is ${JSON.stringify(outcome)}${gone ? ', and the token is gone' : ''}`, async () => {
      pair.server.instead = answer
      const got = await pair.channel.send(pushFor('fcm'))
      expect(got).toMatchObject(outcome)
      expect(pair.channel.isGone(got.code)).toBe(gone)
    })
})

describe('a service account', () => {
  const file = {
    ...{ type: 'service_account', project_id: 'bell-shop', client_email: 'a@b.c', private_key_id: 'k1' },
    private_key: account.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  }
  test('is read from its file', () => {
    expect(readServiceAccount(JSON.stringify(file))).toMatchObject({
      projectId: 'bell-shop',
      privateKeyId: 'k1',
    })
  })
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
  const bad: readonly (readonly [string, RegExp])[] = [
    ['{', /no JSON/],
    ['[]', /no JSON object/],
    [JSON.stringify({ ...file, type: 'authorized_user' }), /"type"/],
    [JSON.stringify({ ...file, project_id: '../x' }), /"project_id"/],
    [JSON.stringify({ ...file, client_email: '' }), /"client_email"/],
    [JSON.stringify({ ...file, private_key: 'secret' }), /"private_key" cannot be read/],
    [JSON.stringify({ ...file, private_key: ec.export({ type: 'pkcs8', format: 'pem' }) }), /no RSA key/],
  ]
  for (const [text, words] of bad)
    test(`without what it needs says ${words}`, () => {
      expect(() => readServiceAccount(text)).toThrow(words)
    })
})
