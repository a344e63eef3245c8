/** The hand-over alone, on a real ledger: one permit is one sending, whatever is offered. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestApi, type TestApi } from '../../test/app.ts'
import { eventually } from '../../test/carillon.ts'
import type { Channel } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createMemoryChannel } from '../channels/memory.ts'
import { silentLog } from '../lib/log.ts'
import { claimMessages } from '../messages/ledger.store.ts'
import type { ClaimedMessage } from '../messages/ledger.ts'
import { registerWorker } from '../messages/workers.store.ts'
import { createHandOver, LARGE_AT_ONCE, PERMIT_MS } from './hand-over.ts'
import type { Prepared } from './line.ts'
import { createRecorder, hourOf } from './recorder.ts'

let api: TestApi
beforeAll(async () => {
  api = await createTestApi()
})
afterAll(() => api.close())

/** One message in the ledger, claimed by a worker of this process, and a hand-over with a channel that waits. */
const setUp = async (name: string, { count = 1, slots = 8 } = {}) => {
  const { clock, test } = api
  const content = { subject: 'Hi', html: '<p>Hi</p>', text: null }
  const { body } = await api.api('POST /campaigns', { name, content })
  await api.api(`POST /campaigns/${body.id}/activate`)
  const recipients = [{ type: 'external', userId: 'ada@example.test', namespace: 'email' }]
  for (let n = 0; n < count; n += 1)
    expect((await api.trigger({ requestId: `${name}${n}`, campaignId: body.id, recipients })).status).toBe(
      202,
    )
  const hour = hourOf(clock.now())
  const worker = await registerWorker(test.db, {
    ...{ name: `${name}/`, newId: body.id, now: clock.now(), hour, shard: 100 },
  })
  const claimAll = (): Promise<ClaimedMessage[]> =>
    claimMessages(test.db, { ...{ worker, lane: 'transactional', limit: 30, now: clock.now() } })
  const claim = async (): Promise<ClaimedMessage | undefined> => (await claimAll())[0]
  const channel = createMemoryChannel<RenderedEmail>({ slots })
  const sending: (() => void)[] = []
  const slow: Channel<RenderedEmail> = {
    ...{ slots: channel.slots, close: () => channel.close() },
    send: async (message, mayBegin) => {
      await new Promise<void>(resolve => sending.push(resolve))
      return channel.send(message, mayBegin)
    },
  }
  const shared = { clock, log: silentLog, worker: () => worker }
  const handOver = createHandOver({
    ...shared,
    pool: test.db,
    random: () => 0.5,
    recorder: createRecorder({ ...shared, db: test.db, shard: 100 }),
    channel: () => slow,
    window: 128,
    moments: async limits => limits.map(() => clock.now()),
    onSent: () => undefined,
    onRoom: () => undefined,
    onUnreleased: () => undefined,
  })
  const prepare = (message: ClaimedMessage): Prepared => ({
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
  })
  const state = async (): Promise<string> => {
    const { rows } = await test.db.query<{ state: string }>(
      `select d.state from delivery d join execution e on e.id = d.execution_id where e.campaign_id = $1`,
      [body.id],
    )
    return rows[0]?.state ?? ''
  }
  return { claim, claimAll, channel, sending, handOver, prepare, state }
}

it('a message that is offered twice at once is sent once', async () => {
  const { claim, channel, sending, handOver, prepare, state } = await setUp('twice')
  const message = await claim()
  if (message === undefined) throw new Error('nothing was claimed')
  handOver.offer([prepare(message), prepare(message)])
  // As the loop of a lane does: what went back is claimed again.
  await eventually('the sending', async () => {
    api.clock.move(1_000)
    const again = await claim()
    handOver.offer(again === undefined ? [] : [prepare(again)])
    return sending.length > 0
  })
  for (const go of sending.splice(0)) go()
  await eventually('the record', async () => (await state()) === 'sent')
  await handOver.drain()
  expect(channel.sent).toHaveLength(1)
})

it('a message that is tried again while its first copy is still being sent waits for that one, and is not stuck', async () => {
  const { test, clock } = api
  const { claim, channel, sending, handOver, prepare, state } = await setUp('tried again')
  const message = await claim()
  if (message === undefined) throw new Error('nothing was claimed')
  handOver.offer([prepare(message)])
  await eventually('the sending', async () => sending.length > 0)
  // Others took this worker for dead, and somebody decided to try again; the same process claims it.
  await test.db.query(
    `update delivery set state = 'ready', worker_id = null, worker_epoch = null, generation = generation + 1,
       due_at = $2 where message_id = $1`,
    [message.messageId, clock.now()],
  )
  const again = await claim()
  if (again === undefined) throw new Error('it was not claimed again')
  handOver.offer([prepare(again)])
  await eventually('the way back', async () => (await state()) === 'ready')
  for (const go of sending.splice(0)) go()
  await eventually('the end of the first', async () => handOver.known().length === 0)
  clock.move(1_000)
  const third = await claim()
  if (third === undefined) throw new Error('it is stuck')
  handOver.offer([prepare(third)])
  await eventually('the second sending', async () => sending.length > 0)
  for (const go of sending.splice(0)) go()
  await eventually('the record', async () => (await state()) === 'sent')
  await handOver.drain()
  expect(channel.sent).toHaveLength(2)
})

it('mails with files are put together when they are handed over, a few at a time', async () => {
  const count = 2 * LARGE_AT_ONCE
  const { claimAll, channel, sending, handOver, prepare } = await setUp('large', { count, slots: 4 * count })
  let finished = 0
  const large = (message: ClaimedMessage): Prepared => {
    const { raw: whole, ...rest } = prepare(message).rendered as RenderedEmail
    const finish = async (): Promise<RenderedEmail> => {
      finished += 1
      return { ...rest, raw: whole }
    }
    return { ...prepare(message), rendered: { ...rest, raw: Buffer.alloc(0), finish } }
  }
  handOver.offer((await claimAll()).map(large))
  await eventually('the sending', async () => sending.length === LARGE_AT_ONCE)
  expect(finished).toBe(LARGE_AT_ONCE)
  await eventually('all of them', async () => {
    for (const go of sending.splice(0)) go()
    return channel.sent.length === count
  })
  await handOver.drain()
  expect(channel.sent.every(mail => mail.raw.length > 0)).toBe(true)
})

it('a permit that ran out while the mail waited inside its channel goes back unused', async () => {
  const { claim, channel, sending, handOver, prepare, state } = await setUp('waited')
  const message = await claim()
  if (message === undefined) throw new Error('nothing was claimed')
  handOver.offer([prepare(message)])
  await eventually('the sending', async () => sending.length > 0)
  api.clock.move(PERMIT_MS + 1)
  for (const go of sending.splice(0)) go()
  await eventually('the way back', async () => (await state()) === 'ready')
  await handOver.drain()
  expect(channel.sent).toHaveLength(0)
})
