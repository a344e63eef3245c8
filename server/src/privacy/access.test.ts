/** Access to everything that is kept of one person. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { createHandWorker, type HandWorker, REJECTED } from '../../test/hand-worker.ts'
import { createAudience } from '../../test/marketing.ts'
import { eraseAddress } from '../../test/privacy.ts'
import { refuseNumber } from '../consent/sms-refusal.store.ts'
import { setOptOut } from '../feedback/sms/sms.store.ts'
import { uuidv7 } from '../lib/ids.ts'
import { addInteractions } from '../tracking/interaction.store.ts'
import { packPage } from '../tracking/page-file.ts'
import { accessDocument } from './access.ts'

let api: TestApi
let worker: HandWorker
let ada = ''
const email = 'ada@example.test'
const context = { order: { id: 4711 } }

const campaign = async (name: string, more: object = {}): Promise<string> => {
  const content = { subject: 's', html: '<p>h</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name, content, ...more })
  await api.api(`POST /campaigns/${body.id}/activate`)
  return body.id
}

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  const identities = [
    { namespace: 'email', value: email },
    { namespace: 'crm', value: '1' },
  ]
  ada = (await api.api('POST /profiles', { identities, attributes: { person: { age: 36 } } })).body.id
  const choice = { level: 'channel', channel: 'email', value: 'n', shown: 'No more' }
  await api.api(`PUT /profiles/${ada}/consent`, choice)
  await createAudience(api, [ada], { seat: '12A' })
  const events = Array.from({ length: 450 }, (_, n) => ({
    namespace: 'crm',
    value: '1',
    type: 'visit',
    data: { n },
  }))
  await api.api('POST /events', { events })
  await api.api('POST /suppressions', { type: 'email', value: email, comment: 'asked for it' })
  await api.api('POST /allowed-list/entries', { type: 'email', value: email })
  const campaignId = await campaign('Receipt')
  const recipients = [{ type: 'aep', userId: email, namespace: 'email', context }]
  for (const requestId of ['a', 'b']) await api.trigger({ requestId, campaignId, recipients })
  await worker.work(() => REJECTED)
  const bulk = await campaign('Bulk', { highThroughput: true })
  const external = (userId: string, emailAddress: string) => ({
    ...{ requestId: `x ${userId}`, campaignId: bulk },
    recipients: [{ type: 'external', userId, namespace: 'shop', channelData: { emailAddress } }],
  })
  for (const body of [external('c-1', 'ADA@example.test'), external('c-2', 'bob@example.test')])
    await api.call('POST /ajo/im/executions/highthroughput', { headers: api.ajoHeaders(), body })
})
afterAll(() => api.close())

test('a person gets everything in one file: also what went to the address under another name', async () => {
  const { db } = api.test
  const { rows } = await db.query<{ id: string }>(
    `select id from message where recipient ->> 'userId' = $1 order by id limit 1`,
    [email],
  )
  const at = api.clock.now()
  await db.query('insert into mirror_page values ($1, $2, $3)', [
    rows[0]?.id,
    await packPage('<p>Dear Ada</p>'),
    at,
  ])
  const messageId = rows[0]?.id ?? ''
  await db.query('insert into short_link values ($1, $2, $3, $4, 7)', [
    ...['a-code', messageId, 'https://shop.test/ada', at],
  ])
  const clicks = { messageId, kind: 'click', linkId: 7n, n: 2, firstAt: at, lastAt: at } as const
  await addInteractions(db, [
    { ...clicks, machine: false },
    { ...clicks, machine: true },
  ])
  const { status, headers, body } = await api.api(`GET /profiles/${ada}/access`)
  expect(status).toBe(200)
  expect(headers['content-disposition']).toBe('attachment; filename="access.json"')
  expect(body).toMatchObject({
    ...{ type: 'carillon-access', sandbox: 'dev', addresses: [email] },
    profile: { id: ada, attributes: { person: { age: 36 }, consents: expect.anything() } },
    consentEvidence: [{ level: 'channel', after: 'n', shown: 'No more' }],
    audiences: [{ extra: { seat: '12A' } }],
    suppression: [{ value: email, comment: 'asked for it' }],
    allowedList: [{ value: email }],
  })
  expect(body.events).toHaveLength(450)
  expect(new Set(body.events.map((one: { id: string }) => one.id)).size).toBe(450)
  expect(body.messages).toHaveLength(3)
  expect(body.messages[0]).toMatchObject({ userId: email, state: 'failed', context })
  expect(body.messages[0]).toMatchObject({
    mirrorPage: '<p>Dear Ada</p>',
    shortLinks: [{ url: 'https://shop.test/ada', clicks: 2, lastClickAt: at.toISOString() }],
  })
  expect(body.messages[1]).toMatchObject({ mirrorPage: null, shortLinks: [] })
  expect(JSON.stringify(body.messages[0].timeline)).toContain('550 5.1.1 no such user')
  expect(body.messages[2]).toMatchObject({
    userId: 'c-1',
    recipient: { channelData: { emailAddress: 'ADA@example.test' } },
  })
})

test('an identity means its person; without a profile, what the ledger has under it', async () => {
  const access = async (namespace: string, value: string) =>
    (await api.api(`GET /access?${new URLSearchParams({ namespace, value })}`)).body
  expect((await access('CRM', '1')).profile.id).toBe(ada)
  const shop = await access('shop', 'c-2')
  expect(shop).toMatchObject({ profile: null, messages: [{ userId: 'c-2' }], events: [] })
  expect((await access('email', 'nobody@example.test')).messages).toEqual([])
})

test('numbers are found by the messages that went to them, however the profile has them', async () => {
  const { db } = api.test
  const [number, theirs] = ['+31687654321', '+31687654323']
  const at = api.clock.now()
  const { body: eve } = await api.api('POST /profiles', {
    identities: [{ namespace: 'crm', value: 'national-1' }],
    attributes: { mobilePhone: { number: '06 87654321' } },
  })
  await api.api('POST /profiles', { identities: [{ namespace: 'phone', value: theirs }], attributes: {} })
  const sandboxId = (await db.query(`select id from sandbox where name = 'dev'`)).rows[0].id
  const lastMessageId = uuidv7(at.getTime())
  for (const to of [number, theirs]) {
    const contact = [sandboxId, to, eve.id, lastMessageId, at]
    await db.query(
      `insert into sms_contact (sandbox_id, number, profile_id, message_id, campaign_id, at)
       values ($1, $2, $3, $4, $4, $5)`,
      contact,
    )
    await refuseNumber(db, { sandboxId, number: to }, at)
    await setOptOut(db, { sandboxId, sender: 'Shop', number: to }, at)
    await db.query(
      `insert into inbox (id, channel, recipient, sender, subject, received_at, sandbox, raw, size)
       values ($1, 'sms', $2, 'Shop', '', $3, 'dev', '', 0)`,
      [uuidv7(at.getTime()), to, at],
    )
  }
  const { body } = await api.api(`GET /profiles/${eve.id}/access`)
  const refusedAt = at.toISOString()
  expect(body).toMatchObject({
    shortMessageSenders: [{ number, sender: 'Shop', refusedAt }],
    shortMessageRefusals: [{ number, refusedAt }],
    inbox: [{ recipient: number }],
  })
  expect(body.shortMessageNumbers).toEqual([
    { number, lastMessageId, lastAt: refusedAt },
    { number: theirs, lastMessageId, lastAt: refusedAt },
  ])
})

test('the file comes in pieces, however much it is', async () => {
  const { rows } = await api.test.db.query(`select id from sandbox where name = 'dev'`)
  const at = { db: api.test.db, sandboxId: rows[0].id, sandboxName: 'dev', now: api.clock.now() }
  const { body: profile } = await api.api(`GET /profiles/${ada}`)
  const pieces: string[] = []
  for await (const piece of accessDocument(at, { identity: { namespace: '', value: '' }, profile }))
    pieces.push(piece)
  const events = pieces.filter(piece => piece.includes('"type":"visit"'))
  expect(events.map(piece => piece.split('\n').length - 1)).toEqual([200, 200, 50])
  expect(JSON.parse(pieces.join('')).messages).toHaveLength(3)
})

test('refuses who may not, and what is not there', async () => {
  expect((await api.call(`GET /api/v1/profiles/${ada}/access`)).status).toBe(401)
  const other = { 'x-sandbox-name': 'prod' }
  expect((await api.api(`GET /profiles/${ada}/access`, undefined, other)).status).toBe(404)
  expect((await api.api(`GET /profiles/${ada}/access`, undefined, { 'x-sandbox-name': 'none' })).status).toBe(
    403,
  )
  expect((await api.api('GET /access?namespace=email')).body).toMatchObject({
    status: 400,
    errors: [{ pointer: '/value' }],
  })
  expect((await api.api('GET /access?namespace=email&value=%20')).body.errors).toEqual([
    { pointer: '/value', message: 'must not be blank' },
  ])
})

test('nothing is left to hand out after an erasure', async () => {
  await eraseAddress(api, email)
  const query = new URLSearchParams({ namespace: 'email', value: email })
  const { profile, events, messages, ...rest } = (await api.api(`GET /access?${query}`)).body
  expect({ profile, events, messages }).toEqual({ profile: null, events: [], messages: [] })
  expect(rest).toMatchObject({
    consentEvidence: [],
    audiences: [],
    suppression: [],
    allowedList: [],
    limits: [],
  })
})
