import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LANES, type Lane } from '../messages/ledger.ts'
import { createTurns, LANE_POLICY, type PerLane, perLane, roomOf } from './lanes.ts'

const countTurns = (wanting: readonly Lane[], turns: number): PerLane => {
  const counts = perLane()
  const order = createTurns()
  for (let turn = 0; turn < turns; turn++) {
    const lane = order.next(one => wanting.includes(one))
    if (lane !== undefined) counts[lane] += 1
  }
  return counts
}

describe('turns', () => {
  it('are shared by weight among the lanes that want them', () => {
    expect(countTurns(LANES, 1_400)).toEqual({ transactional: 800, high_throughput: 400, marketing: 200 })
    expect(countTurns(['high_throughput', 'marketing'], 600)).toEqual({
      transactional: 0,
      high_throughput: 400,
      marketing: 200,
    })
    expect(countTurns([], 3)).toEqual(perLane())
  })

  it('never leave a wanting lane out for longer than the others weigh', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray([...LANES], { minLength: 1 }), { maxLength: 200 }), rounds => {
        const turns = createTurns()
        const waited = perLane()
        for (const wanting of rounds) {
          const lane = turns.next(one => wanting.includes(one))
          for (const one of wanting) waited[one] = one === lane ? 0 : waited[one] + 1
          for (const one of wanting) expect(waited[one]).toBeLessThan(30)
        }
      }),
    )
  })
})

describe('room', () => {
  it('is always left for a more urgent lane, whatever the others hold', () => {
    for (const whole of [2, 5, 10, 128]) {
      const used = perLane()
      while (roomOf('marketing', used, whole) > 0) used.marketing += 1
      expect(used.marketing).toBeLessThan(whole)
      expect(roomOf('transactional', used, whole)).toBeGreaterThan(0)
      while (roomOf('high_throughput', used, whole) > 0) used.high_throughput += 1
      expect(roomOf('transactional', used, whole)).toBeGreaterThan(0)
    }
  })

  it('lets a lane that is alone use its share, and never more than there is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.constantFrom(...LANES), { maxLength: 400 }),
        (whole, takes) => {
          const used = perLane()
          for (const lane of takes) if (roomOf(lane, used, whole) > 0) used[lane] += 1
          expect(LANES.reduce((sum, lane) => sum + used[lane], 0)).toBeLessThanOrEqual(whole)
        },
      ),
    )
    expect(roomOf('transactional', perLane(), 10)).toBe(10)
    expect(roomOf('marketing', perLane(), 10)).toBe(Math.floor(10 * LANE_POLICY.marketing.share))
  })
})
