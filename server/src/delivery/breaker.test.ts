import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import type { SendOutcome } from '../channels/channel.ts'
import { silentLog } from '../lib/log.ts'
import {
  type BreakerState,
  type Breakers,
  CLOSED,
  createBreakers,
  failed,
  OPENS_AFTER,
  probed,
  verdictOf,
  worked,
} from './breaker.ts'

const T = '01890000-0000-7000-8000-000000000001'
const outcome = (kind: SendOutcome['kind'], code: string): SendOutcome => ({ kind, code, answer: 'words' })
const refusedConnection = outcome('retry', 'ECONNREFUSED')
const accepted = outcome('accepted', '250')

describe('what an outcome says of its transport', () => {
  it.each<[SendOutcome['kind'], string, ReturnType<typeof verdictOf>]>([
    ['accepted', '250 2.0.0', 'works'],
    ['reject', '550 5.1.1', 'works'],
    ['retry', '451 4.7.1', 'works'],
    ['throttle', '421', 'works'],
    ['retry', 'ECONNREFUSED', 'fails'],
    ['retry', 'ECONNRESET', 'fails'],
    ['retry', 'ETIMEDOUT', 'fails'],
    ['retry', '535 5.7.8', 'fails'],
    ['retry', '554', 'fails'],
    ['retry', 'transport_missing', 'fails'],
    ['retry', '401', 'fails'],
    ['retry', '401 20003', 'fails'],
    ['retry', '403', undefined],
    ['retry', '404', 'works'],
    ['retry', '200 REJECTED_SENDER', 'works'],
    ['unknown', 'ECONNRESET', 'fails'],
    ['unknown', 'EINTERNAL', undefined],
    ['retry', 'ECLOSED', undefined],
    ['retry', 'not_handed_over', undefined],
    ['retry', 'transport_unreadable', undefined],
    // Of one platform of several: the others go on.
    ['retry', 'no_credential', undefined],
  ])('%s %s: %s', (kind, code, verdict) => {
    expect(verdictOf(outcome(kind, code))).toBe(verdict)
  })
})

it('an answer that refuses our account, whatever the message, says that the transport fails', () => {
  const refused = { kind: 'retry', code: '403 AccessDenied', answer: 'no', ofAccount: true } as const
  expect(verdictOf(refused)).toBe('fails')
})

describe('a breaker', () => {
  const step = fc.record({
    ms: fc.nat(20_000),
    kind: fc.constantFrom('fails', 'fails', 'fails', 'works', 'probe'),
  })

  it('opens after ten failures in a row only, for 5 s to 5 min, longer each time, and closes with the first answer', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (steps, random) => {
          let [now, inARow] = [0, 0]
          let state: BreakerState = CLOSED
          for (const { ms, kind } of steps) {
            now += ms
            const before: BreakerState = state
            const isDue = before.openUntil !== null && now >= before.openUntil
            if (kind === 'works') state = worked(before, now)
            else if (kind === 'fails') state = failed(before, { now, random, code: 'E', answer: '' })
            else if (isDue) state = probed(before, now)
            if (kind === 'works') inARow = 0
            if (kind === 'fails') inARow += 1
            if (kind === 'works')
              expect([state.openUntil, state.failures, state.opened]).toEqual([null, 0, 0])
            if (state.openUntil !== null) expect(inARow).toBeGreaterThanOrEqual(OPENS_AFTER)
            else expect(state.failures).toBe(inARow)
            if (state.opened > before.opened) {
              expect(state.opened).toBe(before.opened + 1)
              const wait = (state.openUntil ?? 0) - now
              const whole = Math.min(300_000, 5_000 * 2 ** (state.opened - 1))
              expect(wait).toBeGreaterThanOrEqual(whole)
              expect(wait).toBeLessThanOrEqual(whole + 1_000)
            }
            if (kind === 'fails' && before.openUntil !== null && !before.probing) expect(state).toBe(before)
            if (state.openUntil !== before.openUntil)
              expect(state.changedAt).toBeGreaterThan(before.changedAt)
          }
        },
      ),
    )
  })
})

describe('the breakers of two workers', () => {
  let test: TestDatabase
  let ms: number
  let first: Breakers
  let second: Breakers

  const create = (random = 0): Breakers =>
    createBreakers({
      db: test.db,
      clock: { now: () => new Date(ms), monotonicMs: () => ms },
      random: () => random,
      log: silentLog,
    })
  const flush = async (): Promise<void> => {
    for (const one of [first, second, first]) await one.flush()
  }
  const fail = (breakers: Breakers, n: number): void => {
    for (let i = 0; i < n; i += 1) breakers.report(T, refusedConnection)
  }
  const untilOf = (breakers: Breakers): number => (breakers.openUntil(T)?.getTime() ?? Number.NaN) - ms
  const row = async () => (await test.db.query('select * from breaker')).rows[0]

  beforeAll(async () => {
    test = await createTestDatabase()
  })
  afterAll(() => test.drop())
  beforeEach(async () => {
    await test.db.query('truncate breaker')
    ms = Date.parse('2026-03-01T12:00:00Z')
    first = create()
    second = create()
  })

  it('let all through while things work, and write nothing for single failures', async () => {
    fail(first, 9)
    first.report(T, accepted)
    fail(first, 9)
    first.report(T, outcome('retry', '451'))
    fail(first, 9)
    await flush()
    expect([first.openUntil(T), await row()]).toEqual([undefined, undefined])
  })

  it('open together, with the words of the last failure for people to see', async () => {
    fail(first, 10)
    expect(untilOf(first)).toBe(5_000)
    expect(second.openUntil(T)).toBeUndefined()
    await flush()
    expect(untilOf(second)).toBe(5_000)
    expect(await row()).toMatchObject({
      transport_id: T,
      failures: 10,
      opened: 1,
      code: 'ECONNREFUSED',
      answer: 'words',
    })
  })

  it('let one message of one worker through when the time is over', async () => {
    fail(first, 10)
    await flush()
    ms += 5_000
    expect(first.openUntil(T)).toBeUndefined()
    expect(untilOf(first)).toBe(5_000)
    await flush()
    expect(untilOf(second)).toBe(5_000)
  })

  it('leave the transport alone twice as long after each failed probe, up to five minutes', async () => {
    fail(first, 10)
    const waits: number[] = []
    for (let n = 0; n < 8; n += 1) {
      await flush()
      ms += untilOf(second)
      const [probing, waiting] = n % 2 === 0 ? [first, second] : [second, first]
      expect(probing.openUntil(T)).toBeUndefined()
      probing.report(T, refusedConnection)
      await flush()
      expect(untilOf(waiting)).toBe(untilOf(probing))
      waits.push(untilOf(probing))
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000])
  })

  it('close together as soon as a provider answers one of them', async () => {
    fail(first, 10)
    await flush()
    ms += 5_000
    expect(second.openUntil(T)).toBeUndefined()
    second.report(T, outcome('reject', '550 5.1.1'))
    expect(second.openUntil(T)).toBeUndefined()
    await flush()
    expect(first.openUntil(T)).toBeUndefined()
    expect(await row()).toMatchObject({ failures: 0, opened: 0, open_until: null })
    fail(first, 9)
    expect(first.openUntil(T)).toBeUndefined()
    fail(first, 1)
    expect(untilOf(first)).toBe(5_000)
  })

  it('stay open while the probe is refused for the account, and where it may have been for its sender', async () => {
    fail(first, 10)
    ms += untilOf(first)
    expect(first.openUntil(T)).toBeUndefined()
    first.report(T, outcome('retry', '403 AccessDeniedException'))
    expect(untilOf(first)).toBe(5_000)
    ms += 5_000
    expect(first.openUntil(T)).toBeUndefined()
    first.report(T, { ...outcome('retry', '403 SignatureDoesNotMatch'), ofAccount: true } as SendOutcome)
    expect(untilOf(first)).toBe(10_000)
  })

  it('try again when nothing came of a probe', async () => {
    fail(first, 10)
    await flush()
    ms += 5_000
    expect(first.openUntil(T)).toBeUndefined()
    await flush()
    ms += 5_000
    expect(second.openUntil(T)).toBeUndefined()
  })

  it('find out of the end of a wait at moments of their own', async () => {
    second = create(1)
    fail(first, 10)
    await flush()
    expect([untilOf(first), untilOf(second)]).toEqual([5_000, 6_000])
  })

  it('do not count what was on its way when they opened', async () => {
    fail(first, 30)
    expect(untilOf(first)).toBe(5_000)
    await flush()
    fail(second, 30)
    await flush()
    expect([untilOf(first), untilOf(second)]).toEqual([5_000, 5_000])
  })

  it('keep the latest change, whoever writes first', async () => {
    fail(first, 10)
    ms += 1_000
    for (let n = 0; n < 10; n += 1) second.report(T, outcome('retry', 'ETIMEDOUT'))
    await second.flush()
    await first.flush()
    expect(await row()).toMatchObject({ code: 'ETIMEDOUT' })
    expect([untilOf(first), untilOf(second)]).toEqual([5_000, 5_000])
  })

  it('go on by themselves while the database is away, and share it afterwards', async () => {
    await test.db.query('alter table breaker rename to breaker_away')
    fail(first, 10)
    await first.flush()
    expect(untilOf(first)).toBe(5_000)
    await test.db.query('alter table breaker_away rename to breaker')
    await flush()
    expect(untilOf(second)).toBe(5_000)
  })
})
