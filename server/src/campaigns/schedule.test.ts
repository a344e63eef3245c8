import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../lib/fault.ts'
import { withCanonicalDates } from './schedule.ts'

const pointersOf = (work: () => unknown): string[] => {
  try {
    work()
  } catch (error) {
    return ((error as Fault).details.problems ?? []).map(problem => problem.pointer)
  }
  return []
}

describe('the dates of a campaign', () => {
  it('are kept in UTC, whatever offset they came with', () => {
    expect(
      withCanonicalDates({ startAt: '2026-03-01T10:00:00+02:00', endAt: '2026-03-01t10:00:00z' }),
    ).toEqual({ startAt: '2026-03-01T08:00:00.000Z', endAt: '2026-03-01T10:00:00.000Z' })
  })

  it('stay left out, null and beside the other members', () => {
    const given = { name: 'x', startAt: null }
    expect(withCanonicalDates(given)).toEqual(given)
    expect(withCanonicalDates({})).toEqual({})
  })

  it('are refused with a pointer each when they are no moment, or one that PostgreSQL cannot read', () => {
    const bad = { startAt: '2016-12-31T23:59:60Z', endAt: '0000-01-01T00:00:00Z' }
    expect(pointersOf(() => withCanonicalDates(bad))).toEqual(['/startAt', '/endAt'])
  })

  it('mean the same moment as before, and are not changed a second time', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(Date.UTC(9998, 0, 1)), noInvalidDate: true }),
        date => {
          const once = withCanonicalDates({ startAt: date.toISOString().replace('Z', '+00:00') })
          expect(Date.parse(once.startAt ?? '')).toBe(date.getTime())
          expect(withCanonicalDates(once)).toEqual(once)
        },
      ),
    )
  })
})
