/** Sinch: the contract, the wire format, and what answers mean. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiStub, startApiStub } from '../../email/api-stub.ts'
import { describeSmsAdapter, sampleSms } from '../sms-adapter.contract.ts'
import { checkSinch, createSinchChannel } from './sinch.ts'

const now = new Date('2026-03-01T09:05:07Z')
const plan = {
  region: 'eu',
  servicePlanId: 'plan/1',
  apiToken: 'token',
  connections: 4,
  now: () => now,
} as const
const refused = (status: number, code: string, text = 'words') => ({ status, body: { code, text } })

describeSmsAdapter({
  name: 'Sinch',
  open: options => createSinchChannel({ ...plan, ...options }),
  answers: {
    accepted: { status: 201, body: { id: '01FC66' } },
    retry: refused(403, 'forbidden'),
    throttle: { status: 429, body: { text: 'é'.repeat(400) } },
    reject: refused(400, 'syntax_invalid_parameter_format'),
    unknown: 'cut',
  },
  cases: [
    [
      'a number that is none',
      refused(400, 'syntax_invalid_parameter_format'),
      { kind: 'reject', code: '400 syntax_invalid_parameter_format', answer: 'words' },
    ],
    ['a wrong token', { status: 401 }, { kind: 'retry', ofRecipient: false, ofAccount: true, code: '401' }],
    ['an unknown plan', { status: 404 }, { kind: 'retry', ofRecipient: false }],
    ['no money left', { status: 402 }, { kind: 'retry', ofRecipient: false, ofAccount: true }],
    ['too many calls', { status: 429 }, { kind: 'throttle', scope: 'transport' }],
    ['an error of the server', refused(503, 'internal_error'), { kind: 'retry', ofRecipient: false }],
    ['an error of something on the way', { status: 503 }, { kind: 'unknown' }],
    ['a gateway that waited too long', { status: 504 }, { kind: 'unknown' }],
  ],
})

let stub: ApiStub
beforeEach(async () => {
  stub = await startApiStub()
  stub.answer = { status: 201, body: { id: '01FC66' } }
})
afterEach(() => stub.close())

describe('a message over Sinch', () => {
  const wire = async (sms = sampleSms()) => {
    const callbackUrl = 'https://c.test/hook'
    const channel = createSinchChannel({ ...plan, endpoint: stub.url, callbackUrl })
    expect(await channel.send(sms)).toMatchObject({ kind: 'accepted', answer: '01FC66' })
    await channel.close()
    return stub.calls[0]
  }

  test('goes as a batch of one, with the ledger’s id as its reference', async () => {
    const call = await wire(sampleSms({ validitySeconds: 60 }))
    expect([call?.method, call?.path, call?.headers.authorization]).toEqual([
      'POST',
      '/xms/v1/plan%2F1/batches',
      'Bearer token',
    ])
    expect(JSON.parse(call?.body ?? '')).toEqual({
      from: '+3197010203040',
      to: ['+31612345678'],
      type: 'mt_text',
      body: 'Your code is 1234 & “valid” for 5 minutes €',
      client_reference: sampleSms().reference,
      delivery_report: 'per_recipient_final',
      callback_url: `https://c.test/hook?message=${sampleSms().reference}`,
      expire_at: '2026-03-01T09:06:07.000Z',
    })
  })

  test('is a batch of media where there is some', async () => {
    const call = await wire(sampleSms({ media: { url: 'https://c.test/a.jpg', title: 'Bell' } }))
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      type: 'mt_media',
      body: { url: 'https://c.test/a.jpg', message: sampleSms().text, subject: 'Bell' },
    })
  })
})

test('a wrong token is told so', async () => {
  stub.answer = { status: 401, body: { code: 'unauthorized', text: 'no such token' } }
  expect(await checkSinch({ ...plan, endpoint: stub.url })).toEqual({
    ok: false,
    code: '401',
    answer: 'no such token',
  })
  stub.answer = { status: 200, body: { count: 0 } }
  expect(await checkSinch({ ...plan, endpoint: stub.url })).toMatchObject({ ok: true })
})

test('what else stands behind an endpoint is not passed on', async () => {
  stub.answer = { status: 404, body: { of: 'another service' } }
  expect((await checkSinch({ ...plan, endpoint: stub.url })).answer).toBe('404')
})

test('a sender that is not ours does not speak against the account', async () => {
  stub.answer = refused(403, 'sender_not_allowed')
  const channel = createSinchChannel({ ...plan, endpoint: stub.url })
  expect(await channel.send(sampleSms())).not.toHaveProperty('ofAccount')
  await channel.close()
})
