/** Caps under load: many workers, one person, several rules, and every way that a hand-over can end. */
import type { CappingRule } from '@carillon/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { TestLedger } from '../../test/test-ledger.ts'
import { silentLog } from '../lib/log.ts'
import { claimMessages } from '../messages/ledger.store.ts'
import type { ClaimedMessage, MessageResult, WorkerIdentity } from '../messages/ledger.ts'
import { registerWorker } from '../messages/workers.store.ts'
import { windowStart } from '../rules/calendar.ts'
import { takePermits } from './mark.ts'
import { capLimit, type PersonAsk } from './person.ts'
import { createRecorder, type Recorder } from './recorder.ts'

const WORKERS = 64
const HOUR_MS = 3_600_000
const MESSAGES = 200

let test: TestDatabase
let ledger: TestLedger
beforeAll(async () => {
  test = await createTestDatabase()
  ledger = new TestLedger(test.db)
})
afterAll(() => test.drop())

const rule = (count: number): CappingRule => ({
  ...{ id: ledger.newId(), kind: 'capping', name: 'cap', count, period: 'hour', every: 1 },
  channels: ['email'],
})
// Every message is under one rule of all, and under one of two others, as of two campaigns.
const rulesOf = (rules: readonly CappingRule[], messageId: string): readonly CappingRule[] =>
  rules.filter((_one, index) => index === 0 || index === 1 + (Number.parseInt(messageId.slice(-1), 16) % 2))

interface Worker {
  readonly identity: WorkerIdentity
  readonly recorder: Recorder
}
const hire = async (index: number): Promise<Worker> => {
  const name = `cap ${index}/`
  const identity = await registerWorker(test.db, { name, newId: ledger.newId(), ...ledger.at() })
  const clock = { now: () => ledger.now(), monotonicMs: () => ledger.now().getTime() }
  const shared = { clock, log: silentLog, worker: () => identity }
  return { identity, recorder: createRecorder({ ...shared, db: test.db, shard: 100 + index }) }
}

type Fate = 'sent' | 'failed' | 'ready' | 'unknown'
const FATES: readonly Fate[] = ['sent', 'failed', 'failed', 'ready', 'ready', 'unknown']
const handOverOf = (fate: Fate): MessageResult['handOver'] => ({
  ...{
    transportId: null,
    startedAt: ledger.now(),
    endedAt: ledger.now(),
    code: '',
    answer: '',
    metadata: null,
  },
  outcome: { sent: 'accepted', failed: 'reject', ready: 'retry', unknown: 'unknown' }[fate],
})

const work = async (worker: Worker, rules: readonly CappingRule[], fateOf: () => Fate): Promise<void> => {
  const now = ledger.now()
  const claim = { worker: worker.identity, lane: 'transactional', limit: 4, now } as const
  const claimed = await claimMessages(test.db, claim)
  const personalOf = (message: ClaimedMessage): PersonAsk => ({
    messageId: message.messageId,
    personKey: 'email:a@example.test',
    limits: rulesOf(rules, message.messageId).map(one => capLimit(one, 0)),
  })
  const asks = claimed.map(message => ({ message, personal: personalOf(message) }))
  const permits = await takePermits(test.db, asks, { worker: worker.identity, now, lost: false })
  await Promise.all(
    asks.map(({ message, personal }) => {
      const attempt = permits.attempts.get(message.messageId)
      if (attempt === undefined) {
        const reason = permits.excluded.get(message.messageId)?.reason ?? 'nothing'
        return worker.recorder.record(ledger.resultOf(message, 'excluded', reason), personal)
      }
      const fate = fateOf()
      const result = { ...ledger.resultOf(message, fate), attempt, handOver: handOverOf(fate) }
      return worker.recorder.record({ ...result, dueAt: fate === 'ready' ? now : null }, personal)
    }),
  )
}

describe('64 workers at once', () => {
  it('never pass the cap of any rule, and lose no reservation', async () => {
    const caps = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }), fc.nat(20))
    await fc.assert(
      fc.asyncProperty(caps, fc.infiniteStream(fc.constantFrom(...FATES)), async (counts, fates) => {
        await ledger.empty()
        await test.db.query('truncate recipient_use')
        const workers: Worker[] = []
        for (let index = 0; index < WORKERS; index++) workers.push(await hire(index))
        const rules = counts.map(count => rule(count + 1))
        await ledger.accept(MESSAGES)
        const fateOf = (): Fate => fates.next().value as Fate
        for (let round = 0; round < 4; round++) {
          await Promise.all(workers.map(worker => work(worker, rules, fateOf)))
          await check(rules)
          if (round === 1) ledger.move(HOUR_MS)
        }
        expect((await ledger.states())['excluded'] ?? 0).toBeGreaterThan(0)
      }),
      { numRuns: 3 },
    )
  })
})

interface Row {
  readonly message_id: string
  readonly state: string
  readonly attempt: number
}

// What is sent, unknown or waits for another try has its use in every rule that it is under; nothing else has one.
const check = async (rules: readonly CappingRule[]): Promise<void> => {
  const { rows } = await test.db.query<Row>('select message_id, state, attempt from delivery')
  const counting = rows
    .filter(row => ['sent', 'unknown'].includes(row.state) || (row.state === 'ready' && row.attempt > 0))
    .flatMap(row => rulesOf(rules, row.message_id).map(one => `${one.id} ${row.message_id}`))
  const uses = await test.db.query<{ scope_id: string; message_id: string; at: Date }>(
    'select scope_id, message_id, at from recipient_use',
  )
  expect(uses.rows.map(use => `${use.scope_id} ${use.message_id}`).sort()).toEqual(counting.sort())
  for (const one of rules) {
    const windows = new Map<number, number>()
    for (const use of uses.rows.filter(({ scope_id }) => scope_id === one.id)) {
      const start = windowStart(one, use.at).getTime()
      windows.set(start, (windows.get(start) ?? 0) + 1)
    }
    expect(Math.max(0, ...windows.values())).toBeLessThanOrEqual(one.count)
  }
}
