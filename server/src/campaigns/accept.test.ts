import type { Recipient } from '@carillon/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { hashCall } from '../lib/canonical-json.ts'
import { systemClock } from '../lib/clock.ts'
import type { Fault } from '../lib/fault.ts'
import { uuidv7 } from '../lib/ids.ts'
import type { MicroBatch } from '../lib/micro-batch.ts'
import { createIntake, type IntakeCall, type IntakeResult } from './accept.ts'

let test: TestDatabase
let intake: MicroBatch<IntakeCall, IntakeResult>
const newId = (): string => uuidv7(Date.now())
const sandboxId = newId()
const [campaignId, versionId] = [newId(), newId()]

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.query(
    'truncate trigger_key, execution, message, delivery, attempt, tally, identity, profile cascade',
  )
  intake = createIntake({ pool: test.db, clock: systemClock, newId, firstShard: 0 })
})

const person = (userId: string, more: Partial<Recipient> = {}): Recipient => ({
  type: 'aep',
  userId,
  namespace: 'email',
  ...more,
})
const call = (requestId: string, recipients: Recipient[], more: Partial<IntakeCall> = {}): IntakeCall => ({
  sandboxId,
  requestId,
  bodyHash: hashCall('unitary', { requestId, recipients }),
  executionId: newId(),
  campaignId,
  versionId,
  kind: 'unitary',
  lane: 'transactional',
  createdAt: new Date(),
  createdBy: 'test',
  expiresAt: null,
  createProfiles: true,
  recipients,
  contexts: recipients.map(recipient => JSON.stringify(recipient.context ?? {})),
  bytes: 1_000,
  ...more,
})
const count = async (table: string): Promise<number> =>
  (await test.db.query(`select 1 from ${table}`)).rowCount ?? 0
const codeOf = (answer: PromiseSettledResult<unknown>): string =>
  answer.status === 'rejected' ? (answer.reason as Fault).code : 'accepted'

describe('the intake', () => {
  it('makes one message of 500 simultaneous calls with one requestId', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, () => intake.submit(call('one', [person('a@example.test')]))),
    )
    expect(new Set(answers.map(answer => answer.executionId)).size).toBe(1)
    expect([
      await count('execution'),
      await count('message'),
      await count('delivery'),
      await count('profile'),
    ]).toEqual([1, 1, 1, 1])
  })

  it('makes one message also when several processes take the calls', async () => {
    const intakes = [0, 2, 4].map(firstShard =>
      createIntake({ pool: test.db, clock: systemClock, newId, firstShard }),
    )
    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, i) =>
        intakes[i % 3]!.submit(
          call(`key-${i % 5}`, [person(`p${i % 5}@example.test`), person(`q${i % 7}@example.test`)], {
            bodyHash: hashCall('x', i % 5),
          }),
        ),
      ),
    )
    expect(new Set(answers.map(answer => answer.executionId)).size).toBe(5)
    expect(await count('execution')).toBe(5)
    expect(await count('profile')).toBe(await count('identity'))
  })

  it('answers another call under a used key with a conflict, simultaneous or later', async () => {
    const together = await Promise.allSettled([
      intake.submit(call('k', [person('a@example.test')])),
      intake.submit(call('k', [person('b@example.test')])),
    ])
    expect(together.map(codeOf).sort()).toEqual(['accepted', 'request_id_conflict'])
    const later = await Promise.allSettled([intake.submit(call('k', [person('c@example.test')]))])
    expect(later.map(codeOf)).toEqual(['request_id_conflict'])
    expect(await count('message')).toBe(1)
  })

  it('refuses only the one of 64 simultaneous calls that holds U+0000, and says where', async () => {
    const calls = Array.from({ length: 64 }, (_, i) =>
      call(`k${i}`, [person(`p${i}@example.test`, { context: { note: i === 40 ? 'bad\0value' : 'fine' } })]),
    )
    const answers = await Promise.allSettled(calls.map(one => intake.submit(one)))
    expect(answers.filter(answer => answer.status === 'fulfilled').length).toBe(63)
    const refused = answers[40] as PromiseRejectedResult
    expect((refused.reason as Fault).code).toBe('payload_unstorable')
    expect((refused.reason as Fault).details.problems?.map(problem => problem.pointer)).toEqual([
      '/recipients/0/context/note',
    ])
    expect(await count('message')).toBe(63)
  })

  it('refuses an unknown profile when the campaign creates none, points at each, and stores nothing', async () => {
    await intake.submit(call('first', [person('known@example.test')]))
    const recipients = [
      person('known@example.test'),
      person('who@example.test'),
      person('else@example.test', { type: 'external' }),
    ]
    const [answer] = await Promise.allSettled([
      intake.submit(call('second', recipients, { createProfiles: false })),
    ])
    expect((answer as PromiseRejectedResult).reason.code).toBe('profile_unknown')
    expect((answer as PromiseRejectedResult).reason.details.problems).toEqual([
      { pointer: '/recipients/1/userId', message: expect.any(String) },
    ])
    expect([await count('execution'), await count('trigger_key')]).toEqual([1, 1])
  })

  it('still answers a repeat with the first id when the profile is gone meanwhile', async () => {
    const first = await intake.submit(call('k', [person('a@example.test')]))
    await test.db.query('delete from identity')
    const again = await intake.submit(call('k', [person('a@example.test')], { createProfiles: false }))
    expect(again.executionId).toBe(first.executionId)
  })

  it('keeps an external person out of the profiles and compares namespaces without case', async () => {
    await intake.submit(call('a', [person('x@example.test', { type: 'external' })]))
    expect(await count('profile')).toBe(0)
    await intake.submit(call('b', [person('y@example.test', { namespace: 'Email' })]))
    await intake.submit(call('c', [person('y@example.test', { namespace: 'email' })]))
    expect(await count('profile')).toBe(1)
  })

  it('counts what it accepted in the same transaction', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        intake.submit(call(`k${i}`, [person('a@example.test'), person('b@example.test')])),
      ),
    )
    const { rows } = await test.db.query<{ n: number }>(
      `select sum(n)::int as n from tally where state = 'accepted' and scope = $1`,
      [versionId],
    )
    expect(rows[0]?.n).toBe(40)
  })

  it('refuses with "unavailable" when the database is away, and works again afterwards', async () => {
    await test.db.query('alter table execution rename to execution_away')
    const [answer] = await Promise.allSettled([intake.submit(call('k', [person('a@example.test')]))])
    await test.db.query('alter table execution_away rename to execution')
    expect(codeOf(answer!)).toBe('unavailable')
    await expect(intake.submit(call('k', [person('a@example.test')]))).resolves.toBeDefined()
  })
})
