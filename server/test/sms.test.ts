/** Short messages from the API to the Inbox: content, configuration, numbers, checks, previews, tests. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { transportById } from '../src/campaigns/transport.store.ts'
import { type HttpSink, startHttpSink } from '../src/channels/sandbox/http-sink.ts'
import type { Engine } from '../src/delivery/engine.ts'
import { createTransports, type Transports } from '../src/delivery/transports.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { silentLog } from '../src/lib/log.ts'
import { type Answer, createMovedClock, createTestApi, TEST_SECRET, type TestApi } from './app.ts'
import { startTestEngine } from './engine.ts'

let api: TestApi
let engine: Engine
let sink: HttpSink
let transports: Transports
let configurationId: string
let n = 0
const clock = createMovedClock()
// The stand-ins listen before the API that names their port.
const sinks = { smtp: 0, http: 0, push: { http: 0, http2: 0 } }

beforeAll(async () => {
  api = await createTestApi(clock, { sinks })
  const newId = () => uuidv7(clock.now().getTime())
  sink = await startHttpSink({ db: api.test.db, host: '127.0.0.1', port: 0, clock, newId, log: silentLog })
  sinks.http = sink.port
  transports = createTransports({ sinks, clock, read: id => transportById(api.test.db, id, TEST_SECRET) })
  engine = await startTestEngine(api, id => transports.channel(id))
  configurationId = (await configurationsOf('sms'))[0].id
})
afterAll(async () => {
  await engine.drain()
  await transports.close()
  await sink.close()
  await api.close()
})

const configurationsOf = async (channel: string) =>
  (await api.api('GET /channel-configurations')).body.items.filter(
    (one: { channel: string }) => one.channel === channel,
  )
const pointers = ({ body }: Answer): string[] =>
  body.errors.map((error: { pointer: string }) => error.pointer)
const TEXT = { text: 'Code {{context.code}} for {{profile.person.name.firstName}}', messageType: 'sms' }
const content = { ...TEXT, title: null, mediaUri: null }
const campaign = async (more: object = {}): Promise<Answer> =>
  api.api('POST /campaigns', { name: `sms ${++n}`, channel: 'sms', content, ...more })
const live = async (more: object = {}): Promise<string> => {
  const { body } = await campaign(more)
  expect((await api.api(`POST /campaigns/${body.id}/activate`, {})).status).toBe(200)
  return body.id
}
const callTo = (id: string, more: object = {}) => ({
  ...{ requestId: `sms-${++n}`, campaignId: id },
  recipients: [{ type: 'aep', userId: `p${n}`, namespace: 'crm', context: { code: '1234' }, ...more }],
})
const settled = async (
  executionId: string,
): Promise<{ state: string; reason: string | null; messageId: string }> => {
  engine.wake()
  const read = async () => (await api.api(`GET /messages?executionId=${executionId}`)).body.items[0]
  await expect
    .poll(async () => (await read())?.state, { timeout: 20_000 })
    .toMatch(/^(sent|failed|excluded)$/)
  return read()
}
const sendTo = async (id: string, more: object = {}) =>
  settled((await api.trigger(callTo(id, more))).body.executionId)
const inbox = async () => (await api.api('GET /inbox?limit=50')).body.items
const phone = {
  profile: { mobilePhone: { number: '+31 6 1234 5678' }, person: { name: { firstName: 'Ada' } } },
}

describe('a campaign by SMS', () => {
  test('has the defaults of its channel, and content that is held against its own schema', async () => {
    const { status, body } = await campaign()
    expect(status).toBe(201)
    expect(body.draft).toMatchObject({
      ...{ channel: 'sms', identityNamespace: 'phone', channelConfigurationId: configurationId, content },
    })
    const wrong = await campaign({ content: { text: 'x', messageType: 'fax', subject: 's' } })
    expect(wrong.status).toBe(400)
    expect(pointers(wrong).sort()).toEqual([
      '/content/mediaUri',
      '/content/messageType',
      '/content/subject',
      '/content/title',
    ])
    const { body: email } = await api.api('POST /campaigns', { name: 'mail' })
    expect(pointers(await api.api(`PATCH /campaigns/${email.id}`, { content }))).toContain('/content/subject')
    expect(
      (await api.api(`PATCH /campaigns/${body.id}`, { content: { ...content, text: 'y' } })).status,
    ).toBe(200)
  })

  test('asks for the content of a channel that it changes to, and keeps the channel once it was live', async () => {
    const { body } = await api.api('POST /campaigns', { name: 'changes' })
    const bare = await api.api(`PATCH /campaigns/${body.id}`, { channel: 'sms' })
    expect([bare.status, pointers(bare)]).toEqual([400, ['/content']])
    const changed = await api.api(`PATCH /campaigns/${body.id}`, { channel: 'sms', content })
    expect(changed.body.draft).toMatchObject({ channel: 'sms', channelConfigurationId: configurationId })
    const id = await live()
    const email = { subject: 's', html: 'h', text: null }
    expect((await api.api(`PATCH /campaigns/${id}`, { channel: 'email', content: email })).status).toBe(400)
  })

  test('goes live with a configuration of its own channel only, a text, and the media of an MMS', async () => {
    const [mail] = await configurationsOf('email')
    const { body } = await campaign({
      channelConfigurationId: mail.id,
      content: { ...content, text: ' ', messageType: 'mms' },
    })
    const { body: found } = await api.api(`POST /campaigns/${body.id}/validate`, {})
    expect(found.findings.map((one: { code: string }) => one.code).sort()).toEqual([
      'configuration_channel',
      'content_empty',
      'media_missing',
    ])
  })
})

describe('a call', () => {
  test('ends in the Inbox as a short message, to the number of the profile in E.164', async () => {
    const id = await live()
    expect((await sendTo(id, phone)).state).toBe('sent')
    const [row] = await inbox()
    expect(row).toMatchObject({
      ...{ channel: 'sms', recipient: '+31612345678', sender: '+3197010203040' },
      subject: 'Code 1234 for Ada',
    })
    const { body } = await api.api(`GET /inbox/${row.id}`)
    expect(body).toMatchObject({
      html: null,
      sms: { text: 'Code 1234 for Ada', coding: 'gsm7', segments: 1 },
    })
  })

  test('takes the number of the call before that of the profile', async () => {
    await sendTo(await live(), { ...phone, channelData: { mobilePhoneNumber: '+12025550123' } })
    expect((await inbox())[0].recipient).toBe('+12025550123')
  })

  test('leaves out who has no number, and whose number is none', async () => {
    const id = await live()
    expect(await sendTo(id)).toMatchObject({ state: 'excluded', reason: 'sms_no_number' })
    const national = { profile: { mobilePhone: { number: '0612345678' } } }
    expect(await sendTo(id, national)).toMatchObject({ state: 'excluded', reason: 'sms_malformed_number' })
  })

  test('of high throughput knows the number of the call alone', async () => {
    const id = await live({ highThroughput: true, content: { ...content, text: 'Code {{context.code}}' } })
    const recipient = { type: 'external', userId: '+31687654321', namespace: 'phone', context: { code: '9' } }
    const { status, body } = await api.call('POST /ajo/im/executions/highthroughput', {
      headers: api.ajoHeaders(),
      body: { requestId: `ht-${++n}`, campaignId: id, recipients: [recipient] },
    })
    expect(status).toBe(202)
    expect((await settled(body.executionId)).state).toBe('sent')
    expect((await inbox())[0]).toMatchObject({ recipient: '+31687654321', subject: 'Code 9' })
  })
})

describe('before it is sent', () => {
  test('a preview, a dry run and a test show the same message', async () => {
    const id = await live()
    const sample = { profile: phone.profile, context: { code: '77' } }
    const { body: preview } = await api.api(`POST /campaigns/${id}/preview`, sample)
    expect(preview).toMatchObject({
      ...{ channel: 'sms', subject: null, html: null },
      sms: { text: 'Code 77 for Ada', segments: 1 },
    })
    const { body: dry } = await api.trigger(callTo(id, { ...phone, context: { code: '77' } }), {
      query: '?dryRun=true',
    })
    expect(dry.recipients[0]).toMatchObject({
      outcome: 'send',
      email: null,
      sms: { to: '+31612345678', from: '+3197010203040', text: 'Code 77 for Ada' },
    })
    const { body } = await api.api(`POST /campaigns/${id}/test`, {
      phoneNumber: '+31 6 1111 1111',
      ...sample,
    })
    expect((await settled(body.executionId)).state).toBe('sent')
    expect((await inbox())[0]).toMatchObject({ recipient: '+31611111111', subject: 'Code 77 for Ada' })
  })

  test('a test asks for the address of the channel, and for no other', async () => {
    const id = await live()
    const test = (body: object) => api.api(`POST /campaigns/${id}/test`, body)
    expect(pointers(await test({}))).toEqual(['/phoneNumber'])
    expect(pointers(await test({ emailAddress: 'ada@example.org' }))).toEqual(['/emailAddress'])
    expect(pointers(await test({ phoneNumber: '0612345678' }))).toEqual(['/phoneNumber'])
  })

  test('the sample call brings the identity of the channel', async () => {
    const { body } = await api.api(`GET /campaigns/${await live()}/curl`)
    expect(body.body.recipients[0]).toMatchObject({ namespace: 'phone', userId: '+31201234567' })
  })
})

describe('a configuration of SMS', () => {
  const write = async (more: object = {}) => {
    const [{ transportId }] = await configurationsOf('sms')
    return { channel: 'sms', name: `c${++n}`, transportId, sender: 'Acme', ...more }
  }

  test('is written and read by its own members', async () => {
    const { status, body } = await api.api('POST /channel-configurations', await write({ country: 'NL' }))
    expect(status).toBe(201)
    expect(body).toMatchObject({ channel: 'sms', sender: 'Acme', country: 'NL', status: 'active' })
    expect(body).not.toHaveProperty('fromAddress')
    const { id, channel, status: _status, lastChecks: _checks, ...rest } = body
    const put = await api.api(`PUT /channel-configurations/${id}`, { ...rest, channel, sender: '12345' })
    expect(put.body).toMatchObject({ sender: '12345', country: 'NL' })
    const asMail = { ...(await write()), channel: 'email', fromName: '', fromAddress: 'a@example.test' }
    expect(pointers(await api.api(`PUT /channel-configurations/${id}`, asMail))).toContain('/sender')
  })

  test('refuses a sender that is none, members of email, and a transport of email', async () => {
    expect(pointers(await api.api('POST /channel-configurations', await write({ sender: '06-12' })))).toEqual(
      ['/sender'],
    )
    expect(pointers(await api.api('POST /channel-configurations', await write({ fromName: 'x' })))).toEqual([
      '/fromName',
    ])
    const [mail] = await configurationsOf('email')
    const over = await write({ transportId: mail.transportId })
    expect(pointers(await api.api('POST /channel-configurations', over))).toEqual(['/transportId'])
  })

  test('sends a short test that says what the provider says', async () => {
    const { body } = await api.api('POST /channel-configurations', await write())
    const answer = await api.api(`POST /channel-configurations/${body.id}/test`, {
      phoneNumber: '+31612345678',
    })
    expect(answer.body).toMatchObject({ ok: true, code: '201' })
    expect((await inbox())[0]).toMatchObject({ sender: 'Acme', channel: 'sms' })
  })

  test('gives its country to numbers that do not say theirs', async () => {
    const { body } = await api.api('POST /channel-configurations', await write({ country: 'NL' }))
    const id = await live({ channelConfigurationId: body.id })
    const national = { profile: { mobilePhone: { number: '0612345678' } } }
    expect((await sendTo(id, national)).state).toBe('sent')
    expect((await inbox())[0].recipient).toBe('+31612345678')
  })
})

describe('a transport of SMS', () => {
  test('keeps each of its secrets to itself, and those that are left out', async () => {
    const settings = { accountSid: 'AC123456', authToken: 'one', keySid: 'SK123', keySecret: 'two' }
    const { body } = await api.api('POST /transports', { name: 'twilio', kind: 'twilio', twilio: settings })
    expect(body.twilio).toEqual({ accountSid: 'AC123456', keySid: 'SK123' })
    const secrets = async () => (await transportById(api.test.db, body.id, TEST_SECRET))?.twilio
    expect(await secrets()).toEqual(settings)
    const { authToken: _one, ...rest } = settings
    const put = { name: 'twilio', kind: 'twilio', twilio: { ...rest, keySecret: 'three' } }
    expect((await api.api(`PUT /transports/${body.id}`, put)).status).toBe(200)
    expect(await secrets()).toEqual({ ...settings, keySecret: 'three' })
    const noKey = { accountSid: 'AC123456', keySecret: null }
    await api.api(`PUT /transports/${body.id}`, { ...put, twilio: noKey })
    expect(await secrets()).toEqual({ accountSid: 'AC123456', authToken: 'one' })
    const { rows } = await api.test.db.query<{ settings: unknown }>('select settings from transport')
    expect(JSON.stringify(rows)).not.toContain('"one"')
  })

  test('of one’s own is refused with the place of each mistake', async () => {
    const custom = {
      ...{ method: 'POST', url: 'https://{{toNumber}}/', contentType: 'application/json', headers: [] },
      ...{ payload: '{"text":"{{message}}"}', auth: { kind: 'none' }, idPath: '', errorPath: '' },
      ...{ report: null, inbound: null },
    }
    const write = { name: 'own', kind: 'custom_sms', custom_sms: custom }
    expect(pointers(await api.api('POST /transports', write))).toEqual(['/custom_sms/url'])
    const auth = { kind: 'basic', token: 'x' }
    const wrong = { ...write, custom_sms: { ...custom, url: 'https://x.test/', auth } }
    expect(pointers(await api.api('POST /transports', wrong)).sort()).toEqual([
      '/custom_sms/auth/token',
      '/custom_sms/auth/user',
    ])
  })
})

describe('a link in a short message', () => {
  const link = 'https://shop.test/offer?code=1234'
  const HUMAN = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36'
  const shortening = async (text = 'See https://shop.test/offer?code={{context.code}}.'): Promise<string> => {
    const [{ transportId }] = await configurationsOf('sms')
    const { body: configuration } = await api.api('POST /channel-configurations', {
      ...{ channel: 'sms', name: `c${++n}`, transportId, sender: 'Acme', shortenLinks: true },
      linkHost: 'l.example.test',
    })
    return live({
      channelConfigurationId: configuration.id,
      content: { ...content, text },
    })
  }
  const clicksOf = async (messageId: string) =>
    (await api.api(`GET /messages/${messageId}/short-links`)).body.items
  test('is a short one of this instance, which leads on, counts clicks, and ends after thirty days', async () => {
    const id = await shortening()
    const dry = await api.trigger(callTo(id, phone), { query: '?dryRun=true' })
    const { body } = await api.trigger(callTo(id, phone))
    const sent = await settled(body.executionId)
    const [row] = await inbox()
    const url = new URL(/https:\S+/.exec(row.subject)?.[0].replace(/\.$/, '') ?? '')
    expect([url.host, url.pathname]).toEqual([
      'l.example.test',
      expect.stringMatching(/^\/s\/[0-9A-Za-z]{10}$/),
    ])
    expect(dry.body.recipients[0].sms.text.length).toBe(row.subject.length)
    const visit = (method: string, agent: string) =>
      api.call(`${method} ${url.pathname}`, { headers: { 'user-agent': agent } })
    const looked = await visit('HEAD', HUMAN)
    const followed = await visit('GET', HUMAN)
    expect((await visit('GET', 'WhatsApp/2.23 A')).status).toBe(302)
    expect([looked.status, followed.status, followed.headers['location']]).toEqual([302, 302, link])
    const sums = async (of: string) => (await api.api(`GET ${of}/tracking`)).body
    await expect
      .poll(async () => (await sums(`/campaigns/${id}`)).clicks)
      .toEqual({ unique: 1, total: 1, machine: 2 })
    const followedAt = expect.stringMatching(/^\d{4}-/)
    expect(await clicksOf(sent.messageId)).toEqual([
      { url: link, clicks: 1, firstClickAt: followedAt, lastClickAt: followedAt },
    ])
    expect((await sums(`/campaigns/${id}`)).links).toEqual([
      expect.objectContaining({
        url: 'https://shop.test/offer?code={{context.code}}',
        unique: 1,
        machine: 2,
      }),
    ])
    expect((await sums(`/executions/${body.executionId}`)).clicks).toMatchObject({ unique: 1, total: 1 })
    const rule = { kind: 'interaction', campaignId: id, action: 'click', label: null, did: true, days: 7 }
    const audience = await api.api('POST /audiences', { kind: 'rule', name: 'clicked', rule })
    expect((await api.api(`GET /audiences/${audience.body.id}/members`)).body.items).toHaveLength(1)
    clock.move(31 * 86_400_000)
    const ended = await api.call(`GET ${url.pathname}`)
    clock.move(-31 * 86_400_000)
    expect([ended.status, ended.body]).toEqual([404, '404 short-code not found'])
    expect((await api.call('GET /s/aaaaaaaaaa')).status).toBe(404)
  })

  test('counts for nobody when a scanner opens it with all others, and the same link shares its sum', async () => {
    const id = await shortening('https://x.test/a https://x.test/b https://x.test/c https://x.test/c')
    const sent = await sendTo(id, phone)
    const [row] = await inbox()
    const paths = [...row.subject.matchAll(/\/s\/\w{10}/g)].map(match => match[0])
    const visit = (path = '') => api.call(`GET ${path}`, { headers: { 'user-agent': HUMAN } })
    const machine = async () => (await api.api(`GET /campaigns/${id}/tracking`)).body.clicks.machine
    for (const path of paths.slice(0, 3)) await visit(path)
    await expect.poll(machine).toBe(3)
    const none = { clicks: 0, firstClickAt: null, lastClickAt: null }
    expect(await clicksOf(sent.messageId)).toMatchObject(paths.map(() => none))
    // The burst is over.
    clock.move(3_000)
    await visit(paths[3])
    clock.move(-3_000)
    await expect
      .poll(async () => (await clicksOf(sent.messageId)).map((one: { clicks: number }) => one.clicks).sort())
      .toEqual([0, 0, 1, 1])
  })

  test('is the one that its message was rendered with before it was held', async () => {
    const id = await shortening()
    const hold = (await api.api(`POST /campaigns/${id}/pause`)).body
    const { executionId } = (await api.trigger(callTo(id, phone))).body
    const read = async () => (await api.api(`GET /messages?executionId=${executionId}`)).body.items[0]
    engine.wake()
    await expect.poll(async () => (await read())?.state, { timeout: 20_000 }).toBe('held')
    const { messageId } = await read()
    // As its preparation leaves it when the hold comes between that and the hand-over. It may have come there, or before.
    await api.test.db.query('delete from short_link where message_id = $1', [messageId])
    await api.test.db.query(
      'insert into short_link (code, message_id, url, link_id, expires_at) values ($1, $2, $3, 0, $4)',
      ['abcdeABCDE', messageId, link, new Date(clock.now().getTime() + 86_400_000)],
    )
    await api.api(`POST /holds/${hold.id}/lift`, { decision: 'release' })
    expect(await settled(executionId)).toMatchObject({ state: 'sent', messageId })
    expect((await inbox())[0].subject).toBe('See https://l.example.test/s/abcdeABCDE.')
    expect(await clicksOf(messageId)).toHaveLength(1)
    // It led on for one more day; now for as long as any.
    clock.move(29 * 86_400_000)
    const late = await api.call('GET /s/abcdeABCDE')
    clock.move(-29 * 86_400_000)
    expect([late.status, late.headers['location']]).toEqual([302, link])
  })
})
