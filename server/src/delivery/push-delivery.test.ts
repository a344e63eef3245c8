/** A push from its trigger to the devices of its person: through the real stand-ins, into the Inbox. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, TEST_SECRET, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import { transportById } from '../campaigns/transport.store.ts'
import { subscription } from '../channels/push/stand-in/under-test.ts'
import { type PushSink, startPushSink } from '../channels/sandbox/push-sink.ts'
import { createDeviceNotes, type DeviceNotes } from '../feedback/device-notes.ts'
import { uuidv7 } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import type { Engine } from './engine.ts'
import { createTransports, type Transports } from './transports.ts'

let api: TestApi
let sink: PushSink
let engine: Engine
let transports: Transports
let notes: DeviceNotes
let configurationId: string

const APPS = [
  { platform: 'fcm', appID: 'com.bells' },
  { platform: 'apns', appID: 'com.Bells' },
  { platform: 'web', appID: 'shop' },
]

beforeAll(async () => {
  api = await createTestApi()
  const { db } = api.test
  const newId = () => uuidv7(Date.now())
  sink = await startPushSink({ db, host: '127.0.0.1', clock: api.clock, newId, log: silentLog })
  notes = createDeviceNotes({ pool: db, clock: api.clock, log: silentLog })
  transports = createTransports({
    sinks: { smtp: 0, http: 0, push: sink },
    clock: api.clock,
    read: id => transportById(db, id, TEST_SECRET),
    onDevices: notes.take,
  })
  const { items } = (await api.api('GET /transports')).body
  const inbox = items.find((one: { kind: string }) => one.kind === 'sandbox_push')
  const write = { channel: 'push', name: 'Bells', transportId: inbox.id, apps: APPS }
  configurationId = (await api.api('POST /channel-configurations', write)).body.id
  engine = await startTestEngine(api, id => transports.channel(id))
})
afterAll(async () => {
  await engine.drain()
  await transports.close()
  await notes.flush()
  await sink.close()
  await api.close()
})

const ofCampaign = { channel: 'push', category: 'transactional' } as const
const content = async (more: object = {}) => ({
  ...(await api.api('POST /campaigns', { name: 'empty', ...ofCampaign })).body.draft.content,
  ...{ title: 'Hi {{profile.name}}', body: 'Order {{context.n}}', ...more },
})
const campaign = async (name: string, more: object = {}): Promise<string> => {
  const made = await api.api('POST /campaigns', {
    ...{ name, ...ofCampaign, channelConfigurationId: configurationId, content: await content(more) },
  })
  expect(made.status).toBe(201)
  const live = await api.api(`POST /campaigns/${made.body.id}/activate`)
  expect([live.status, live.body.errors]).toEqual([200, undefined])
  return made.body.id
}
const person = async (value: string, devices: readonly object[], attributes: object = {}) =>
  (
    await api.api('POST /profiles', {
      identities: [{ namespace: 'email', value }],
      attributes: {
        name: 'Ada',
        ...attributes,
        pushNotificationDetails: devices.length === 0 ? null : devices,
      },
    })
  ).body.id as string
interface Settled {
  readonly messageId: string
  readonly state: string
  readonly reason: string | null
}
let n = 0
const send = async (campaignId: string, userId: string, more: object = {}) => {
  const recipients = [{ type: 'aep', userId, namespace: 'email', context: { n: 7 }, ...more }]
  const { body, status } = await api.trigger({ requestId: `push-${++n}`, campaignId, recipients })
  expect(status).toBe(202)
  engine.wake()
  return eventually('the end of the message', async (): Promise<Settled | undefined> => {
    const { recipients: found } = (
      await api.call(`GET /ajo/im/executions/unitary/${body.executionId}`, { headers: api.ajoHeaders() })
    ).body
    const [one] = found
    return ['ready', 'claimed', 'handing_over'].includes(one.state) ? undefined : one
  })
}
const inbox = async (search: string) => (await api.api(`GET /inbox?search=${search}&limit=50`)).body.items

const ANDROID = { platform: 'fcm', appID: 'com.bells', token: 'android-1' }
const IPHONE = { platform: 'apns', appID: 'com.Bells', token: 'ab'.repeat(32) }
const BROWSER = { platform: 'web', appID: 'shop', token: subscription() }

describe('a push', () => {
  it('goes to every device of its person, as one message', async () => {
    const id = await campaign('Alert')
    const profileId = await person('many@example.test', [
      ...[ANDROID, IPHONE, BROWSER, { ...ANDROID, token: 'of another app', appID: 'other' }],
      { ...ANDROID, token: 'denied', denylisted: true },
    ])
    expect(await send(id, 'many@example.test')).toMatchObject({ state: 'sent', reason: null })
    const items = (await inbox('Hi Ada')).filter((one: { channel: string }) => one.channel === 'push')
    expect(items.map((one: { recipient: string }) => one.recipient.split(' ')[0]).sort()).toEqual([
      ...['apns', 'fcm', 'web'],
    ])
    const mail = (await api.api(`GET /inbox/${items[0].id}`)).body
    expect(mail.push).toMatchObject({ title: 'Hi Ada', body: 'Order 7', pushType: 'message' })
    const { items: messages } = (await api.api(`GET /profiles/${profileId}/messages`)).body
    expect(messages).toMatchObject([{ channel: 'push', state: 'sent', messageId: items[0].messageId }])
  })

  it('denies a device that its platform knows no more, and tells so beside the message', async () => {
    const id = await campaign('Gone')
    const gone = { ...BROWSER, token: 'no subscription at all' }
    const profileId = await person('gone@example.test', [ANDROID, gone])
    const { messageId } = await send(id, 'gone@example.test')
    await notes.flush()
    const { attributes } = (await api.api(`GET /profiles/${profileId}`)).body
    expect(attributes.pushNotificationDetails).toEqual([ANDROID, { ...gone, denylisted: true }])
    const { timeline: steps } = (await api.api(`GET /messages/${messageId}`)).body
    const told = steps.filter((one: { feedback: object | null }) => one.feedback !== null)
    expect(told).toMatchObject([{ feedback: { kind: 'denylist', source: 'web_push', status: 'bad_token' } }])
    expect(JSON.stringify(told)).not.toContain('no subscription at all')
  })

  it('is refused when no device can have it', async () => {
    const id = await campaign('None')
    await person('none@example.test', [{ ...IPHONE, token: 'zz' }])
    expect(await send(id, 'none@example.test')).toMatchObject({ state: 'failed', reason: 'rejected' })
    expect(await send(id, 'none@example.test')).toMatchObject({
      ...{ state: 'excluded', reason: 'push_no_valid_token' },
    })
  })

  const left: readonly (readonly [string, readonly object[], string])[] = [
    ['without a device', [], 'push_no_token'],
    ['with devices of other apps only', [{ ...ANDROID, appID: 'other' }], 'push_no_valid_token'],
    [
      'with an iPhone of a development build',
      [{ ...IPHONE, platform: 'apnsSandbox' }],
      'push_no_valid_token',
    ],
  ]
  for (const [who, devices, reason] of left)
    it(`leaves out a person ${who}: ${reason}`, async () => {
      const id = await campaign(who)
      const name = `${reason}-${devices.length}-${n}@example.test`
      await person(name, devices)
      expect(await send(id, name)).toMatchObject({ state: 'excluded', reason })
    })

  it('that is silent goes to apps alone', async () => {
    const id = await campaign('Silent', { pushType: 'silent', title: '', body: '' })
    await person('silent@example.test', [ANDROID, BROWSER])
    expect(await send(id, 'silent@example.test')).toMatchObject({ state: 'sent' })
    await person('silent-web@example.test', [BROWSER])
    expect(await send(id, 'silent-web@example.test')).toMatchObject({
      ...{ state: 'excluded', reason: 'push_no_valid_token' },
    })
  })

  it('that grows too large by its data fails, and says by how much', async () => {
    const id = await campaign('Large', { body: '{{context.n}}' })
    await person('large@example.test', [ANDROID])
    const outcome = await send(id, 'large@example.test', { context: { n: 'x'.repeat(5_000) } })
    expect(outcome).toMatchObject({ state: 'failed', reason: 'render_error' })
  })

  it('goes round neither the apps of its configuration nor the deny list, when a call names the device', async () => {
    const id = await campaign('Called')
    await person('called@example.test', [ANDROID, { ...ANDROID, token: 'given up', denylisted: true }])
    const call = (pushInfo: object) => send(id, 'called@example.test', { channelData: { pushInfo } })
    expect(await call({ ...ANDROID, token: 'another' })).toMatchObject({ state: 'sent' })
    for (const pushInfo of [
      { ...ANDROID, appID: 'of another app' },
      { ...ANDROID, platform: 'apns' },
      { ...ANDROID, token: 'given up' },
    ])
      expect(await call(pushInfo)).toMatchObject({ state: 'excluded', reason: 'push_no_valid_token' })
    for (const pushInfo of [
      { ...ANDROID, platform: 'telegraph' },
      { ...ANDROID, token: ' ' },
    ])
      expect(await call(pushInfo)).toMatchObject({ state: 'excluded', reason: 'push_malformed_profile' })
  })

  it('goes to the device that a call names, in high throughput', async () => {
    const made = await api.api('POST /campaigns', {
      ...{ name: 'Fast', ...ofCampaign, channelConfigurationId: configurationId, highThroughput: true },
      content: await content({ title: 'Fast', body: 'Order {{context.n}}' }),
    })
    await api.api(`POST /campaigns/${made.body.id}/activate`)
    const recipient = {
      ...{ type: 'external', userId: 'x-1', namespace: 'crm', context: { n: 1 } },
      channelData: { pushInfo: { appID: 'com.bells', platform: 'fcm', token: 'called-1' } },
    }
    const call = { requestId: 'fast-1', campaignId: made.body.id, recipients: [recipient] }
    const path = '/ajo/im/executions/highthroughput'
    expect((await api.call(`POST ${path}`, { headers: api.ajoHeaders(), body: call })).status).toBe(202)
    await eventually('the device of the call', async () =>
      (await inbox('called-1')).length === 1 ? true : undefined,
    )
  })
})

describe('beside sending', () => {
  it('a preview shows the notification with its encoded sizes, and whose devices would get it', async () => {
    const id = await campaign('Preview')
    const profileId = await person('preview@example.test', [ANDROID, IPHONE])
    const asked = { profile: {}, context: { n: 3 }, profileId }
    const { body } = await api.api(`POST /campaigns/${id}/preview`, asked)
    expect(body).toMatchObject({
      ...{ channel: 'push', push: { title: 'Hi Ada', body: 'Order 3' }, html: null, sms: null },
      person: { address: 'fcm com.bells, apns com.Bells', reason: null },
    })
    expect(body.push.bytes.fcm).toBeGreaterThan(body.push.bytes.apns)
  })

  it('a dry run lists the devices', async () => {
    const id = await campaign('Dry')
    await person('dry@example.test', [ANDROID])
    const recipients = [{ type: 'aep', userId: 'dry@example.test', namespace: 'email', context: { n: 1 } }]
    const call = { requestId: 'dry-1', campaignId: id, recipients }
    const { body } = await api.trigger(call, { query: '?dryRun=true' })
    expect(body.recipients[0]).toMatchObject({
      outcome: 'send',
      push: { devices: [ANDROID], title: 'Hi Ada' },
    })
  })

  it('a test goes to the device that is named', async () => {
    const id = await campaign('Test')
    const wrong = await api.api(`POST /campaigns/${id}/test`, { emailAddress: 'a@example.test' })
    expect(wrong.body.errors[0].pointer).toBe('/emailAddress')
    const device = { appID: 'com.bells', platform: 'fcm', token: 'test-device-1' }
    const told = { device, profile: { name: 'Eve' }, context: { n: 2 } }
    expect((await api.api(`POST /campaigns/${id}/test`, told)).status).toBe(202)
    await eventually('the test', async () => ((await inbox('test-device-1')).length === 1 ? true : undefined))
  })

  it('the review refuses a notification that is too large with the sample data', async () => {
    const given = await content({ body: '{{context.long}}' })
    const made = await api.api('POST /campaigns', {
      ...{ name: 'Too large', ...ofCampaign, channelConfigurationId: configurationId, content: given },
      sample: { profile: {}, context: { long: 'x'.repeat(5_000) } },
    })
    const { body } = await api.api(`POST /campaigns/${made.body.id}/validate`)
    expect(body.findings.map((one: { code: string }) => one.code)).toContain('payload_large')
    expect((await api.api(`POST /campaigns/${made.body.id}/activate`)).body.code).toBe('campaign_invalid')
  })
})
