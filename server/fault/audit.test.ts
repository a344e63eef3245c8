import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addToRun, beginRun } from '../src/campaigns/run.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { createTestDatabase, type TestDatabase } from '../test/database.ts'
import { type AuditedMessage, audit, auditMessage } from './audit.ts'
import { runPerson } from './callers.ts'
import { wrongSums } from './sums.ts'

const attempt = (outcome: string, endedAt: number, code = '250') => ({ outcome, code, endedAt })
const message = (state: string, attempts: AuditedMessage['attempts']): AuditedMessage => ({
  id: 'm',
  executionId: 'e',
  userId: 'a@example.test',
  state,
  attempts,
})

describe('the audit of one message', () => {
  it('finds no fault in what went right', () => {
    expect(auditMessage(message('sent', [attempt('accepted', 10)]), [5])).toEqual([])
    expect(auditMessage(message('failed', [attempt('reject', 10)]), [])).toEqual([])
    expect(auditMessage(message('unknown', [attempt('unknown', 10)]), [5])).toEqual([])
    expect(auditMessage(message('unknown', [attempt('unknown', 10)]), [])).toEqual([])
    expect(auditMessage(message('excluded', []), [])).toEqual([])
    expect(auditMessage(message('sent', [attempt('retry', 1), attempt('accepted', 10)]), [5])).toEqual([])
  })

  it('finds a repeat, unless an unknown came before it', () => {
    const twice = (first: string, endedAt: number): string[] =>
      auditMessage(message('sent', [attempt(first, endedAt), attempt('accepted', 30)]), [5, 25])
    expect(twice('unknown', 10)).toEqual([])
    expect(twice('unknown', 28)).toEqual([expect.stringContaining('2. time without an unknown before it')])
    expect(twice('accepted', 10)).toEqual([expect.stringContaining('2. time without an unknown before it')])
    expect(auditMessage(message('sent', [attempt('accepted', 30)]), [5, 25])).toHaveLength(2)
  })

  it('finds what the ledger and the sink tell differently', () => {
    const problems = (state: string, attempts: AuditedMessage['attempts'], times: number[]): string =>
      auditMessage(message(state, attempts), times).join('; ')
    expect(problems('sent', [attempt('accepted', 10)], [])).toContain('never reached the sink')
    expect(problems('failed', [attempt('reject', 10)], [5])).toContain('is called failed')
    expect(problems('excluded', [attempt('unknown', 10)], [5])).toContain('excluded and reached the sink')
    expect(problems('unknown', [], [])).toContain('is called unknown and no attempt is')
    expect(problems('ready', [attempt('retry', 10)], [])).toContain('did not settle')
    expect(auditMessage({ ...message('sent', []), userId: null }, [])).toEqual([
      'm is only half in the ledger',
    ])
  })
})

describe('the audit of a ledger', () => {
  let test: TestDatabase
  let executionId = ''
  const now = new Date()
  const people = ['run-0@example.test', 'run-1@example.test']

  beforeAll(async () => {
    test = await createTestDatabase()
  })
  afterAll(() => test.drop())
  beforeEach(async () => {
    await test.db.query('truncate execution, message, delivery, attempt, tally')
    executionId = uuidv7(Date.now())
    await beginRun(test.db, {
      executionId,
      sandboxId: uuidv7(Date.now()),
      campaignId: uuidv7(Date.now()),
      versionId: uuidv7(Date.now()),
      requestId: null,
      createdBy: 'test',
      now,
    })
    const chunk = { executionId, people: [runPerson(executionId, 0), runPerson(executionId, 1)] }
    await addToRun(test.db, { ...chunk, expiresAt: null, now, shard: 1 })
    await test.db.query(`update delivery set state = 'excluded', reason = 'expired'`)
    await test.db.query(
      `insert into tally select scope, hour, 'excluded', 'expired', shard, n from tally where state = 'accepted'`,
    )
  })
  const problems = async (userIds: string[], deliveries = new Map<string, number[]>()) =>
    (await audit(test.db, { accepted: new Map([['run', { executionId, userIds }]]), deliveries })).problems

  it('finds no fault in a whole one', async () => {
    expect(await problems(people)).toEqual([])
  })

  it('finds a call that is not there, one with other people, and what nobody was promised', async () => {
    expect(await problems([...people, 'third@example.test'])).toEqual([expect.stringContaining('3 people')])
    expect(await problems(['run-0@example.test', 'other@example.test'])).toHaveLength(1)
    const none = await audit(test.db, { accepted: new Map(), deliveries: new Map() })
    expect(none.problems).toEqual([`execution ${executionId} is in the ledger and answers no call`])
    await test.db.query('truncate message, delivery, tally, execution')
    expect(await problems(people)).toEqual([expect.stringContaining('is not in the ledger')])
  })

  it('finds half a message, and a delivery of one that the ledger does not know', async () => {
    expect(await problems(people, new Map([['stranger', [1]]]))).toEqual([
      'the sink got stranger, which the ledger does not know',
    ])
    await test.db.query('delete from delivery where message_id = (select min(id::text)::uuid from message)')
    expect((await problems(people)).join()).toContain('only half in the ledger')
  })

  it('finds a sum that differs from its rows, the run’s as well as the version’s', async () => {
    expect(await wrongSums(test.db)).toEqual([])
    await test.db.query(`update tally set n = n + 1 where state = 'excluded' and scope = $1`, [executionId])
    expect(await wrongSums(test.db)).toEqual([{ scope: executionId, state: 'excluded', rows: 2, sum: 3 }])
    await test.db.query(`delete from tally where state = 'accepted' and scope <> $1`, [executionId])
    await test.db.query('update execution set recipient_count = 5')
    expect((await wrongSums(test.db)).map(wrong => wrong.state).sort()).toEqual([
      'accepted',
      'excluded',
      'recipient_count',
    ])
  })
})
