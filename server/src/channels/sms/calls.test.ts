/** Calls of providers: what is believed, and what they say. The signatures of the first tests are the providers' own samples. */
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { STAND_IN_SMS } from '../sandbox/sms-accounts.ts'
import { callReader } from './call-readers.ts'
import type { SmsCall, SmsCallReader } from './callbacks.ts'
import { customCalls } from './custom/calls.ts'
import { infobipCalls } from './infobip/calls.ts'
import { signSinch, sinchCalls } from './sinch/calls.ts'
import { signTwilio, twilioCalls } from './twilio/calls.ts'

const REFERENCE = '01931f6e-0000-7000-8000-000000000001.1.2'
const callOf = (url: string, body: string, headers: Record<string, string> = {}): SmsCall => ({
  url: new URL(url),
  headers,
  body: Buffer.from(body),
})

describe('Twilio', () => {
  const url = `https://c.test/api/v1/sms/k?message=${REFERENCE}`
  const calls = twilioCalls('token')
  const signed = (body: string, at = url) =>
    callOf(at, body, { 'x-twilio-signature': signTwilio(new URL(at), body, 'token') })

  test('is believed as in the sample of its documentation', () => {
    const sample = {
      ...{ CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234' },
      ...{ From: '+14158675309', To: '+18005551212' },
    }
    const call = callOf(
      'https://mycompany.com/myapp.php?foo=1&bar=2',
      new URLSearchParams(sample).toString(),
      { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
    )
    expect(twilioCalls('12345').verify(call)).toMatchObject({ genuine: true })
    expect(twilioCalls('12346').verify(call)).toEqual({ genuine: false })
  })

  test('tells that a message arrived, or why not', () => {
    const delivered = signed('MessageSid=SM1&MessageStatus=delivered&To=%2B31612345678')
    expect(calls.read(delivered)?.reports).toEqual([
      expect.objectContaining({ reference: REFERENCE, kind: 'delivered', code: null }),
    ])
    const lost = signed('MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005')
    expect(calls.read(lost)?.reports).toEqual([
      expect.objectContaining({ kind: 'bounce', code: 10, status: '30005' }),
    ])
    expect(calls.read(signed('MessageSid=SM1&MessageStatus=queued'))?.reports).toEqual([])
  })

  test('brings what somebody wrote', () => {
    const call = signed(
      'MessageSid=SM2&SmsStatus=received&From=%2B31612345678&To=12345&Body=Stop%21&NumMedia=0',
    )
    expect(calls.read(call)?.inbound).toEqual([
      { providerId: 'SM2', from: '+31612345678', to: '12345', text: 'Stop!', at: null },
    ])
    expect(calls.read(signed('x=1'))).toBeUndefined()
  })
})

describe('Sinch', () => {
  const url = 'https://c.test/api/v1/sms/k?token=t'
  const calls = sinchCalls({ secret: 'foo_secret1234', token: 't' })
  const signature = { secret: 'foo_secret1234', nonce: '01FJA8B4A7BM43YGWSG9GBV067', timestamp: '1634579353' }

  test('is believed as in the sample of its documentation', () => {
    const body =
      '{"app_id":"","accepted_time":"2021-10-18T17:49:13.813615Z","project_id":"e2df3a34-a71b-4448-9db5-a8d2baad28e4","contact_create_notification":{"contact":{"id":"01FJA8B466Y0R2GNXD78MD9SM1","channel_identities":[{"channel":"SMS","identity":"48123456789","app_id":""}],"display_name":"New Test Contact","email":"new.contact@email.com","external_id":"","metadata":"","language":"EN_US"}},"message_metadata":""}'
    const headers = {
      'x-sinch-webhook-signature': '6bpJoRmFoXVjfJIVglMoJzYXxnoxRujzR4k2GOXewOE=',
      'x-sinch-webhook-signature-nonce': signature.nonce,
      'x-sinch-webhook-signature-timestamp': signature.timestamp,
    }
    expect(calls.verify(callOf(url, body, headers))).toMatchObject({
      genuine: true,
      at: new Date(1_634_579_353_000),
    })
    expect(calls.verify(callOf(url, `${body} `, headers))).toEqual({ genuine: false })
  })

  test('is believed for its address only where it signs nothing', () => {
    expect(calls.verify(callOf(url, '{}'))).toEqual({ genuine: false })
    const unsigned = sinchCalls({ secret: '', token: 't' })
    expect(unsigned.verify(callOf(url, '{}'))).toMatchObject({ genuine: true, at: null })
    expect(unsigned.verify(callOf('https://c.test/?token=u', '{}'))).toEqual({ genuine: false })
    expect(sinchCalls({ secret: '', token: '' }).verify(callOf('https://c.test/?token=', '{}'))).toEqual({
      genuine: false,
    })
  })

  test('tells what became of a message, and brings what somebody wrote', () => {
    const report = {
      ...{ type: 'recipient_delivery_report_sms', batch_id: 'b1', recipient: '+31612345678', code: 402 },
      ...{ status: 'Failed', at: '2026-03-01T09:05:07.000Z', client_reference: REFERENCE },
    }
    expect(calls.read(callOf(url, JSON.stringify(report)))?.reports).toEqual([
      {
        ...{
          reference: REFERENCE,
          kind: 'bounce',
          code: 10,
          status: '402',
          answer: 'Failed',
        },
        at: new Date('2026-03-01T09:05:07Z'),
      },
    ])
    const inbound = {
      ...{ type: 'mo_text', id: 'i1', from: '31612345678', to: '12345', body: 'STOP' },
      received_at: '2026-03-01T09:05:07Z',
    }
    expect(calls.read(callOf(url, JSON.stringify(inbound)))?.inbound).toEqual([
      {
        ...{ providerId: 'i1', from: '+31612345678', to: '12345', text: 'STOP' },
        at: new Date('2026-03-01T09:05:07Z'),
      },
    ])
  })

  test('names a message in its address only where the secret is in it too', () => {
    const body = JSON.stringify({ type: 'recipient_delivery_report_sms', status: 'Failed' })
    const read = (query: string) =>
      calls.read(callOf(`https://c.test/?${query}`, body))?.reports[0]?.reference
    expect(read(`token=t&message=${REFERENCE}`)).toBe(REFERENCE)
    expect([read(`message=${REFERENCE}`), read(`token=u&message=${REFERENCE}`)]).toEqual(['', ''])
  })

  test('has a key of its own for every nonce', () => {
    const keys = ['a', 'b'].map(nonce =>
      calls.verify(callOf(url, '{}', signSinch('{}', { ...signature, nonce }))),
    )
    expect(keys[0]).toMatchObject({ genuine: true })
    expect(keys[0]).not.toEqual(keys[1])
  })
})

describe('Infobip', () => {
  const calls = infobipCalls('t')
  test('tells of several messages in one call', () => {
    const results = [
      {
        ...{ messageId: 'i1', callbackData: REFERENCE, doneAt: '2026-03-01T09:05:07.000+0000' },
        ...{ status: { groupId: 3, name: 'DELIVERED_TO_HANDSET' }, error: { id: 0 } },
      },
      {
        messageId: 'i2',
        status: { groupId: 2 },
        error: { id: 1, name: 'EC_UNKNOWN_SUBSCRIBER', permanent: true },
      },
      { messageId: 'i3', status: { groupId: 4 }, error: { id: 9_999 } },
      { messageId: 'i4', status: { groupId: 77 } },
    ]
    const read = calls.read(callOf('https://c.test/?token=t', JSON.stringify({ results })))
    expect(read?.reports.map(({ status, kind, code }) => [status, kind, code])).toEqual([
      ['', 'delivered', null],
      ['1', 'bounce', 10],
      ['9999', 'bounce', 24],
    ])
    expect(read?.reports[0]?.reference).toBe(REFERENCE)
    expect(read?.inbound).toEqual([])
  })
  test('brings what people wrote', () => {
    const results = [{ messageId: 'm', from: '31612345678', to: '12345', text: 'stop', keyword: 'STOP' }]
    expect(calls.read(callOf('https://c.test/', JSON.stringify({ results })))?.inbound).toEqual([
      { providerId: 'm', from: '+31612345678', to: '12345', text: 'stop', at: null },
    ])
  })
})

describe('a provider of one’s own', () => {
  const map = {
    report: {
      ...{ referencePath: 'ref', statusPath: 'data.0.status', codePath: 'data.0.code' },
      ...{ deliveredStatuses: ['DELIVRD'], failedStatuses: ['UNDELIV', 'EXPIRED'] },
    },
    inbound: { idPath: 'id', fromPath: 'msisdn', toPath: '', textPath: 'text', timePath: 'time' },
    signature: null,
  }
  test('is read by its paths', () => {
    const calls = customCalls(map, 't')
    const report = { ref: REFERENCE, data: [{ id: 7, status: 'undeliv', code: 'x1' }] }
    expect(calls.read(callOf('https://c.test/', JSON.stringify(report)))?.reports).toEqual([
      {
        ...{ reference: REFERENCE, kind: 'bounce', code: 1, status: 'x1' },
        ...{ answer: 'undeliv', at: null },
      },
    ])
    const inbound = { id: 'i', msisdn: 31_612_345_678, text: 'hi', time: 1_772_355_907 }
    expect(calls.read(callOf('https://c.test/', JSON.stringify(inbound)))?.inbound).toEqual([
      {
        ...{ providerId: 'i', from: '31612345678', to: '', text: 'hi' },
        at: new Date('2026-03-01T09:05:07Z'),
      },
    ])
  })
  test('is believed for a bearer token, or for its HMAC alone where that is set up', () => {
    const bearer = callOf('https://c.test/', '{"a":1}', { authorization: 'Bearer t' })
    expect(customCalls(map, 't').verify(bearer)).toMatchObject({ genuine: true })
    const strict = customCalls({ ...map, signature: { header: 'X-Sign', secret: 'key' } }, 't')
    expect(strict.verify(bearer)).toEqual({ genuine: false })
    const body = 'The quick brown fox jumps over the lazy dog'
    // The sample of HMAC_SHA256 that is in every textbook.
    const hex = 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8'
    expect(strict.verify(callOf('https://c.test/', body, { 'x-sign': `sha256=${hex}` }))).toMatchObject({
      genuine: true,
    })
  })

  test('cannot be sent again for other messages by whoever has one signed body', () => {
    const calls = customCalls({ ...map, signature: { header: 'x-sign', secret: 'key' } }, 't')
    const body = '{"data":[{"status":"UNDELIV"}]}'
    const sign = createHmac('sha256', 'key').update(body).digest('hex')
    const at = (query: string) => callOf(`https://c.test/?${query}`, body, { 'x-sign': sign })
    const read = (query: string) => calls.read(at(query))?.reports[0]?.reference
    expect(read(`token=t&message=${REFERENCE}`)).toBe(REFERENCE)
    expect(read(`message=${REFERENCE}`)).toBe('')
    expect(calls.verify(at('message=a'))).toMatchObject({ genuine: true })
    expect(calls.verify(at('message=b'))).toEqual(calls.verify(at('message=a')))
    expect(calls.verify(at('token=t&message=b'))).not.toEqual(calls.verify(at('token=t&message=a')))
  })
})

test('a stand-in of Twilio, whose key everybody knows, is believed with the secret of its address alone', () => {
  const calls = callReader({ kind: 'sandbox_twilio' }, 't')
  const verify = (url: string) =>
    calls?.verify(
      callOf(url, 'x=1', {
        'x-twilio-signature': signTwilio(new URL(url), 'x=1', STAND_IN_SMS.twilio.authToken),
      }),
    )
  expect(verify('https://c.test/')).toEqual({ genuine: false })
  expect(verify('https://c.test/?token=u')).toEqual({ genuine: false })
  expect(verify('https://c.test/?token=t')).toMatchObject({ genuine: true })
})

test('no body of a stranger makes a reader throw', () => {
  const readers: readonly SmsCallReader[] = [
    twilioCalls('t'),
    sinchCalls({ secret: 's', token: 't' }),
    infobipCalls('t'),
    customCalls({ report: null, inbound: null, signature: null }, 't'),
  ]
  const hostile = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom(
      '{"results":[null,1,{"status":null},{"from":{},"text":7}]}',
      '{"type":"mo_text","body":{"message":[]}}',
      '{"type":"recipient_delivery_report_sms","status":"__proto__","code":{}}',
      'MessageSid=a&MessageStatus=constructor',
      'MessageSid=a&MessageStatus=failed&ErrorCode=constructor',
      '{"results":[{"status":{"groupId":2},"error":{"id":"constructor"}}]}',
      '{"type":"recipient_delivery_report_sms","status":"Failed","code":"toString"}',
    ),
  )
  fc.assert(
    fc.property(hostile, body => {
      for (const reader of readers) {
        expect(reader.verify(callOf('https://c.test/', body))).toEqual({ genuine: false })
        const content = reader.read(callOf('https://c.test/', body))
        for (const report of content?.reports ?? []) {
          expect(report.kind).toMatch(/^[a-z]+$/)
          expect(['number', 'object']).toContain(typeof report.code)
        }
      }
    }),
  )
})
