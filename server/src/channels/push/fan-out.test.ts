/** One message to all devices of its person: one outcome, and what became of each. */
import { describe, expect, test } from 'vitest'
import { describeChannel } from '../channel.contract.ts'
import { NOT_BEGUN, type SendOutcome } from '../channel.ts'
import { createMemoryChannel } from '../memory.ts'
import { type DeviceChannel, payloadOf } from './device-channel.ts'
import { createPushChannel, type DeviceOutcome, outcomeOfDevices } from './fan-out.ts'
import type { DevicePush, PushPlatform, PushTarget, RenderedPush } from './push.ts'
import { MESSAGE_ID, plain, pushFor, startFcm, TOKENS, underTest } from './stand-in/under-test.ts'

const target = (platform: PushPlatform, token: string = TOKENS[platform]): PushTarget => ({
  ...{ appId: 'com.example.bells', platform, token },
})
const pushTo = (...targets: PushTarget[]): RenderedPush => ({
  ...{ channel: 'push', messageId: MESSAGE_ID, generation: 1, attempt: 1 },
  ...{ sandboxId: 's', profileId: 'p', targets, notification: plain },
})
const nothing = (): void => undefined

describeChannel('push', async () => {
  const pair = await startFcm()
  const channel = createPushChannel({
    ...{ channels: { fcm: pair.channel }, onDevices: nothing, wait: async () => undefined },
  })
  const words = { retry: { status: 503 }, throttle: { status: 429 }, reject: { status: 400 } }
  return underTest<RenderedPush>(pair, words, { channel, message: () => pushTo(pushFor('fcm').target) })
})

const REFUSED = { kind: 'reject', code: '410', answer: 'gone' } as const
const LATER = { kind: 'retry', code: '503', answer: 'later' } as const
const OPEN = { kind: 'unknown', code: 'ECONNRESET', answer: 'cut' } as const
const TAKEN = { kind: 'accepted', code: '200', answer: 'ok' } as const

/** A platform that answers each token by what it is told, once each; then it accepts. */
const fake = (answers: Readonly<Record<string, readonly SendOutcome[]>>) => {
  const left = new Map(Object.entries(answers).map(([token, list]) => [token, [...list]]))
  const memory = createMemoryChannel<DevicePush>({
    answer: one => left.get(one.target.token)?.shift() ?? TAKEN,
  })
  const channel: DeviceChannel & typeof memory = { ...memory, isGone: code => code === '410' }
  return channel
}

const send = async (fcm: DeviceChannel, targets: PushTarget[]) => {
  const [told, waited]: [DeviceOutcome[], number[]] = [[], []]
  const channel = createPushChannel({
    channels: { fcm },
    onDevices: (_push, outcomes) => told.push(...outcomes),
    wait: async ms => {
      waited.push(ms)
    },
  })
  const outcome = await channel.send(pushTo(...targets))
  await channel.close()
  return { outcome, told, waited }
}
const fcm = (...tokens: string[]) => tokens.map(token => target('fcm', token))

describe('a push to many devices', () => {
  test('is accepted when one device takes it, and tells which token is gone', async () => {
    const { outcome, told } = await send(fake({ b: [REFUSED] }), fcm('a', 'b'))
    expect(outcome).toEqual({
      ...{ kind: 'accepted', code: '200', answer: 'fcm accepted: 200 ok; fcm refused: 410 gone' },
    })
    expect(told.map(({ target: { token }, gone }) => [token, gone])).toEqual([
      ['a', false],
      ['b', true],
    ])
  })

  test('tries a device again that was refused for now beside one that has it, and never the other', async () => {
    const channel = fake({ b: [LATER, LATER] })
    const { outcome, waited, told } = await send(channel, fcm('a', 'b'))
    expect(outcome.kind).toBe('accepted')
    expect(channel.sent.map(one => one.target.token)).toEqual(['a', 'b', 'b', 'b'])
    expect(waited).toEqual([1_000, 2_000])
    expect(told.map(one => one.outcome.kind)).toEqual(['accepted', 'accepted'])
  })

  test('gives such a device up after three tries, and at once when it asks for a long wait', async () => {
    const stubborn = fake({ b: [LATER, LATER, LATER] })
    expect((await send(stubborn, fcm('a', 'b'))).told[1]?.outcome.kind).toBe('retry')
    const long = fake({ b: [{ ...LATER, retryAfterMs: 60_000 }] })
    const { waited, outcome } = await send(long, fcm('a', 'b'))
    expect([waited, outcome.kind]).toEqual([[], 'accepted'])
  })

  test("waits for the ledger's retry when no device has it", async () => {
    const { outcome, waited } = await send(fake({ a: [LATER], b: [REFUSED] }), fcm('a', 'b'))
    expect([outcome.kind, outcome.code, waited]).toEqual(['retry', '503', []])
  })

  test('gives a device whose credential is refused up at once, and delays nobody', async () => {
    for (const code of ['401', '403 InvalidProviderToken', '404', 'oauth 400']) {
      const { outcome, waited } = await send(fake({ b: [{ ...LATER, code }] }), fcm('a', 'b'))
      expect([outcome.kind, waited]).toEqual(['accepted', []])
    }
    const { waited } = await send(fake({ b: [{ ...LATER, code: '429 TooManyRequests' }] }), fcm('a', 'b'))
    expect(waited).toEqual([1_000])
  })
  test('waits for a credential that is not there: that is no refusal of the message', async () => {
    const { outcome } = await send(fake({ a: [REFUSED] }), [...fcm('a'), target('apns')])
    expect(outcome).toMatchObject({
      ...{ kind: 'retry', code: 'no_credential', ofRecipient: false },
      answer: expect.stringContaining('no credential for apns'),
    })
    expect((await send(fake({}), [...fcm('a'), target('apns')])).outcome.kind).toBe('accepted')
  })
  test('goes to no device once its permit is over', async () => {
    const channel = fake({})
    const push = createPushChannel({
      ...{ channels: { fcm: channel }, onDevices: nothing, wait: async () => undefined },
    })
    const asked = [true, false, false]
    const outcome = await push.send(pushTo(...fcm('a', 'b')), () => asked.shift() ?? false)
    await push.close()
    expect([outcome.code, channel.sent, asked]).toEqual([NOT_BEGUN.code, [], []])
  })
  test('is encoded once for each platform, however many devices there are', async () => {
    const channel = fake({})
    await send(channel, fcm('a', 'b', 'c'))
    const [first, ...others] = channel.sent
    if (first === undefined) throw new TypeError('nothing was sent')
    expect(payloadOf(first, 'fcm', () => 'made')).toBe('made')
    for (const one of others)
      expect(
        payloadOf(one, 'fcm', () => {
          throw new TypeError('made again')
        }),
      ).toBe('made')
  })
  test('is refused when every device is', async () => {
    expect((await send(fake({ a: [REFUSED] }), fcm('a'))).outcome).toEqual(REFUSED)
    expect((await send(fake({}), [])).outcome).toMatchObject({ kind: 'reject', code: 'no_device' })
  })
})

describe('one outcome of many', () => {
  const of = (...outcomes: SendOutcome[]) =>
    outcomeOfDevices(outcomes.map(outcome => ({ target: target('fcm'), outcome, gone: false }))).kind
  test('is unknown when one may have it and none surely has: sent again it could come twice', () => {
    expect(of(LATER, OPEN)).toBe('unknown')
    expect(of(REFUSED, OPEN)).toBe('unknown')
    expect(of(OPEN, TAKEN)).toBe('accepted')
  })
  test('tells of a device that was asked to slow down, whatever became of the message', () => {
    const slow = { ...LATER, kind: 'throttle', retryAfterMs: 60_000 } as const
    const one = (outcome: SendOutcome) => ({ target: target('fcm'), outcome, gone: false })
    expect(outcomeOfDevices([one(TAKEN), one(slow)])).toMatchObject({
      ...{ kind: 'accepted', throttled: { retryAfterMs: 60_000 } },
    })
    expect(outcomeOfDevices([one(TAKEN), one(LATER)])).not.toHaveProperty('throttled')
    expect(outcomeOfDevices([one(REFUSED), one(slow)])).not.toHaveProperty('throttled')
  })
  test('is what came of those that were handed over, where others were not', () => {
    expect(of(NOT_BEGUN, REFUSED)).toBe('reject')
    expect(of(NOT_BEGUN, NOT_BEGUN)).toBe('retry')
  })
  test('slows down when one asks for it, keeps what a single device says, and fits its 500 bytes', () => {
    expect(of(LATER, { ...LATER, kind: 'throttle' })).toBe('throttle')
    expect(outcomeOfDevices([{ target: target('fcm'), outcome: REFUSED, gone: true }])).toBe(REFUSED)
    const many = Array.from({ length: 50 }, () => ({ target: target('web'), outcome: TAKEN, gone: false }))
    expect(Buffer.byteLength(outcomeOfDevices(many).answer)).toBeLessThanOrEqual(500)
  })
})
