import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { uuidv7 } from '../lib/ids.ts'
import { silentLog } from '../lib/log.ts'
import { saveLinks } from './interaction.store.ts'
import { createInteractions, type Interaction } from './interactions.ts'

const NOW = new Date('2026-06-15T12:00:00.000Z')
const later = (ms: number): Date => new Date(NOW.getTime() + ms)
const newId = (): string => uuidv7(NOW.getTime())
const campaignId = newId()

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const makeMessage = async (): Promise<string> => {
  const [executionId, messageId] = [newId(), newId()]
  await test.db.query(
    `insert into execution (id, sandbox_id, campaign_id, campaign_version_id, kind, recipient_count, created_at, created_by)
     values ($1, $2, $3, $3, 'unitary', 1, $4, '')`,
    [executionId, newId(), campaignId, NOW],
  )
  await test.db.query(`insert into message values ($1, $2, '{}', '{}')`, [messageId, executionId])
  return messageId
}
const click = (messageId: string, more: Partial<Interaction> = {}): Interaction => ({
  ...{ messageId, kind: 'click', linkId: 7n, machine: false, at: NOW },
  ...more,
})
const rowsOf = async (messageId: string): Promise<object[]> =>
  (
    await test.db.query(
      'select link_id::text, machine, n, first_at, last_at from interaction where message_id = $1 order by link_id, machine',
      [messageId],
    )
  ).rows

describe('what was done with messages', () => {
  it('is one row for each thing, however often and in however many writes', async () => {
    const messageId = await makeMessage()
    const interactions = createInteractions({ pool: test.db, log: silentLog })
    for (let n = 0; n < 1_000; n += 1) interactions.note(click(messageId, { at: later(n) }))
    expect(interactions.waiting()).toBe(1)
    await interactions.flushed()
    interactions.note(click(messageId, { at: later(5_000) }))
    interactions.note(click(messageId, { linkId: -9n, machine: true }))
    await interactions.flushed()
    expect(await rowsOf(messageId)).toEqual([
      { link_id: '-9', machine: true, n: 1, first_at: NOW, last_at: NOW },
      { link_id: '7', machine: false, n: 1_001, first_at: NOW, last_at: later(5_000) },
    ])
  })

  it('takes back what turned out to be a machine', async () => {
    const messageId = await makeMessage()
    const interactions = createInteractions({ pool: test.db, log: silentLog })
    interactions.note(click(messageId))
    await interactions.flushed()
    interactions.note(click(messageId, { n: -1 }))
    interactions.note(click(messageId, { machine: true }))
    await interactions.flushed()
    expect(await rowsOf(messageId)).toMatchObject([
      { machine: false, n: 0 },
      { machine: true, n: 1 },
    ])
  })

  it('of no message is left out, and keeps nobody else out', async () => {
    const messageId = await makeMessage()
    const interactions = createInteractions({ pool: test.db, log: silentLog })
    interactions.note(click(newId()))
    interactions.note(click(messageId))
    await interactions.flushed()
    expect(await rowsOf(messageId)).toHaveLength(1)
  })

  it('is lost, and counted, when too much waits', async () => {
    const messageId = await makeMessage()
    const interactions = createInteractions({ pool: test.db, log: silentLog, mostWaiting: 10 })
    for (let n = 1n; n <= 15n; n += 1n) interactions.note(click(messageId, { linkId: n }))
    expect([interactions.waiting(), interactions.lost()]).toEqual([10, 5])
    await interactions.flushed()
    expect(await rowsOf(messageId)).toHaveLength(10)
  })

  it('waits for the database, as long as the process lives', async () => {
    const messageId = await makeMessage()
    let fails = 1
    const pool = new Proxy(test.db, {
      get: (target, name, receiver) =>
        name === 'connect' && fails-- > 0
          ? () => Promise.reject(new Error('connection lost'))
          : Reflect.get(target, name, receiver),
    })
    const interactions = createInteractions({ pool, log: silentLog })
    interactions.note(click(messageId))
    await interactions.flushed()
    expect(await rowsOf(messageId)).toMatchObject([{ n: 1 }])
    fails = Number.POSITIVE_INFINITY
    interactions.note(click(messageId))
    await interactions.close(50)
    expect(interactions.lost()).toBe(1)
  })

  it('keeps out nothing else when the database refuses one of it for good', async () => {
    const messageIds = [await makeMessage(), await makeMessage(), await makeMessage()]
    const interactions = createInteractions({ pool: test.db, log: silentLog })
    for (const id of messageIds) interactions.note(click(id))
    const tooMuch = 2n ** 63n
    interactions.note(click(messageIds[0] ?? '', { linkId: tooMuch }))
    interactions.note(click(messageIds[0] ?? '', { linkId: tooMuch }))
    await interactions.flushed()
    for (const id of messageIds) expect(await rowsOf(id)).toMatchObject([{ link_id: '7', n: 1 }])
    expect(interactions.lost()).toBe(2)
  })

  it('waits for a table that is away for a moment', async () => {
    const messageId = await makeMessage()
    await test.db.query('alter table interaction rename to interaction_away')
    const warned = new Promise<void>(resolve => {
      const interactions = createInteractions({ pool: test.db, log: { warn: () => resolve() } })
      interactions.note(click(messageId))
    })
    await warned
    await test.db.query('alter table interaction_away rename to interaction')
    await expect.poll(() => rowsOf(messageId)).toMatchObject([{ n: 1 }])
  })

  it('is written by several processes at once without a deadlock', async () => {
    const ids = [await makeMessage(), await makeMessage(), await makeMessage()]
    const processes = Array.from({ length: 4 }, () => createInteractions({ pool: test.db, log: silentLog }))
    for (let round = 0; round < 20; round += 1) {
      for (const [n, interactions] of processes.entries())
        for (const id of n % 2 === 0 ? ids : [...ids].reverse()) interactions.note(click(id))
      await Promise.all(processes.map(one => one.flushed()))
    }
    for (const id of ids) expect(await rowsOf(id)).toMatchObject([{ n: 80 }])
  })
})

describe('links that no template has', () => {
  const links = (from: number, fromData: boolean) =>
    [0, 1, 2].map(n => ({
      linkId: BigInt(from + n),
      url: `https://x${from + n}.test/…`,
      label: '',
      fromData,
    }))

  it('are so many of a campaign and no more, whichever process brings them', async () => {
    const of = (from: number, fromData: boolean) => ({
      campaignId: newId(),
      links: links(from, fromData),
      now: NOW,
    })
    const first = of(1, true)
    const { campaignId } = first
    expect(await saveLinks(test.db, first, 4)).toEqual(new Set())
    expect(await saveLinks(test.db, first, 4)).toEqual(new Set())
    expect(await saveLinks(test.db, { ...of(4, true), campaignId }, 4)).toEqual(new Set([5n, 6n]))
    expect(await saveLinks(test.db, { ...of(10, false), campaignId }, 4)).toEqual(new Set())
    const { rows } = await test.db.query<{ link_id: number }>(
      'select link_id from tracked_link where campaign_id = $1 order by link_id',
      [campaignId],
    )
    expect(rows.map(row => row.link_id)).toEqual([1, 2, 3, 4, 10, 11, 12])
  })
})
