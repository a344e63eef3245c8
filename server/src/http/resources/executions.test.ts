import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { createHandWorker, type HandWorker, REJECTED, SENT } from '../../../test/hand-worker.ts'
import { insertAccepted } from '../../campaigns/accept.store.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { openHold } from '../../messages/holds.store.ts'

let api: TestApi
let worker: HandWorker
let campaignId = ''
let n = 0
const newId = (): string => uuidv7(api.clock.now().getTime())

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  const content = { subject: 's', html: '<p>h</p>', text: null }
  campaignId = (await api.api('POST /campaigns', { name: 'Listed', content })).body.id
  expect((await api.api(`POST /campaigns/${campaignId}/activate`)).status).toBe(200)
})
afterAll(() => api.close())

const send = async (people: number): Promise<string> => {
  const recipients = Array.from({ length: people }, () => ({
    ...{ type: 'aep', userId: `person-${++n}@example.test`, namespace: 'email' },
  }))
  return (await api.trigger({ requestId: `r-${++n}`, campaignId, recipients })).body.executionId
}
// A run over an audience, as its chunks are accepted: the sums of the run itself are kept beside the version's.
const run = async (people: number): Promise<string> => {
  const sandbox = await api.test.db.query("select id from sandbox where name = 'dev'")
  const version = await api.test.db.query('select live_version_id as id from campaign where id = $1', [
    campaignId,
  ])
  const executionId = newId()
  const recipient = (i: number) => `{"type":"external","userId":"run-${i}@example.test","namespace":"email"}`
  const messages = Array.from({ length: people }, (_, i) => ({
    id: newId(),
    recipient: recipient(i),
    context: '{}',
  }))
  const call = {
    ...{
      sandboxId: sandbox.rows[0].id,
      requestId: executionId,
      bodyHash: Buffer.alloc(32),
      executionId,
      campaignId,
    },
    ...{ versionId: version.rows[0].id, kind: 'audience', createdAt: api.clock.now(), createdBy: 'test' },
    ...{ lane: 'marketing' as const, expiresAt: null, messages },
  }
  await insertAccepted(api.test.db, [call], 0)
  await api.test.db.query(
    `insert into tally (scope, hour, state, reason, shard, n) values ($1, date_trunc('hour', $2::timestamptz), 'accepted', '', 0, $3)
     on conflict (scope, hour, state, reason, shard) do update set n = excluded.n`,
    [executionId, api.clock.now(), people],
  )
  return `CMA-${executionId}`
}

describe('executions', () => {
  it('of a call are counted by their rows; of an audience run by its own sums', async () => {
    const call = await send(3)
    await worker.work(message => (message.messageId.endsWith('0') ? REJECTED : SENT))
    const audience = await run(5)
    const [first, ...rest] = await worker.claim()
    await worker.refuse([first!], { state: 'excluded', reason: 'email_no_address' })
    await worker.record(await worker.mark(rest.slice(0, 2)), SENT)
    const counts = async (id: string) => (await api.api(`GET /executions/${id}`)).body.counts
    expect(await counts(audience)).toMatchObject({ accepted: 5, sent: 2, excluded: 1, failed: 0, open: 2 })
    expect(await counts(call)).toMatchObject({ accepted: 3, open: 0 })
    const { items } = (await api.api('GET /executions?limit=2')).body
    expect(items.map((item: { executionId: string }) => item.executionId)).toEqual([audience, call])
    expect(items.map((item: { counts: { open: number } }) => item.counts.open)).toEqual([2, 0])
    expect(items.map((item: { finished: boolean }) => item.finished)).toEqual([false, true])
  })

  it('show their first 200 recipients; the message list pages over all of them', async () => {
    const audience = await run(203)
    const { body } = await api.api(`GET /executions/${audience}`)
    expect(body.messages).toHaveLength(200)
    expect(body.messages[0].userId).toBe('run-0@example.test')
    const seen = new Set<string>()
    let cursor = ''
    for (let page = 0; page < 3; page++) {
      const answer = await api.api(`GET /messages?executionId=${audience}&limit=100${cursor}`)
      for (const item of answer.body.items) seen.add(item.messageId)
      cursor = `&cursor=${answer.body.next}`
    }
    expect(seen.size).toBe(203)
    const asCall = await api.call(`GET /ajo/im/executions/unitary/${audience}`, { headers: api.ajoHeaders() })
    expect(asCall.status).toBe(404)
  })
})

it('an execution shows the holds that cover it now', async () => {
  const call = await send(1)
  const { rows } = await api.test.db.query("select id from sandbox where name = 'dev'")
  const pause = await openHold(api.test.db, {
    ...{ id: newId(), sandboxId: rows[0].id, kind: 'pause', scope: 'campaign', scopeId: campaignId },
    ...{ beforeId: null, detail: 'wrong price', now: api.clock.now(), by: 'Ada' },
  })
  const holds = async () => (await api.api(`GET /executions/${call}`)).body.holds
  expect(await holds()).toMatchObject([
    { id: pause?.id, kind: 'pause', scope: 'campaign', detail: 'wrong price' },
  ])
  await api.test.db.query('update hold set lifted_at = created_at, lifted_by = created_by')
  expect(await holds()).toEqual([])
})

describe('the message list', () => {
  it('is filtered by execution, state and reason together', async () => {
    const call = await send(3)
    const claimed = (await worker.claim(1_000)).filter(one => call.endsWith(one.executionId))
    await worker.refuse(claimed.slice(0, 1), { state: 'excluded', reason: 'email_no_address' })
    await worker.refuse(claimed.slice(1, 2), { state: 'excluded', reason: 'once_window' })
    const ids = async (query: string): Promise<string[]> =>
      (await api.api(`GET /messages?executionId=${call}${query}`)).body.items.map(
        (item: { messageId: string }) => item.messageId,
      )
    expect(await ids('')).toHaveLength(3)
    expect(await ids('&state=excluded')).toHaveLength(2)
    expect(await ids('&state=excluded&reason=once_window')).toEqual([claimed[1]?.messageId])
    expect(await ids('&reason=nonsense')).toEqual([])
    expect((await api.api('GET /messages?executionId=nonsense')).status).toBe(400)
  })
})

describe('the story of a message', () => {
  it('names the caller and the request, and what a render error said', async () => {
    const call = await send(1)
    const [mine] = (await worker.claim(1_000)).filter(one => call.endsWith(one.executionId))
    const detail = 'line 3: unknown function'
    await worker.refuse([mine!], { state: 'failed', reason: 'render_error', detail })
    const { body } = await api.api(`GET /messages/${mine?.messageId}`)
    expect(body.timeline).toMatchObject([
      { kind: 'accepted', actor: 'test', text: `Accepted by the call of client test (request r-${n})` },
      { kind: 'refused', state: 'failed', reason: 'render_error', detail },
    ])
    expect(body.discardedAt).toBeNull()
  })
})
