/** The life of a channel configuration, and what may change while campaigns send with it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, createMovedClock, createTestApi, type TestApi } from '../../test/app.ts'

let api: TestApi
let inbox: string
let n = 0
const NONE = { kind: 'none' } as const
beforeAll(async () => {
  const dns = { txt: async () => NONE, mx: async () => NONE, addresses: async () => NONE }
  api = await createTestApi(createMovedClock(), { dns })
  inbox = (await api.api('GET /transports')).body.items[0].id
})
afterAll(() => api.close())

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
const campaignWith = async (channelConfigurationId: string, more: object = {}): Promise<string> => {
  const content = { subject: 'Hi', html: '<p>Hi</p>', text: null }
  const { body } = await api.api('POST /campaigns', {
    name: `k${++n}`,
    channelConfigurationId,
    content,
    ...more,
  })
  return body.id
}
const activate = (id: string): Promise<Answer> => api.api(`POST /campaigns/${id}/activate`, {})
const pointers = ({ body }: Answer): string[] =>
  body.errors.map((error: { pointer: string }) => error.pointer)

describe('the life of a configuration', () => {
  test('a draft cannot be used until it is submitted', async () => {
    const { body } = await configure({ status: 'draft' })
    const id = await campaignWith(body.id)
    expect((await activate(id)).body.code).toBe('campaign_invalid')
    const { body: active } = await api.api(`POST /channel-configurations/${body.id}/submit`, {})
    expect(active).toMatchObject({ status: 'active', lastChecks: { checks: [] } })
    expect((await activate(id)).status).toBe(200)
    const refused = await api.api(`POST /channel-configurations/${body.id}/deactivate`)
    expect(refused.body.code).toBe('resource_in_use')
    await api.api(`POST /campaigns/${id}/stop`, {})
    const { body: ended } = await api.api(`POST /channel-configurations/${body.id}/deactivate`)
    expect(ended.status).toBe('deactivated')
    expect((await activate(await campaignWith(body.id))).body.code).toBe('campaign_invalid')
  })

  test('while it is active its name and the domain of its sender stay', async () => {
    const { body } = await configure()
    const change = { ...write(), name: body.name }
    const path = `PUT /channel-configurations/${body.id}`
    expect(pointers(await api.api(path, { ...change, name: 'other' }))).toEqual(['/name'])
    expect(pointers(await api.api(path, { ...change, fromAddress: 'a@other.test' }))).toEqual([
      '/fromAddress',
    ])
    expect(
      (await api.api(path, { ...change, fromAddress: 'b@example.test', labels: ['eu'] })).body,
    ).toMatchObject({
      fromAddress: 'b@example.test',
      labels: ['eu'],
    })
  })

  test('while a live campaign sends with it, it cannot become one that the campaign could not have', async () => {
    const { body } = await configure()
    const path = `PUT /channel-configurations/${body.id}`
    const change = { ...write(), name: body.name }
    const id = await campaignWith(body.id, { highThroughput: true })
    expect((await activate(id)).status).toBe(200)
    expect(pointers(await api.api(path, { ...change, fromName: '{{profile.x}}' }))).toEqual([''])
    expect(pointers(await api.api(path, { ...change, category: 'marketing' }))).toEqual(['/category'])
    expect((await api.api(path, { ...change, category: 'transactional' })).status).toBe(200)
    await api.api(`POST /campaigns/${id}/stop`, {})
    expect((await api.api(path, { ...change, fromName: '{{profile.x}}' })).status).toBe(200)
  })

  test('the domains by person are domains of its sender, and stay while it is active', async () => {
    const { body } = await configure()
    const domains = [{ domain: 'other.test', linkHost: null }]
    const change = { ...write(), name: body.name, dynamicDomain: { expression: 'other.test', domains } }
    expect(pointers(await api.api(`PUT /channel-configurations/${body.id}`, change))).toEqual([
      '/dynamicDomain',
    ])
  })

  test('one that was checked is checked again before it takes another way', async () => {
    const { body } = await configure({ status: 'draft' })
    await api.api(`POST /channel-configurations/${body.id}/submit`, {})
    const smtp = { host: 'mail.test', port: 25, security: 'none' }
    const { body: real } = await api.api('POST /transports', { name: `t${++n}`, smtp })
    const path = `PUT /channel-configurations/${body.id}`
    const change = { ...write(), name: body.name, transportId: real.id }
    expect(pointers(await api.api(path, change))).toContain('/transportId')
    const { body: after } = await api.api(`GET /channel-configurations/${body.id}`)
    expect(after).toMatchObject({ transportId: inbox, status: 'active' })
  })

  test('is either taken out of use or used by a campaign that goes live at that moment, never both', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { body } = await configure()
      const id = await campaignWith(body.id)
      const [live, ended] = await Promise.all([
        activate(id),
        api.api(`POST /channel-configurations/${body.id}/deactivate`),
      ])
      expect([live.status === 200, ended.status === 200].filter(Boolean)).toHaveLength(1)
    }
  })

  test('one for marketing is refused for a transactional campaign', async () => {
    const { body } = await configure({ category: 'marketing' })
    const answer = await activate(await campaignWith(body.id))
    expect(pointers(answer)).toContain('/channelConfigurationId')
  })

  test('one that needs a profile is refused for a high-throughput campaign', async () => {
    const { body } = await configure({ fromName: '{{profile.store.name}}' })
    const answer = await activate(await campaignWith(body.id, { highThroughput: true }))
    expect(pointers(answer)).toContain('/channelConfigurationId')
  })
})

describe('a test of a configuration', () => {
  const tested = async (emailAddress: string): Promise<number> => {
    const { body } = await configure()
    return (await api.api(`POST /channel-configurations/${body.id}/test`, { emailAddress })).status
  }

  test('goes to nobody who is suppressed, nor past the allowed list', async () => {
    // The Inbox does not listen here: what may go is tried, and told so.
    expect(await tested('ada@example.org')).toBe(200)
    await api.api('POST /suppressions', { type: 'email', value: 'ada@example.org' })
    expect(await tested('Ada@Example.org')).toBe(400)
    await api.api('PUT /allowed-list', { on: true })
    expect(await tested('grace@example.org')).toBe(400)
    await api.api('POST /allowed-list/entries', { type: 'domain', value: 'example.org' })
    expect(await tested('grace@example.org')).toBe(200)
    await api.api('PUT /allowed-list', { on: false })
  })
})

describe('the ways of a configuration', () => {
  const transport = async (more: object = { smtp: { host: 'x.test', port: 25, security: 'none' } }) =>
    (await api.api('POST /transports', { name: `t${++n}`, ...more })).body.id

  test('a group that it uses keeps the transport that it names', async () => {
    const [a, b] = [await transport(), await transport()]
    const { body: group } = await api.api('POST /transport-groups', { name: `g${++n}`, transportIds: [a, b] })
    await configure({ transportId: a, transportGroupId: group.id, fallbackTransportIds: [await transport()] })
    const path = `PUT /transport-groups/${group.id}`
    expect(pointers(await api.api(path, { name: group.name, transportIds: [b] }))).toEqual(['/transportIds'])
    expect((await api.api(path, { name: group.name, transportIds: [a] })).status).toBe(200)
  })

  test('the transports of a group are of one channel', async () => {
    const sms = await transport({ kind: 'sandbox_twilio' })
    const inbox2 = await transport({ kind: 'sandbox_smtp' })
    const answer = await api.api('POST /transport-groups', { name: `g${++n}`, transportIds: [inbox2, sms] })
    expect([answer.status, ...pointers(answer)]).toEqual([400, '/transportIds'])
    // One that an earlier release took.
    const { body: group } = await api.api('POST /transport-groups', {
      name: `g${++n}`,
      transportIds: [inbox2],
    })
    await api.test.db.query('update transport_group set transport_ids = $2 where id = $1', [
      group.id,
      [inbox2, sms],
    ])
    const used = await configure({ transportId: inbox2, transportGroupId: group.id })
    expect([used.status, ...pointers(used)]).toEqual([400, '/transportGroupId'])
  })

  test('a group whose members change is checked again with the configurations that use it', async () => {
    const keys = { region: 'eu-west-1', accessKeyId: 'AKIDEXAMPLE0', secretAccessKey: 'x' }
    const [ses, smtp] = [await transport({ kind: 'ses', ses: keys }), await transport()]
    const name = `g${++n}`
    const { body: group } = await api.api('POST /transport-groups', { name, transportIds: [ses] })
    const { body } = await configure({ transportId: ses, transportGroupId: group.id, status: 'draft' })
    const path = `/channel-configurations/${body.id}`
    const checked = async (): Promise<string[]> =>
      (await api.api(`GET ${path}`)).body.lastChecks.checks.map((one: { name: string }) => one.name)
    const change = (transportIds: string[]) =>
      api.api(`PUT /transport-groups/${group.id}`, { name, transportIds })
    await api.api(`POST ${path}/submit`, { force: true })
    expect(await checked()).toEqual(['dkim', 'dmarc', 'mx'])
    // Nothing is there in the DNS of this test: what was let pass stays, what is new is refused.
    const refused = await change([ses, smtp])
    expect([refused.status, ...pointers(refused)]).toEqual([400, '/transportIds'])
    expect(refused.body.errors[0].message).toContain('No SPF record')
    expect((await change([ses, await transport({ kind: 'ses', ses: keys })])).status).toBe(200)
    await api.api(`POST ${path}/deactivate`)
    expect((await change([ses, smtp])).status).toBe(200)
    expect(await checked()).toEqual(['spf', 'dkim', 'dmarc', 'mx'])
  })

  test('over SendGrid it has neither a Sender nor a domain for bounces', async () => {
    const grid = await transport({ kind: 'sandbox_sendgrid' })
    const more = { senderAddress: 'a@example.test', bounceDomain: 'bounce.example.test' }
    expect(pointers(await configure({ transportId: grid, ...more }))).toEqual([
      '/senderAddress',
      '/bounceDomain',
    ])
    expect((await configure({ transportId: grid })).status).toBe(201)
    expect(pointers(await configure({ fallbackTransportIds: [grid], ...more }))).toContain('/senderAddress')
  })
})
