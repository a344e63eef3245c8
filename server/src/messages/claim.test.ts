import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { TestLedger } from '../../test/test-ledger.ts'
import { transaction } from '../db/pool.ts'
import { claimMessages, markMessages } from './ledger.store.ts'
import type { WorkerIdentity } from './ledger.ts'
import { registerWorker } from './workers.store.ts'

let test: TestDatabase
let ledger: TestLedger
let worker: WorkerIdentity
beforeAll(async () => {
  test = await createTestDatabase()
  ledger = new TestLedger(test.db)
})
afterAll(() => test.drop())
beforeEach(async () => {
  await ledger.empty()
  worker = await registerWorker(test.db, { name: 'b/', newId: ledger.newId(), ...ledger.at() })
})

/** Does one step in a transaction and says what its commit waits for. */
const commitOf = <T>(step: (tx: pg.PoolClient) => Promise<T>): Promise<[T, string]> =>
  transaction(test.db, async tx => {
    const answer = await step(tx)
    const { rows } = await tx.query<{ synchronous_commit: string }>('show synchronous_commit')
    return [answer, rows[0]?.synchronous_commit ?? '']
  })

it('a claim does not wait for the disk, as a mark does: one that a crash undoes gives no permit', async () => {
  await ledger.accept(1)
  const now = ledger.now()
  const [messages, claims] = await commitOf(tx =>
    claimMessages(tx, { worker, lane: 'transactional', limit: 1, now }),
  )
  const [attempts, marks] = await commitOf(tx => markMessages(tx, { worker, messages, now }))
  expect([messages.length, attempts.size, claims, marks]).toEqual([1, 1, 'off', 'on'])
  // What a crash leaves of a claim, and of nothing else, that was not on the disk yet.
  await test.db.query(
    `update delivery set state = 'ready', claims = 0, worker_id = null, worker_epoch = null`,
  )
  expect(await markMessages(test.db, { worker, messages, now })).toEqual(new Map())
})

it.each([
  ['transactional', { name: 'Ada' }],
  ['marketing', { name: 'Ada' }],
  ['high_throughput', null],
] as const)('a claim of %s brings of its profiles %o', async (lane, attributes) => {
  const [kept, gone] = [ledger.newId(), ledger.newId()]
  await ledger.accept(3, { lane })
  await test.db.query(
    `insert into profile (id, sandbox_id, attributes, created_at, modified_at) values ($1, $2, $3, $4, $4)`,
    [kept, ledger.sandboxId, { name: 'Ada' }, ledger.now()],
  )
  for (const id of [kept, gone])
    await test.db.query(
      `update message set recipient = recipient || jsonb_build_object('profileId', $1::text)
       where id = (select min(id::text)::uuid from message where not recipient ? 'profileId')`,
      [id],
    )
  const claimed = await claimMessages(test.db, { worker, lane, limit: 3, now: ledger.now() })
  const found = claimed.map(one => [one.recipient.profileId, one.attributes])
  expect(new Map(found as [string, object][])).toEqual(
    new Map<unknown, unknown>([
      [kept, attributes],
      [gone, null],
      [undefined, null],
    ]),
  )
})
