import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeenRates, LEAST_RATE, type LearnedRate, lowered, raised } from './learned-rate.ts'

const refusal = (now: number, seen = 0, retryAfterMs?: number) => ({ now, seen, retryAfterMs })

describe('a learned rate', () => {
  it('begins with what was accepted lately, or with one a second', () => {
    expect(lowered(undefined, refusal(0, 40))).toEqual({ rate: 40, at: 0, began: 40 })
    expect(lowered(undefined, refusal(0))).toEqual({ rate: 1, at: 0, began: 1 })
  })

  it('is halved by a refusal, and once by those of messages that were on their way together', () => {
    const first = lowered(undefined, refusal(0, 40))
    const burst = lowered(lowered(first, refusal(300)), refusal(999))
    expect(burst.rate).toBe(40)
    expect(lowered(burst, refusal(1_000)).rate).toBe(20)
  })

  it('doubles after five seconds in which something was accepted and nothing refused', () => {
    const known = { rate: 8, at: 0, began: 8 }
    expect(raised(known, { now: 4_999, acceptedAt: 3_000 })).toBe(known)
    expect(raised(known, { now: 5_000, acceptedAt: 0 })).toBe(known)
    expect(raised(known, { now: 5_000, acceptedAt: undefined })).toBe(known)
    expect(raised(known, { now: 5_000, acceptedAt: 3_000 })).toEqual({ rate: 16, at: 5_000, began: 8 })
  })

  it('rises no sooner than five seconds after the provider wants to be asked again', () => {
    const known = lowered({ rate: 8, at: 0, began: 8 }, refusal(60_000, 0, 600_000))
    expect(raised(known, { now: 664_999, acceptedAt: 664_000 })?.rate).toBe(4)
    expect(raised(known, { now: 665_000, acceptedAt: 664_000 })?.rate).toBe(8)
  })

  it('is forgotten four times above where it began, or after an hour of silence', () => {
    expect(raised({ rate: 2, at: 0, began: 1 }, { now: 10_000, acceptedAt: 1 })?.rate).toBe(4)
    expect(raised({ rate: 2.1, at: 0, began: 1 }, { now: 10_000, acceptedAt: 1 })).toBeUndefined()
    expect(raised({ rate: 1, at: 0, began: 1 }, { now: 3_599_999, acceptedAt: undefined })).toBeDefined()
    expect(raised({ rate: 1, at: 0, began: 1 }, { now: 3_600_000, acceptedAt: undefined })).toBeUndefined()
  })

  it('stays between its least and four times its beginning, whatever happens, and rises no faster than it falls', () => {
    const step = fc.record({
      ms: fc.integer({ min: 1, max: 30_000 }),
      kind: fc.constantFrom('refused', 'asked to wait', 'accepted', 'silence'),
    })
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.double({ min: 0.05, max: 500, noNaN: true }),
        (steps, seen) => {
          let now = 0
          let known: LearnedRate | undefined = lowered(undefined, refusal(now, seen))
          for (const { ms, kind } of steps) {
            now += ms
            const before: LearnedRate | undefined = known
            if (kind === 'refused') known = lowered(known, refusal(now, seen))
            else if (kind === 'asked to wait') known = lowered(known, refusal(now, seen, 2_000))
            else if (known !== undefined)
              known = raised(known, { now, acceptedAt: kind === 'accepted' ? now : undefined })
            if (known === undefined || before === undefined) continue
            expect(known.rate).toBeGreaterThanOrEqual(Math.min(LEAST_RATE, before.began))
            expect(known.rate).toBeLessThanOrEqual(4 * Math.max(known.began, LEAST_RATE))
            expect(known.at).toBeGreaterThanOrEqual(before.at)
            expect(known.rate).toBeLessThanOrEqual(before.rate * 2)
            if (known.rate > before.rate) expect(now - before.at).toBeGreaterThanOrEqual(5_000)
            if (kind === 'refused' && now - before.at >= 1_000)
              expect(known.rate).toBe(Math.max(LEAST_RATE, before.rate / 2))
          }
        },
      ),
    )
  })
})

describe('the rate seen lately', () => {
  it('counts the last seconds and forgets what is older', () => {
    let now = 0
    const seen = createSeenRates(() => now)
    for (let n = 0; n < 100; n += 1) {
      now += 20
      seen.add('a')
    }
    expect(seen.rate('a')).toBe(50)
    expect(seen.rate('b')).toBe(0)
    for (let n = 0; n < 100; n += 1) {
      now += 100
      seen.add('a')
    }
    expect(seen.rate('a')).toBeCloseTo(10, 0)
    now += 10_000
    expect(seen.rate('a')).toBe(0)
  })

  it('does not take a handful at the start for a high rate', () => {
    const seen = createSeenRates(() => 0)
    for (let n = 0; n < 5; n += 1) seen.add('a')
    expect(seen.rate('a')).toBe(5)
  })
})
