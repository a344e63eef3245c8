import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, createTestApi, type TestApi } from '../../../test/app.ts'
import {
  CUT,
  createHandWorker,
  type Fate,
  type HandWorker,
  REJECTED,
  SENT,
} from '../../../test/hand-worker.ts'

let api: TestApi
let worker: HandWorker
let campaignId = ''
let transportId = ''
let n = 0

const THROTTLED: Fate = {
  ...{ state: 'failed', reason: 'retry_period_over' },
  answer: { outcome: 'throttle', code: '4.7.0', answer: '421 4.7.0 slow down' },
}
const createCampaign = async (name: string, more: object = {}): Promise<string> => {
  const content = { subject: 's', html: '<p>h</p>', text: null }
  const made = await api.api('POST /campaigns', { name, content, ...more })
  expect((await api.api(`POST /campaigns/${made.body.id}/activate`)).status).toBe(200)
  return made.body.id
}
/** Accepts one message and lets it come to this; answers its ids. */
const arrive = async (
  fate: Fate,
  more: { readonly campaign?: string } = {},
): Promise<{ messageId: string; executionId: string }> => {
  const userId = `person-${++n}@example.test`
  const recipients = [{ type: 'aep', userId, namespace: 'email' }]
  const { body } = await api.trigger({
    requestId: `r-${n}`,
    campaignId: more.campaign ?? campaignId,
    recipients,
  })
  await worker.work(() => fate)
  const { rows } = await api.test.db.query('select id from message where execution_id = $1', [
    body.executionId.replace('UMA-', ''),
  ])
  return { messageId: rows[0].id, executionId: body.executionId }
}
const idsOf = (answer: Answer): string[] =>
  answer.body.items.map((item: { messageId: string }) => item.messageId)
const list = async (query = ''): Promise<string[]> => idsOf(await api.api(`GET /dead-letters${query}`))
const stateOf = async (id: string): Promise<string> => (await api.api(`GET /messages/${id}`)).body.state

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  const transports = await api.api('GET /transports')
  transportId = transports.body.items[0].id
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.test.db.query(
    'truncate trigger_key, execution, message, delivery, attempt, tally, message_event, discarded',
  )
  campaignId = await createCampaign('Letters')
})

describe('the list of dead letters', () => {
  it('has what failed and what nobody can tell of, with the last words of the provider, newest first', async () => {
    const failed = await arrive({ ...REJECTED, transportId })
    await arrive(SENT)
    const unknown = await arrive(CUT)
    const { body } = await api.api('GET /dead-letters')
    expect(body.items.map((item: { messageId: string }) => item.messageId)).toEqual([
      unknown.messageId,
      failed.messageId,
    ])
    expect(body.items[1]).toMatchObject({
      ...{ executionId: failed.executionId, campaignName: 'Letters', state: 'failed', reason: 'rejected' },
      ...{
        code: '5.1.1',
        answer: '550 5.1.1 no such user',
        transport: expect.any(String),
        discardedAt: null,
      },
    })
    expect(body.next).toBeNull()
  })

  it('is filtered by each of its filters, and by all of them together', async () => {
    const other = await createCampaign('Other')
    const a = await arrive({ ...REJECTED, transportId })
    const before = api.clock.now().toISOString()
    api.clock.move(60_000)
    const b = await arrive({ ...THROTTLED, transportId }, { campaign: other })
    const c = await arrive(CUT)
    const filters: Record<string, string[]> = {
      '?state=failed': [b.messageId, a.messageId],
      '?state=unknown': [c.messageId],
      '?reason=rejected': [a.messageId],
      [`?campaignId=${other}`]: [b.messageId],
      [`?executionId=${a.executionId}`]: [a.messageId],
      [`?transportId=${transportId}`]: [b.messageId, a.messageId],
      '?code=4.7.0': [b.messageId],
      [`?to=${before}`]: [a.messageId],
      [`?from=${before}`]: [c.messageId, b.messageId],
      [`?state=failed&transportId=${transportId}&code=4.7.0&campaignId=${campaignId}`]: [],
    }
    for (const [query, found] of Object.entries(filters)) expect(await list(query), query).toEqual(found)
  })

  it('pages over both states without a gap or a repeat', async () => {
    const all: string[] = []
    for (const fate of [REJECTED, CUT, CUT, REJECTED, CUT]) all.unshift((await arrive(fate)).messageId)
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 3; page++) {
      const { body } = await api.api(`GET /dead-letters?limit=2${cursor}`)
      seen.push(...body.items.map((item: { messageId: string }) => item.messageId))
      cursor = `&cursor=${body.next}`
      if (page === 2) expect(body.next).toBeNull()
    }
    expect(seen).toEqual(all)
  })

  it('refuses ids that cannot be one, with their pointers', async () => {
    const answer = await api.api('GET /dead-letters?executionId=nonsense')
    expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([
      400,
      'payload_invalid',
      '/executionId',
    ])
    const action = await api.api('POST /dead-letters/redrive', {
      filter: { campaignId: 'x', transportId: 'y' },
    })
    expect(action.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
      '/filter/campaignId',
      '/filter/transportId',
    ])
  })

  it('is of one sandbox', async () => {
    await arrive(REJECTED)
    expect(idsOf(await api.api('GET /dead-letters', undefined, { 'x-sandbox-name': 'prod' }))).toEqual([])
    const prod = await api.api('GET /dead-letters/summary', undefined, { 'x-sandbox-name': 'prod' })
    expect(prod.body).toEqual({ total: 0, groups: [] })
  })
})

describe('the summary', () => {
  it('counts by state, reason and campaign what the list shows, after every decision', async () => {
    const other = await createCampaign('Other')
    const ids = []
    for (const fate of [REJECTED, REJECTED, CUT]) ids.push((await arrive(fate)).messageId)
    await arrive(REJECTED, { campaign: other })
    const summary = async () => (await api.api('GET /dead-letters/summary')).body
    const { total, groups } = await summary()
    expect(total).toBe(4)
    expect(groups[0]).toEqual({
      ...{ state: 'failed', reason: 'rejected', reasonText: 'The provider refused for good' },
      ...{ campaignId, campaignName: 'Letters', n: 2 },
    })
    await api.api('POST /dead-letters/discard', { messageIds: [ids[0]] })
    expect((await summary()).total).toBe(3)
    await api.api('POST /dead-letters/redrive', { messageIds: ids })
    expect((await summary()).total).toBe(1)
    expect(await list()).toHaveLength(1)
    await worker.work(() => REJECTED)
    expect((await summary()).total).toBe(4)
  })
})

describe('a re-drive by the API', () => {
  it('gives named messages another try, tells what it left alone, and the timeline has both tries', async () => {
    const failed = await arrive(REJECTED)
    const sent = await arrive(SENT)
    const { body } = await api.api('POST /dead-letters/redrive', {
      messageIds: [failed.messageId, sent.messageId],
    })
    expect(body).toEqual({ acted: 1, skipped: 1, remaining: false })
    await worker.work(() => SENT)
    const message = (await api.api(`GET /messages/${failed.messageId}`)).body
    expect(message.state).toBe('sent')
    expect(message.timeline.map((step: { kind: string }) => step.kind)).toEqual([
      ...['accepted', 'attempt', 'redriven', 'attempt'],
    ])
    expect(message.timeline[2]).toMatchObject({
      actor: 'test',
      generation: 2,
      state: 'ready',
      reason: 'redriven',
    })
    const [execution] = (await api.api('GET /executions')).body.items.slice(-1)
    expect(execution.counts).toMatchObject({ accepted: 1, sent: 1, failed: 0, open: 0 })
  })

  it('by a filter takes all that it finds and nothing else; expired ones are left and counted', async () => {
    const short = await createCampaign('Short', { messageExpirySeconds: 60 })
    const expired = await arrive(REJECTED, { campaign: short })
    api.clock.move(61_000)
    const found = [await arrive(REJECTED), await arrive(REJECTED)]
    const unknown = await arrive(CUT)
    const { body } = await api.api('POST /dead-letters/redrive', { filter: { state: 'failed' } })
    expect(body).toEqual({ acted: 2, skipped: 1, remaining: false })
    for (const one of found) expect(await stateOf(one.messageId)).toBe('ready')
    expect(await list()).toEqual([unknown.messageId, expired.messageId])
  })

  it('is refused without messages and filter, with both, and with more than 1,000 names', async () => {
    const id = '00000000-0000-7000-8000-000000000000'
    for (const body of [
      {},
      { messageIds: [id], filter: {} },
      { messageIds: [] },
      { messageIds: Array(1_001).fill(id) },
    ])
      for (const kind of ['redrive', 'discard']) {
        const answer = await api.api(`POST /dead-letters/${kind}`, body)
        expect([answer.status, answer.body.code]).toEqual([400, 'payload_invalid'])
      }
  })

  it('acts on 10,000 in one call at most, and says that there are more', async () => {
    const { messageId } = await arrive(REJECTED)
    await api.test.db.query(
      `insert into delivery (message_id, sandbox_id, execution_id, lane, state, reason, due_at, changed_at)
       select ('00000000-0000-7000-8000-' || lpad(g::text, 12, '0'))::uuid, d.sandbox_id, d.execution_id, d.lane, d.state,
         d.reason, d.due_at, d.changed_at
       from delivery d, generate_series(1, 10001) g where d.message_id = $1`,
      [messageId],
    )
    const first = await api.api('POST /dead-letters/redrive', { filter: {} })
    expect(first.body).toEqual({ acted: 10_000, skipped: 0, remaining: true })
    const second = await api.api('POST /dead-letters/redrive', { filter: {} })
    expect(second.body).toEqual({ acted: 2, skipped: 0, remaining: false })
  })
})

describe('putting away', () => {
  it('takes a message out of the list into its own, and shows by whom', async () => {
    const [a, b] = [await arrive(REJECTED), await arrive(CUT)]
    const { body } = await api.api('POST /dead-letters/discard', { filter: { state: 'failed' } })
    expect(body).toEqual({ acted: 1, skipped: 0, remaining: false })
    expect(await list()).toEqual([b.messageId])
    const away = await api.api('GET /dead-letters?discarded=true')
    expect(away.body.items).toMatchObject([
      { messageId: a.messageId, discardedBy: 'test', discardedAt: expect.any(String) },
    ])
    const message = (await api.api(`GET /messages/${a.messageId}`)).body
    expect(message.discardedAt).toBe(away.body.items[0].discardedAt)
    expect(message.timeline.at(-1)).toMatchObject({ kind: 'discarded', text: 'test put it away' })
  })
})

describe('settling by a person', () => {
  it('is for unknown messages; the timeline keeps the evidence', async () => {
    const { messageId } = await arrive(CUT)
    const detail = 'Found in the log of the provider'
    const settled = await api.api(`POST /messages/${messageId}/settle`, { state: 'sent', detail })
    expect([settled.status, settled.body.state]).toEqual([200, 'sent'])
    const { timeline } = (await api.api(`GET /messages/${messageId}`)).body
    expect(timeline.at(-1)).toMatchObject({ kind: 'settled', detail, actor: 'test', state: 'sent' })
    const again = await api.api(`POST /messages/${messageId}/settle`, { state: 'failed', detail })
    expect([again.status, again.body.code]).toEqual([400, 'message_state'])
    expect(again.body.detail).toContain('this one is sent')
  })

  it('refuses no evidence, and finds nothing in another sandbox', async () => {
    const { messageId } = await arrive(CUT)
    const path = `POST /messages/${messageId}/settle`
    expect((await api.api(path, { state: 'sent', detail: '' })).status).toBe(400)
    expect((await api.api(path, { state: 'sent', detail: 'x' }, { 'x-sandbox-name': 'prod' })).status).toBe(
      404,
    )
    expect(await stateOf(messageId)).toBe('unknown')
  })
})
