/** The hand-over alone, on a real ledger: one permit is one sending, whatever is offered. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel } from '../channels/memory.ts'
import { silentLog } from '../lib/log.ts'
import { claimMessages } from '../messages/ledger.store.ts'
import { registerWorker } from '../messages/workers.store.ts'
import { createHandOver } from './hand-over.ts'
import type { Prepared } from './line.ts'
import { createRecorder, hourOf } from './recorder.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

it('a message that is offered twice is sent once, and the ledger is asked what else is ours', async () => {
  const { clock, test } = api
  const content = { subject: 'Hi', html: '<p>Hi</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name: 'Twice', content })
  await api.api(`POST /campaigns/${body.id}/activate`)
  const recipients = [{ type: 'external', userId: 'ada@example.test', namespace: 'email' }]
  expect((await api.trigger({ requestId: 'twice', campaignId: body.id, recipients })).status).toBe(202)
  const now = clock.now()
  const at = { now, hour: hourOf(now), shard: 100 }
  const worker = await registerWorker(test.db, { name: 'twice/', newId: body.id, ...at })
  const claim = { worker, lane: 'transactional', limit: 10, now } as const
  const [message] = await claimMessages(test.db, claim)
  if (message === undefined) throw new Error('nothing was claimed')
  const channel = createMemoryChannel<RenderedEmail>()
  const shared = { clock, log: silentLog, worker: () => worker }
  let asked = 0
  const handOver = createHandOver({
    ...shared,
    pool: test.db,
    random: () => 0.5,
    recorder: createRecorder({ ...shared, db: test.db, shard: 100 }),
    channel: () => channel,
    window: 128,
    moments: async limits => limits.map(() => clock.now()),
    onSent: () => undefined,
    onRefused: () => undefined,
    onRoom: () => undefined,
    onUnreleased: () => {
      asked += 1
    },
  })
  const prepared: Prepared = {
    message,
    transportId: body.id,
    domain: 'example.test',
    transports: 1,
    retryPeriodMs: 60_000,
    rendered: {
      messageId: message.messageId,
      envelope: { from: 'a@example.test', to: 'ada@example.test' },
      raw: Buffer.from('Hi'),
    },
    metadata: null,
    limits: [],
    notBefore: null,
    personal: null,
  }
  handOver.offer([prepared, { ...prepared }])
  await eventually('the record', async () => {
    const { rows } = await test.db.query<{ state: string }>('select state from delivery')
    return rows[0]?.state === 'sent'
  })
  await handOver.drain()
  expect(channel.sent).toHaveLength(1)
  expect(asked).toBe(1)
})
