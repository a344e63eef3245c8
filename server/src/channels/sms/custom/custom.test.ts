/** A provider of one's own: the contract, every kind of proof on the wire, and payloads that cannot be escaped from. */
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiStub, startApiStub } from '../../email/api-stub.ts'
import { describeSmsAdapter, sampleSms } from '../sms-adapter.contract.ts'
import type { CustomAuth } from './auth.ts'
import { type CustomSmsOptions, checkCustomSms, createCustomSmsChannel } from './custom.ts'
import { compilePayload, payloadValues } from './payload.ts'

let now = new Date('2026-03-01T09:05:07Z')
const PAYLOAD = '{"from":"{{fromNumber}}","to":["{{toNumber}}"],"text":"{{message}}","ref":"{{reference}}"}'
const provider: Omit<CustomSmsOptions, 'url'> = {
  method: 'POST',
  contentType: 'application/json; charset=utf-8',
  headers: { 'X-Account': 'acme' },
  payload: PAYLOAD,
  auth: { kind: 'none' },
  idPath: 'messages.0.id',
  errorPath: 'error.text',
  connections: 4,
  now: () => now,
}

describeSmsAdapter({
  name: 'A custom provider',
  open: ({ endpoint, ...more }) => createCustomSmsChannel({ ...provider, ...more, url: `${endpoint}/send` }),
  answers: {
    accepted: { status: 200, body: { messages: [{ id: 'x-1' }] } },
    retry: { status: 503, body: { error: { text: 'later' } } },
    throttle: { status: 429, body: { error: { text: 'é'.repeat(400) } } },
    reject: { status: 422, body: { error: { text: 'bad number' } } },
    unknown: 'cut',
  },
  cases: [
    ['a refusal', { status: 400, body: { error: { text: 'bad' } } }, { kind: 'reject', answer: 'bad' }],
    ['a wrong proof', { status: 401 }, { kind: 'retry', ofRecipient: false }],
    ['too many calls', { status: 429 }, { kind: 'throttle', scope: 'transport' }],
    ['a timeout of the server', { status: 408 }, { kind: 'unknown' }],
    [
      'an error of the server in its words',
      { status: 500, body: { error: { text: 'x' } } },
      { kind: 'retry' },
    ],
    ['an error of something on the way', { status: 500 }, { kind: 'unknown' }],
    ['a gateway that lost the answer', { status: 502, body: { error: { text: 'x' } } }, { kind: 'unknown' }],
    ['a gateway that waited too long', { status: 504 }, { kind: 'unknown' }],
    ['an id that is nowhere', { status: 200, body: { id: 7 } }, { kind: 'accepted', answer: '{"id":7}' }],
  ],
})

let stub: ApiStub
beforeEach(async () => {
  now = new Date('2026-03-01T09:05:07Z')
  stub = await startApiStub()
  stub.answer = { status: 200, body: { messages: [{ id: 'x-1' }] } }
})
afterEach(() => stub.close())

const send = async (more: Partial<CustomSmsOptions>, sms = sampleSms()) => {
  const channel = createCustomSmsChannel({ ...provider, url: `${stub.url}/send`, ...more })
  const outcome = await channel.send(sms)
  await channel.close()
  return { outcome, call: stub.calls.at(-1) }
}

describe('a message over a custom provider', () => {
  test('has its placeholders filled in, escaped for JSON', async () => {
    const { outcome, call } = await send({}, sampleSms({ text: 'say "hi"\n{{toNumber}}' }))
    expect(outcome).toMatchObject({ kind: 'accepted', answer: 'x-1' })
    expect(call?.headers).toMatchObject({
      'x-account': 'acme',
      'content-type': 'application/json; charset=utf-8',
    })
    expect(JSON.parse(call?.body ?? '')).toEqual({
      from: '+3197010203040',
      to: ['+31612345678'],
      text: 'say "hi"\n{{toNumber}}',
      ref: sampleSms().reference,
    })
  })

  test('can be a form, or an address alone', async () => {
    const contentType = 'application/x-www-form-urlencoded'
    const form = await send({ contentType, payload: 'to={{toNumber}}&text={{message}}' })
    expect(form.call?.body).toBe(
      'to=%2B31612345678&text=Your%20code%20is%201234%20%26%20%E2%80%9Cvalid%E2%80%9D%20for%205%20minutes%20%E2%82%AC',
    )
    const url = `${stub.url}/send?to={{toNumber}}&text={{message}}`
    const get = await send({ method: 'GET', url, contentType: 'text/plain', payload: '' })
    const query = new URL(get.call?.path ?? '', stub.url).searchParams
    expect([get.call?.method, query.get('to'), query.get('text')]).toEqual([
      'GET',
      '+31612345678',
      sampleSms().text,
    ])
  })

  const proofs: readonly (readonly [string, CustomAuth, Record<string, string>])[] = [
    ['a key in a header', { kind: 'api_key', in: 'header', name: 'X-Key', value: 'k' }, { 'x-key': 'k' }],
    [
      'a name and password',
      { kind: 'basic', user: 'u', password: 'p' },
      { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` },
    ],
    ['a token', { kind: 'bearer', token: 't' }, { authorization: 'Bearer t' }],
  ]
  for (const [title, auth, headers] of proofs)
    test(`proves itself by ${title}`, async () => {
      expect((await send({ auth })).call?.headers).toMatchObject(headers)
    })

  test('proves itself by a key in the query', async () => {
    const { call } = await send({ auth: { kind: 'api_key', in: 'query', name: 'key', value: 'a&b' } })
    expect(call?.path).toBe('/send?key=a%26b')
  })

  test('proves itself by a MAC of the very bytes of its body', async () => {
    const auth = { kind: 'mac', token: 't', secret: 's', hash: 'sha256' } as const
    const { call } = await send({ auth: { ...auth, tokenHeader: 'x-token', signatureHeader: 'x-signature' } })
    expect(call?.headers['x-token']).toBe('t')
    expect(call?.headers['x-signature']).toBe(
      createHmac('sha256', 's')
        .update(call?.body ?? '')
        .digest('hex'),
    )
  })

  test('proves itself by a JWT with its claims, which ends after five minutes', async () => {
    const secret = 'a-secret-of-thirty-two-characters'
    const { call } = await send({
      auth: { kind: 'jwt', secret, algorithm: 'HS256', claims: { iss: 'acme' } },
    })
    const token = String(call?.headers.authorization).slice(7)
    const { payload } = await jwtVerify(token, Buffer.from(secret), { currentDate: now })
    expect([payload.iss, (payload.exp ?? 0) - (payload.iat ?? 0)]).toEqual(['acme', 300])
  })
})

describe('a token of a token endpoint', () => {
  let tokens: ApiStub
  beforeEach(async () => {
    tokens = await startApiStub()
    tokens.answer = { status: 200, body: { access_token: 'one', expires_in: 600 } }
  })
  afterEach(() => tokens.close())
  const auth = (body: 'form' | 'json'): CustomAuth => ({
    ...{ kind: 'oauth2', tokenUrl: `${tokens.url}/token`, clientId: 'id', clientSecret: 'secret' },
    ...{ scope: 'sms', body },
  })
  const open = (body: 'form' | 'json') =>
    createCustomSmsChannel({ ...provider, url: `${stub.url}/send`, auth: auth(body) })

  test('is asked for once, by many sends at the same time', async () => {
    const channel = open('json')
    await Promise.all(Array.from({ length: 10 }, () => channel.send(sampleSms())))
    await channel.close()
    expect(tokens.calls).toHaveLength(1)
    expect(JSON.parse(tokens.calls[0]?.body ?? '')).toEqual({
      grant_type: 'client_credentials',
      client_id: 'id',
      client_secret: 'secret',
      scope: 'sms',
    })
    expect(new Set(stub.calls.map(call => call.headers.authorization))).toEqual(new Set(['Bearer one']))
  })

  test('is asked for again before it ends, and after it was not believed', async () => {
    const channel = open('form')
    await channel.send(sampleSms())
    expect(tokens.calls[0]?.body).toBe(
      'grant_type=client_credentials&client_id=id&client_secret=secret&scope=sms',
    )
    tokens.answer = { status: 200, body: { access_token: 'two', expires_in: 600 } }
    now = new Date(now.getTime() + 539_000)
    await channel.send(sampleSms())
    expect(tokens.calls).toHaveLength(1)
    now = new Date(now.getTime() + 2_000)
    await channel.send(sampleSms())
    expect(stub.calls.at(-1)?.headers.authorization).toBe('Bearer two')
    stub.answer = { status: 401 }
    await channel.send(sampleSms())
    await channel.send(sampleSms())
    expect(tokens.calls).toHaveLength(3)
    await channel.close()
  })

  test('that cannot be had keeps the message here', async () => {
    tokens.answer = { status: 400, body: { error: 'invalid_client' } }
    const channel = open('form')
    expect(await channel.send(sampleSms())).toMatchObject({
      kind: 'retry',
      code: 'token 400',
      ofRecipient: false,
      answer: expect.stringContaining('invalid_client'),
    })
    await channel.close()
    expect(stub.calls).toHaveLength(0)
    const options = { ...provider, url: `${stub.url}/send`, auth: auth('form') }
    expect(await checkCustomSms(options)).toMatchObject({ ok: false, code: 'token 400' })
    tokens.answer = { status: 200, body: { access_token: 'x' } }
    expect(await checkCustomSms(options)).toMatchObject({ ok: true })
  })
})

describe('a payload', () => {
  const source = { url: 'https://c.test/send', contentType: 'application/json', body: PAYLOAD }
  const refused: readonly (readonly [string, Partial<typeof source>, string])[] = [
    ['without the number', { body: '{"text":"{{message}}"}' }, 'must use {{toNumber}}'],
    ['without the text', { body: '{"to":"{{toNumber}}"}' }, 'must use {{message}}'],
    ['that is no JSON', { body: '{"to":{{toNumber}},"text":"{{message}}"}' }, 'is not JSON'],
    ['with an unknown name', { body: '{{profile.email}}{{toNumber}}{{message}}' }, ''],
    ['that ends in a placeholder', { body: '{"to":"{{toNumber}}","text":"{{message' }, ''],
    ['with a message for its host', { url: 'https://{{toNumber}}.test/{{message}}' }, 'in its host'],
    ...(['mediaTitle', 'reference', 'fromNumber', 'mediaUrl'] as const).map(
      name => [`with ${name} for its host`, { url: `https://{{${name}}}/` }, ''] as const,
    ),
    ['to no web address', { url: 'file:///etc/passwd' }, 'http or https'],
  ]
  for (const [title, change, message] of refused)
    test(`${title} is refused`, () => {
      const compiled = compilePayload({ ...source, ...change })
      expect(compiled.ok).toBe(false)
      if (!compiled.ok) expect(compiled.mistakes.map(one => one.message).join()).toContain(message)
    })

  test('never lets a text out of its place', () => {
    const compiled = compilePayload(source)
    if (!compiled.ok) throw new Error('refused')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), text => {
        const body = compiled.payload.body(payloadValues(sampleSms({ text }), ''))
        expect(Object.keys(JSON.parse(body) as object)).toEqual(['from', 'to', 'text', 'ref'])
        expect(JSON.parse(body)).toMatchObject({ text })
      }),
    )
  })
})
