import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { timeOfUuidv7, uuidv7 } from '../lib/ids.ts'
import { claimMessages, markMessages, recordResults } from '../messages/ledger.store.ts'
import { type MessageResult, READY_CHANNEL, runOf, type WorkerIdentity } from '../messages/ledger.ts'
import { recoverNamed, registerWorker } from '../messages/workers.store.ts'
import { addToRun, beginRun, MOST_IN_CHUNK, MOST_IN_RUN, runMessageId } from './run.ts'

let test: TestDatabase
const now = new Date(Date.UTC(2026, 10, 24, 12, 30))
const hour = new Date(Date.UTC(2026, 10, 24, 12))
const newId = (): string => uuidv7(now.getTime())
const [sandboxId, campaignId, versionId] = [newId(), newId(), newId()]
let executionId = ''

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.query('truncate execution, message, delivery, attempt, tally, worker')
  executionId = newId()
  await begin()
})

const begin = (): Promise<void> =>
  beginRun(test.db, {
    executionId,
    sandboxId,
    campaignId,
    versionId,
    requestId: null,
    createdBy: 'test',
    now,
  })
const person = (position: number) => ({
  messageId: runMessageId(executionId, position),
  recipient: { type: 'external', userId: `${position}@example.test`, namespace: 'email' } as const,
  context: { n: position },
})
const peopleFrom = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => person(from + index))
const add = (people: ReturnType<typeof peopleFrom>, shard = 7): Promise<number> =>
  addToRun(test.db, { executionId, people, expiresAt: null, now, shard })
const sumsOf = async (scope: string): Promise<Record<string, number>> => {
  const { rows } = await test.db.query<{ state: string; n: number }>(
    'select state, sum(n)::int as n from tally where scope = $1 group by state',
    [scope],
  )
  return Object.fromEntries(rows.map(row => [row.state, row.n]))
}
const recipientCount = async (): Promise<number | undefined> =>
  (await test.db.query<{ n: number }>('select recipient_count as n from execution')).rows[0]?.n
const states = async (): Promise<Record<string, number>> => {
  const { rows } = await test.db.query<{ state: string; n: number }>(
    'select state, count(*)::int as n from delivery group by state',
  )
  return Object.fromEntries(rows.map(row => [row.state, row.n]))
}
const register = (): Promise<WorkerIdentity> =>
  registerWorker(test.db, { name: 'w/', newId: newId(), now, hour, shard: 100 })

describe('a run', () => {
  it('takes people by chunks, due at once in the marketing lane, counted for the version and for the run', async () => {
    expect(await add(peopleFrom(0, 1_000))).toBe(1_000)
    expect(await add(peopleFrom(1_000, 200))).toBe(200)
    expect(await recipientCount()).toBe(1_200)
    expect(await sumsOf(versionId)).toEqual({ accepted: 1_200 })
    expect(await sumsOf(executionId)).toEqual({ accepted: 1_200 })
    const { rows } = await test.db.query(
      `select e.kind, d.lane, d.state, d.due_at, d.sandbox_id, count(*)::int as n
       from execution e join message m on m.execution_id = e.id join delivery d on d.message_id = m.id
       where d.execution_id = e.id group by 1, 2, 3, 4, 5`,
    )
    expect(rows).toEqual([
      { kind: 'audience', lane: 'marketing', state: 'ready', due_at: now, sandbox_id: sandboxId, n: 1_200 },
    ])
  })

  it('that is begun and added to again after a crash adds and counts only what was missing', async () => {
    await add(peopleFrom(0, 50))
    await begin()
    expect(await add(peopleFrom(0, 50))).toBe(0)
    expect(await add(peopleFrom(25, 50))).toBe(25)
    expect(await recipientCount()).toBe(75)
    expect(await states()).toEqual({ ready: 75 })
    expect(await sumsOf(executionId)).toEqual({ accepted: 75 })
    expect(await sumsOf(versionId)).toEqual({ accepted: 75 })
  })

  it('takes overlapping chunks of several hands at one time, each person once', async () => {
    const begins = [0, 40, 20, 60, 0, 30, 10, 50]
    const added = await Promise.all(begins.map((from, hand) => add(peopleFrom(from, 50).reverse(), hand % 2)))
    expect(added.reduce((sum, n) => sum + n, 0)).toBe(110)
    expect(await recipientCount()).toBe(110)
    expect(await states()).toEqual({ ready: 110 })
    expect(await sumsOf(executionId)).toEqual({ accepted: 110 })
  })

  it('adds nothing of a chunk that holds something that cannot be stored', async () => {
    const bad = { ...person(1), context: { text: 'a\0b' } }
    await expect(
      addToRun(test.db, { executionId, people: [person(0), bad], expiresAt: null, now, shard: 7 }),
    ).rejects.toThrow(/unsupported Unicode/)
    expect(await recipientCount()).toBe(0)
    expect(await states()).toEqual({})
    expect(await sumsOf(executionId)).toEqual({})
  })

  it('keeps its own sums equal to its messages while workers record, and when one dies', async () => {
    await add(peopleFrom(0, 30))
    const worker = await register()
    const claimed = await claimMessages(test.db, { worker, lane: 'marketing', limit: 20, now })
    expect(claimed.map(message => message.context['n']).sort()).toHaveLength(20)
    const attempts = await markMessages(test.db, { worker, messages: claimed.slice(0, 12), now })
    await add(peopleFrom(20, 30))
    const results = claimed.slice(0, 8).map(
      (message, index): MessageResult => ({
        messageId: message.messageId,
        versionId: message.versionId,
        generation: message.generation,
        attempt: attempts.get(message.messageId) ?? 0,
        state: index < 5 ? 'sent' : 'failed',
        reason: index < 5 ? null : 'rejected',
        detail: null,
        runId: runOf(message),
        dueAt: null,
        handOver: {
          transportId: null,
          startedAt: now,
          endedAt: now,
          outcome: index < 5 ? 'accepted' : 'reject',
          code: '250',
          answer: '',
          metadata: null,
        },
      }),
    )
    expect((await recordResults(test.db, { worker, results, now, hour, shard: 100 })).size).toBe(8)
    await recoverNamed(test.db, { now, hour, shard: 999, prefix: 'w/' })
    expect(await states()).toEqual({ sent: 5, failed: 3, unknown: 4, ready: 38 })
    for (const scope of [executionId, versionId])
      expect(await sumsOf(scope)).toEqual({ accepted: 50, sent: 5, failed: 3, unknown: 4 })
    expect(await recipientCount()).toBe(50)
  })

  it('wakes the workers by a chunk that added somebody', async () => {
    const client = await test.db.connect()
    try {
      let rung = 0
      client.on('notification', () => rung++)
      await client.query(`listen ${READY_CHANNEL}`)
      await add(peopleFrom(0, 3))
      await add(peopleFrom(0, 3))
      // A connection's notifications come before the answer to a later question.
      await client.query('select 1')
      expect(rung).toBe(1)
    } finally {
      client.release(true)
    }
  })

  it('refuses a chunk that is too large, ids of another kind, and a run that was never begun', async () => {
    await expect(add(peopleFrom(0, MOST_IN_CHUNK + 1))).rejects.toThrow(/at most 1000/)
    const foreign = [{ ...person(0), messageId: '0a8f5e1c-7a44-4d4c-9d7b-0d9f6f6f6f6f' }]
    await expect(add(foreign)).rejects.toThrow(/not a UUIDv7/)
    executionId = newId()
    await expect(add(peopleFrom(0, 1))).rejects.toThrow(/no run/)
    expect(await states()).toEqual({})
  })
})

describe('message ids of a run', () => {
  it('are UUIDv7 of the run’s moment, different for every position, in the order of positions', () => {
    const positions = [0, 1, 255, 256, 4_095, 65_535, 1_048_575, 1_048_576, 2_000_000_000, MOST_IN_RUN - 1]
    const ids = positions.map(position => runMessageId(executionId, position))
    expect(new Set(ids).size).toBe(positions.length)
    expect([...ids].sort()).toEqual(ids)
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(timeOfUuidv7(id)).toBe(now.getTime())
    }
    expect(runMessageId(executionId, 1)).toBe(ids[1])
    expect(runMessageId(newId(), 1)).not.toBe(ids[1])
    expect(() => runMessageId(executionId, MOST_IN_RUN)).toThrow(RangeError)
  })
})
