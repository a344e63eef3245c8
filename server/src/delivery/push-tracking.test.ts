/** Touches of a push, from the device that reports them to the sums of its campaign. */
import { EMPTY_PUSH, MAX_PUSH_BYTES, type PushContent } from '@carillon/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, TEST_SECRET, TEST_URL, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import { transportById } from '../campaigns/transport.store.ts'
import { encodedSize } from '../channels/push/size.ts'
import { type PushSink, startPushSink } from '../channels/sandbox/push-sink.ts'
import { notificationOf } from '../content/push-content.ts'
import { uuidv7 } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import type { Engine } from './engine.ts'
import { createTransports, type Transports } from './transports.ts'

let api: TestApi
let sink: PushSink
let engine: Engine
let transports: Transports
let configurationId: string

beforeAll(async () => {
  api = await createTestApi()
  const { db } = api.test
  const newId = () => uuidv7(Date.now())
  sink = await startPushSink({ db, host: '127.0.0.1', clock: api.clock, newId, log: silentLog })
  const read = (id: string) => transportById(db, id, TEST_SECRET)
  transports = createTransports({ sinks: { smtp: 0, http: 0, push: sink }, clock: api.clock, read })
  const { items } = (await api.api('GET /transports')).body
  const { id: transportId } = items.find((one: { kind: string }) => one.kind === 'sandbox_push')
  const apps = [{ platform: 'fcm', appID: 'com.bells' }]
  const write = { channel: 'push', name: 'Bells', transportId, apps }
  configurationId = (await api.api('POST /channel-configurations', write)).body.id
  engine = await startTestEngine(api, id => transports.channel(id))
  const device = { appID: 'com.bells', platform: 'fcm', token: 'android-1' }
  const identity = { namespace: 'email', value: 'ada@example.test' }
  await api.api('POST /push/devices', { identity, device })
})
afterAll(async () => {
  await engine.drain()
  await transports.close()
  await sink.close()
  await api.close()
})

const CONTENT = {
  ...{ title: 'Hi', body: 'Ready', click: 'web_url', uri: 'https://x.test/{{context.n}}' },
  buttons: [
    { id: 'track', label: 'Track', click: 'web_url', uri: 'https://x.test/t' },
    { id: 'later', label: 'Later', click: 'dismiss', uri: null },
  ],
}
const campaign = async (name: string, more: object = {}, content: object = CONTENT): Promise<string> => {
  const of = { channel: 'push', category: 'transactional' }
  const empty = (await api.api('POST /campaigns', { name: 'empty', ...of })).body.draft.content
  const made = await api.api('POST /campaigns', {
    ...{ name, ...of, channelConfigurationId: configurationId, content: { ...empty, ...content }, ...more },
  })
  expect((await api.api(`POST /campaigns/${made.body.id}/activate`)).status).toBe(200)
  return made.body.id
}
let n = 0
/** Sends to Ada, and answers the report address that her device got with it. */
const sent = async (campaignId: string): Promise<string | undefined> => {
  n += 1
  const recipients = [{ type: 'aep', userId: 'ada@example.test', namespace: 'email', context: { n } }]
  const { body } = await api.trigger({ requestId: `t-${n}`, campaignId, recipients })
  return eventually('the notification', async () => {
    engine.wake()
    const { rows } = await api.test.db.query(
      'select i.raw from inbox i join message m on m.id = i.message_id where m.execution_id = $1',
      [body.executionId.replace(/^UMA-/, '')],
    )
    const [row] = rows
    if (row === undefined) return undefined
    const { payload } = JSON.parse(row.raw.toString())
    return { report: JSON.parse(payload.data.carillon).report }
  }).then(found => found.report)
}
/** The links that are kept of it. */
const kept = async (campaignId: string): Promise<number> => {
  const text = 'select count(*)::int as n from tracked_link where campaign_id = $1'
  return (await api.test.db.query(text, [campaignId])).rows[0].n
}
const report = (url = '', button?: number) =>
  api.call(`POST ${url.replace(TEST_URL, '')}${button === undefined ? '' : `?button=${button}`}`)
const sums = async (id: string) => (await api.api(`GET /campaigns/${id}/tracking`)).body
const counted = (id: string, opens: number, clicks: number) =>
  eventually('the touches', async () => {
    const now = await sums(id)
    return now.opens.total === opens && now.clicks.total === clicks && now
  })

describe('a touch that a device reports', () => {
  it('is an open of its message, and a click where it leads somewhere', async () => {
    const id = await campaign('Followed')
    const url = await sent(id)
    expect(url).toMatch(new RegExp(`^${TEST_URL}/push/reports/[\\w-]+$`))
    const answer = await report(url)
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, '*'])
    for (const button of [0, 0, 1]) expect((await report(url, button)).status).toBe(204)
    const { opens, clicks, links } = await counted(id, 1, 4)
    expect([opens, clicks]).toEqual([
      { unique: 1, total: 1, machine: 0 },
      { unique: 1, total: 4, machine: 0 },
    ])
    const of = links.map((one: Record<string, unknown>) => [one['url'], one['label'], one['total']])
    expect(of.sort()).toEqual([
      ['(dismiss)', 'Later', 1],
      ['https://x.test/t', 'Track', 2],
      ['https://x.test/{{context.n}}', '', 1],
    ])
    const { items } = (await api.api(`GET /interactions?campaignId=${id}&kind=open`)).body
    expect(items).toMatchObject([{ userId: 'ada@example.test', kind: 'open', n: 1, machine: false }])
  })

  it('is what an audience can be made of', async () => {
    const id = await campaign('Touched')
    await report(await sent(id), 0)
    await counted(id, 0, 1)
    const rule = { kind: 'interaction', action: 'click', campaignId: id, label: 'Track', did: true, days: 1 }
    const { body } = await api.api('POST /audiences/estimate', { rule })
    expect(body).toMatchObject({ count: 1 })
  })

  it('counts for no button that is not there, and by no token that was made up', async () => {
    const id = await campaign('Bounds', {}, { body: 'Only this' })
    const url = (await sent(id)) ?? ''
    expect((await report(url, 3)).status).toBe(204)
    expect((await report(url, 4)).body.code).toBe('payload_invalid')
    expect((await report(url.slice(0, -1))).body.code).toBe('not_found')
    expect((await report(`${TEST_URL}/push/reports/x`)).status).toBe(404)
    expect((await report(url)).status).toBe(204)
    expect(await counted(id, 1, 0)).toMatchObject({ links: [] })
    for (const [type, text] of [
      ['text/plain;charset=UTF-8', 'x'],
      ['application/json', '{"no'],
    ] as const)
      expect(
        (await api.call(`POST ${url.replace(TEST_URL, '')}`, { headers: { 'content-type': type }, text }))
          .status,
      ).toBe(204)
    await counted(id, 3, 0)
  })
})

describe('a campaign that is not followed', () => {
  it('gives its devices no address to report to, and no link of it is kept', async () => {
    const id = await campaign('Off', { tracking: { opens: false, clicks: false } })
    expect(await sent(id)).toBeUndefined()
    expect(await kept(id)).toBe(0)
  })
  it('counts opens alone, or clicks alone, where only those are on', async () => {
    const [opens, clicks] = [
      await campaign('Opens', { tracking: { opens: true, clicks: false } }),
      await campaign('Clicks', { tracking: { opens: false, clicks: true } }),
    ]
    for (const id of [opens, clicks]) {
      const url = await sent(id)
      for (const button of [undefined, 0]) await report(url, button)
    }
    await counted(opens, 1, 0)
    await counted(clicks, 0, 2)
    expect([await kept(opens), await kept(clicks)]).toEqual([0, 3])
  })
  it('keeps no link before it goes to a person: a test is not followed', async () => {
    const id = await campaign('Tried')
    const device = { appID: 'com.bells', platform: 'fcm', token: 'android-1' }
    const told = { device, profile: {}, context: { n: 1 } }
    const { body } = await api.api(`POST /campaigns/${id}/test`, told)
    await eventually('the test', async () => {
      engine.wake()
      const { items } = (await api.api(`GET /messages?executionId=${body.executionId}`)).body
      return items?.[0]?.state === 'sent'
    })
    expect(await kept(id)).toBe(0)
    await sent(id)
    expect(await kept(id)).toBe(3)
  })
  it('is followed no more where the address alone would make the notification too large', async () => {
    const touched: PushContent = { ...EMPTY_PUSH, click: 'web_url', uri: 'https://x.test/l' }
    const empty = encodedSize('fcm', notificationOf(touched, 'system'))
    const body = 'x'.repeat(MAX_PUSH_BYTES - empty - 20)
    const id = await campaign('Large', {}, { ...touched, body })
    expect(await sent(id)).toBeUndefined()
    expect(await kept(id)).toBe(0)
  })
})
