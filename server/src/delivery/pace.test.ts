import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MovedClock } from '../../test/app.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { createPool } from '../db/pool.ts'
import { silentLog } from '../lib/log.ts'
import { createPacer, type Limit, limitsOf, type Pacer } from './pace.ts'

let test: TestDatabase
let clock: MovedClock
let pools: pg.Pool[]

/** Time that passes only when it is moved. */
const createStillClock = (): MovedClock => {
  let ms = Date.parse('2026-03-01T12:00:00Z')
  return {
    now: () => new Date(ms),
    monotonicMs: () => ms,
    move: by => {
      ms += by
    },
  }
}
const createWorker = (): Pacer => {
  const pool = createPool({ url: test.url, max: 2 })
  pools.push(pool)
  return createPacer({ db: pool, clock, log: silentLog })
}
/** Answers and statements of one pacer: the pool hands out a connection for each statement. */
const countQueries = (): { readonly pacer: Pacer; readonly queries: () => number } => {
  const pacer = createWorker()
  let n = 0
  pools.at(-1)?.on('acquire', () => {
    n += 1
  })
  return { pacer, queries: () => n }
}
const campaign = (ratePerSecond: number | null, id = 'c'): Limit => ({ key: `campaign:${id}`, ratePerSecond })
const domain: Limit = { key: 'domain:t:mail.example', ratePerSecond: null }
const refused = (retryAfterMs?: number) => ({
  transportId: 't',
  domain: 'Mail.example',
  scope: 'domain' as const,
  retryAfterMs,
})
const batch = (n: number, ...limits: Limit[]): Limit[][] => Array.from({ length: n }, () => limits)
const inOrder = (moments: readonly Date[]): number[] =>
  moments.map(moment => moment.getTime()).sort((a, b) => a - b)
const mostInAnySecond = (sorted: readonly number[]): number => {
  let most = 0
  for (let first = 0, last = 0; last < sorted.length; last += 1) {
    while ((sorted[last] ?? 0) - (sorted[first] ?? 0) >= 1_000) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}
const spanOf = (moments: readonly Date[]): number => {
  const sorted = inOrder(moments)
  return (sorted.at(-1) ?? 0) - (sorted[0] ?? 0)
}
/** Accepts `n` messages evenly over two seconds. */
const accept = (pacer: Pacer, n: number): void => {
  for (let i = 0; i < n; i += 1) {
    clock.move(2_000 / n)
    pacer.accepted({ transportId: 't', domain: 'mail.example' })
  }
}

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.query('truncate pace')
  clock = createStillClock()
  pools = []
})
afterEach(() => Promise.all(pools.map(pool => pool.end())))

describe('a set rate', () => {
  it('is the sum of all workers: three of them never lease more than 200 moments of any second', async () => {
    const workers = [createWorker(), createWorker(), createWorker()]
    const sizes = Array.from({ length: 60 }, (_, n) => 1 + ((n * 37) % 97))
    const leased = await Promise.all(
      sizes.map((size, n) => workers[n % 3]?.moments(batch(size, campaign(200))) ?? []),
    )
    const sorted = inOrder(leased.flat())
    expect(sorted.length).toBeGreaterThan(2_500)
    expect(mostInAnySecond(sorted)).toBeLessThanOrEqual(201)
    expect(spanOf(leased.flat())).toBeLessThan((sorted.length / 200) * 1_000 + 1_000)
  })

  it('is kept at each of its keys, however the messages are mixed', async () => {
    const workers = [createWorker(), createWorker(), createWorker()]
    const byDomain = (n: number) =>
      limitsOf({
        campaign: { id: `c${n % 2}`, ratePerSecond: n % 2 === 0 ? 300 : null },
        transportId: 't',
        limits: { ratePerSecond: 400, domainLimits: new Map([['slow.example', 20]]) },
        domain: n % 4 === 0 ? 'Slow.example' : 'fast.example',
      })
    const asked = Array.from({ length: 30 }, () => Array.from({ length: 80 }, (_, n) => byDomain(n)))
    const leased = await Promise.all(asked.map((limits, n) => workers[n % 3]?.moments(limits) ?? []))
    const all = leased.flatMap((moments, b) =>
      moments.map((moment, n) => ({ moment, keys: asked[b]?.[n]?.map(limit => limit.key) ?? [] })),
    )
    const most = (key: string): number =>
      mostInAnySecond(inOrder(all.filter(one => one.keys.includes(key)).map(one => one.moment)))
    expect(most('domain:t:slow.example')).toBeLessThanOrEqual(21)
    expect(most('campaign:c0')).toBeLessThanOrEqual(301)
    expect(most('transport:t')).toBeLessThanOrEqual(401)
    const slow = all.filter(one => one.keys.includes('domain:t:slow.example')).map(one => one.moment)
    expect(spanOf(slow)).toBeGreaterThan((slow.length / 20 - 1) * 1_000)
    const fast = all.filter(one => one.keys.includes('domain:t:fast.example')).map(one => one.moment)
    expect(spanOf(fast)).toBeLessThan(all.length / 0.4 + 1_000)
  })

  it('is not saved up in silence, and leaves nothing out while it is used', async () => {
    const pacer = createWorker()
    await pacer.moments(batch(5, campaign(10)))
    clock.move(600_000)
    const now = clock.now().getTime()
    const moments = await pacer.moments(batch(20, campaign(10)))
    expect(moments[0]?.getTime()).toBeGreaterThanOrEqual(now)
    expect(spanOf(moments)).toBeGreaterThanOrEqual(1_899)
    const next = await pacer.moments(batch(1, campaign(10)))
    expect((next[0]?.getTime() ?? 0) - (moments.at(-1)?.getTime() ?? 0)).toBeLessThanOrEqual(101)
  })

  it('gives moments also when they lie days away', async () => {
    const pacer = createWorker()
    const moments = await pacer.moments(batch(200, campaign(0.001)))
    expect(spanOf(moments)).toBeGreaterThan(2 * 86_400_000)
    expect((await pacer.moments(batch(1, campaign(1))))[0]?.getTime()).toBeGreaterThan(
      moments.at(-1)?.getTime() ?? Number.POSITIVE_INFINITY,
    )
  })

  it('that is absent costs no statement, and one that is there one for the whole batch', async () => {
    const { pacer, queries } = countQueries()
    const now = clock.now().getTime()
    const moments = await pacer.moments(batch(200, campaign(null), domain))
    expect(inOrder(moments).every(moment => moment - now < 1_000)).toBe(true)
    expect(queries()).toBe(0)
    await pacer.moments(batch(200, campaign(100), campaign(50, 'd'), domain))
    expect(queries()).toBe(1)
  })

  it('is not guessed while the database is away', async () => {
    const pacer = createWorker()
    await test.db.query('alter table pace rename to pace_away')
    await expect(pacer.moments(batch(1, campaign(5)))).rejects.toThrow()
    await pacer.flush()
    await test.db.query('alter table pace_away rename to pace')
    expect(await pacer.moments(batch(1, campaign(5)))).toHaveLength(1)
  })
})

describe('a learned rate', () => {
  it('counts at once where it was learned, and for the other workers after a flush', async () => {
    const [first, second] = [createWorker(), createWorker()]
    accept(first, 80)
    first.slowDown(refused())
    expect(spanOf(await first.moments(batch(81, domain)))).toBeGreaterThanOrEqual(1_990)
    expect(spanOf(await second.moments(batch(81, domain)))).toBe(0)
    await first.flush()
    await second.flush()
    clock.move(10_000)
    expect(spanOf(await second.moments(batch(81, domain)))).toBeGreaterThanOrEqual(1_990)
    second.slowDown(refused())
    expect(spanOf(await second.moments(batch(81, domain)))).toBeGreaterThanOrEqual(3_990)
    await second.flush()
    await first.flush()
    expect(spanOf(await first.moments(batch(81, domain)))).toBeGreaterThanOrEqual(3_990)
  })

  it('and a set one: the lower counts', async () => {
    const pacer = createWorker()
    accept(pacer, 40)
    pacer.slowDown({ ...refused(), scope: 'transport' })
    const transport = (ratePerSecond: number) => ({ key: 'transport:t', ratePerSecond })
    expect(spanOf(await pacer.moments(batch(21, transport(1_000))))).toBeGreaterThanOrEqual(990)
    expect(spanOf(await pacer.moments(batch(11, transport(2))))).toBeGreaterThanOrEqual(4_990)
  })

  it('lets nothing through before the provider said, here at once and elsewhere after a flush, and then no burst', async () => {
    const [first, second] = [createWorker(), createWorker()]
    accept(first, 20)
    const until = clock.now().getTime() + 30_000
    first.slowDown(refused(30_000))
    const before = await first.moments(batch(5, domain))
    await first.flush()
    await second.flush()
    const moments = [
      ...before,
      ...(await first.moments(batch(5, domain))),
      ...(await second.moments(batch(5, domain))),
    ]
    const sorted = inOrder(moments)
    expect(sorted[0]).toBeGreaterThanOrEqual(until)
    expect(spanOf(moments)).toBeGreaterThanOrEqual(1_390)
    expect(mostInAnySecond(sorted)).toBeLessThanOrEqual(11)
  })

  it('is halved once when two workers are refused in the same moment', async () => {
    const [first, second] = [createWorker(), createWorker()]
    accept(first, 80)
    first.slowDown(refused())
    for (const pacer of [first, second]) await pacer.flush()
    clock.move(2_000)
    for (const pacer of [first, second]) pacer.slowDown(refused())
    for (const pacer of [first, second, first, second]) await pacer.flush()
    const { rows } = await test.db.query('select learned_rate from pace')
    expect(rows[0]?.learned_rate).toBeCloseTo(20, 1)
    for (const pacer of [first, second])
      expect(spanOf(await pacer.moments(batch(21, domain)))).toBeGreaterThanOrEqual(990)
  })

  it('is lowered although another worker raised it in the same moment', async () => {
    const [first, second] = [createWorker(), createWorker()]
    accept(first, 80)
    first.slowDown(refused())
    for (const pacer of [first, second]) await pacer.flush()
    clock.move(11_000)
    second.accepted({ transportId: 't', domain: 'mail.example' })
    first.slowDown(refused())
    await second.flush()
    for (const pacer of [first, first, second]) await pacer.flush()
    const { rows } = await test.db.query('select learned_rate from pace')
    expect(rows[0]?.learned_rate).toBeCloseTo(20, 1)
  })

  it('stays lowered when a worker that has not heard of it yet would have raised it', async () => {
    const [first, second] = [createWorker(), createWorker()]
    accept(first, 80)
    first.slowDown(refused())
    for (const pacer of [first, second]) await pacer.flush()
    clock.move(11_000)
    second.accepted({ transportId: 't', domain: 'mail.example' })
    first.slowDown(refused())
    for (const pacer of [first, second]) await pacer.flush()
    const { rows } = await test.db.query('select learned_rate from pace')
    expect(rows[0]?.learned_rate).toBeCloseTo(20, 1)
  })

  it('rises while messages are accepted, once for all workers, until it is forgotten and costs nothing', async () => {
    const [first, second] = [createWorker(), createWorker()]
    accept(first, 80)
    first.slowDown(refused())
    const rate = async (): Promise<number | null> =>
      (await test.db.query('select learned_rate from pace')).rows[0]?.learned_rate ?? null
    const tenSeconds = async (): Promise<void> => {
      for (const pacer of [first, second]) await pacer.flush()
      clock.move(11_000)
      for (const pacer of [first, second]) pacer.accepted({ transportId: 't', domain: 'mail.example' })
      await Promise.all([first.flush(), second.flush()])
    }
    await tenSeconds()
    expect(await rate()).toBeCloseTo(80, 1)
    for (let n = 0; n < 10; n += 1) await tenSeconds()
    expect(await rate()).toBeNull()
    for (const pacer of [first, second]) {
      await pacer.flush()
      expect(spanOf(await pacer.moments(batch(100, domain)))).toBe(0)
    }
  })

  it('is learned also while the database is away, and shared when it is back', async () => {
    const [first, second] = [createWorker(), createWorker()]
    accept(first, 80)
    await test.db.query('alter table pace rename to pace_away')
    first.slowDown(refused(60_000))
    await first.flush()
    await test.db.query('alter table pace_away rename to pace')
    for (const pacer of [first, second]) await pacer.flush()
    const [moment] = await second.moments(batch(1, domain))
    expect((moment?.getTime() ?? 0) - clock.now().getTime()).toBeGreaterThan(50_000)
  })

  it('leaves no rows of what is long over', async () => {
    const pacer = createWorker()
    await pacer.moments(batch(1, campaign(5)))
    clock.move(90_000_000)
    await pacer.moments(batch(1, campaign(5, 'd')))
    await pacer.flush()
    expect((await test.db.query('select key from pace')).rows).toEqual([{ key: 'campaign:d' }])
  })
})
