import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import {
  CUT,
  createHandWorker,
  type HandWorker,
  type Permitted,
  REJECTED,
  SENT,
} from '../../test/hand-worker.ts'
import { insertAccepted } from '../campaigns/accept.store.ts'
import { uuidv7 } from '../lib/ids.ts'
import type { ClaimedMessage } from './ledger.ts'
import { discardMessages, redriveMessages, settleMessage } from './redrive.store.ts'

let test: TestDatabase
let worker: HandWorker
const start = Date.UTC(2026, 10, 24, 12)
const hour = new Date(start)
let ms = start
const now = (): Date => new Date(ms)
const newId = (): string => uuidv7(Date.now())
const [sandboxId, versionId, campaignId] = [newId(), newId(), newId()]

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
const reset = async (): Promise<void> => {
  ms = start
  await test.db.query(
    'truncate trigger_key, execution, message, delivery, attempt, tally, worker, hold, message_event, discarded',
  )
  worker = await createHandWorker(test.db, { name: 'a/', now })
}
beforeEach(reset)

const accept = async (
  count: number,
  more: { readonly kind?: string; readonly expiresAt?: Date } = {},
): Promise<string[]> => {
  const executionId = newId()
  const messages = Array.from({ length: count }, () => ({
    id: newId(),
    recipient: '{"type":"external","userId":"a@example.test","namespace":"email"}',
    context: '{}',
  }))
  const call = {
    ...{ sandboxId, requestId: executionId, bodyHash: Buffer.alloc(32), executionId, campaignId, versionId },
    ...{ kind: more.kind ?? 'unitary', createdAt: now(), createdBy: 'test', lane: 'transactional' as const },
    ...{ expiresAt: more.expiresAt ?? null, messages },
  }
  await insertAccepted(test.db, [call], 0)
  return messages.map(message => message.id)
}
const decision = () => ({ actor: 'Ada', now: now(), hour, shard: 0 })
const redrive = (messageIds: string[], more: { reason?: 'redriven_by_policy'; sandboxId?: string } = {}) =>
  redriveMessages(test.db, { ...decision(), messageIds, reason: 'redriven', ...more })
const discard = (messageIds: string[]) =>
  discardMessages(test.db, { messageIds, sandboxId, actor: 'Ada', now: now() })
const settle = (messageId: string, state: 'sent' | 'failed') =>
  settleMessage(test.db, { ...decision(), messageId, sandboxId, state, detail: 'the log of the provider' })
const rowOf = async (id: string) =>
  (await test.db.query('select * from delivery where message_id = $1', [id])).rows[0]
const eventsOf = async (id: string) =>
  (
    await test.db.query(
      'select kind, generation, state, reason, detail, actor from message_event where message_id = $1 order by at',
      [id],
    )
  ).rows
const states = async (): Promise<Record<string, number>> => {
  const { rows } = await test.db.query('select state, count(*) as n from delivery group by state')
  return Object.fromEntries(rows.map(row => [row.state, row.n]))
}
const sums = async (scope = versionId): Promise<Record<string, number>> => {
  const { rows } = await test.db.query(
    `select trim(both '/' from state || '/' || reason) as key, sum(n)::int as n from tally where scope = $1
     group by 1 having sum(n) <> 0`,
    [scope],
  )
  return Object.fromEntries(rows.map(row => [row.key, row.n]))
}

describe('a re-drive', () => {
  it('makes a dead letter ready as its next generation, keeps what was, and takes it out of the sums', async () => {
    const [failed = '', unknown = ''] = await accept(2)
    await worker.work(message => (message.messageId === failed ? REJECTED : CUT))
    expect(await sums()).toEqual({ accepted: 2, 'failed/rejected': 1, 'unknown/connection_cut': 1 })
    ms += 5_000
    expect(await redrive([failed, unknown])).toEqual(new Set([failed, unknown]))
    expect(await sums()).toEqual({ accepted: 2 })
    expect(await rowOf(failed)).toMatchObject({
      ...{
        state: 'ready',
        reason: 'redriven',
        generation: 2,
        attempt: 0,
        claims: 0,
        first_handover_at: null,
      },
      ...{ due_at: now(), changed_at: now() },
    })
    expect(await eventsOf(unknown)).toEqual([
      {
        ...{
          kind: 'redriven',
          generation: 1,
          state: 'unknown',
          reason: 'connection_cut',
          detail: 'redriven',
        },
        actor: 'Ada',
      },
    ])
    await worker.work(() => SENT)
    expect(await sums()).toEqual({ accepted: 2, sent: 2 })
    const { rows } = await test.db.query(
      'select generation, n from attempt where message_id = $1 order by 1',
      [failed],
    )
    expect(rows).toEqual([
      { generation: 1, n: 1 },
      { generation: 2, n: 1 },
    ])
  })

  it('touches nothing that is sent, open, or of another sandbox', async () => {
    const [sent = '', failed = ''] = await accept(2)
    await worker.work(message => (message.messageId === sent ? SENT : REJECTED))
    const [open = ''] = await accept(1)
    expect(await redrive([sent, open])).toEqual(new Set())
    expect(await redrive([failed], { sandboxId: newId() })).toEqual(new Set())
    expect(await sums()).toEqual({ accepted: 3, sent: 1, 'failed/rejected': 1 })
  })

  it('leaves alone what has expired: it would come too late', async () => {
    const [id = ''] = await accept(1, { expiresAt: new Date(start + 60_000) })
    await worker.work(() => REJECTED)
    ms += 60_000
    expect(await redrive([id])).toEqual(new Set())
    expect(await rowOf(id)).toMatchObject({ state: 'failed', generation: 1 })
    ms -= 1
    expect((await redrive([id])).size).toBe(1)
  })

  it('by policy is for unknown messages only, and says so', async () => {
    const [failed = '', unknown = ''] = await accept(2)
    await worker.work(message => (message.messageId === failed ? REJECTED : CUT))
    expect(await redrive([failed, unknown], { reason: 'redriven_by_policy' })).toEqual(new Set([unknown]))
    expect((await rowOf(unknown)).reason).toBe('redriven_by_policy')
    expect((await eventsOf(unknown))[0].detail).toBe('redriven_by_policy')
  })

  it('counts in the sums of an audience run too', async () => {
    const [id = ''] = await accept(1, { kind: 'audience' })
    await worker.work(() => REJECTED)
    const { execution_id } = await rowOf(id)
    expect((await sums(execution_id))['failed/rejected']).toBe(1)
    await redrive([id])
    expect((await sums(execution_id))['failed/rejected']).toBeUndefined()
  })

  it('happens once when two people ask at the same time', async () => {
    const ids = await accept(20)
    await worker.work(() => REJECTED)
    const both = await Promise.all([redrive(ids), redrive([...ids].reverse())])
    expect(both.map(one => one.size).reduce((a, b) => a + b)).toBe(20)
    expect(await sums()).toEqual({ accepted: 20 })
    expect((await rowOf(ids[0] ?? '')).generation).toBe(2)
  })

  it('is not disturbed by a late answer to the generation before: that only adds its attempt', async () => {
    const [id = ''] = await accept(1)
    const marked = await worker.mark(await worker.claim())
    await worker.crash()
    await redrive([id])
    expect(await worker.recordLate(marked, SENT)).toEqual(new Set())
    expect(await rowOf(id)).toMatchObject({ state: 'ready', generation: 2 })
    expect(await sums()).toEqual({ accepted: 1 })
    const { rows } = await test.db.query('select generation, outcome from attempt where message_id = $1', [
      id,
    ])
    expect(rows).toContainEqual({ generation: 1, outcome: 'accepted' })
  })

  it('wakes the workers', async () => {
    const ids = await accept(1)
    await worker.work(() => REJECTED)
    const client = await test.db.connect()
    try {
      const woken = new Promise<string>(resolve => client.on('notification', note => resolve(note.channel)))
      await client.query('listen carillon_ready')
      await redrive(ids)
      expect(await woken).toBe('carillon_ready')
    } finally {
      client.removeAllListeners('notification')
      await client.query('unlisten *')
      client.release()
    }
  })
})

describe('putting away', () => {
  it('keeps the state, is told once, and ends with a re-drive', async () => {
    const [id = '', open = ''] = await accept(2)
    await worker.refuse(
      (await worker.claim()).filter(one => one.messageId === id),
      { state: 'failed', reason: 'poisoned' },
    )
    expect(await discard([id, open])).toEqual(new Set([id]))
    expect(await discard([id])).toEqual(new Set())
    expect(await rowOf(id)).toMatchObject({ state: 'failed', reason: 'poisoned' })
    expect((await eventsOf(id)).map(event => event.kind)).toEqual(['refused', 'discarded'])
    expect(await sums()).toEqual({ accepted: 2, 'failed/poisoned': 1 })
    await redrive([id])
    expect((await test.db.query('select 1 from discarded')).rowCount).toBe(0)
  })
})

describe('settling by a person', () => {
  it('moves an unknown message and its sum, once', async () => {
    const [a = '', b = ''] = await accept(2)
    await worker.work(() => CUT)
    expect([await settle(a, 'sent'), await settle(b, 'failed'), await settle(a, 'failed')]).toEqual([
      true,
      true,
      false,
    ])
    expect(await sums()).toEqual({ accepted: 2, sent: 1, 'failed/settled_by_person': 1 })
    expect(await eventsOf(a)).toEqual([
      {
        ...{ kind: 'settled', generation: 1, state: 'sent', reason: null, detail: 'the log of the provider' },
        actor: 'Ada',
      },
    ])
  })

  it('stands against a provider that answers late: the first evidence counts', async () => {
    const [id = ''] = await accept(1)
    const marked = await worker.mark(await worker.claim())
    await worker.crash()
    await settle(id, 'failed')
    expect(await worker.recordLate(marked, SENT)).toEqual(new Set())
    expect(await states()).toEqual({ failed: 1 })
  })
})

describe('any order of steps with re-drives', () => {
  const STEPS = [
    ...['accept', 'run', 'claim', 'mark', 'send', 'reject', 'cut', 'retry', 'exclude', 'crash', 'late'],
    ...['redrive', 'policy', 'discard', 'settle'],
  ] as const
  type Step = (typeof STEPS)[number]
  const RETRY = {
    state: 'ready',
    reason: 'temporary_refusal',
    dueAt: hour,
    answer: REJECTED.answer!,
  } as const

  it('keeps accepted = settled + open, every sum equal to its rows, and one attempt for each permit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...STEPS), { minLength: 10, maxLength: 40 }), async steps => {
        await reset()
        let claimed: ClaimedMessage[] = []
        let marked: Permitted[] = []
        let lost: Permitted[] = []
        const all: string[] = []
        const some = (): string[] => all.filter((_, index) => index % 2 === 0)
        const acts: Record<Step, () => Promise<unknown>> = {
          accept: async () => all.push(...(await accept(3))),
          run: async () => all.push(...(await accept(3, { kind: 'audience' }))),
          claim: async () => claimed.push(...(await worker.claim(4))),
          mark: async () => marked.push(...(await worker.mark(claimed.splice(0, 2)))),
          send: () => worker.record(marked.splice(0, 1), SENT),
          reject: () => worker.record(marked.splice(0, 1), REJECTED),
          cut: () => worker.record(marked.splice(0, 1), CUT),
          retry: () => worker.record(marked.splice(0, 1), RETRY),
          exclude: () =>
            worker.refuse(claimed.splice(0, 1), { state: 'excluded', reason: 'email_no_address' }),
          crash: async () => {
            lost = [...lost, ...marked]
            claimed = []
            marked = []
            await worker.crash()
          },
          late: () => worker.recordLate(lost.splice(0, 1), SENT),
          redrive: () => redrive(some()),
          policy: () => redrive(all, { reason: 'redriven_by_policy' }),
          discard: () => discard(some()),
          settle: () => settle(all[0] ?? newId(), 'failed'),
        }
        for (const step of steps) {
          await acts[step]()
          await expectTrueSums(all.length)
        }
        const twice = await test.db.query(
          `select 1 from attempt where transport_id is not null or code <> 'worker_lost'
           group by message_id, generation, n having count(*) > 1`,
        )
        expect(twice.rowCount).toBe(0)
      }),
      { numRuns: 20 },
    )
  })

  const expectTrueSums = async (accepted: number): Promise<void> => {
    const { rows } = await test.db.query(
      `select d.state || '/' || coalesce(d.reason, '') as key, count(*) as n, e.kind from delivery d
       join execution e on e.id = d.execution_id
       where d.state in ('sent', 'excluded', 'failed', 'unknown', 'cancelled') group by 1, e.kind`,
    )
    const total = (kinds: readonly string[]): Record<string, number> => {
      const of: Record<string, number> = {}
      for (const row of rows) if (kinds.includes(row.kind)) of[row.key] = (of[row.key] ?? 0) + row.n
      return of
    }
    const counted = await test.db.query(
      `select state || '/' || reason as key, sum(n)::int as n, scope = $1 as whole from tally
       where state <> 'accepted' group by 1, 3 having sum(n) <> 0`,
      [versionId],
    )
    const tally = (whole: boolean) =>
      Object.fromEntries(counted.rows.filter(row => row.whole === whole).map(row => [row.key, row.n]))
    expect(tally(true)).toEqual(total(['unitary', 'audience']))
    expect(tally(false)).toEqual(total(['audience']))
    expect((await test.db.query('select 1 from delivery')).rowCount).toBe(accepted)
    expect((await sums())['accepted'] ?? 0).toBe(accepted)
  }
})
