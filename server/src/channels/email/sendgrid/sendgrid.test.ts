/** SendGrid: the contract, the wire format, and what answers mean. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeChannel } from '../../channel.contract.ts'
import { type ApiAnswer, type ApiStub, holdAnswers, startApiStub } from '../api-stub.ts'
import type { RenderedEmail } from '../email.ts'
import { buildMime, type EmailParts, encodeAttachment } from '../mime.ts'
import { checkSendgrid, createSendgridChannel, type SendgridOptions } from './sendgrid.ts'

const now = new Date('2026-03-01T09:05:07Z')
const optionsFor = (stub: ApiStub, more: Partial<SendgridOptions> = {}): SendgridOptions => ({
  ...{ apiKey: 'SG.key', region: 'global', endpoint: stub.url, connections: 4, now: () => now, ...more },
})
const parts: EmailParts = {
  messageId: '01931f6e-0000-7000-8000-000000000001',
  domainForMessageId: 'example.com',
  date: now,
  fromName: 'Zoë\r\nBcc: x@example.org',
  fromAddress: 'news@example.com',
  to: { address: 'ada@example.org' },
  cc: ['cc@example.org'],
  replyTo: { name: 'Help', address: 'help@example.com' },
  subject: 'Hello 😀',
  html: '<p>\0.</p>',
  text: 'Hi',
  headers: { 'List-Unsubscribe': '<https://x.test/u>', Subject: 'other' },
  attachments: [
    { name: 'a.pdf', mediaType: 'application/pdf', base64: encodeAttachment(Buffer.alloc(100, 1)) },
  ],
}
const email = (): RenderedEmail => ({
  messageId: parts.messageId,
  feedbackKey: `${parts.messageId}-1-2-c`,
  envelope: {
    from: 'news@example.com',
    to: 'ada@example.org',
    copies: ['cc@example.org', 'bcc@example.org'],
  },
  raw: buildMime(parts),
  parts,
})

const ANSWERS: Readonly<Record<string, ApiAnswer>> = {
  accepted: { status: 202, headers: { 'x-message-id': 'abc' } },
  retry: { status: 401, body: { errors: [{ message: 'authorization required' }] } },
  throttle: { status: 429, body: { errors: [{ message: 'é'.repeat(400) }] } },
  reject: { status: 400, body: { errors: [{ message: 'The to email is not valid' }] } },
  unknown: 'cut',
}
describeChannel('SendGrid', async () => {
  const stub = await startApiStub()
  return {
    channel: createSendgridChannel(optionsFor(stub)),
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

describe('a mail over SendGrid', () => {
  test('goes with its parts, its key and its argument; header text stays on its line', async () => {
    const channel = createSendgridChannel(optionsFor(stub, { ipPool: 'pool-a' }))
    await channel.send(email())
    await channel.close()
    const [call] = stub.calls
    expect([call?.method, call?.path, call?.headers.authorization]).toEqual([
      'POST',
      '/v3/mail/send',
      'Bearer SG.key',
    ])
    expect(JSON.parse(call?.body ?? '')).toEqual({
      personalizations: [
        {
          to: [{ email: 'ada@example.org' }],
          cc: [{ email: 'cc@example.org' }],
          bcc: [{ email: 'bcc@example.org' }],
          custom_args: { carillon_message: `${parts.messageId}-1-2-c` },
        },
      ],
      from: { email: 'news@example.com', name: 'Zoë Bcc: x@example.org' },
      reply_to: { email: 'help@example.com', name: 'Help' },
      subject: 'Hello 😀',
      content: [
        { type: 'text/plain', value: 'Hi' },
        { type: 'text/html', value: '<p>\0.</p>' },
      ],
      headers: { 'List-Unsubscribe': '<https://x.test/u>', 'X-Carillon-Message-Id': parts.messageId },
      attachments: [
        {
          content: Buffer.alloc(100, 1).toString('base64'),
          filename: 'a.pdf',
          type: 'application/pdf',
          disposition: 'attachment',
        },
      ],
      ip_pool_name: 'pool-a',
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
        subscription_tracking: { enable: false },
      },
    })
  })

  const cases: readonly (readonly [number, object])[] = [
    [400, { kind: 'reject', ofRecipient: false }],
    [413, { kind: 'reject', ofRecipient: false }],
    [408, { kind: 'unknown' }],
    [502, { kind: 'unknown' }],
    [504, { kind: 'unknown' }],
    [401, { kind: 'retry', ofRecipient: false, ofAccount: true }],
    [403, { kind: 'retry', ofRecipient: false, ofAccount: true }],
    [429, { kind: 'throttle', scope: 'transport', ofRecipient: false }],
    [500, { kind: 'retry', ofRecipient: false }],
    [503, { kind: 'retry', ofRecipient: false }],
  ]
  for (const [status, outcome] of cases)
    test(`${status} is ${JSON.stringify(outcome)}`, async () => {
      stub.answer = { status, body: { errors: [{ message: 'words' }, { message: 'more' }] } }
      const channel = createSendgridChannel(optionsFor(stub))
      expect(await channel.send(email())).toMatchObject({
        ...outcome,
        code: `${status}`,
        answer: 'words; more',
      })
      await channel.close()
    })

  test('waits for the account to be put right, and is unknown where SendGrid did not speak itself', async () => {
    const channel = createSendgridChannel(optionsFor(stub))
    stub.answer = { status: 400, body: { errors: [{ field: 'ip_pool_name', message: 'not found' }] } }
    expect(await channel.send(email())).toMatchObject({ kind: 'retry', ofRecipient: false })
    stub.answer = { status: 503, body: 'upstream' }
    expect(await channel.send(email())).toMatchObject({ kind: 'unknown' })
    stub.answer = { status: 202, headers: { 'x-message-id': 'abc', 'content-length': '9' }, cutAfter: '{' }
    expect(await channel.send(email())).toMatchObject({ kind: 'accepted', answer: 'abc' })
    await channel.close()
  })

  test('a sender that SendGrid does not know says nothing of the account', async () => {
    const message = 'The from address does not match a verified Sender Identity.'
    stub.answer = { status: 403, body: { errors: [{ field: 'from', message }] } }
    const channel = createSendgridChannel(optionsFor(stub))
    expect(await channel.send(email())).not.toHaveProperty('ofAccount')
    await channel.close()
  })

  test('comes back when the window of the rate begins anew', async () => {
    stub.answer = { status: 429, headers: { 'x-ratelimit-reset': String(now.getTime() / 1_000 + 30) } }
    const channel = createSendgridChannel(optionsFor(stub))
    expect(await channel.send(email())).toMatchObject({ kind: 'throttle', retryAfterMs: 30_000 })
    await channel.close()
  })
})

test('what stands behind an endpoint of one’s own is not read out', async () => {
  stub.answer = { status: 404, body: { secret: 'of a neighbour' } }
  expect(await checkSendgrid(optionsFor(stub))).toEqual({ ok: false, code: '404', answer: '404' })
  const channel = createSendgridChannel(optionsFor(stub))
  expect(await channel.send(email())).toMatchObject({ kind: 'retry', answer: '404' })
  await channel.close()
})

test('a key that may not send is told so', async () => {
  stub.answer = { status: 200, body: { scopes: ['stats.read'] } }
  expect(await checkSendgrid(optionsFor(stub))).toMatchObject({
    ok: false,
    answer: expect.stringContaining('mail.send'),
  })
  stub.answer = { status: 200, body: { scopes: ['mail.send'] } }
  expect(await checkSendgrid(optionsFor(stub))).toMatchObject({ ok: true })
})
