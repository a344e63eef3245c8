/** What it costs to ask for the time in a sandbox, and when a change is seen. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMovedClock, type MovedClock } from '../../test/app.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import type { Db } from '../db/pool.ts'
import { advanceClock, createSandboxClocks, type SandboxClocks, setTestClock } from './sandbox-clock.ts'

const DEV = '00000000-0000-7000-8000-000000000001'
const PROD = '00000000-0000-7000-8000-000000000002'

let test: TestDatabase
let clock: MovedClock
let clocks: SandboxClocks
let asked: number

beforeEach(async () => {
  test = await createTestDatabase()
  clock = createMovedClock()
  asked = 0
  await test.db.query(
    `insert into sandbox (id, name, production, created_at) values ($1, 'dev', false, '2026-01-01'), ($2, 'prod', true, '2026-01-01')`,
    [DEV, PROD],
  )
  const query = (...given: [string, unknown[]]) => {
    asked++
    return test.db.query(...given)
  }
  clocks = createSandboxClocks({ db: { query } as unknown as Db, clock })
})
afterEach(() => test.drop())

// Elsewhere: in a process whose readers are not told.
const elsewhere = () => ({ pool: test.db, clock })

describe('the time in a sandbox', () => {
  it('costs one query a second where no sandbox is marked, for all questions together', async () => {
    const questions = Array.from({ length: 200 }, (_, n) => clocks.offsetMs(n % 2 === 0 ? DEV : PROD))
    expect(new Set(await Promise.all(questions))).toEqual(new Set([0]))
    await clocks.clocksIn([DEV, PROD, DEV])
    expect(asked).toBe(1)
    clock.move(1_001)
    await clocks.nowIn(DEV)
    expect(asked).toBe(2)
  })

  it('a mark made elsewhere is seen within a second, at once when told; every move from then on at once', async () => {
    expect(await clocks.offsetMs(DEV)).toBe(0)
    await setTestClock(elsewhere(), DEV, true)
    await advanceClock(elsewhere(), DEV, { byMs: 5_000 })
    clock.move(1_001)
    expect(await clocks.offsetMs(DEV)).toBe(5_000)
    await advanceClock(elsewhere(), DEV, { byMs: 2_000 })
    expect(await clocks.offsetMs(DEV)).toBe(7_000)
    expect(await clocks.offsetMs(PROD)).toBe(0)
    const clockOf = await clocks.clocksIn([DEV, PROD])
    expect(clockOf(DEV).now().getTime() - clockOf(PROD).now().getTime()).toBeGreaterThanOrEqual(6_990)
    await setTestClock(elsewhere(), DEV, false)
    expect(await clocks.offsetMs(DEV)).toBe(0)
    clock.move(1_001)
    await clocks.offsetMs(DEV)
    await setTestClock(elsewhere(), DEV, true)
    await advanceClock(elsewhere(), DEV, { byMs: 3_000 })
    clocks.forget()
    expect(await clocks.offsetMs(DEV)).toBe(3_000)
  })

  it('a database that did not answer is asked again', async () => {
    await test.db.query('alter table sandbox rename to away')
    await expect(clocks.offsetMs(DEV)).rejects.toThrow('sandbox')
    await test.db.query('alter table away rename to sandbox')
    expect(await clocks.offsetMs(DEV)).toBe(0)
  })
})
