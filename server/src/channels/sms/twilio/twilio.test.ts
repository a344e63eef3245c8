/** Twilio: the contract, the wire format, and what answers mean. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiStub, holdAnswers, startApiStub } from '../../email/api-stub.ts'
import { describeSmsAdapter, sampleSms } from '../sms-adapter.contract.ts'
import { checkTwilio, createTwilioChannel, type TwilioOptions } from './twilio.ts'

const now = new Date('2026-03-01T09:05:07Z')
const account = { accountSid: 'AC123', authToken: 'token', connections: 4, now: () => now }
const refused = (status: number, code: number | string, message = 'words') => ({
  status,
  body: { code, message, status },
})

describeSmsAdapter({
  name: 'Twilio',
  open: options => createTwilioChannel({ ...account, ...options }),
  answers: {
    accepted: { status: 201, body: { sid: 'SM1', status: 'queued' } },
    retry: refused(401, 20003),
    throttle: refused(429, 20429, 'é'.repeat(400)),
    reject: refused(400, 21211),
    unknown: 'cut',
  },
  cases: [
    ['a number that is none', refused(400, 21211), { kind: 'reject', code: '400 21211', answer: 'words' }],
    ['a person who said STOP there', refused(400, 21610), { kind: 'reject' }],
    ['a landline', refused(400, 21614), { kind: 'reject' }],
    ['a sender that is not ours', refused(400, 21606), { kind: 'retry', ofRecipient: false }],
    ['a country that is not allowed', refused(400, 21408), { kind: 'retry', ofRecipient: false }],
    ['a closed account', refused(403, 20005), { kind: 'retry', ofRecipient: false, ofAccount: true }],
    ['a full queue', refused(400, 21611), { kind: 'throttle', scope: 'transport' }],
    ['an unknown code of 400', refused(400, 1), { kind: 'reject' }],
    ['an error of the server', refused(500, 20500), { kind: 'retry', ofRecipient: false }],
    ['an error without a code of Twilio', { status: 500, body: {} }, { kind: 'unknown', code: '500' }],
    ['a gateway that waited too long', { status: 504 }, { kind: 'unknown', code: '504' }],
    ['a code that is the name of a member of all', refused(400, 'constructor'), { kind: 'reject' }],
    [
      'a wait',
      { ...refused(429, 20429), headers: { 'retry-after': '7' } },
      { kind: 'throttle', retryAfterMs: 7_000 },
    ],
  ],
})

let stub: ApiStub
beforeEach(async () => {
  stub = await startApiStub()
  stub.answer = { status: 201, body: { sid: 'SM1' } }
})
afterEach(() => stub.close())

describe('a message over Twilio', () => {
  const wire = async (options: Partial<TwilioOptions>, sms = sampleSms()) => {
    const channel = createTwilioChannel({ ...account, endpoint: stub.url, ...options })
    expect(await channel.send(sms)).toMatchObject({ kind: 'accepted', answer: 'SM1' })
    await channel.close()
    const call = stub.calls[0]
    return { call, form: Object.fromEntries(new URLSearchParams(call?.body)) }
  }

  test('goes as a form with the account, the numbers and the address for reports', async () => {
    const { call, form } = await wire(
      { callbackUrl: 'https://c.test/hook?a=1' },
      sampleSms({ validitySeconds: 600 }),
    )
    expect([call?.method, call?.path]).toEqual(['POST', '/2010-04-01/Accounts/AC123/Messages.json'])
    expect(call?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('AC123:token').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(form).toEqual({
      To: '+31612345678',
      From: '+3197010203040',
      Body: 'Your code is 1234 & “valid” for 5 minutes €',
      StatusCallback: 'https://c.test/hook?a=1&message=01931f6e-0000-7000-8000-000000000001.1.1',
      ValidityPeriod: '600',
    })
  })

  test('names the messaging service and a key of its own, and the picture of an MMS', async () => {
    const media = { url: 'https://c.test/a.jpg', title: 'Bell' }
    const { call, form } = await wire(
      { keySid: 'SK1', messagingServiceSid: 'MG1' },
      sampleSms({ from: '', media }),
    )
    expect(call?.headers.authorization).toBe(`Basic ${Buffer.from('SK1:token').toString('base64')}`)
    expect(form).toEqual({
      To: '+31612345678',
      Body: sampleSms().text,
      MessagingServiceSid: 'MG1',
      MediaUrl: 'https://c.test/a.jpg',
    })
  })
})

test('a country with a limit of its own has no more messages on their way than that', async () => {
  const release = holdAnswers(stub)
  const countryConnections = new Map([['nl', 1]])
  const channel = createTwilioChannel({ ...account, endpoint: stub.url, countryConnections })
  const sending = ['+31612345678', '+31612345679', '+32470123456'].map(to => channel.send(sampleSms({ to })))
  const called = () => stub.calls.map(call => new URLSearchParams(call.body).get('To'))
  await expect.poll(called).toEqual(['+31612345678', '+32470123456'])
  release()
  await Promise.all(sending)
  expect(called().at(-1)).toBe('+31612345679')
  await channel.close()
})

test('a suspended account is told so', async () => {
  stub.answer = { status: 200, body: { sid: 'AC123', status: 'suspended' } }
  expect(await checkTwilio({ ...account, endpoint: stub.url })).toEqual({
    ok: false,
    code: '200',
    answer: 'The account is suspended',
  })
  stub.answer = { status: 200, body: { sid: 'AC123', status: 'active' } }
  expect(await checkTwilio({ ...account, endpoint: stub.url })).toMatchObject({ ok: true })
})

test('what else stands behind an endpoint is not passed on', async () => {
  stub.answer = { status: 404, body: { of: 'another service' } }
  expect((await checkTwilio({ ...account, endpoint: stub.url })).answer).toBe('404')
})

test('a sender that is not ours does not speak against the account', async () => {
  stub.answer = refused(400, 21606)
  const channel = createTwilioChannel({ ...account, endpoint: stub.url })
  expect(await channel.send(sampleSms())).not.toHaveProperty('ofAccount')
  await channel.close()
})
