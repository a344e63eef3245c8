import { describe, expect, it } from 'vitest'
import { type Governed, govern, type Pacing, type Refusal, type Surroundings } from './govern.ts'

const now = new Date('2026-11-24T12:00:00Z')
const before = (seconds: number): Date => new Date(now.getTime() - seconds * 1_000)
const message: Governed = {
  claims: 1,
  expiresAt: null,
  kind: 'audience',
  acceptedAt: before(60),
  dueAt: before(0),
  reason: null,
}
const around: Surroundings = { now, hold: undefined, isOverCeiling: false }
const pacing: Pacing = { ratePerSecond: null, staleAfterSeconds: null }
const refusalOf = (
  facts: Partial<Governed>,
  more: Partial<Surroundings & Pacing> = {},
): Refusal | undefined => govern({ ...message, ...facts }, { ...around, ...more }, { ...pacing, ...more })
const reasonOf = (...of: Parameters<typeof refusalOf>): string | undefined => refusalOf(...of)?.reason

describe('whether a message may be sent now', () => {
  it('lets an ordinary message pass', () => {
    expect(refusalOf({})).toBeUndefined()
  })

  it('sets a message aside that was taken up more than three times without a mark', () => {
    expect(reasonOf({ claims: 3 })).toBeUndefined()
    expect(refusalOf({ claims: 4 })).toEqual({ state: 'failed', reason: 'poisoned' })
  })

  it('fails what expired, at the very moment', () => {
    expect(refusalOf({ expiresAt: now })).toEqual({ state: 'failed', reason: 'expired' })
    expect(reasonOf({ expiresAt: new Date(now.getTime() + 1) })).toBeUndefined()
  })

  it('leaves out the rest of a rate-limited run after twelve hours, and of no other', () => {
    const acceptedAt = before(12 * 3_600 + 1)
    expect(refusalOf({ acceptedAt }, { ratePerSecond: 5 })).toEqual({
      state: 'excluded',
      reason: 'rate_window_over',
    })
    expect(reasonOf({ acceptedAt: before(12 * 3_600) }, { ratePerSecond: 5 })).toBeUndefined()
    expect(reasonOf({ acceptedAt })).toBeUndefined()
    expect(reasonOf({ acceptedAt, kind: 'unitary' }, { ratePerSecond: 5 })).toBeUndefined()
  })

  it('holds what is later than the campaign allows', () => {
    expect(refusalOf({ dueAt: before(61) }, { staleAfterSeconds: 60 })).toEqual({
      state: 'held',
      reason: 'stale',
    })
    expect(reasonOf({ dueAt: before(60) }, { staleAfterSeconds: 60 })).toBeUndefined()
    expect(reasonOf({ dueAt: before(61), reason: 'released' }, { staleAfterSeconds: 60 })).toBeUndefined()
  })

  it('holds what the runaway guard counted above a ceiling', () => {
    expect(refusalOf({}, { isOverCeiling: true })).toEqual({ state: 'held', reason: 'runaway' })
  })

  it('ends before it keeps back: a cancel first, then what has expired, then a hold', () => {
    const hold = { state: 'held', reason: 'paused' } as const
    const cancel = { state: 'cancelled', reason: 'cancelled_by_person' } as const
    expect(reasonOf({ expiresAt: now, claims: 9 }, { hold: cancel })).toBe('cancelled_by_person')
    expect(reasonOf({ expiresAt: now }, { hold })).toBe('expired')
    expect(refusalOf({}, { hold, isOverCeiling: true })).toEqual(hold)
  })
})
