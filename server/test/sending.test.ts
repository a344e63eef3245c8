/** What a configuration says of each mail, from the API to the bytes that are handed over. */
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createIntake } from '../src/campaigns/accept.ts'
import { seedTask } from '../src/campaigns/seed-task.ts'
import type { RenderedEmail } from '../src/channels/email/email.ts'
import { createMemoryChannel, type MemoryChannel } from '../src/channels/memory.ts'
import type { Engine } from '../src/delivery/engine.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { type Answer, createTestApi, type TestApi } from './app.ts'
import { startTestEngine } from './engine.ts'
import { hasPython, readByPython } from './python.ts'

let api: TestApi
let engine: Engine
let channel: MemoryChannel<RenderedEmail>
let inbox: string
let n = 0
beforeAll(async () => {
  api = await createTestApi()
  channel = createMemoryChannel()
  engine = await startTestEngine(api, () => channel)
  inbox = (await api.api('GET /transports')).body.items[0].id
})
afterAll(async () => {
  await engine.drain()
  await api.close()
})
let before = 0
beforeEach(() => {
  before = channel.sent.length
})

const write = (more: object = {}) => ({
  ...{
    name: `c${++n}`,
    transportId: inbox,
    fromName: 'Shop',
    fromAddress: 'shop@example.test',
    replyTo: null,
  },
  ...more,
})
const configure = (more: object = {}): Promise<Answer> => api.api('POST /channel-configurations', write(more))
const campaignWith = async (configurationId: string, more: object = {}): Promise<string> => {
  const { body } = await api.api('POST /campaigns', {
    // What is looked at here are the addresses as they were written.
    tracking: { opens: false, clicks: false },
    ...{ name: `k${++n}`, channelConfigurationId: configurationId },
    content: {
      subject: 'Hi',
      html: '<a href="https://shop.test/a?b=1#c">x</a> <a data-plain-link href="https://shop.test/p">y</a>',
      text: null,
    },
    ...more,
  })
  return body.id
}
const activate = (id: string): Promise<Answer> => api.api(`POST /campaigns/${id}/activate`, {})
const send = async (id: string, context: object = {}): Promise<Answer> =>
  api.trigger({
    ...{ requestId: `r${++n}`, campaignId: id },
    recipients: [{ type: 'aep', userId: 'ada@example.org', namespace: 'email', context }],
  })
const settled = async (executionId: string): Promise<{ state: string; reason: string | null }> => {
  engine.wake()
  const read = async () => (await api.api(`GET /messages?executionId=${executionId}`)).body.items[0]
  await expect
    .poll(async () => (await read())?.state, { timeout: 20_000 })
    .toMatch(/^(sent|failed|excluded)$/)
  return read()
}
const mailOf = async (more: object, context: object = {}): Promise<RenderedEmail> => {
  const { body } = await configure(more)
  const id = await campaignWith(body.id)
  expect((await activate(id)).status).toBe(200)
  await settled((await send(id, context)).body.executionId)
  const mail = channel.sent[before]
  if (mail === undefined) throw new Error('nothing was sent')
  return mail
}
const pointers = ({ body }: Answer): string[] =>
  body.errors.map((error: { pointer: string }) => error.pointer)

describe('a configuration personalises', () => {
  test('sender, reply address, Sender and header fields, from the call and the profile', async () => {
    const mail = await mailOf(
      {
        ...{ fromName: '{{context.shop}}', fromAddress: '{{context.code}}@example.test' },
        ...{ replyTo: 'help+{{context.code}}@example.test', replyToName: 'Help of {{context.shop}}' },
        ...{ senderAddress: 'agency@other.test', senderName: 'Agency' },
        headers: [{ name: 'X-Shop', value: '{{context.shop}} ✓' }],
      },
      { shop: 'Zoë’s\r\nBcc: x@example.org', code: 'a1' },
    )
    const read = await PostalMime.parse(mail.raw)
    expect(read.from).toEqual({ name: 'Zoë’s Bcc: x@example.org', address: 'a1@example.test' })
    expect(read.replyTo).toEqual([
      { name: 'Help of Zoë’s Bcc: x@example.org', address: 'help+a1@example.test' },
    ])
    expect(read.sender).toEqual({ name: 'Agency', address: 'agency@other.test' })
    const keys = read.headers.map(header => header.key)
    expect(keys).not.toContain('bcc')
    expect(read.headers.find(header => header.key === 'x-shop')?.value).toBe(
      `=?UTF-8?B?${Buffer.from('Zoë’s Bcc: x@example.org ✓').toString('base64')}?=`,
    )
  })

  test('copies: Cc is seen, Bcc is not, and both are in the envelope; what is no address is left out', async () => {
    const mail = await mailOf(
      { cc: '{{context.cc}}', bcc: ['archive@example.test'] },
      { cc: 'boss@example.org, nobody, second@example.org' },
    )
    expect(mail.envelope).toMatchObject({
      to: 'ada@example.org',
      copies: ['boss@example.org', 'second@example.org', 'archive@example.test'],
    })
    expect(mail.feedbackKey).toBe(`${mail.messageId}-1-1-c`)
    const read = await PostalMime.parse(mail.raw)
    expect(read.cc?.map(one => one.address)).toEqual(['boss@example.org', 'second@example.org'])
    expect(mail.raw.toString()).not.toContain('archive@')
  })

  test('copies, each once: neither the recipient nor another copy gets it again, in whatever letters', async () => {
    const mail = await mailOf(
      { cc: '{{context.cc}}', bcc: ['B@example.org', 'c@example.org', 'C@example.org', 'ada@example.org'] },
      { cc: 'b@example.org, Ada@Example.org, b@EXAMPLE.org, B@example.org' },
    )
    expect(mail.envelope.copies).toEqual(['b@example.org', 'c@example.org'])
    expect((await PostalMime.parse(mail.raw)).cc?.map(one => one.address)).toEqual(['b@example.org'])
  })

  test('copies that are on the allowed list alone, while that is on', async () => {
    for (const value of ['ada@example.org', 'second@example.org'])
      await api.api('POST /allowed-list/entries', { type: 'email', value })
    await api.api('PUT /allowed-list', { on: true })
    const mail = await mailOf({ cc: 'boss@example.org, second@example.org', bcc: ['archive@example.test'] })
    await api.api('PUT /allowed-list', { on: false })
    expect(mail.envelope.copies).toEqual(['second@example.org'])
    expect((await PostalMime.parse(mail.raw)).cc?.map(one => one.address)).toEqual(['second@example.org'])
  })

  test('the parameters of links', async () => {
    const mail = await mailOf(
      {
        urlParameters: [
          { name: 'utm_source', value: 'mail' },
          { name: 'who', value: '{{context.who}}' },
        ],
      },
      { who: 'a&b' },
    )
    const { html, text } = await PostalMime.parse(mail.raw)
    expect(html).toContain('href="https://shop.test/a?b=1&amp;utm_source=mail&amp;who=a%26b#c"')
    expect(html).toContain('href="https://shop.test/p"')
    expect(text).toContain('https://shop.test/a?b=1&utm_source=mail&who=a%26b#c')
  })

  test('the domain of the sender out of its list', async () => {
    const dynamicDomain = {
      expression: '{{context.brand}}.test',
      domains: [
        { domain: 'bells.test', linkHost: null },
        { domain: 'whistles.test', linkHost: null },
      ],
    }
    const mail = await mailOf({ dynamicDomain }, { brand: 'whistles' })
    expect(mail.envelope.from).toBe('shop@whistles.test')
  })
})

describe('an empty text', () => {
  test('of a form is none, also in a row of an earlier release', async () => {
    const empty = { replyTo: '', replyToName: '', senderAddress: '', senderName: '', cc: '' }
    const { status, body } = await configure(empty)
    expect([status, body.replyTo, body.senderAddress]).toEqual([201, null, null])
    await api.test.db.query(
      `update channel_configuration set settings = settings || '{"replyTo": ""}' where id = $1`,
      [body.id],
    )
    const id = await campaignWith(body.id)
    await activate(id)
    expect(await settled((await send(id)).body.executionId)).toMatchObject({ state: 'sent' })
    expect((await PostalMime.parse(channel.sent[before]?.raw ?? '')).replyTo).toBeUndefined()
  })
})

describe('a person is not sent to', () => {
  const cases: readonly (readonly [string, object])[] = [
    [
      'when the domain is none of the list',
      { dynamicDomain: { expression: '{{context.x}}', domains: [{ domain: 'a.test', linkHost: null }] } },
    ],
    ['when the sender comes out as no address', { fromAddress: '{{context.x}}@example.test' }],
    ['when the name of the sender comes out empty', { fromName: '{{context.x}}' }],
    ['when Sender comes out empty', { senderAddress: '{{context.x}}' }],
    ['when a header field comes out empty', { headers: [{ name: 'X-A', value: '{{context.x}}' }] }],
  ]
  for (const [what, more] of cases)
    test(what, async () => {
      const { body } = await configure(more)
      const id = await campaignWith(body.id)
      await activate(id)
      const message = await settled((await send(id)).body.executionId)
      expect(message).toMatchObject({ state: 'failed', reason: 'render_error' })
      expect(channel.sent).toHaveLength(before)
    })
})

describe('a configuration is refused', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['/fromAddress', { fromAddress: 'a@{{context.domain}}' }],
    ['/fromAddress', { fromAddress: 'josé@example.test' }],
    ['/senderAddress', { senderAddress: 'no address' }],
    ['/bcc/0', { bcc: ['no address'] }],
    ['/headers/0/name', { headers: [{ name: 'Subject', value: 'x' }] }],
    ['/headers/0/name', { headers: [{ name: 'X-Carillon-Sandbox', value: 'x' }] }],
    ['/headers/0/name', { headers: [{ name: 'Bad Name', value: 'x' }] }],
    ['/headers/0/name', { headers: [{ name: 'DKIM-Signature', value: 'x' }] }],
    [
      '/headers/1/name',
      {
        headers: [
          { name: 'X-A', value: 'x' },
          { name: 'x-a', value: 'y' },
        ],
      },
    ],
    ['/headers/0/value', { headers: [{ name: 'X-A', value: '{{#if' }] }],
    ['/headers/0/value', { headers: [{ name: 'X-A', value: ' ' }] }],
    [
      '/dynamicDomain/expression',
      { dynamicDomain: { expression: 'c.test', domains: [{ domain: 'a.test', linkHost: null }] } },
    ],
    ['/urlParameters/0/name', { urlParameters: [{ name: 'a&b', value: 'x' }] }],
    ['/urlParameters/0/value', { urlParameters: [{ name: 'a', value: 'é'.repeat(3_000) }] }],
    ['/linkHost', { linkHost: 'https://x.test' }],
    ['/seedListId', { seedListId: '01890000-0000-7000-8000-000000000000' }],
    ['/transportGroupId', { transportGroupId: '01890000-0000-7000-8000-000000000000' }],
  ]
  for (const [pointer, more] of cases)
    test(`for ${pointer}: ${JSON.stringify(more).slice(0, 60)}`, async () => {
      const answer = await configure(more)
      expect(answer.status).toBe(400)
      expect(pointers(answer)).toContain(pointer)
    })
})

describe('a group of transports', () => {
  test('shares the mail evenly, and its members cannot be removed', async () => {
    const make = async () =>
      (
        await api.api('POST /transports', {
          name: `t${++n}`,
          smtp: { host: 'x.test', port: 25, security: 'none' },
        })
      ).body.id
    const [a, b] = [await make(), await make()]
    const { body: group } = await api.api('POST /transport-groups', { name: 'pool', transportIds: [a, b] })
    expect((await api.api(`DELETE /transports/${b}`)).body.code).toBe('resource_in_use')
    expect(pointers(await configure({ transportId: inbox, transportGroupId: group.id }))).toEqual([
      '/transportId',
    ])
    const { body } = await configure({ transportId: a, transportGroupId: group.id })
    const id = await campaignWith(body.id)
    await activate(id)
    const used = new Set<string>()
    for (let i = 0; i < 12; i++) {
      const { body: sent } = await send(id)
      await settled(sent.executionId)
      const { rows } = await api.test.db.query(
        `select a.transport_id from attempt a join message m on m.id = a.message_id order by m.id desc limit 1`,
      )
      used.add(rows[0].transport_id)
    }
    expect(used).toEqual(new Set([a, b]))
    expect((await api.api(`DELETE /transport-groups/${group.id}`)).body.code).toBe('resource_in_use')
  })
})

describe('files', () => {
  const upload = (id: string, name: string, more: { type?: string; content?: Buffer } = {}) =>
    api.app.inject({
      method: 'POST',
      url: `/api/v1/campaigns/${id}/files?name=${encodeURIComponent(name)}`,
      headers: {
        authorization: `Bearer ${api.client.token}`,
        'x-sandbox-name': 'dev',
        'content-type': more.type ?? 'application/pdf',
      },
      payload: more.content ?? Buffer.from('%PDF-1.7 \0 bytes'),
    })

  test.skipIf(!hasPython)('go with the mail under their names', async () => {
    const { body } = await configure()
    const id = await campaignWith(body.id)
    const names = ['Rechnung März.pdf', 'plain.pdf']
    const attachmentIds = []
    for (const name of names) attachmentIds.push((await upload(id, name)).json().id)
    await api.api(`PATCH /campaigns/${id}`, { attachmentIds })
    expect((await activate(id)).status).toBe(200)
    await settled((await send(id)).body.executionId)
    // Whole only at the hand-over, and then without the way to make it.
    expect(channel.sent[before]?.finish).toBeUndefined()
    const raw = channel.sent[before]?.raw ?? Buffer.alloc(0)
    const content = Buffer.from('%PDF-1.7 \0 bytes').toString('base64')
    const [python] = readByPython([{ raw }])
    expect(python?.defects).toEqual([])
    expect(python?.attachments).toEqual(names.map(name => ({ name, type: 'application/pdf', content })))
    const postal = await PostalMime.parse(raw)
    expect(postal.attachments.map(one => one.filename)).toEqual(names)
    expect(postal.html).toContain('shop.test')
  })

  test('that nothing names can be removed, others cannot', async () => {
    const id = await campaignWith((await configure()).body.id)
    const [used, spare] = [(await upload(id, 'a.pdf')).json().id, (await upload(id, 'b.pdf')).json().id]
    await api.api(`PATCH /campaigns/${id}`, { attachmentIds: [used] })
    const remove = (file: string) => api.api(`DELETE /campaigns/${id}/files/${file}`)
    expect((await remove(used)).body.code).toBe('resource_in_use')
    expect((await remove(spare)).status).toBe(204)
    expect((await remove(spare)).status).toBe(404)
    await activate(id)
    await api.api(`PATCH /campaigns/${id}`, { attachmentIds: [] })
    expect((await remove(used)).body.code).toBe('resource_in_use')
  })

  test('with a harmful name, of another type than they say, or too large are refused', async () => {
    const id = await campaignWith((await configure()).body.id)
    for (const name of ['../a.pdf', 'a.exe', 'a\u202efdp.exe.pdf', '.pdf', 'a.pdf ', 'a.pdf.'])
      expect((await upload(id, name)).statusCode, name).toBe(400)
    expect((await upload(id, 'a.pdf', { content: Buffer.from('MZ') })).statusCode).toBe(400)
    expect((await upload(id, 'a.exe', { type: 'application/x-msdownload' })).statusCode).toBe(415)
    expect((await upload(id, 'a.pdf', { content: Buffer.alloc(5_000_001) })).statusCode).toBe(413)
    const other = await campaignWith((await configure()).body.id, {
      attachmentIds: [(await upload(id, 'a.pdf')).json().id],
    })
    expect(pointers(await activate(other))).toContain('/attachmentIds/0')
  })
})

describe('a seed list', () => {
  test('gets a copy of what goes live, counted apart', async () => {
    const addresses = ['one@seeds.test', 'Two@Seeds.test', 'one@seeds.test']
    const { body: list } = await api.api('POST /seed-lists', {
      name: 'seeds',
      addresses,
      context: { who: 'Seed' },
    })
    expect(list.addresses).toEqual(['one@seeds.test', 'Two@seeds.test'])
    const { body } = await configure({ seedListId: list.id, bcc: ['archive@example.test'] })
    const guard = { perMinute: 1, perDay: 1, perPersonPerDay: null, suddenRise: false }
    const id = await campaignWith(body.id, { guard })
    await activate(id)
    // Another word of the configuration, after that: the copies are asked for all the same.
    await api.api(`PUT /channel-configurations/${body.id}`, { ...write(), ...body, labels: ['eu'] })
    const { clock, test: database } = api
    const newId = () => uuidv7(clock.now().getTime())
    const intake = createIntake({ pool: database.db, clock, newId, firstShard: 50 })
    const shared = { pool: database.db, clock, newId }
    const away = { submit: () => Promise.reject(new Error('away')) }
    await expect(seedTask({ ...shared, intake: away }).advance()).rejects.toThrow('away')
    const task = seedTask({ ...shared, intake })
    expect(await task.advance()).toBe(true)
    expect(await task.advance()).toBe(false)
    engine.wake()
    await expect.poll(() => channel.sent.length - before, { timeout: 20_000 }).toBe(2)
    expect(
      channel.sent
        .slice(before)
        .map(mail => mail.envelope.to)
        .sort(),
    ).toEqual(['Two@seeds.test', 'one@seeds.test'])
    expect(channel.sent.slice(before).flatMap(mail => mail.envelope.copies ?? [])).toEqual([])
    const { rows } = await database.db.query(
      'select count(*)::int as n from campaign_version where campaign_id = $1 and for_seeds',
      [id],
    )
    expect(rows[0].n).toBe(1)
    const { body: all } = await api.api('GET /campaigns?limit=200')
    expect(all.items.find((one: { id: string }) => one.id === id)).toMatchObject({ accepted: 0, sent: 0 })
    expect((await api.api(`DELETE /seed-lists/${list.id}`)).body.code).toBe('resource_in_use')
  })

  test('is refused with more than 300 addresses, or what is none', async () => {
    const many = Array.from({ length: 301 }, (_, i) => `a${i}@x.test`)
    expect((await api.api('POST /seed-lists', { name: 'many', addresses: many })).status).toBe(400)
    expect(
      pointers(await api.api('POST /seed-lists', { name: 'bad', addresses: ['a@x.test', 'b'] })),
    ).toEqual(['/addresses/1'])
  })
})
