import type { RunawayGuard } from '@carillon/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createPool } from '../db/pool.ts'
import { uuidv7 } from '../lib/ids.ts'
import { type Log, silentLog } from '../lib/log.ts'
import { liftHold, listHolds } from '../messages/holds.store.ts'
import { createGuard, type Guard, type GuardedMessage } from './guard.ts'

let test: TestDatabase
let guard: Guard
let told: string[]
const start = Date.UTC(2026, 10, 24, 12)
let ms = start
const clock = { now: () => new Date(ms), monotonicMs: () => ms }
const newId = (): string => uuidv7(Date.now())
const sandboxId = newId()
let campaignId = newId()
const MINUTE = 60_000

const log: Log = { ...silentLog, warn: (_, text) => told.push(text), error: (_, text) => told.push(text) }
const fresh = (): Guard => createGuard({ db: test.db, clock, newId, log })

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.query('truncate hold, campaign_minute')
  ms = start
  told = []
  campaignId = newId()
  guard = fresh()
})

const NONE: RunawayGuard = { perMinute: null, perDay: null, perPersonPerDay: null, suddenRise: false }
const batch = (count: number, limits: Partial<RunawayGuard>, campaign = campaignId): GuardedMessage[] =>
  Array.from({ length: count }, () => ({
    ...{ messageId: newId(), sandboxId, campaignId: campaign, guard: { ...NONE, ...limits } },
  }))
/** How many of so many new messages went over. */
const over = async (count: number, limits: Partial<RunawayGuard>): Promise<number> =>
  (await guard.check(batch(count, limits))).size
const holds = (lifted = false) => listHolds(test.db, { sandboxId, lifted, limit: 50, after: null })
const release = async (): Promise<void> => {
  const [hold] = await holds()
  const lift = { sandboxId, id: hold!.id, decision: 'release', now: clock.now(), by: 'bob', newId } as const
  await liftHold(test.db, lift)
}

describe('the ceiling per minute', () => {
  it('lets so many pass, names the rest, and holds the campaign until a person decides', async () => {
    const messages = batch(5, { perMinute: 3 })
    expect(await guard.check(messages)).toEqual(new Set(messages.slice(3).map(one => one.messageId)))
    expect(await holds()).toMatchObject([
      {
        ...{ kind: 'runaway', scope: 'campaign', scopeId: campaignId, createdBy: 'carillon' },
        detail: 'More than 3 messages in one minute.',
      },
    ])
    expect(await over(4, { perMinute: 3 })).toBe(4)
    expect(await holds()).toHaveLength(1)
  })

  it('is reached without being passed by exactly so many', async () => {
    expect(await over(3, { perMinute: 3 })).toBe(0)
    expect(await holds()).toEqual([])
    ms += MINUTE - 1
    expect(await over(1, { perMinute: 3 })).toBe(1)
  })

  it('begins anew with the next minute', async () => {
    await over(3, { perMinute: 3 })
    ms += MINUTE
    expect(await over(3, { perMinute: 3 })).toBe(0)
  })

  it('is exact when many workers count at once', async () => {
    const workers = Array.from({ length: 20 }, fresh)
    const answers = await Promise.all(workers.map(worker => worker.check(batch(10, { perMinute: 57 }))))
    expect(answers.reduce((sum, answer) => sum + answer.size, 0)).toBe(200 - 57)
    expect(await holds()).toHaveLength(1)
    expect(told).toEqual([])
  })

  it('is of one campaign; of versions that differ the strictest counts', async () => {
    const other = newId()
    const mixed = [
      ...batch(3, { perMinute: 5 }),
      ...batch(4, { perMinute: 4 }, other),
      ...batch(3, { perMinute: 4 }),
    ]
    const mine = mixed.filter(one => one.campaignId === campaignId).map(one => one.messageId)
    expect(await guard.check(mixed)).toEqual(new Set(mine.slice(4)))
    expect((await holds()).map(hold => hold.scopeId)).toEqual([campaignId])
  })
})

describe('the ceiling per day', () => {
  it('sums the minutes of the day in UTC', async () => {
    const limits = { perDay: 10 }
    ms = Date.UTC(2026, 10, 24, 0)
    expect(await over(6, limits)).toBe(0)
    ms = Date.UTC(2026, 10, 24, 23, 59)
    expect(await over(6, limits)).toBe(2)
    expect((await holds())[0]?.detail).toBe('More than 10 messages in one day.')
    ms = Date.UTC(2026, 10, 25, 0)
    expect(await over(10, limits)).toBe(0)
  })

  it('is exact across the change of a minute, when many workers count at once', async () => {
    const later = createGuard({
      db: test.db,
      clock: { ...clock, now: () => new Date(start + MINUTE) },
      newId,
      log,
    })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? guard : later).check(batch(10, { perDay: 300 }))),
    )
    expect(answers.map(answer => answer.size)).toEqual(answers.map(() => 0))
    const more = await Promise.all(Array.from({ length: 20 }, () => later.check(batch(10, { perDay: 300 }))))
    expect(more.reduce((sum, answer) => sum + answer.size, 0)).toBe(100)
  })
})

describe('a sudden rise', () => {
  const limits = { suddenRise: true }
  /** So many in each of so many minutes. */
  const steady = async (minutes: number, count: number): Promise<number> => {
    let all = 0
    for (let n = 0; n < minutes; n++) {
      all += await over(count, limits)
      ms += MINUTE
    }
    return all
  }

  it('is more than ten times the mean of the hour before', async () => {
    expect(await steady(60, 20)).toBe(0)
    expect(await over(200, limits)).toBe(0)
    expect(await over(5, limits)).toBe(5)
    expect((await holds())[0]?.detail).toBe(
      'A sudden rise: 205 messages in one minute, after 20 a minute in the hour before.',
    )
  })

  it('counts silent minutes as nothing, and is never one below a hundred', async () => {
    await over(60, limits)
    ms += 30 * MINUTE
    expect(await over(100, limits)).toBe(0)
    expect(await over(1, limits)).toBe(1)
  })

  it('is not seen in the first ten minutes of a campaign', async () => {
    expect(await over(1_000, limits)).toBe(0)
    ms += 9 * MINUTE
    expect(await over(10_000, limits)).toBe(0)
    expect(await holds()).toEqual([])
  })

  it('does not make a new campaign trip that goes on as it began', async () => {
    expect(await steady(75, 150)).toBe(0)
  })

  it('after a silence of hours is measured against nothing', async () => {
    await over(500, limits)
    ms += 5 * 60 * MINUTE
    expect(await over(101, limits)).toBe(1)
  })
})

describe('a release', () => {
  it.each([
    ['minute', { perMinute: 3 }],
    ['day', { perDay: 3 }],
  ])('lets the counts of the %s begin anew: as many may pass again', async (_title, limits) => {
    expect(await over(5, limits)).toBe(2)
    await release()
    expect(await over(3, limits)).toBe(0)
    expect(await over(1, limits)).toBe(1)
    expect(await holds(true)).toHaveLength(2)
  })

  it('of a sudden rise lets the same traffic go on', async () => {
    const limits = { suddenRise: true }
    await over(10, limits)
    ms += 20 * MINUTE
    expect(await over(300, limits)).toBe(200)
    await release()
    expect(await over(300, limits)).toBe(0)
  })

  it('of one campaign leaves the counts of others', async () => {
    const other = batch(3, { perMinute: 3 }, newId())
    await guard.check(other)
    await over(5, { perMinute: 3 })
    await release()
    expect((await guard.check(batch(1, { perMinute: 3 }, other[0]!.campaignId))).size).toBe(1)
  })

  it('at the same moment as counting loses neither', async () => {
    for (let n = 0; n < 10; n++) {
      await over(5, { perMinute: 3 })
      await Promise.all([release(), ...Array.from({ length: 8 }, () => over(1, { perMinute: 3 }))])
    }
    expect(told).toEqual([])
  })
})

describe('the guard', () => {
  it('costs nothing, and counts nothing, where no ceiling is set', async () => {
    const away = createPool({ url: 'postgres://nobody@127.0.0.1:1/none' })
    const unguarded = createGuard({ db: away, clock, newId, log })
    expect(await unguarded.check([])).toEqual(new Set())
    expect(await unguarded.check(batch(5, { perPersonPerDay: 1 }))).toEqual(new Set())
    expect(told).toEqual([])
    await away.end()
  })

  it('lets pass, and says so, when the database is away', async () => {
    const away = createPool({ url: 'postgres://nobody@127.0.0.1:1/none' })
    const blind = createGuard({ db: away, clock, newId, log })
    expect(await blind.check(batch(5, { perMinute: 1 }))).toEqual(new Set())
    expect(told).toEqual(['the runaway guard cannot count; messages pass unguarded'])
    await away.end()
  })

  it('removes what it counted when it is older than two days', async () => {
    const minutes = async (): Promise<number> =>
      (await test.db.query('select 1 from campaign_minute')).rowCount ?? 0
    await over(1, { perDay: 10 })
    ms += 2 * 86_400_000
    await over(1, { perDay: 10 })
    expect(await minutes()).toBe(2)
    ms += 2 * 3_600_000
    await over(1, { perDay: 10 })
    expect(await minutes()).toBe(2)
  })
})
