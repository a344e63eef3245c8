import fc from 'fast-check'
import { expect, it } from 'vitest'
import { mostWithin } from '../../test/carillon.ts'
import { Behind } from './behind.ts'

const RATE = 100
const SECONDS = 15
const WITHIN_MS = 3_000

/** When one message each 10 ms begins, if nothing can begin in some stretches: from, for how long. */
const beginnings = (stalls: readonly (readonly [number, number])[]): number[] => {
  const behind = new Behind()
  const waiting = Array.from({ length: RATE * SECONDS }, (_, n) => n * (1_000 / RATE))
  const began: number[] = []
  for (let now = 0; waiting.length > 0; now++) {
    if (stalls.some(([from, ms]) => now >= from && now < from + ms)) continue
    for (let [moment] = waiting; moment !== undefined; [moment] = waiting) {
      if (moment + behind.ms(now) > now) break
      waiting.shift()
      behind.begins(moment, now)
      began.push(now)
    }
  }
  return began
}

const stall = fc.tuple(fc.integer({ min: 0, max: 12_000 }), fc.integer({ min: 10, max: 900 }))

it('keeps the rate, however long a stall', () => {
  fc.assert(
    fc.property(fc.array(stall, { maxLength: 1 }), stalls => {
      const times = beginnings(stalls)
      expect(times).toHaveLength(RATE * SECONDS)
      // What timers add counts for nothing.
      expect(mostWithin(times, WITHIN_MS)).toBeLessThanOrEqual(RATE * 1.05 * (WITHIN_MS / 1_000 + 0.05))
    }),
    { numRuns: 500 },
  )
})

it('loses no moments: after a stall everything goes as much later, and catches up', () => {
  const last = (stalls: readonly (readonly [number, number])[]): number => beginnings(stalls).at(-1) ?? 0
  const calm = last([])
  const stalled = last([[3_000, 800]])
  expect(stalled - calm).toBeGreaterThan(300)
  expect(stalled - calm).toBeLessThan(800)
})
