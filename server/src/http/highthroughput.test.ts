import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../test/app.ts'

let api: TestApi
let campaignId = ''
let ordinaryId = ''
let n = 0

const make = async (properties: object): Promise<string> =>
  (
    await api.api('POST /campaigns', {
      name: 'Fast',
      highThroughput: true,
      content: { subject: 'No. {{context.n}}', html: '<p>{{context.n}}</p>', text: null },
      ...properties,
    })
  ).body.id
const activate = (id: string): Promise<Answer> => api.api(`POST /campaigns/${id}/activate`)
const person = (more: object = {}) => ({
  type: 'external',
  userId: `fast-${++n}@example.test`,
  namespace: 'email',
  context: { n },
  ...more,
})
const call = (recipient: object = {}, more: object = {}) => ({
  requestId: `fast-${++n}`,
  campaignId,
  recipients: [person(recipient)],
  ...more,
})
const post = (body: unknown, query = ''): Promise<Answer> =>
  api.call(`POST /ajo/im/executions/highthroughput${query}`, { headers: api.ajoHeaders(), body })
const refusal = ({ status, body }: Answer): unknown[] => [
  status,
  body.code,
  body.errors.map((error: { pointer: string }) => error.pointer),
]
const count = async (table: string): Promise<number> =>
  (await api.test.db.query(`select 1 from ${table}`)).rowCount ?? 0

beforeAll(async () => {
  api = await createTestApi()
  campaignId = await make({})
  expect((await activate(campaignId)).status).toBe(200)
  ordinaryId = await make({ highThroughput: false })
  expect((await activate(ordinaryId)).status).toBe(200)
})
afterAll(() => api.close())

describe('a high-throughput call', () => {
  it('is accepted on its own lane, with an id of its own kind, and without a profile', async () => {
    const before = [await count('profile'), await count('identity')]
    const answer = await post(call())
    expect(answer.status).toBe(202)
    expect(answer.body.executionId).toMatch(/^HUMA-[\da-f-]{36}$/)
    const { rows } = await api.test.db.query(
      `select e.kind, d.lane, m.recipient->'profileId' as profile from execution e
       join message m on m.execution_id = e.id join delivery d on d.message_id = m.id where e.id = $1`,
      [answer.body.executionId.slice('HUMA-'.length)],
    )
    expect(rows).toEqual([{ kind: 'highthroughput', lane: 'high_throughput', profile: null }])
    expect([await count('profile'), await count('identity')]).toEqual(before)
  })

  it('for an address that has a profile does not use it', async () => {
    const userId = `known-${++n}@example.test`
    const known = { campaignId: ordinaryId, requestId: userId, recipients: [person({ userId, type: 'aep' })] }
    expect((await api.trigger(known)).status).toBe(202)
    const { executionId } = (await post(call({ userId }))).body
    const { rows } = await api.test.db.query(
      `select recipient->>'type' as type, recipient ? 'profileId' as has from message
       where recipient->>'userId' = $1 order by id`,
      [userId],
    )
    expect(executionId).toMatch(/^HUMA-/)
    expect(rows).toEqual([
      { type: 'aep', has: true },
      { type: 'external', has: false },
    ])
  })

  it('answers the state of each recipient under its id, and not under the other route', async () => {
    const body = call()
    const { executionId } = (await post(body)).body
    const status = (route: string, id = executionId): Promise<Answer> =>
      api.call(`GET /ajo/im/executions/${route}/${id}`, { headers: api.ajoHeaders() })
    expect((await status('highthroughput')).body).toMatchObject({
      executionId,
      requestId: body.requestId,
      recipients: [{ userId: body.recipients[0]?.userId, state: 'ready' }],
    })
    expect((await status('unitary')).status).toBe(404)
    expect((await status('highthroughput', `UMA-${executionId.slice(5)}`)).status).toBe(404)
  })

  it('repeated answers the first id; the same body on the other route is a conflict', async () => {
    const body = call()
    const first = await post(body)
    expect((await post(body)).body.executionId).toBe(first.body.executionId)
    expect(refusal(await api.trigger(body))).toEqual([409, 'request_id_conflict', ['/requestId']])
  })

  it('dryly run shows what would be sent and stores nothing', async () => {
    const before = await count('message')
    const answer = await post(call({ context: { n: 7 } }), '?dryRun=true')
    expect(answer.body.recipients).toMatchObject([{ outcome: 'send', email: { subject: 'No. 7' } }])
    expect(refusal(await post(call({ type: 'aep' }), '?dryRun=true'))[2]).toEqual(['/recipients/0/type'])
    expect(await count('message')).toBe(before)
  })
})

describe('a high-throughput call is refused', () => {
  it('for a person of type aep and for one with a profile, pointing at each', async () => {
    const recipients = [person(), person({ type: 'aep' }), person({ profile: { vip: true } })]
    expect(refusal(await post(call({}, { recipients })))).toEqual([
      400,
      'payload_invalid',
      ['/recipients/1/type', '/recipients/2/profile'],
    ])
  })

  it('for a campaign that is not a high-throughput one, and the other way round; no key is stored', async () => {
    const before = await count('trigger_key')
    const ordinary = call({}, { campaignId: ordinaryId })
    expect(refusal(await post(ordinary))).toEqual([400, 'campaign_not_high_throughput', ['/campaignId']])
    expect(refusal(await api.trigger(call()))).toEqual([400, 'campaign_high_throughput', ['/campaignId']])
    expect(await count('trigger_key')).toBe(before)
    expect((await api.trigger(ordinary)).status).toBe(202)
  })
})

describe('activation', () => {
  const findings = async (properties: object): Promise<unknown[]> => {
    const answer = await api.api(`POST /campaigns/${await make(properties)}/validate`)
    return answer.body.findings
      .filter((one: { severity: string }) => one.severity === 'error')
      .map((one: { pointer: string; code: string }) => `${one.pointer} ${one.code}`)
  }
  const content = { subject: 'x', html: '<p>{{profile.person.name.firstName}}</p>', text: null }

  it('of a high-throughput campaign refuses profile variables, of another one it does not', async () => {
    expect(await findings({ content })).toEqual(['/content/html profile_forbidden'])
    expect(await findings({ content, highThroughput: false })).toEqual([])
    const answer = await activate(await make({ content }))
    expect([answer.status, answer.body.code]).toEqual([400, 'campaign_invalid'])
  })

  it('refuses to repeat what may have arrived where the channel cannot tell a repeat', async () => {
    expect(await findings({ unknownPolicy: 'retry' })).toEqual(['/unknownPolicy unknown_policy'])
    expect(await findings({ unknownPolicy: 'hold' })).toEqual([])
  })
})
