/** Amazon SES: the contract, the wire format, what answers mean, and the stand-in of the sandbox. */
import { createHash, createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeChannel } from '../../channel.contract.ts'
import { type ApiAnswer, type ApiStub, holdAnswers, type ReceivedCall, startApiStub } from '../api-stub.ts'
import type { RenderedEmail } from '../email.ts'
import { checkSes, createSesChannel, type SesOptions } from './ses.ts'
import { signRequest } from './sign-request.ts'

const now = new Date('2026-03-01T09:05:07Z')
const account = {
  region: 'eu-west-1',
  accessKeyId: 'AKIDEXAMPLE000000',
  secretAccessKey: 'a/secret+of=tests',
}
const optionsFor = (stub: ApiStub, more: Partial<SesOptions> = {}): SesOptions => ({
  ...account,
  ...{ endpoint: stub.url, connections: 4, now: () => now, ...more },
})
const email = (more: Partial<RenderedEmail> = {}): RenderedEmail => ({
  messageId: '01931f6e-0000-7000-8000-000000000001',
  envelope: { from: 'b+x@bounce.example.com', to: 'ada@example.org' },
  raw: Buffer.from('Subject: Dot\r\n\r\n.\r\nZoë\0\r\n'),
  ...more,
})

const ANSWERS: Readonly<Record<string, ApiAnswer>> = {
  accepted: { status: 200, body: { MessageId: '0100018f' } },
  retry: {
    status: 500,
    headers: { 'x-amzn-errortype': 'InternalServiceErrorException' },
    body: { message: 'later' },
  },
  throttle: {
    status: 429,
    headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
    body: { message: 'x'.repeat(900) },
  },
  reject: {
    status: 400,
    headers: { 'x-amzn-errortype': 'MessageRejected:http://internal/' },
    body: { message: 'no' },
  },
  unknown: 'cut',
}
describeChannel('Amazon SES', async () => {
  const stub = await startApiStub()
  return {
    channel: createSesChannel(optionsFor(stub)),
    message: email,
    answer: kind => {
      stub.answer = ANSWERS[kind] ?? 'cut'
    },
    hold: () => {
      stub.answer = ANSWERS['accepted'] ?? 'cut'
      return holdAnswers(stub)
    },
    received: () => stub.calls.length,
    stop: () => stub.close(),
  }
})

let stub: ApiStub
beforeEach(async () => {
  stub = await startApiStub()
})
afterEach(() => stub.close())

// Written from Amazon's description of the algorithm, apart from the code under test.
const signatureOf = (call: ReceivedCall): string => {
  const { headers } = call
  const names = /SignedHeaders=([^,]+)/.exec(String(headers.authorization))?.[1] ?? ''
  const hex = (text: string) => createHash('sha256').update(text).digest('hex')
  const mac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest()
  const lines = names.split(';').map(name => `${name}:${String(headers[name]).trim()}\n`)
  const canonical = `${call.method}\n${call.path}\n\n${lines.join('')}\n${names}\n${hex(call.body)}`
  const scope = `20260301/${account.region}/ses/aws4_request`
  const key = mac(
    mac(mac(mac(`AWS4${account.secretAccessKey}`, '20260301'), account.region), 'ses'),
    'aws4_request',
  )
  return mac(key, `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${scope}\n${hex(canonical)}`).toString('hex')
}

describe('a mail over Amazon SES', () => {
  test('is a signed SendEmail with the mail byte for byte, its envelope and its tag', async () => {
    const feedbackKey = `${email().messageId}-1-2-c`
    const sent = email({ feedbackKey, envelope: { ...email().envelope, copies: ['cc@example.org'] } })
    const channel = createSesChannel(optionsFor(stub, { configurationSet: 'pool-a' }))
    await channel.send(sent)
    await channel.close()
    const [call] = stub.calls
    if (call === undefined) throw new Error('nothing came')
    expect([call.method, call.path]).toEqual(['POST', '/v2/email/outbound-emails'])
    const { Content, ...rest } = JSON.parse(call.body)
    expect(Buffer.from(Content.Raw.Data, 'base64').equals(sent.raw)).toBe(true)
    expect(rest).toEqual({
      FromEmailAddress: 'b+x@bounce.example.com',
      Destination: { ToAddresses: ['ada@example.org'], BccAddresses: ['cc@example.org'] },
      EmailTags: [{ Name: 'carillon_message', Value: feedbackKey }],
      ConfigurationSetName: 'pool-a',
    })
    expect(call.headers['x-amz-date']).toBe('20260301T090507Z')
    expect(call.headers.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE000000/20260301/eu-west-1/ses/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=${signatureOf(call)}`,
    )
  })

  const cases: readonly (readonly [number, string, object])[] = [
    [429, 'TooManyRequestsException', { kind: 'throttle', scope: 'transport', ofRecipient: false }],
    [400, 'LimitExceededException', { kind: 'throttle', scope: 'transport' }],
    [400, 'MessageRejected', { kind: 'reject', ofRecipient: false }],
    [400, 'BadRequestException', { kind: 'reject', ofRecipient: false }],
    [400, 'SendingPausedException', { kind: 'retry', ofRecipient: false, ofAccount: true }],
    [400, 'AccountSuspendedException', { kind: 'retry', ofRecipient: false, ofAccount: true }],
    [400, 'MailFromDomainNotVerifiedException', { kind: 'retry', ofRecipient: false }],
    [404, 'NotFoundException', { kind: 'retry', ofRecipient: false }],
    [403, 'SignatureDoesNotMatch', { kind: 'retry', ofRecipient: false, ofAccount: true }],
    [403, 'AccessDeniedException', { kind: 'retry', ofRecipient: false }],
    [413, '', { kind: 'reject', ofRecipient: false }],
    [500, 'InternalServiceErrorException', { kind: 'retry', ofRecipient: false }],
    [408, 'RequestTimeoutException', { kind: 'unknown' }],
    [502, '', { kind: 'unknown' }],
    [503, '', { kind: 'unknown' }],
    [504, '', { kind: 'unknown' }],
  ]
  for (const [status, type, outcome] of cases)
    test(`${status} ${type} is ${JSON.stringify(outcome)}`, async () => {
      stub.answer = {
        status,
        headers: type === '' ? {} : { 'x-amzn-errortype': type },
        body: { message: 'words' },
      }
      const channel = createSesChannel(optionsFor(stub))
      const code = type === '' ? `${status}` : `${status} ${type}`
      const said = await channel.send(email())
      expect(said).toMatchObject({ ...outcome, code, answer: 'words' })
      expect('ofAccount' in said).toBe('ofAccount' in outcome)
      await channel.close()
    })

  const ofAccount: readonly (readonly [string, string])[] = [
    ['MessageRejected', 'Email address is not verified. The following identities failed: ada@example.org'],
    ['BadRequestException', 'Configuration set <pool-a> does not exist.'],
    ['ConfigurationSetDoesNotExistException', 'Configuration set does not exist'],
  ]
  for (const [type, message] of ofAccount)
    test(`waits for the account to be put right: ${message}`, async () => {
      stub.answer = { status: 400, headers: { 'x-amzn-errortype': type }, body: { message } }
      const channel = createSesChannel(optionsFor(stub))
      expect(await channel.send(email())).toMatchObject({ kind: 'retry', ofRecipient: false })
      await channel.close()
    })

  test('is decided by the status when only the body of the answer is lost', async () => {
    const channel = createSesChannel(optionsFor(stub))
    stub.answer = { status: 200, headers: { 'content-length': '900' }, cutAfter: '{"Mess' }
    expect(await channel.send(email())).toMatchObject({ kind: 'accepted', code: '200' })
    stub.answer = { status: 503, headers: { 'content-length': '900' }, cutAfter: '<html' }
    expect(await channel.send(email())).toMatchObject({ kind: 'unknown' })
    await channel.close()
  })

  test('waits for a call of its domain, and others do not', async () => {
    const release = holdAnswers(stub)
    stub.answer = ANSWERS['accepted'] ?? 'cut'
    const channel = createSesChannel(optionsFor(stub, { domainConnections: new Map([['example.org', 1]]) }))
    const to = (address: string) => email({ envelope: { from: 'a@example.com', to: address } })
    const sends = ['x@Example.org', 'y@example.org', 'z@other.test'].map(one => channel.send(to(one)))
    await expect.poll(() => stub.calls.length).toBe(2)
    expect(stub.calls.map(call => JSON.parse(call.body).Destination.ToAddresses[0])).not.toContain(
      'y@example.org',
    )
    release()
    expect((await Promise.all(sends)).map(one => one.kind)).toEqual(Array(3).fill('accepted'))
    await channel.close()
  })

  test('that cannot be connected to did not begin, and is tried again', async () => {
    await stub.close()
    const channel = createSesChannel(optionsFor(stub))
    expect(await channel.send(email())).toMatchObject({
      kind: 'retry',
      code: 'ECONNREFUSED',
      ofRecipient: false,
    })
    await channel.close()
    stub = await startApiStub()
  })
})

test('what stands behind an endpoint of one’s own is not read out', async () => {
  stub.answer = { status: 404, body: { secret: 'of a neighbour' } }
  expect(await checkSes(optionsFor(stub))).toEqual({ ok: false, code: '404', answer: '404' })
  const channel = createSesChannel(optionsFor(stub))
  expect(await channel.send(email())).toMatchObject({ kind: 'retry', answer: '404' })
  await channel.close()
})

test('keys that Amazon does not know are told by their name', async () => {
  stub.answer = {
    status: 403,
    headers: { 'x-amzn-errortype': 'UnrecognizedClientException' },
    body: { message: 'no such key' },
  }
  expect(await checkSes(optionsFor(stub))).toMatchObject({
    ok: false,
    code: '403 UnrecognizedClientException',
  })
  stub.answer = { status: 200, body: { SendingEnabled: true } }
  expect(await checkSes(optionsFor(stub))).toMatchObject({ ok: true })
  expect(stub.calls.map(call => `${call.method} ${call.path}`)).toEqual(
    Array(2).fill('GET /v2/email/account'),
  )
})

test("Amazon's own example of a signature comes out", () => {
  const headers = signRequest(
    { method: 'GET', url: new URL('https://example.amazonaws.com/'), headers: {}, body: '' },
    {
      ...{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
      ...{ region: 'us-east-1', service: 'service', now: new Date('2015-08-30T12:36:00Z') },
    },
  )
  expect(headers['authorization']).toContain(
    'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  )
})
