import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SendOutcome } from '../channels/channel.ts'
import { nextState } from './outcome.ts'

const now = new Date('2026-03-01T12:00:00Z')
const facts = { attempt: 1, transports: 1, firstHandoverAt: now, now, retryPeriodMs: 3_600_000, random: 0.5 }
const words = { code: '451', answer: 'later' }

describe('after a provider answered', () => {
  it('an accepted message is sent and a final refusal is a dead letter', () => {
    expect(nextState({ kind: 'accepted', code: '250', answer: 'ok' }, facts)).toEqual({
      state: 'sent',
      reason: null,
      dueAt: null,
    })
    expect(nextState({ kind: 'reject', code: '550', answer: 'no' }, facts).state).toBe('failed')
  })

  it('a message cut after the point of no return is unknown and is not due again', () => {
    expect(nextState({ kind: 'unknown', code: 'ECONNRESET', answer: '' }, facts)).toEqual({
      state: 'unknown',
      reason: 'connection_cut',
      dueAt: null,
    })
  })

  it('a temporary refusal is due later, and never before the provider said', () => {
    const soon = nextState({ kind: 'retry', ...words }, facts)
    expect(soon.state).toBe('ready')
    expect(soon.dueAt?.getTime()).toBeGreaterThan(now.getTime())
    const asked = nextState({ kind: 'throttle', ...words, retryAfterMs: 600_000 }, facts)
    expect(asked).toEqual({ state: 'ready', reason: 'throttled', dueAt: new Date(now.getTime() + 600_000) })
  })

  it('retries end with the retry period, counted from the first hand-over', () => {
    fc.assert(
      fc.property(
        fc.record({ attempt: fc.integer({ min: 1, max: 50 }), transports: fc.integer({ min: 1, max: 6 }) }),
        fc.integer({ min: 0, max: 7_200_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (counts, age, random) => {
          const first = new Date(now.getTime() - age)
          const next = nextState(
            { kind: 'retry', ...words },
            { ...facts, ...counts, firstHandoverAt: first, random },
          )
          if (next.state === 'ready')
            expect((next.dueAt?.getTime() ?? 0) - first.getTime()).toBeLessThanOrEqual(3_600_000)
          else expect(next).toEqual({ state: 'failed', reason: 'retry_period_over', dueAt: null })
        },
      ),
    )
  })
})

describe('with several transports', () => {
  const waitOf = (outcome: SendOutcome, attempt: number): number => {
    const { dueAt } = nextState(outcome, { ...facts, attempt, transports: 3 })
    return (dueAt?.getTime() ?? Number.NaN) - now.getTime()
  }

  it('a message goes on to the next one at once, and waits after each full round, longer every time', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map(attempt => waitOf({ kind: 'retry', ...words }, attempt))
    expect(waits).toEqual([0, 0, 1_500, 0, 0, 3_000, 0])
    expect(waitOf({ kind: 'throttle', ...words }, 1)).toBe(0)
  })

  it('the wait of one provider holds for the next round, not for the next provider', () => {
    expect(waitOf({ kind: 'throttle', ...words, retryAfterMs: 600_000 }, 2)).toBe(0)
    expect(waitOf({ kind: 'throttle', ...words, retryAfterMs: 600_000 }, 3)).toBe(600_000)
  })

  it('nothing goes on after a final refusal, an acceptance, or a cut that leaves open what happened', () => {
    for (const kind of ['accepted', 'reject', 'unknown'] as const)
      expect(nextState({ kind, ...words }, { ...facts, transports: 3 }).dueAt).toBeNull()
  })

  it('nothing goes on after the retry period', () => {
    const first = new Date(now.getTime() - 3_600_001)
    const late = nextState({ kind: 'retry', ...words }, { ...facts, transports: 3, firstHandoverAt: first })
    expect(late).toEqual({ state: 'failed', reason: 'retry_period_over', dueAt: null })
  })
})
