/** Infobip: the contract, the wire format, and what answers mean. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiStub, startApiStub } from '../../email/api-stub.ts'
import { describeSmsAdapter, sampleSms } from '../sms-adapter.contract.ts'
import { checkInfobip, createInfobipChannel } from './infobip.ts'

const now = new Date('2026-03-01T09:05:07Z')
const account = { apiKey: 'key', connections: 4, now: () => now }
const took = (groupId: number, id: number, name: string) => ({
  status: 200,
  body: {
    bulkId: 'b',
    messages: [{ messageId: 'ib-1', status: { groupId, id, name, description: 'words' } }],
  },
})
const failed = (status: number, messageId: string, text = 'words') => ({
  status,
  body: { requestError: { serviceException: { messageId, text } } },
})

describeSmsAdapter({
  name: 'Infobip',
  open: options => createInfobipChannel({ ...account, ...options }),
  answers: {
    accepted: took(1, 26, 'PENDING_ACCEPTED'),
    retry: failed(401, 'UNAUTHORIZED'),
    throttle: failed(429, 'TOO_MANY_REQUESTS', 'é'.repeat(400)),
    reject: took(5, 51, 'REJECTED_INVALID_DESTINATION'),
    unknown: 'cut',
  },
  cases: [
    [
      'a number that is none',
      took(5, 14, 'REJECTED_DESTINATION'),
      { kind: 'reject', code: '200 REJECTED_DESTINATION', answer: 'words' },
    ],
    ['a network that it does not reach', took(5, 6, 'REJECTED_NETWORK'), { kind: 'reject' }],
    ['no money left', took(5, 12, 'REJECTED_NOT_ENOUGH_CREDITS'), { kind: 'retry', ofAccount: true }],
    ['a sender that is not ours', took(5, 13, 'REJECTED_SENDER'), { kind: 'retry', ofRecipient: false }],
    ['too much to one number', took(5, 20, 'REJECTED_FLOODING_FILTER'), { kind: 'retry' }],
    ['a body that it cannot read', failed(400, 'BAD_REQUEST'), { kind: 'reject', code: '400 BAD_REQUEST' }],
    [
      'an error of the newer kind',
      { status: 403, body: { errorCode: 'E403', description: 'no scope' } },
      { kind: 'retry', code: '403 E403', answer: 'no scope' },
    ],
    ['an error of the server', failed(500, 'GENERAL_ERROR'), { kind: 'retry', ofRecipient: false }],
    ['a gateway that waited too long', { status: 504 }, { kind: 'unknown' }],
  ],
})

let stub: ApiStub
beforeEach(async () => {
  stub = await startApiStub()
  stub.answer = took(1, 26, 'PENDING_ACCEPTED')
})
afterEach(() => stub.close())

describe('a message over Infobip', () => {
  const wire = async (sms = sampleSms()) => {
    const callbackUrl = 'https://c.test/hook'
    const channel = createInfobipChannel({ ...account, endpoint: stub.url, callbackUrl })
    expect(await channel.send(sms)).toMatchObject({ kind: 'accepted', answer: 'ib-1' })
    await channel.close()
    return stub.calls[0]
  }

  test('goes with bare numbers, and the ledger’s id as callback data', async () => {
    const call = await wire(sampleSms({ validitySeconds: 600 }))
    expect([call?.method, call?.path, call?.headers.authorization]).toEqual([
      'POST',
      '/sms/3/messages',
      'App key',
    ])
    const id = sampleSms().reference
    expect(JSON.parse(call?.body ?? '')).toEqual({
      messages: [
        {
          sender: '3197010203040',
          destinations: [{ to: '31612345678' }],
          content: { text: 'Your code is 1234 & “valid” for 5 minutes €' },
          webhooks: {
            delivery: { url: `https://c.test/hook?message=${id}` },
            contentType: 'application/json',
            callbackData: id,
          },
          options: { validityPeriod: { amount: 10, timeUnit: 'MINUTES' } },
        },
      ],
    })
  })

  test('goes to the address of MMS where there is media', async () => {
    const call = await wire(sampleSms({ media: { url: 'https://c.test/a.jpg', title: 'Bell' } }))
    expect(call?.path).toBe('/mms/2/messages')
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      messages: [
        {
          content: {
            title: 'Bell',
            messageSegments: [
              { type: 'TEXT', text: sampleSms().text },
              { type: 'LINK', contentUrl: 'https://c.test/a.jpg' },
            ],
          },
        },
      ],
    })
  })
})

test('the balance tells that the key is taken', async () => {
  stub.answer = { status: 200, body: { balance: 12.5, currency: 'EUR' } }
  expect(await checkInfobip({ ...account, endpoint: stub.url })).toEqual({
    ok: true,
    code: '200',
    answer: 'Balance 12.5 EUR',
  })
  stub.answer = failed(401, 'UNAUTHORIZED', 'Invalid login details')
  expect(await checkInfobip({ ...account, endpoint: stub.url })).toMatchObject({
    ok: false,
    answer: 'Invalid login details',
  })
})

test('what else stands behind an endpoint is not passed on', async () => {
  stub.answer = { status: 404, body: { of: 'another service' } }
  expect((await checkInfobip({ ...account, endpoint: stub.url })).answer).toBe('404')
})

test('a sender that is not ours does not speak against the account', async () => {
  stub.answer = took(5, 13, 'REJECTED_SENDER')
  const channel = createInfobipChannel({ ...account, endpoint: stub.url })
  expect(await channel.send(sampleSms())).not.toHaveProperty('ofAccount')
  await channel.close()
})
