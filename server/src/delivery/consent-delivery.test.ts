import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApi, TEST_SECRET, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import { startTestEngine } from '../../test/engine.ts'
import { createAudience, dryRunTo, sendTo } from '../../test/marketing.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createFeedbackAddresses } from '../channels/email/verp.ts'
import { createMemoryChannel, type MemoryChannel } from '../channels/memory.ts'
import { createLinkReader } from '../consent/links.ts'
import type { Engine } from './engine.ts'

let api: TestApi
let engine: Engine
let channel: MemoryChannel<RenderedEmail>
let profileId: string
let n = 0
const address = 'zoe@example.test'
const WITH_LINKS = {
  subject: 'Offer',
  html: '<a href="{{context.system.unsubscribeUrl}}">out</a> <a href="{{context.system.preferencesUrl}}">choose</a>',
  text: 'Stop: {{context.system.unsubscribeUrl}}',
}

beforeEach(async () => {
  api = await createTestApi()
  channel = createMemoryChannel<RenderedEmail>({
    answer: () => ({ kind: 'accepted', code: '250', answer: 'ok' }),
  })
  engine = await startTestEngine(api, () => channel)
  const identities = [{ namespace: 'email', value: address }]
  profileId = (await api.api('POST /profiles', { identities, attributes: {} })).body.id
})
afterEach(async () => {
  await engine.drain()
  await api.close()
})

const makeCampaign = async (more: object = {}): Promise<string> => {
  const audienceId = await createAudience(api, [])
  const { body } = await api.api('POST /campaigns', {
    ...{ name: 'Offer', category: 'marketing', audienceId, content: WITH_LINKS },
    ...more,
  })
  expect((await api.api(`POST /campaigns/${body.id}/activate`)).status).toBe(200)
  return body.id
}
const callOf = (campaignId: string, recipient: object = {}) => ({
  requestId: `r${++n}`,
  campaignId,
  recipients: [{ type: 'aep', userId: address, namespace: 'email', ...recipient }],
})
type Fate = { readonly state: string; readonly reason: string | null }

/** What comes of a call, by its dry run and by the real thing. */
const bothFates = async (campaignId: string, recipient: object = {}): Promise<{ dry: Fate; real: Fate }> => {
  const call = callOf(campaignId, recipient)
  const { outcome, reason } = await dryRunTo(api, call)
  const accepted = await sendTo(api, call)
  const real = await eventually(
    'the message to settle',
    async () => {
      engine.wake()
      const [message] = (await api.api(`GET /executions/${accepted.body.executionId}`)).body.messages
      return ['sent', 'excluded', 'failed'].includes(message.state) && (message as Fate)
    },
    8_000,
  )
  return { dry: { state: outcome, reason }, real: { state: real.state, reason: real.reason } }
}
const excluded = (reason: string) => ({
  dry: { state: 'excluded', reason },
  real: { state: 'excluded', reason },
})
const SENT = { dry: { state: 'send', reason: null }, real: { state: 'sent', reason: null } }
const put = async (body: object): Promise<void> => {
  expect((await api.api(`PUT /profiles/${profileId}/consent`, body)).status).toBe(200)
}
const makeTopic = async (): Promise<string> =>
  (await api.api('POST /topics', { key: 'news', name: { en: 'News', nl: '' }, doubleOptIn: true })).body.id
const lastMail = () => PostalMime.parse(channel.sent.at(-1)?.raw ?? '')
const headerOf = (mail: Awaited<ReturnType<typeof lastMail>>, key: string): string | undefined =>
  mail.headers.find(header => header.key === key)?.value

describe('a person who opted out', () => {
  const levels = [
    ['of all marketing', { level: 'channel', channel: 'any', value: 'n' }],
    ['of the channel', { level: 'channel', channel: 'email', value: 'n' }],
    [
      'at the address, in other case',
      {
        level: 'identity',
        channel: 'email',
        identity: { namespace: 'Email', value: 'Zoe@Example.test' },
        value: 'n',
      },
    ],
  ] as const
  it.each(levels)(
    '%s is left out of marketing, by dry run and send alike, and of nothing else',
    async (_name, change) => {
      await put(change)
      const marketing = await makeCampaign()
      expect(await bothFates(marketing)).toEqual(excluded('email_no_consent'))
      expect(channel.sent).toHaveLength(0)
      const transactional = await makeCampaign({ name: 'Order', category: 'transactional' })
      expect(await bothFates(transactional)).toEqual(SENT)
    },
  )

  it('of another address, or of nothing, gets it', async () => {
    const identity = { namespace: 'email', value: 'old@example.test' }
    await put({ level: 'identity', channel: 'email', identity, value: 'n' })
    expect(await bothFates(await makeCampaign())).toEqual(SENT)
  })
})

describe('a campaign about a topic', () => {
  it('reaches who is subscribed, and neither who is not, nor who has not confirmed, nor who left', async () => {
    const topicId = await makeTopic()
    const campaign = await makeCampaign({ topicId })
    const not = excluded('topic_not_subscribed')
    expect(await bothFates(campaign)).toEqual(not)
    const { body } = await api.api(`PUT /profiles/${profileId}/consent`, {
      level: 'topic',
      topicId,
      value: 'y',
    })
    expect(await bothFates(campaign)).toEqual(not)
    const confirm = new URL(body.confirmationUrl).pathname
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await api.call(`POST ${confirm}`, { text: 'confirm=yes', headers })
    expect(await bothFates(campaign)).toEqual(SENT)
    await put({ level: 'topic', topicId, value: 'n' })
    expect(await bothFates(campaign)).toEqual(not)
    expect(await bothFates(await makeCampaign({ topicId, category: 'transactional' }))).toEqual(SENT)
  })

  it('reaches nobody when the topic is archived', async () => {
    const topicId = await makeTopic()
    const campaign = await makeCampaign({ topicId })
    const not = excluded('topic_not_subscribed')
    const { body } = await api.api(`PUT /profiles/${profileId}/consent`, {
      level: 'topic',
      topicId,
      value: 'y',
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await api.call(`POST ${new URL(body.confirmationUrl).pathname}`, { text: 'confirm=yes', headers })
    await api.api(`POST /topics/${topicId}/archive`)
    expect(await bothFates(campaign)).toEqual(not)
  })

  it('is left out for consent first, where both stand against it', async () => {
    await put({ level: 'channel', channel: 'any', value: 'n' })
    const campaign = await makeCampaign({ topicId: await makeTopic() })
    expect(await bothFates(campaign)).toEqual(excluded('email_no_consent'))
  })
})

describe('marketing mail', () => {
  it('carries one-click unsubscribe in its header, and the links in its content, which do what they say', async () => {
    await bothFates(await makeCampaign())
    const mail = await lastMail()
    const url = headerOf(mail, 'list-unsubscribe')?.match(/^<(.+)>$/)?.[1] ?? ''
    expect(headerOf(mail, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    expect(mail.html).toContain(url)
    expect(mail.text).toContain(`Stop: ${url}`)
    expect(mail.html).toMatch(/href="http:\/\/carillon\.test\/p\/[A-Za-z0-9_-]+"/)
    const raw = channel.sent.at(-1)?.raw.toString('latin1') ?? ''
    expect(raw.split('\r\n').every(line => line.length <= 998)).toBe(true)
    const read = createLinkReader(TEST_SECRET)(url.slice(url.lastIndexOf('/') + 1), api.clock.now())
    expect(read).toMatchObject({ kind: 'unsubscribe', profileId, address, level: 'channel' })
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const path = new URL(url).pathname
    expect((await api.call(`POST ${path}`, { text: 'List-Unsubscribe=One-Click', headers })).status).toBe(200)
    expect(await bothFates(await makeCampaign())).toEqual(excluded('email_no_consent'))
  })

  it('cannot have its links replaced by a call', async () => {
    const context = { system: { unsubscribeUrl: 'https://evil.test/', other: 'kept' } }
    const content = { ...WITH_LINKS, text: '{{context.system.unsubscribeUrl}} {{context.system.other}}' }
    await bothFates(await makeCampaign({ content }), { context })
    expect((await lastMail()).text).toMatch(/^http:\/\/carillon\.test\/u\/\S+ kept\s*$/)
  })

  it('with a domain for bounces has signed addresses: its envelope sender, and a way out by mail', async () => {
    const [{ id, channel: _, ...configuration }] = (await api.api('GET /channel-configurations')).body.items
    expect(configuration).toMatchObject({ bounceDomain: null })
    const write = { ...configuration, bounceDomain: 'bounce.shop.example' }
    const wrong = await api.api(`PUT /channel-configurations/${id}`, { ...write, bounceDomain: 'no domain' })
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/bounceDomain' }] } })
    expect((await api.api(`PUT /channel-configurations/${id}`, write)).body).toMatchObject(write)
    await bothFates(await makeCampaign({ channelConfigurationId: id }))
    const { messageId, envelope } = channel.sent.at(-1) ?? { messageId: '', envelope: { from: '' } }
    const addresses = createFeedbackAddresses(TEST_SECRET)
    const of = { messageId, generation: 1, attempt: 1 }
    expect(addresses.read(envelope.from)).toEqual({ kind: 'bounce', ...of })
    expect(envelope.from).toMatch(/@bounce\.shop\.example$/)
    const mail = await lastMail()
    const [, mailto = ''] =
      headerOf(mail, 'list-unsubscribe')?.match(/^<http\S+>, <mailto:(\S+)\?subject=unsubscribe>$/) ?? []
    expect(addresses.read(mailto)).toEqual({ kind: 'unsubscribe', messageId })
    await api.api(`PUT /channel-configurations/${id}`, configuration)
  })

  it('has no header where the configuration says so, and the level that it says', async () => {
    const [{ id, channel: _, ...configuration }] = (await api.api('GET /channel-configurations')).body.items
    expect(configuration).toMatchObject({ listUnsubscribe: true, unsubscribeLevel: 'channel' })
    const write = { ...configuration, listUnsubscribe: false, unsubscribeLevel: 'identity' }
    expect((await api.api(`PUT /channel-configurations/${id}`, write)).body).toMatchObject(write)
    await bothFates(await makeCampaign({ channelConfigurationId: id }))
    const mail = await lastMail()
    expect(headerOf(mail, 'list-unsubscribe')).toBeUndefined()
    const token = mail.text?.trim().split('/').at(-1) ?? ''
    expect(createLinkReader(TEST_SECRET)(token, api.clock.now())).toMatchObject({ level: 'identity' })
  })

  it('has both, transactional mail neither', async () => {
    await bothFates(await makeCampaign({ category: 'transactional' }))
    const mail = await lastMail()
    expect(headerOf(mail, 'list-unsubscribe')).toBeUndefined()
    expect(mail.text?.trim()).toBe('Stop:')
  })

  it('shows example links in dry run, preview and test', async () => {
    const campaign = await makeCampaign()
    const { email } = await dryRunTo(api, callOf(campaign))
    expect(email.html).toContain('http://carillon.test/u/example')
    const preview = await api.api(`POST /campaigns/${campaign}/preview`, { profile: {}, context: {} })
    expect(preview.body.html).toContain('http://carillon.test/p/example')
    await api.api(`POST /campaigns/${campaign}/test`, { emailAddress: 'me@example.test' })
    engine.wake()
    await eventually('the test', () => channel.sent.length === 1)
    const mail = await lastMail()
    expect(mail.html).toContain('http://carillon.test/u/example')
    expect(headerOf(mail, 'list-unsubscribe')).toBeUndefined()
  })
})

describe('validation of marketing content', () => {
  const findingsOf = async (more: object): Promise<string[]> => {
    const { body } = await api.api('POST /campaigns', { name: 'x', category: 'marketing', ...more })
    const { findings } = (await api.api(`POST /campaigns/${body.id}/validate`)).body
    return findings.map((one: { severity: string; code: string }) => `${one.severity} ${one.code}`)
  }
  const plain = { subject: 'Hi', html: '<p>Hi</p>', text: null }

  it('warns where there is no way out, and only then', async () => {
    expect(await findingsOf({ content: plain })).toContain('warning unsubscribe_link_missing')
    expect(await findingsOf({ content: WITH_LINKS })).not.toContain('warning unsubscribe_link_missing')
    const transactional = await findingsOf({ content: plain, category: 'transactional' })
    expect(transactional).not.toContain('warning unsubscribe_link_missing')
  })

  it('tells of an audience and a topic that reach nobody, before anything is activated', async () => {
    const make = async (kind: string, more: object) =>
      (await api.api('POST /audiences', { kind, name: `${kind} ${JSON.stringify(more)}`, ...more })).body.id
    const empty = await make('upload', {})
    const nobody = { kind: 'attribute', path: ['age'], operator: 'equals', value: 777 }
    const anybody = { kind: 'attribute', path: ['age'], operator: 'not_exists' }
    const ruled = await make('rule', { rule: nobody })
    const everybody = await make('rule', { rule: anybody })
    expect(await findingsOf({ audienceId: empty })).toContain('warning audience_empty')
    expect(await findingsOf({ audienceId: ruled })).toContain('warning audience_empty')
    expect(await findingsOf({ audienceId: everybody })).not.toContain('warning audience_empty')
    expect(await findingsOf({ category: 'transactional', audienceId: empty })).not.toContain(
      'warning audience_empty',
    )
    await api.api(`POST /audiences/${empty}/archive`)
    expect(await findingsOf({ audienceId: empty })).toContain('error audience_archived')
    const topic = (await api.api('POST /topics', { key: 'gone', name: { en: 'Gone', nl: '' } })).body.id
    expect((await findingsOf({ topicId: topic })).filter(one => one.includes('topic'))).toEqual([])
    await api.api(`POST /topics/${topic}/archive`)
    expect(await findingsOf({ topicId: topic })).toContain('error topic_archived')
    expect(await findingsOf({ category: 'transactional', topicId: topic })).not.toContain(
      'error topic_archived',
    )
    const { body } = await api.api('POST /campaigns', { name: 'x', category: 'marketing', topicId: topic })
    const refused = await api.api(`POST /campaigns/${body.id}/activate`)
    expect(refused.body.errors.map((one: { pointer: string }) => one.pointer)).toContain('/topicId')
  })

  it('knows the links where the context is declared, and asks no caller for them', async () => {
    const contextSchema = { type: 'object', properties: { name: { type: 'string' } } }
    const found = await findingsOf({ content: WITH_LINKS, contextSchema })
    expect(found.filter(one => one.includes('unknown') || one.includes('undeclared'))).toEqual([])
    const campaign = await makeCampaign()
    const curl = await api.api(`GET /campaigns/${campaign}/curl`)
    expect(curl.body.variables).toEqual([])
    expect(JSON.stringify(curl.body.body)).not.toContain('system')
  })
})
