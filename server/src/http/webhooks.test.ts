/** Webhooks of providers through the real API: what is signed counts once, everything else is refused and counted. */
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CERTIFICATE_URL, createAmazon, signSns, TOPIC } from '../../test/amazon-sns.ts'
import { type Answer, createMovedClock, createTestApi, TEST_SECRET, type TestApi } from '../../test/app.ts'
import { FeedbackLedger } from '../../test/feedback.ts'
import { CUT, SENT } from '../../test/hand-worker.ts'
import { createFeedbackAddresses } from '../channels/email/verp.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const PUBLIC_KEY = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')

const amazon = createAmazon()
let api: TestApi
let ledger: FeedbackLedger
let ses = ''
let sendgrid = ''
let n = 0
let email = ''

beforeAll(async () => {
  api = await createTestApi(createMovedClock(), { fetchText: amazon.fetchText })
  const { rows } = await api.test.db.query("select id from sandbox where name = 'dev'")
  ledger = new FeedbackLedger(api.test.db, rows[0].id)
  await ledger.start()
  const made = async (body: object): Promise<string> =>
    new URL((await api.api('POST /feedback/sources', body)).body.url).pathname
  ses = await made({ provider: 'ses', name: 'ses', topicArn: TOPIC })
  sendgrid = await made({ provider: 'sendgrid', name: 'grid', publicKey: PUBLIC_KEY })
})
afterAll(() => api.close())
beforeEach(() => {
  email = `p${++n}@customer.example`
  ledger.ms = api.clock.now().getTime()
})

const post = async (path: string, text: string, headers: Record<string, string> = {}): Promise<Answer> =>
  api.call(`POST ${path}`, { text, headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers } })
const source = async (path: string) => {
  const { items } = (await api.api('GET /feedback/sources')).body
  return items.find((one: { url: string }) => one.url.endsWith(path))
}
const refusals = async (path: string): Promise<number> => {
  await new Promise(resolve => setImmediate(resolve))
  return (await source(path)).refused
}
const eventuallyRefused = (path: string, count: number): Promise<void> =>
  expect.poll(() => refusals(path), { timeout: 10_000 }).toBe(count)

describe('SendGrid', () => {
  const signed = (
    events: unknown,
    more: { key?: typeof privateKey; at?: number; body?: string } = {},
  ): Promise<Answer> => {
    const text = JSON.stringify(events)
    const timestamp = String(Math.floor((more.at ?? api.clock.now().getTime()) / 1_000))
    const signature = createSign('sha256')
      .update(timestamp + text)
      .sign(more.key ?? privateKey, 'base64')
    return post(sendgrid, more.body ?? text, {
      'content-type': 'application/json',
      'x-twilio-email-event-webhook-signature': signature,
      'x-twilio-email-event-webhook-timestamp': timestamp,
    })
  }
  const bounce = (id: string) => ({
    ...{ event: 'bounce', email, carillon_message: `${id}.1.1`, sg_event_id: randomUUID() },
    ...{ timestamp: Math.floor(ledger.ms / 1_000), status: '5.1.1', reason: '550 5.1.1 no such user' },
  })

  it('reports a bounce that suppresses, and settles what was unknown', async () => {
    const id = await ledger.message({ email }, CUT)
    expect((await signed([bounce(id)])).status).toBe(204)
    expect(await ledger.state(id)).toEqual({ state: 'failed', reason: 'bounced' })
    expect(await ledger.suppressed(email)).toBe('Invalid Recipient')
    expect((await ledger.told(id)).at(-1)).toContain('as SendGrid reports: Invalid Recipient')
  })

  it('reports everything else too, by what it means', async () => {
    const id = await ledger.message({ email }, SENT)
    const kinds = [
      { event: 'processed' },
      { event: 'deferred', response: '452 4.2.2 mailbox full', sg_event_id: 'a' },
      { event: 'delivered', response: '250 OK' },
      { event: 'open' },
      { event: 'spamreport' },
      { event: 'nonsense' },
    ]
    const events = kinds.map(kind => ({ ...kind, email, carillon_message: id }))
    expect((await signed([...events, { event: 'delivered' }, 7, null])).status).toBe(204)
    expect((await ledger.reported(id)).sort()).toEqual(['complaint', 'delay 22', 'delivered', 'sent'])
    expect(await ledger.suppressed(email)).toBe('Spam Complaint')
  })

  it('forged, changed or sent again is refused with a problem, changes nothing, and is counted', async () => {
    const id = await ledger.message({ email }, SENT)
    const { refused } = await source(sendgrid)
    const forged = await signed([bounce(id)], { key: stranger.privateKey })
    expect(forged).toMatchObject({ status: 401, body: { code: 'webhook_forged' } })
    const changed = await signed([bounce(id)], {
      body: JSON.stringify([{ ...bounce(id), email: 'x@y.example' }]),
    })
    expect(changed).toMatchObject({ status: 401, body: { code: 'webhook_forged' } })
    expect((await post(sendgrid, JSON.stringify([bounce(id)]))).status).toBe(401)
    expect(await ledger.reported(id)).toEqual([])
    const once = [bounce(id)]
    const at = api.clock.now().getTime()
    expect((await signed(once, { at })).status).toBe(204)
    expect(await signed(once, { at })).toMatchObject({ status: 403, body: { code: 'webhook_replayed' } })
    expect(await signed([bounce(id)], { at: at - 2 * 86_400_000 })).toMatchObject({ status: 403 })
    expect(await signed([bounce(id)], { at: at + 3_600_000 })).toMatchObject({ status: 403 })
    await eventuallyRefused(sendgrid, refused + 6)
  })

  it('reports an unsubscribe: of the address where the configuration says so, of the channel where none is known', async () => {
    const [{ id: channelConfigurationId, channel: _, ...configuration }] = (
      await api.api('GET /channel-configurations')
    ).body.items
    const write = { ...configuration, unsubscribeLevel: 'identity' }
    const answer = await api.api(`PUT /channel-configurations/${channelConfigurationId}`, write)
    expect(answer.body).toMatchObject({ unsubscribeLevel: 'identity' })
    const content = { subject: 's', html: '<p>h</p>', text: null }
    const { body } = await api.api('POST /campaigns', {
      name: 'Of identities',
      content,
      channelConfigurationId,
    })
    await api.api(`POST /campaigns/${body.id}/activate`)
    const { rows } = await api.test.db.query('select id from campaign_version where campaign_id = $1', [
      body.id,
    ])
    const own = new FeedbackLedger(api.test.db, ledger.sandboxId, rows[0].id)
    await own.start()
    for (const [address, level] of [
      [email, 'identity'],
      [null, 'channel'],
    ] as const) {
      const profileId = await own.profile(email)
      const id = await own.message({ email, profileId }, SENT)
      if (address === null)
        await api.test.db.query(`update profile set attributes = '{}', modified_at = $2 where id = $1`, [
          ...[profileId, new Date(own.ms + 1_000)],
        ])
      expect((await signed([{ event: 'unsubscribe', carillon_message: `${id}.1.1` }])).status).toBe(204)
      const evidence = await api.test.db.query(
        `select level, identity_value as address from consent_event where profile_id = $1 and value_after = 'n'`,
        [profileId],
      )
      expect(evidence.rows).toEqual([{ level, address }])
    }
  })

  it('speaks of messages of its own sandbox alone', async () => {
    const other = new FeedbackLedger(api.test.db)
    await other.start()
    const id = await other.message({ email }, SENT)
    expect((await signed([bounce(id)])).status).toBe(204)
    expect(await other.reported(id)).toEqual([])
  })
})

describe('Amazon SES', () => {
  const notification = (event: unknown, more: Record<string, string> = {}) =>
    signSns('Notification', {
      ...{ MessageId: randomUUID(), Timestamp: api.clock.now().toISOString() },
      ...{ Message: JSON.stringify(event), ...more },
    })
  const mail = (id: string) => ({
    timestamp: new Date(ledger.ms).toISOString(),
    source: 'news@shop.example',
    tags: { carillon_message: [`${id}-1-1`] },
  })
  const bounce = (id: string) => ({
    eventType: 'Bounce',
    mail: mail(id),
    bounce: {
      ...{ bounceType: 'Permanent', bounceSubType: 'General', timestamp: new Date(ledger.ms).toISOString() },
      bouncedRecipients: [
        { emailAddress: email, status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
      ],
    },
  })
  const send = (message: object): Promise<Answer> => post(ses, JSON.stringify(message))

  it('is subscribed by its own address at Amazon', async () => {
    expect((await source(ses)).confirmedAt).toBeNull()
    const SubscribeURL = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t'
    const of = { MessageId: randomUUID(), Timestamp: api.clock.now().toISOString(), Message: 'm', Token: 't' }
    const elsewhere = signSns('SubscriptionConfirmation', { ...of, SubscribeURL: 'https://evil.example/?a' })
    expect((await send(elsewhere)).status).toBe(401)
    expect((await send(signSns('SubscriptionConfirmation', { ...of, SubscribeURL }))).status).toBe(204)
    expect((await source(ses)).confirmedAt).not.toBeNull()
    expect(amazon.read).toContain(SubscribeURL)
    expect(amazon.read.some(url => url.includes('evil'))).toBe(false)
  })

  it('reports a bounce in both versions of the signature; the certificate is read once', async () => {
    for (const SignatureVersion of ['1', '2']) {
      const id = await ledger.message({ email }, SENT)
      expect((await send(notification(bounce(id), { SignatureVersion }))).status).toBe(204)
      expect(await ledger.reported(id)).toEqual(['bounce 10'])
    }
    expect(await ledger.suppressed(email)).toBe('Invalid Recipient')
    expect(amazon.read.filter(url => url === CERTIFICATE_URL)).toHaveLength(1)
  })

  it('is joined by the header of the mail, or by its signed sender, too', async () => {
    const [first, second] = [await ledger.message({ email }, SENT), await ledger.message({ email }, SENT)]
    const headers = [{ name: 'X-Carillon-Message-Id', value: first }]
    const delivery = {
      timestamp: new Date(ledger.ms).toISOString(),
      smtpResponse: '250 ok',
      recipients: [email],
    }
    const byHeader = { notificationType: 'Delivery', mail: { ...mail('no'), headers }, delivery }
    expect((await send(notification(byHeader))).status).toBe(204)
    const of = { messageId: second, generation: 1, attempt: 1 }
    const sender = createFeedbackAddresses(TEST_SECRET).verpAddress(of, 'bounce.shop.example')
    const bySender = {
      notificationType: 'Complaint',
      mail: { ...mail('no'), source: sender },
      complaint: { complaintFeedbackType: 'abuse', complainedRecipients: [{ emailAddress: email }] },
    }
    expect((await send(notification(bySender))).status).toBe(204)
    expect([await ledger.reported(first), await ledger.reported(second)]).toEqual([
      ['delivered'],
      ['complaint'],
    ])
  })

  it('is no bounce when a program of the reader answered', async () => {
    const id = await ledger.message({ email }, SENT)
    const event = bounce(id)
    const answered = {
      ...event,
      bounce: { ...event.bounce, bounceType: 'Transient', bounceSubType: 'AutoReply' },
    }
    expect((await send(notification(answered))).status).toBe(204)
    expect(await ledger.reported(id)).toEqual([])
  })

  it('forged, of another topic, with a certificate from elsewhere, old, or sent again is refused', async () => {
    const id = await ledger.message({ email }, SENT)
    const { refused } = await source(ses)
    const good = notification(bounce(id))
    const wrong: readonly object[] = [
      { ...good, Message: JSON.stringify({ ...bounce(id), eventType: 'Complaint' }) },
      notification(bounce(id), { TopicArn: `${TOPIC}-of-somebody-else` }),
      ...[
        'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem',
        'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
        'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-1.pem',
        'https://user@sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
        'https://sns.eu-west-1.amazonaws.com/other.pem',
        'https://s3.amazonaws.com/SimpleNotificationService-1.pem',
      ].map(SigningCertURL => ({ ...good, SigningCertURL })),
      { ...good, SignatureVersion: '3' },
      { Type: 'Notification' },
      {},
    ]
    const read = amazon.read.length
    for (const message of wrong)
      expect(await send(message), JSON.stringify(message)).toMatchObject({
        ...{ status: 401, body: { code: 'webhook_forged' } },
      })
    expect(amazon.read).toHaveLength(read)
    const old = new Date(api.clock.now().getTime() - 2 * 86_400_000).toISOString()
    expect((await send(notification(bounce(id), { Timestamp: old }))).status).toBe(403)
    expect(await ledger.reported(id)).toEqual([])
    expect((await send(good)).status).toBe(204)
    expect(await send(good)).toMatchObject({ status: 403, body: { code: 'webhook_replayed' } })
    await eventuallyRefused(ses, refused + wrong.length + 2)
  })
})

describe('a webhook', () => {
  it('is made of what its provider is believed by', async () => {
    const wrong = [
      { provider: 'ses', name: 'a' },
      { provider: 'ses', name: 'a', topicArn: 'arn:aws:s3:::bucket' },
      { provider: 'ses', name: 'a', topicArn: TOPIC, publicKey: PUBLIC_KEY },
      { provider: 'sendgrid', name: 'a', publicKey: 'AAAA' },
      { provider: 'sendgrid', name: 'a', publicKey: PUBLIC_KEY, topicArn: TOPIC },
    ]
    for (const body of wrong)
      expect((await api.api('POST /feedback/sources', body)).body.errors).toHaveLength(1)
    const twice = await api.api('POST /feedback/sources', { provider: 'ses', name: 'ses', topicArn: TOPIC })
    expect(twice.body).toMatchObject({ code: 'name_taken', errors: [{ pointer: '/name' }] })
  })

  it('that is removed, of another provider, or unknown takes nothing', async () => {
    const { body } = await api.api('POST /feedback/sources', {
      provider: 'ses',
      name: 'gone',
      topicArn: TOPIC,
    })
    expect((await api.api(`DELETE /feedback/sources/${body.id}`)).status).toBe(204)
    expect((await api.api(`DELETE /feedback/sources/${body.id}`)).status).toBe(404)
    for (const path of [
      `/api/v1/feedback/ses/${body.id}`,
      ses.replace('/ses/', '/sendgrid/'),
      '/api/v1/feedback/ses/x',
    ])
      expect((await post(path, '{}')).status).toBe(404)
  })

  it('has its counts beside it, and the receiver has its own', async () => {
    expect(await source(sendgrid)).toMatchObject({
      received: expect.any(Number),
      lastReceivedAt: expect.any(String),
    })
    expect((await api.api('GET /feedback/receiver')).body).toEqual({
      ...{ port: null, domains: [], loopMailbox: 'fbl', received: 0, ignored: 0, refused: 0 },
      ...{ lastReceivedAt: null, lastRefusedAt: null },
    })
  })
})
