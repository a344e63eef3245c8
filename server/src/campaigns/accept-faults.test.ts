import type { Recipient } from '@carillon/contract'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createPool } from '../db/pool.ts'
import { hashCall } from '../lib/canonical-json.ts'
import type { Clock } from '../lib/clock.ts'
import type { Fault } from '../lib/fault.ts'
import { freePort } from '../lib/free-port.ts'
import { uuidv7 } from '../lib/ids.ts'
import type { MicroBatch } from '../lib/micro-batch.ts'
import { createIntake, type IntakeCall, type IntakeResult, MOST_BYTES, MOST_WAITING } from './accept.ts'

let test: TestDatabase
const newId = (): string => uuidv7(Date.now())
const [sandboxId, campaignId, versionId] = [newId(), newId(), newId()]

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.query(
    'truncate trigger_key, execution, message, delivery, attempt, tally, identity, profile cascade',
  )
})

// No time passes for what waits: how slow the machine is decides nothing here.
const clock: Clock = { now: () => new Date(), monotonicMs: () => 0 }
const intakeOn = (pool: pg.Pool): MicroBatch<IntakeCall, IntakeResult> =>
  createIntake({ pool, clock, newId, firstShard: 0 })
const call = (requestId: string, more: Partial<IntakeCall> = {}): IntakeCall => {
  const recipients: Recipient[] = [
    { type: 'aep', userId: `${requestId}@example.test`, namespace: 'email', context: { requestId } },
  ]
  return {
    sandboxId,
    requestId,
    bodyHash: hashCall('unitary', requestId),
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
    contexts: recipients.map(recipient => JSON.stringify(recipient.context)),
    bytes: 200,
    ...more,
  }
}
const calls = (count: number, more: Partial<IntakeCall> = {}): IntakeCall[] =>
  Array.from({ length: count }, (_, i) => call(`k${i}`, more))
const submitAll = (intake: MicroBatch<IntakeCall, IntakeResult>, all: readonly IntakeCall[]) =>
  Promise.allSettled(all.map(one => intake.submit(one)))
const faults = (answers: readonly PromiseSettledResult<IntakeResult>[]): Fault[] =>
  answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason as Fault] : []))
const count = async (table: string): Promise<number> =>
  (await test.db.query(`select 1 from ${table}`)).rowCount ?? 0
const everyCount = (): Promise<number[]> =>
  Promise.all(['trigger_key', 'execution', 'message', 'delivery', 'tally', 'profile', 'identity'].map(count))
const until = async (sql: string): Promise<void> => {
  const deadline = performance.now() + 60_000
  while ((await test.db.query(sql)).rowCount === 0)
    if (performance.now() > deadline) throw new RangeError(`never came true: ${sql}`)
}
/** Makes every insert into `execution` fail with that SQLSTATE; `runs` counts the statements that tried. */
const failWith = async (code: string): Promise<void> => {
  await test.db.query(`create sequence if not exists runs; alter sequence runs restart;
    create or replace function fail() returns trigger language plpgsql as
      $$ begin perform nextval('runs'); raise exception 'told to' using errcode = '${code}'; end $$;
    create trigger fail before insert on execution for each statement execute function fail()`)
}
const runs = async (): Promise<number> =>
  (await test.db.query<{ n: number }>(`select last_value::int as n from runs`)).rows[0]?.n ?? 0

const HELD_BACK = `select 1 from pg_stat_activity where datname = current_database()
  and wait_event_type = 'Lock' and query like 'with c as%'`

describe('an intake whose database is in trouble', () => {
  it.each([
    ['disk full', '53100'],
    ['out of memory', '53200'],
    ['too many connections', '53300'],
    ['shutting down', '57P01'],
  ])(
    '(%s) refuses with "unavailable", after one try for the whole batch, and stores nothing',
    async (_, code) => {
      await failWith(code)
      const answers = await submitAll(intakeOn(test.db), calls(64))
      await test.db.query('drop trigger fail on execution')
      expect(faults(answers)).toHaveLength(64)
      for (const fault of faults(answers))
        expect([fault.code, fault.details.retryAfterSeconds]).toEqual(['unavailable', 1])
      // One for the statement of each batch, and none for the calls by themselves.
      expect(await runs()).toBeLessThanOrEqual(2)
      expect(await everyCount()).toEqual([0, 0, 0, 0, 0, 0, 0])
    },
  )

  it('(nobody listens) refuses with "unavailable"', async () => {
    const pool = createPool({ url: `postgres://nobody@127.0.0.1:${await freePort()}/nothing` })
    const answers = await submitAll(intakeOn(pool), calls(200))
    await pool.end()
    expect(faults(answers).map(fault => fault.code)).toEqual(Array(200).fill('unavailable'))
  })

  it('(every connection is in use) refuses with "unavailable" and works again afterwards', async () => {
    const pool = createPool({ url: test.url, max: 1 })
    const taken = await pool.connect()
    pool.options.connectionTimeoutMillis = 50
    const answers = await submitAll(intakeOn(pool), calls(10))
    expect(faults(answers).map(fault => fault.code)).toEqual(Array(10).fill('unavailable'))
    taken.release()
    expect(faults(await submitAll(intakeOn(pool), calls(10)))).toEqual([])
    await pool.end()
  })
})

describe('what waits while the database stands still', () => {
  it('is bounded by number; what is above is refused, all else is answered once it goes on', async () => {
    const intake = intakeOn(test.db)
    const holder = await test.db.connect()
    await holder.query('begin; lock table execution in exclusive mode')
    const pending = submitAll(intake, calls(2 * MOST_WAITING, { createProfiles: false, recipients: [] }))
    expect(intake.waiting()).toBe(MOST_WAITING)
    await until(HELD_BACK)
    await holder.query('rollback')
    holder.release()
    const answers = await pending
    expect(faults(answers)).toHaveLength(MOST_WAITING)
    expect(new Set(faults(answers).map(fault => fault.code))).toEqual(new Set(['unavailable']))
    expect(await count('execution')).toBe(MOST_WAITING)
  }, 120_000)

  it('is bounded by size', async () => {
    const intake = intakeOn(test.db)
    const answers = await submitAll(intake, calls(20, { bytes: MOST_BYTES / 10 }))
    expect(faults(answers)).toHaveLength(10)
    expect([await count('execution'), intake.weight()]).toEqual([10, 0])
  })
})

describe('a connection that is lost', () => {
  it('in the middle of a batch leaves nothing of it, and none of its calls is answered 202', async () => {
    const holder = await test.db.connect()
    await holder.query('begin; lock table delivery in exclusive mode')
    const pending = submitAll(intakeOn(test.db), calls(30))
    await until(HELD_BACK)
    await test.db.query(HELD_BACK.replace('select 1', 'select pg_terminate_backend(pid)'))
    const answers = await pending
    await holder.query('rollback')
    holder.release()
    expect(faults(answers).map(fault => fault.code)).toEqual(Array(30).fill('unavailable'))
    expect(await everyCount()).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  it('again and again never costs a call that was answered 202; repeats make each of them one message', async () => {
    const pool = createPool({ url: test.url, max: 4, name: 'victim' })
    const intake = intakeOn(pool)
    const wanted = calls(600)
    let over = false
    const killing = (async () => {
      while (!over)
        await test.db.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'
           and state = 'active'`,
        )
    })()
    const answers: PromiseSettledResult<IntakeResult>[] = []
    for (let i = 0; i < wanted.length; i += 60)
      answers.push(...(await submitAll(intake, wanted.slice(i, i + 60))))
    over = true
    await killing
    const { rows } = await test.db.query<{ id: string }>(
      `select e.id from execution e join message m on m.execution_id = e.id join delivery d on d.message_id = m.id
       join trigger_key k on k.execution_id = e.id`,
    )
    const stored = new Set(rows.map(row => row.id))
    const accepted = answers.flatMap(answer =>
      answer.status === 'fulfilled' ? [answer.value.executionId] : [],
    )
    expect(accepted.filter(id => !stored.has(id))).toEqual([])
    expect(faults(answers).every(fault => fault.code === 'unavailable')).toBe(true)
    const again = await submitAll(
      intake,
      wanted.map(one => ({ ...one, executionId: newId() })),
    )
    expect(faults(again)).toEqual([])
    expect([await count('execution'), await count('message'), await count('profile')]).toEqual([
      600, 600, 600,
    ])
    await pool.end()
  }, 120_000)
})

describe('a batch of which a part is stored by its first statement', () => {
  it('answers that part 202 also when the rest then fails', async () => {
    const intake = intakeOn(test.db)
    await intake.submit(call('known'))
    await test.db.query('alter table profile rename to profile_away')
    const answers = await submitAll(intake, [
      call('new-key', { recipients: call('known').recipients }),
      call('unknown'),
    ])
    await test.db.query('alter table profile_away rename to profile')
    expect(answers.map(answer => answer.status)).toEqual(['fulfilled', 'rejected'])
    expect(faults(answers)[0]?.code).toBe('unavailable')
    expect(await count('execution')).toBe(2)
  })

  it('stores the profile of each person with the recipient, known before or new', async () => {
    const intake = intakeOn(test.db)
    await intake.submit(call('known'))
    const both = [...call('known').recipients, ...call('new').recipients]
    await intake.submit(call('both', { recipients: both, contexts: ['{}', '{}'] }))
    const { rows } = await test.db.query(
      `select recipient->>'userId' as person, (recipient->>'profileId')::uuid = i.profile_id as right
       from message m join identity i on i.value = recipient->>'userId' order by m.id`,
    )
    expect(rows).toEqual([
      { person: 'known@example.test', right: true },
      { person: 'known@example.test', right: true },
      { person: 'new@example.test', right: true },
    ])
  })
})
