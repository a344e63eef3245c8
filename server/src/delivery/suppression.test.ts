import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import type { SendOutcome } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel, type MemoryChannel } from '../channels/memory.ts'
import type { Engine } from './engine.ts'

let api: TestApi
let engine: Engine
let channel: MemoryChannel<RenderedEmail>
let answer: () => SendOutcome
let campaign = ''
let n = 0

const accepted: SendOutcome = { kind: 'accepted', code: '250', answer: 'ok' }
const nobody: SendOutcome = { kind: 'reject', code: '550 5.1.1', answer: '550 5.1.1 no such user' }
const busy: SendOutcome = { kind: 'retry', code: '450 4.2.0', answer: '450 4.2.0 mailbox busy' }

const createCampaign = async (more: object = {}): Promise<string> => {
  const content = { subject: 'Hi', html: '<p>Hi</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name: 'Suppressed', content, ...more })
  expect((await api.api(`POST /campaigns/${body.id}/activate`)).status).toBe(200)
  return body.id
}
const callOf = (address: string, campaignId = campaign) => ({
  requestId: `r${++n}`,
  campaignId,
  recipients: [{ type: 'external', userId: address, namespace: 'email' }],
})
type State = { state: string; reason: string | null; messageId: string }
const stateOf = async (executionId: string): Promise<State> =>
  (await api.api(`GET /executions/${executionId}`)).body.messages[0]
const settles = (executionId: string): Promise<State> =>
  eventually(
    'the end',
    async () => {
      engine.wake()
      const found = await stateOf(executionId)
      return ['sent', 'excluded', 'failed', 'unknown'].includes(found.state) && found
    },
    8_000,
  )
const send = async (address: string, campaignId = campaign): Promise<[string, string | null]> => {
  const { body } = await api.trigger(callOf(address, campaignId))
  const { state, reason } = await settles(body.executionId)
  return [state, reason]
}
const dryRun = async (address: string, campaignId = campaign): Promise<[string, string | null]> => {
  const { body } = await api.trigger(callOf(address, campaignId), { query: '?dryRun=true' })
  const { outcome, reason } = body.recipients[0]
  return [outcome, reason]
}
const both = async (address: string, campaignId = campaign) => {
  const [dry, real] = [await dryRun(address, campaignId), await send(address, campaignId)]
  expect(dry).toEqual([real[0] === 'sent' ? 'send' : real[0], real[1]])
  return real
}
const suppress = async (type: string, value: string): Promise<string> => {
  const { status, body } = await api.api('POST /suppressions', { type, value })
  expect(status).toBe(201)
  return body.id
}
const entryOf = async (value: string) =>
  (await api.api(`GET /suppressions?search=${encodeURIComponent(value)}`)).body.items[0]
const softCount = async (address: string): Promise<number | undefined> =>
  (await api.test.db.query('select soft_count from bounce_count where address = $1', [address])).rows[0]
    ?.soft_count

beforeEach(async () => {
  api = await createTestApi()
  answer = () => accepted
  channel = createMemoryChannel<RenderedEmail>({ answer: () => answer() })
  engine = await startTestEngine(api, () => channel)
  campaign = await createCampaign()
})
afterEach(async () => {
  await engine.drain()
  await api.close()
})

describe('the suppression list', () => {
  it('leaves out an address and a domain, whatever their case, from dry run and sending alike', async () => {
    const id = await suppress('email', 'Ada@Example.TEST')
    await suppress('domain', 'Blocked.test')
    expect(await both('ADA@example.test')).toEqual(['excluded', 'email_suppressed'])
    expect(await both('grace@BLOCKED.test')).toEqual(['excluded', 'domain_suppressed'])
    expect(await both('grace@sub.blocked.test')).toEqual(['sent', null])
    await api.api(`DELETE /suppressions/${id}`)
    expect(await both('ada@example.test')).toEqual(['sent', null])
    expect(channel.sent).toHaveLength(2)
  })

  it('knows an international domain by either of its names', async () => {
    await suppress('domain', 'MÜNCHEN.test')
    expect(await both('a@xn--mnchen-3ya.test')).toEqual(['excluded', 'domain_suppressed'])
    expect(await both('a@münchen.test')).toEqual(['excluded', 'domain_suppressed'])
  })

  it('holds for high-throughput messages, for tests of a draft, and in its own sandbox only', async () => {
    await suppress('email', 'ada@example.test')
    const fast = await createCampaign({ highThroughput: true })
    const call = callOf('ada@example.test', fast)
    const { body } = await api.call('POST /ajo/im/executions/highthroughput', {
      headers: api.ajoHeaders(),
      body: call,
    })
    expect((await settles(body.executionId)).reason).toBe('email_suppressed')
    const test = await api.api(`POST /campaigns/${campaign}/test`, {
      emailAddress: 'ada@example.test',
      profile: {},
      context: {},
    })
    expect((await settles(test.body.executionId)).reason).toBe('email_suppressed')
    await api.api(
      'POST /suppressions',
      { type: 'email', value: 'b@example.test' },
      { 'x-sandbox-name': 'prod' },
    )
    expect(await both('b@example.test')).toEqual(['sent', null])
  })

  it('takes in an address that does not exist at once, and nobody for what the provider says of the sender', async () => {
    answer = () => nobody
    expect(await send('Gone@example.test')).toEqual(['failed', 'rejected'])
    expect(await eventually('the entry', () => entryOf('gone@example.test'))).toMatchObject({
      value: 'gone@example.test',
      category: 'HARD',
      reason: 'Invalid Recipient',
      createdBy: 'carillon',
    })
    expect(await both('gone@example.test')).toEqual(['excluded', 'email_suppressed'])
    answer = () => ({ kind: 'reject', code: '550 5.1.0', answer: '550 5.1.0 Sender address rejected' })
    await send('one@example.test')
    answer = () => ({ ...nobody, ofRecipient: false })
    await send('two@example.test')
    answer = () => ({ kind: 'reject', code: '554 5.7.1', answer: '554 5.7.1 spam' })
    await send('three@example.test')
    expect(await entryOf('@example.test')).toMatchObject({ value: 'gone@example.test' })
  })

  it('takes in an address when its retries reach the threshold, and the message waits no longer', async () => {
    await api.api('PUT /suppressions/settings', { softBounceThreshold: 3 })
    answer = () => busy
    const { body } = await api.trigger(callOf('full@example.test'))
    for (const count of [1, 2, 3]) {
      await eventually('the count', async () => {
        engine.wake()
        return (await softCount('full@example.test')) === count
      })
      if (count < 3) expect(await entryOf('full@example.test')).toBeUndefined()
      else
        expect(await eventually('the entry', () => entryOf('full@example.test'))).toMatchObject({
          ...{ category: 'SOFT', reason: 'Soft Bounce' },
        })
      api.clock.move(3_600_000)
    }
    expect(await settles(body.executionId)).toMatchObject({ state: 'excluded', reason: 'email_suppressed' })
    expect(channel.sent).toHaveLength(3)
  })

  it('forgets soft bounces at the next delivery', async () => {
    answer = () => busy
    const { body } = await api.trigger(callOf('full@example.test'))
    await eventually('the count', async () => {
      engine.wake()
      return (await softCount('full@example.test')) === 1
    })
    answer = () => accepted
    api.clock.move(3_600_000)
    expect((await settles(body.executionId)).state).toBe('sent')
    await eventually('the reset', async () => (await softCount('full@example.test')) === undefined)
  })

  it('lets transactional messages reach who only complained, where the configuration says so', async () => {
    const configurations = (await api.api('GET /channel-configurations')).body.items
    const { id, channel: _, ...write } = configurations[0]
    const ours = await createCampaign({ channelConfigurationId: id })
    await api.test.db.query(
      `insert into suppression (id, sandbox_id, list, type, value, category, reason, comment, created_at, created_by, modified_at)
       select gen_random_uuid(), id, 'client', 'email', 'cross@example.test', 'HARD', 'Spam Complaint', '', '2026-01-01', 'carillon', '2026-01-01'
       from sandbox where name = 'dev'`,
    )
    expect(await both('cross@example.test', ours)).toEqual(['excluded', 'email_suppressed'])
    const put = await api.api(`PUT /channel-configurations/${id}`, { ...write, sendToComplaints: true })
    expect([put.status, put.body.sendToComplaints]).toEqual([200, true])
    api.clock.move(3_000)
    expect(await both('cross@example.test', ours)).toEqual(['sent', null])
    await suppress('email', 'cross@example.test')
    expect(await both('cross@example.test', ours)).toEqual(['excluded', 'email_suppressed'])
  })
})

describe('the allowed list', () => {
  const allow = (type: string, value: string) => api.api('POST /allowed-list/entries', { type, value })
  const turn = (on: boolean) => api.api('PUT /allowed-list', { on })

  it('that is on and empty lets nothing through; off, it does nothing', async () => {
    await turn(true)
    expect(await both('ada@example.test')).toEqual(['excluded', 'email_not_allowed'])
    await turn(false)
    expect(await both('ada@example.test')).toEqual(['sent', null])
  })

  it('lets through its addresses and domains alone, and suppression weighs more', async () => {
    await allow('email', 'Ada@example.test')
    await allow('domain', 'ours.test')
    await turn(true)
    expect(await both('ada@example.test')).toEqual(['sent', null])
    expect(await both('anybody@ours.test')).toEqual(['sent', null])
    expect(await both('grace@example.test')).toEqual(['excluded', 'email_not_allowed'])
    await suppress('email', 'anybody@ours.test')
    expect(await both('anybody@ours.test')).toEqual(['excluded', 'email_suppressed'])
    const test = await api.api(`POST /campaigns/${campaign}/test`, {
      emailAddress: 'grace@example.test',
      profile: {},
      context: {},
    })
    expect((await settles(test.body.executionId)).reason).toBe('email_not_allowed')
  })
})
