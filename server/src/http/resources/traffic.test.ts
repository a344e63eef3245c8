import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../../test/app.ts'
import { createHandWorker, type HandWorker } from '../../../test/hand-worker.ts'
import { queuesOf } from '../../messages/traffic.store.ts'

let api: TestApi
let worker: HandWorker
let campaignId = ''

beforeAll(async () => {
  api = await createTestApi()
  worker = await createHandWorker(api.test.db, { name: 'hand/', now: api.clock.now })
  const content = { subject: 's', html: '<p>h</p>', text: null }
  campaignId = (await api.api('POST /campaigns', { name: 'Traffic', content })).body.id
  await api.api(`POST /campaigns/${campaignId}/activate`)
})
afterAll(() => api.close())

const traffic = async (sandbox = 'dev') =>
  (await api.api('GET /traffic', undefined, { 'x-sandbox-name': sandbox })).body

describe('traffic', () => {
  it('shows the breakers and learned rates of the sandbox’s own transports', async () => {
    const transport = (await api.api('GET /transports')).body.items[0]
    const now = api.clock.now()
    await api.test.db.query(`insert into breaker values ($1, 7, 1, $2, '4.7.0', '421 4.7.0 slow down', $2)`, [
      transport.id,
      now,
    ])
    const keys = [
      `transport:${transport.id}`,
      `domain:${transport.id}:example.test`,
      `campaign:${campaignId}`,
      'domain:x:y',
    ]
    for (const key of keys) await api.test.db.query('insert into pace values ($1, $2, 12.5, $2)', [key, now])
    await api.test.db.query('insert into pace values ($1, $2, null, null)', [
      `domain:${transport.id}:free.test`,
      now,
    ])
    const { breakers, rates } = await traffic()
    expect(breakers).toEqual([
      {
        ...{
          transportId: transport.id,
          transport: transport.name,
          failures: 7,
          openUntil: now.toISOString(),
        },
        ...{ code: '4.7.0', answer: '421 4.7.0 slow down', changedAt: now.toISOString() },
      },
    ])
    expect(rates).toEqual(
      [
        { key: `domain:${transport.id}:example.test`, domain: 'example.test' },
        { key: `transport:${transport.id}`, domain: null },
      ].map(rate => ({
        ...rate,
        transport: transport.name,
        ratePerSecond: 12.5,
        learnedAt: now.toISOString(),
      })),
    )
    expect(await traffic('prod')).toMatchObject({ breakers: [], rates: [] })
  })

  it('counts what is due, what waits and what is held in each lane, in this sandbox only', async () => {
    const recipients = ['a', 'b', 'c', 'd'].map(name => ({
      ...{ type: 'aep', userId: `${name}@example.test`, namespace: 'email' },
    }))
    await api.trigger({ requestId: 'r', campaignId, recipients })
    const [a, b] = await worker.claim()
    await worker.refuse([a!], { state: 'held', reason: 'paused' })
    const dueAt = new Date(api.clock.now().getTime() + 60_000)
    await worker.record(await worker.mark([b!]), {
      ...{ state: 'ready', reason: 'temporary_refusal', dueAt },
      answer: { outcome: 'retry', code: '4.7.1', answer: '451' },
    })
    await worker.crash()
    const [lane, ...others] = (await traffic()).lanes
    expect(lane).toEqual({
      ...{ lane: 'transactional', ready: 2, waiting: 1, held: 1, partial: false },
      oldestDueAt: expect.any(String),
    })
    for (const other of others)
      expect(other).toMatchObject({ ready: 0, waiting: 0, held: 0, oldestDueAt: null })
    expect((await traffic('prod')).lanes[0]).toMatchObject({ ready: 0, waiting: 0, held: 0 })
  })

  it('says when it looked at no more than its limit', async () => {
    const { rows } = await api.test.db.query("select id from sandbox where name = 'dev'")
    const at = { sandboxId: rows[0].id, now: api.clock.now() }
    expect((await queuesOf(api.test.db, { ...at, most: 2 }))[0]).toMatchObject({ ready: 2, partial: true })
    expect((await queuesOf(api.test.db, { ...at, most: 3 }))[0]).toMatchObject({ ready: 2, partial: false })
  })
})
