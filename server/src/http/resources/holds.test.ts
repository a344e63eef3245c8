import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import { hourOf } from '../../delivery/recorder.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { parseExecutionId } from '../../messages/execution-id.ts'
import { claimMessages, markMessages } from '../../messages/ledger.store.ts'
import { sweepHolds } from '../../messages/sweep.store.ts'
import { registerWorker } from '../../messages/workers.store.ts'

let api: TestApi
let campaignId: string
let n = 0
const unknown = '01999999-0000-7000-8000-000000000000'
const prod = { 'x-sandbox-name': 'prod' }

const makeCampaign = async (name = 'Held'): Promise<string> => {
  const content = { subject: 's', html: '<p>h</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name, content })
  expect((await api.api(`POST /campaigns/${body.id}/activate`)).status).toBe(200)
  return body.id
}
const trigger = async (count = 1, id = campaignId): Promise<string> => {
  const recipients = Array.from({ length: count }, () => ({
    ...{ type: 'external', userId: `p${++n}@example.test`, namespace: 'email' },
  }))
  const { status, body } = await api.trigger({ requestId: `r${n}`, campaignId: id, recipients })
  expect(status).toBe(202)
  return body.executionId
}
const post = (path: string, body: object = {}, headers = {}): Promise<Answer> =>
  api.api(`POST ${path}`, body, headers)
const list = async (query = ''): Promise<{ id: string; kind: string }[]> =>
  (await api.api(`GET /holds${query}`)).body.items
const at = () => {
  const now = api.clock.now()
  return { now, hour: hourOf(now), shard: 100 }
}
const sweep = (): Promise<number> => sweepHolds(api.test.db, { ...at(), limit: 1_000 })
const states = async (executionId: string): Promise<string[]> => {
  const { messages } = (await api.api(`GET /executions/${executionId}`)).body
  return messages.map((one: { state: string }) => one.state)
}
/** How many messages of an execution would get their permit now. */
const permits = async (executionId: string): Promise<number> => {
  const name = `w${++n}/`
  const worker = await registerWorker(api.test.db, { name, newId: uuidv7(Date.now()), ...at() })
  const now = api.clock.now()
  const claimed = await claimMessages(api.test.db, { worker, lane: 'transactional', limit: 1_000, now })
  const marked = await markMessages(api.test.db, { worker, messages: claimed, now })
  const id = parseExecutionId(executionId)
  await api.test.db.query(
    `update delivery set state = 'ready', attempt = 0, worker_id = null where state in ('claimed', 'handing_over')`,
  )
  return claimed.filter(one => one.executionId === id && marked.has(one.messageId)).length
}
const holdBack = (executionId: string, reason: string): Promise<unknown> =>
  api.test.db.query(
    `update delivery set state = 'held', reason = $2, changed_at = $3 where execution_id = $1`,
    [...[parseExecutionId(executionId), reason, api.clock.now()]],
  )

beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.test.db.query('truncate hold')
  campaignId = await makeCampaign()
})

describe('the big stop', () => {
  it('keeps back everything of its sandbox from its answer on, and nothing of another', async () => {
    const executionId = await trigger(2)
    expect(await permits(executionId)).toBe(2)
    const { status, body } = await post('/stop', { detail: 'wrong prices' })
    expect([status, body]).toMatchObject([
      201,
      {
        kind: 'stop',
        scope: 'sandbox',
        scopeName: 'dev',
        detail: 'wrong prices',
        createdBy: 'test',
        liftedAt: null,
      },
    ])
    expect(await permits(executionId)).toBe(0)
    expect(await list()).toEqual([body])
    expect((await api.api('GET /holds', undefined, prod)).body.items).toEqual([])
  })

  it('needs no body, is one however often it is asked for, and calls are accepted under it', async () => {
    const first = await api.api('POST /stop')
    expect(first.status).toBe(201)
    expect((await post('/stop', { detail: 'again' })).body).toEqual(first.body)
    expect(await permits(await trigger())).toBe(0)
  })

  it('that is lifted lets everything go on', async () => {
    const executionId = await trigger(2)
    const { id } = (await post('/stop')).body
    await holdBack(executionId, 'stopped')
    const { status, body } = await post(`/holds/${id}/lift`, { decision: 'release' })
    expect([status, body]).toMatchObject([200, { id, liftedBy: 'test' }])
    expect(body.liftedAt).not.toBeNull()
    await sweep()
    expect(await permits(executionId)).toBe(2)
    expect(await list()).toEqual([])
    expect((await list('?lifted=true')).map(hold => hold.id)).toEqual([id])
  })
})

describe('a pause', () => {
  it.each(['campaign', 'execution'] as const)('of one %s keeps back no other', async scope => {
    const [mine, sibling, other] = [await trigger(), await trigger(), await trigger(1, await makeCampaign())]
    const path = scope === 'campaign' ? `/campaigns/${campaignId}` : `/executions/${mine}`
    const { status, body } = await post(`${path}/pause`)
    const name = scope === 'campaign' ? ['Held', campaignId] : [mine, mine]
    expect([status, body.scopeName, body.scopeId]).toEqual([201, ...name])
    expect(await permits(mine)).toBe(0)
    expect(await permits(sibling)).toBe(scope === 'campaign' ? 0 : 1)
    expect(await permits(other)).toBe(1)
  })

  it('can end in a cancel, and what is accepted later is sent', async () => {
    const executionId = await trigger(2)
    const { id } = (await post(`/campaigns/${campaignId}/pause`)).body
    await holdBack(executionId, 'paused')
    await post(`/holds/${id}/lift`, { decision: 'cancel' })
    expect((await list()).map(hold => hold.kind)).toEqual(['cancel'])
    api.clock.move(10)
    const later = await trigger()
    await sweep()
    expect(await states(executionId)).toEqual(['cancelled', 'cancelled'])
    expect(await permits(later)).toBe(1)
  })
})

describe('a cancel', () => {
  it.each(['campaign', 'execution'] as const)('of one %s ends what is ready or held of it', async scope => {
    const [mine, sibling] = [await trigger(2), await trigger()]
    await holdBack(sibling, 'paused')
    const path = scope === 'campaign' ? `/campaigns/${campaignId}` : `/executions/${mine}`
    const { status, body } = await post(`${path}/cancel`, { detail: 'sent to the wrong people' })
    expect([status, body.kind]).toEqual([201, 'cancel'])
    expect(await permits(mine)).toBe(0)
    await sweep()
    expect(await states(mine)).toEqual(['cancelled', 'cancelled'])
    expect(await states(sibling)).toEqual([scope === 'campaign' ? 'cancelled' : 'held'])
    const execution = (await api.api(`GET /executions/${mine}`)).body
    expect(execution).toMatchObject({ finished: true, counts: { accepted: 2, cancelled: 2, open: 0 } })
  })

  it('cannot be lifted', async () => {
    const { id } = (await post(`/campaigns/${campaignId}/cancel`)).body
    expect((await post(`/holds/${id}/lift`, { decision: 'release' })).body.code).toBe('resource_state')
  })
})

describe('what is refused', () => {
  it.each([
    ['POST /campaigns/ID/pause', {}],
    ['POST /campaigns/ID/cancel', {}],
    ['POST /campaigns/no-id/pause', {}],
    ['POST /executions/UMA-ID/pause', {}],
    ['POST /executions/UMA-ID/cancel', {}],
    ['POST /executions/ID/pause', {}],
    ['POST /holds/ID/lift', { decision: 'release' }],
    ['POST /held/decide', { campaignId: unknown, decision: 'release' }],
    ['POST /held/decide', { executionId: `UMA-${unknown}`, decision: 'release' }],
  ])('%s of what is not there: 404', async (route, body) => {
    const { status, body: answer } = await api.api(route.replace('ID', unknown), body)
    expect([status, answer.code]).toEqual([404, 'not_found'])
  })

  it('what belongs to another sandbox is not there either', async () => {
    const executionId = await trigger()
    const { id } = (await post(`/campaigns/${campaignId}/pause`)).body
    for (const path of [`/campaigns/${campaignId}/pause`, `/executions/${executionId}/cancel`])
      expect((await post(path, {}, prod)).status).toBe(404)
    expect((await post(`/holds/${id}/lift`, { decision: 'release' }, prod)).status).toBe(404)
    expect(await list()).toHaveLength(1)
  })

  it.each([
    ['POST /stop', { detail: 'x'.repeat(501) }, '/detail'],
    ['POST /stop', { why: 'x' }, '/why'],
    ['POST /stop', [], ''],
    [`POST /holds/${unknown}/lift`, {}, '/decision'],
    [`POST /holds/${unknown}/lift`, { decision: 'maybe' }, '/decision'],
    ['POST /held/decide', { decision: 'release' }, ''],
    ['POST /held/decide', { decision: 'release', campaignId: 'x' }, '/campaignId'],
    ['POST /held/decide', { decision: 'release', messageIds: [] }, '/messageIds'],
    ['POST /held/decide', { decision: 'release', messageIds: ['x'] }, '/messageIds/0'],
  ])('%s with a wrong body: 400 with its place', async (route, body, pointer) => {
    const { status, body: answer } = await api.api(route, body)
    expect([status, answer.code, answer.errors[0].pointer]).toEqual([400, 'payload_invalid', pointer])
  })

  it('a detail that cannot be stored, a strange cursor, and calls of nobody', async () => {
    expect((await post('/stop', { detail: 'a\u0000' })).body.code).toBe('payload_unstorable')
    expect((await api.api('GET /holds?cursor=x')).status).toBe(400)
    for (const route of ['GET /api/v1/holds', 'POST /api/v1/stop', 'POST /api/v1/held/decide'])
      expect((await api.call(route)).status).toBe(401)
    expect(await list()).toEqual([])
  })

  it('a hold that was lifted already', async () => {
    const { id } = (await post('/stop')).body
    await post(`/holds/${id}/lift`, { decision: 'release' })
    const { status, body } = await post(`/holds/${id}/lift`, { decision: 'cancel' })
    expect([status, body.code, body.detail]).toEqual([400, 'resource_state', 'The hold is lifted already.'])
  })
})

describe('the list of holds', () => {
  it('is read page by page', async () => {
    for (let i = 0; i < 5; i++) await post(`/campaigns/${await makeCampaign(`C${i}`)}/pause`)
    const names: string[] = []
    let cursor = ''
    do {
      const { items, next } = (await api.api(`GET /holds?limit=2${cursor}`)).body
      names.push(...items.map((hold: { scopeName: string }) => hold.scopeName))
      cursor = next === null ? '' : `&cursor=${next}`
    } while (cursor !== '')
    expect(names).toEqual(['C4', 'C3', 'C2', 'C1', 'C0'])
  })
})

describe('deciding about stale messages', () => {
  it('sends or cancels what was asked for, at once, and says what is left', async () => {
    const [first, second, paused] = [await trigger(3), await trigger(2), await trigger()]
    await holdBack(first, 'stale')
    await holdBack(second, 'stale')
    await holdBack(paused, 'paused')
    const [one] = (await api.api(`GET /executions/${first}`)).body.messages
    const decide = async (body: object): Promise<unknown> => (await post('/held/decide', body)).body
    const released = { messageIds: [one.messageId], campaignId, decision: 'release' }
    expect(await decide(released)).toEqual({ acted: 1, remaining: false })
    expect(await decide({ executionId: first, decision: 'cancel' })).toEqual({ acted: 2, remaining: false })
    expect(await states(first)).toEqual(['ready', 'cancelled', 'cancelled'])
    expect(await decide({ campaignId, decision: 'release' })).toEqual({ acted: 2, remaining: false })
    expect(await states(paused)).toEqual(['held'])
  })

  it('acts on 10,000 with one call', async () => {
    const executionId = parseExecutionId(await trigger())
    await api.test.db.query(
      `insert into delivery (message_id, sandbox_id, execution_id, lane, state, reason, due_at, changed_at)
       select gen_random_uuid(), d.sandbox_id, d.execution_id, d.lane, 'held', 'stale', d.due_at, d.due_at
       from delivery d, generate_series(1, 10500) where d.execution_id = $1`,
      [executionId],
    )
    const decide = async (): Promise<unknown> =>
      (await post('/held/decide', { campaignId, decision: 'cancel' })).body
    expect(await decide()).toEqual({ acted: 10_000, remaining: true })
    expect(await decide()).toEqual({ acted: 500, remaining: false })
  })
})
