import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { insertAccepted } from '../campaigns/accept.store.ts'
import { createPool } from '../db/pool.ts'
import { uuidv7 } from '../lib/ids.ts'
import {
  claimMessages,
  findMarked,
  findRecorded,
  markMessages,
  recordResults,
  releaseMessages,
  releaseUnknownClaims,
  settleLateResults,
} from './ledger.store.ts'
import type { ClaimedMessage, MessageResult, WorkerIdentity } from './ledger.ts'
import { beat, recoverNamed, recoverStale, registerWorker } from './workers.store.ts'

let test: TestDatabase
const start = Date.UTC(2026, 10, 24, 12)
const hour = new Date(start)
let ms = start
const now = (): Date => new Date(ms)
const newId = (): string => uuidv7(Date.now())
const sandboxId = newId()
const versionId = newId()
const campaignId = newId()

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  ms = start
  await test.db.query(
    'truncate trigger_key, execution, message, delivery, attempt, tally, worker, hold, message_event',
  )
})

const accept = async (count: number): Promise<void> => {
  const executionId = newId()
  const messages = Array.from({ length: count }, () => ({
    id: newId(),
    recipient: '{"type":"external","userId":"a@example.test","namespace":"email"}',
    context: '{}',
  }))
  await insertAccepted(
    test.db,
    [
      {
        sandboxId,
        requestId: executionId,
        bodyHash: Buffer.alloc(32),
        executionId,
        campaignId,
        versionId,
        kind: 'unitary',
        createdAt: now(),
        createdBy: 'test',
        lane: 'transactional',
        expiresAt: null,
        messages,
      },
    ],
    0,
  )
}
const at = (): { now: Date; hour: Date; shard: number } => ({ now: now(), hour, shard: 1 })
const register = (name: string): Promise<WorkerIdentity> =>
  registerWorker(test.db, { name, newId: newId(), ...at() })
const claim = (worker: WorkerIdentity, limit = 100): Promise<ClaimedMessage[]> =>
  claimMessages(test.db, { worker, lane: 'transactional', limit, now: now() })
const ids = (messages: readonly ClaimedMessage[]): string[] => messages.map(message => message.messageId)
const mark = (worker: WorkerIdentity, messageIds: string[]): Promise<Map<string, number>> =>
  markMessages(test.db, {
    worker,
    messages: messageIds.map(messageId => ({ messageId, campaignId })),
    now: now(),
  })
const result = (
  messageId: string,
  attempt: number,
  state: MessageResult['state'] = 'sent',
): MessageResult => ({
  messageId,
  versionId,
  generation: 1,
  attempt,
  state,
  reason: null,
  detail: null,
  runId: null,
  dueAt: state === 'ready' ? now() : null,
  handOver: {
    transportId: null,
    startedAt: now(),
    endedAt: now(),
    outcome: 'accepted',
    code: '250',
    answer: 'ok',
    metadata: null,
  },
})
const refusal = (messageId: string, state: 'excluded' | 'failed'): MessageResult => ({
  ...result(messageId, 0, state),
  handOver: null,
})
const record = (worker: WorkerIdentity, results: MessageResult[]): Promise<Set<string>> =>
  recordResults(test.db, { worker, results, ...at() })
const states = async (): Promise<Record<string, number>> => {
  const { rows } = await test.db.query<{ state: string; n: number }>(
    'select state, count(*) as n from delivery group by state',
  )
  return Object.fromEntries(rows.map(row => [row.state, row.n]))
}
const sums = async (): Promise<Record<string, number>> => {
  const { rows } = await test.db.query<{ state: string; n: number }>(
    'select state, sum(n)::int as n from tally group by state having sum(n) <> 0',
  )
  return Object.fromEntries(rows.map(row => [row.state, row.n]))
}

it('a mark finds what it asks for by its ids, also when it was planned before there was a message', async () => {
  const pool = createPool({ url: test.url, max: 1, byIndex: true })
  const worker = await register('w')
  await markMessages(pool, { worker, messages: [], now: now() })
  const asked = `execute mark (array['${newId()}'::uuid], array['${campaignId}'::uuid], '${worker.id}', ${worker.epoch}, now())`
  const { rows } = await pool.query<Record<string, string>>(`explain ${asked}`)
  await pool.end()
  const plan = rows.map(row => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('delivery_default_pkey')
  expect(plan).not.toMatch(/worker_id_idx|Seq Scan on delivery/)
})

describe('claiming', () => {
  it('gives every due message to exactly one of many workers', async () => {
    await accept(100)
    const workers = await Promise.all(['a/', 'b/', 'c/', 'd/'].map(register))
    const batches = await Promise.all(workers.flatMap(worker => [claim(worker, 20), claim(worker, 20)]))
    const taken = batches.flatMap(ids)
    expect(new Set(taken).size).toBe(taken.length)
    expect(taken.length).toBe(100)
  })

  it('takes nothing that is due later', async () => {
    await accept(1)
    ms -= 1
    expect(await claim(await register('a/'))).toEqual([])
  })

  it('counts claims that came to nothing, but not those given back on purpose', async () => {
    await accept(1)
    const worker = await register('a/')
    const [first] = await claim(worker)
    expect(first?.claims).toBe(1)
    await releaseMessages(test.db, {
      worker,
      messages: [{ messageId: first!.messageId, dueAt: now(), reason: null }],
      now: now(),
    })
    expect((await claim(worker))[0]?.claims).toBe(1)
    await recoverNamed(test.db, { ...at(), prefix: 'a/' })
    expect((await claim(await register('b/')))[0]?.claims).toBe(2)
  })
})

describe('the mark', () => {
  it('permits only what this worker holds in this epoch', async () => {
    await accept(3)
    const [mine, other] = [await register('a/'), await register('b/')]
    const held = ids(await claim(mine))
    expect((await mark(other, held)).size).toBe(0)
    expect((await mark({ ...mine, epoch: mine.epoch + 1 }, held)).size).toBe(0)
    expect([...(await mark(mine, held)).values()]).toEqual([1, 1, 1])
    expect((await mark(mine, held)).size).toBe(0)
    expect((await findMarked(test.db, mine, held)).size).toBe(3)
  })

  it('is refused under a hold of the sandbox, the campaign or the execution, and given once it is lifted', async () => {
    await accept(2)
    const worker = await register('a/')
    const claimed = await claim(worker)
    const scopes = { sandbox: sandboxId, campaign: campaignId, execution: claimed[0]?.executionId }
    for (const [scope, id] of Object.entries(scopes)) {
      await test.db.query(
        `insert into hold (id, sandbox_id, kind, scope, scope_id, detail, created_at, created_by)
         values (gen_random_uuid(), $1, 'pause', $2, $3, '', $4, 'test')`,
        [sandboxId, scope, id, now()],
      )
      expect((await mark(worker, ids(claimed))).size, scope).toBe(0)
      await test.db.query('update hold set lifted_at = $1', [now()])
    }
    expect((await mark(worker, ids(claimed))).size).toBe(2)
  })

  it('is refused by a cancel only for messages older than it', async () => {
    await accept(2)
    const worker = await register('a/')
    const [first, second] = ids(await claim(worker)).sort() as [string, string]
    await test.db.query(
      `insert into hold (id, sandbox_id, kind, scope, scope_id, before_id, detail, created_at, created_by)
       values (gen_random_uuid(), $1, 'cancel', 'campaign', $2, $3, '', $4, 'test')`,
      [sandboxId, campaignId, second, now()],
    )
    expect([...(await mark(worker, [first, second])).keys()]).toEqual([second])
  })
})

describe('recording', () => {
  it('writes state, attempt and sum together', async () => {
    await accept(3)
    const worker = await register('a/')
    const [a, b, c] = ids(await claim(worker)) as [string, string, string]
    await mark(worker, [a, b])
    const results = [result(a, 1), result(b, 1, 'ready'), refusal(c, 'excluded')]
    expect((await record(worker, results)).size).toBe(3)
    expect(await states()).toEqual({ sent: 1, ready: 1, excluded: 1 })
    expect(await sums()).toEqual({ accepted: 3, sent: 1, excluded: 1 })
    expect((await test.db.query('select 1 from attempt')).rowCount).toBe(2)
    expect(await findRecorded(test.db, results)).toEqual(new Set([a, b]))
  })

  it('changes nothing the second time', async () => {
    await accept(1)
    const worker = await register('a/')
    const [a] = ids(await claim(worker)) as [string]
    await mark(worker, [a])
    await record(worker, [result(a, 1)])
    expect((await record(worker, [result(a, 1)])).size).toBe(0)
    expect(await sums()).toEqual({ accepted: 1, sent: 1 })
  })
})

describe('recovery', () => {
  it('makes what was marked unknown, and what was only claimed ready again', async () => {
    await accept(5)
    const worker = await register('a/')
    const held = ids(await claim(worker))
    await mark(worker, held.slice(0, 2))
    expect(await recoverNamed(test.db, { ...at(), prefix: 'a/' })).toEqual({ readyAgain: 3, unknown: 2 })
    expect(await states()).toEqual({ ready: 3, unknown: 2 })
    expect(await sums()).toEqual({ accepted: 5, unknown: 2 })
    expect(await recoverNamed(test.db, { ...at(), prefix: 'a/' })).toEqual({ readyAgain: 0, unknown: 0 })
  })

  it('fences a worker that sleeps past its lease: it can mark, claim and record nothing, and its beat tells it', async () => {
    await accept(2)
    const sleeper = await register('a/')
    const held = ids(await claim(sleeper, 1))
    ms += 20_000
    expect(await recoverStale(test.db, { ...at(), cutoff: new Date(ms - 15_000) })).toEqual({
      readyAgain: 1,
      unknown: 0,
    })
    expect(await beat(test.db, sleeper, now())).toBe(false)
    expect((await mark(sleeper, held)).size).toBe(0)
    expect(await claim(sleeper)).toEqual([])
    expect((await record(sleeper, [refusal(held[0]!, 'failed')])).size).toBe(0)
  })

  it('leaves a worker alone that beats', async () => {
    await accept(1)
    const worker = await register('a/')
    await claim(worker)
    ms += 20_000
    await beat(test.db, worker, now())
    expect(await recoverStale(test.db, { ...at(), cutoff: new Date(ms - 15_000) })).toEqual({
      readyAgain: 0,
      unknown: 0,
    })
  })

  it('is done at once when a worker registers again under its name', async () => {
    await accept(2)
    const first = await register('a/')
    await mark(first, ids(await claim(first, 1)))
    const again = await registerWorker(test.db, { name: 'a/', newId: newId(), ...at() })
    expect(again.recovery).toEqual({ readyAgain: 0, unknown: 1 })
    expect(again.epoch).toBeGreaterThan(first.epoch)
  })

  it('is corrected by the late result of the same attempt, and the sums follow', async () => {
    await accept(2)
    const worker = await register('a/')
    const [a, b] = ids(await claim(worker)) as [string, string]
    await mark(worker, [a, b])
    await recoverNamed(test.db, { ...at(), prefix: 'a/' })
    expect((await record(worker, [result(a, 1), result(b, 1, 'ready')])).size).toBe(0)
    const late = { worker, results: [result(a, 1), result(b, 1, 'ready')], ...at() }
    expect(await settleLateResults(test.db, late)).toEqual(new Set([a]))
    expect(await states()).toEqual({ sent: 1, unknown: 1 })
    expect(await sums()).toEqual({ accepted: 2, sent: 1, unknown: 1 })
  })

  it('gives back claims whose answer was lost', async () => {
    await accept(3)
    const worker = await register('a/')
    const held = ids(await claim(worker))
    expect(await releaseUnknownClaims(test.db, { worker, known: held.slice(0, 1), now: now() })).toBe(2)
  })
})

describe('any order of steps', () => {
  type Step = 'accept' | 'claim' | 'mark' | 'send' | 'retry' | 'exclude' | 'crash' | 'late'
  const step = fc.constantFrom<Step>('accept', 'claim', 'mark', 'send', 'retry', 'exclude', 'crash', 'late')

  it('keeps accepted = settled + open, and every sum equal to the rows it counts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
        await test.db.query('truncate trigger_key, execution, message, delivery, attempt, tally, worker')
        let worker = await register('a/')
        let claimed: ClaimedMessage[] = []
        let marked: [string, number][] = []
        let lost: [string, number][] = []
        let accepted = 0
        const acts: Record<Step, () => Promise<unknown>> = {
          accept: () =>
            accept(3).then(() => {
              accepted += 3
            }),
          claim: async () => claimed.push(...(await claim(worker, 4))),
          mark: async () => {
            marked.push(...(await mark(worker, ids(claimed.splice(0, 2)))))
          },
          send: () =>
            record(
              worker,
              marked.splice(0, 1).map(([id, attempt]) => result(id, attempt)),
            ),
          retry: () =>
            record(
              worker,
              marked.splice(0, 1).map(([id, attempt]) => result(id, attempt, 'ready')),
            ),
          exclude: () =>
            record(
              worker,
              claimed
                .splice(0, 1)
                .map(one => ({ ...refusal(one.messageId, 'excluded'), attempt: one.attempt })),
            ),
          late: () =>
            settleLateResults(test.db, {
              worker,
              results: lost.splice(0, 1).map(([id, attempt]) => result(id, attempt)),
              ...at(),
            }),
          crash: async () => {
            lost = [...lost, ...marked]
            claimed = []
            marked = []
            worker = await register('a/')
          },
        }
        for (const one of steps) await acts[one]()
        const [rows, counted] = [await states(), await sums()]
        expect(Object.values(rows).reduce((a, b) => a + b, 0)).toBe(accepted)
        expect(counted['accepted'] ?? 0).toBe(accepted)
        for (const state of ['sent', 'excluded', 'failed', 'unknown'])
          expect(counted[state] ?? 0).toBe(rows[state] ?? 0)
      }),
      { numRuns: 25 },
    )
  })
})
