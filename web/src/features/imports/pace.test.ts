/** The pace of an import: from the last moments alone. */
import type { Import } from '@carillon/contract'
import { expect, it } from 'vitest'
import { paceOf, roughly, type Seen, seenAlso } from './pace.ts'

const at = (rows: number, position: number) => ({ rows, position }) as Import
const look = (steps: readonly (readonly [atMs: number, rows: number, position: number])[]): Seen[] =>
  steps.reduce<Seen[]>((seen, [atMs, rows, position]) => seenAlso(seen, at(rows, position), atMs), [])

it('says nothing until enough was seen', () => {
  expect(paceOf([], 100)).toEqual({ rowsPerSecond: null, secondsLeft: null })
  expect(
    paceOf(
      look([
        [0, 0, 0],
        [1_000, 10, 50],
      ]),
      100,
    ),
  ).toEqual({ rowsPerSecond: null, secondsLeft: null })
})

it('tells rows in a second, and how long the rest takes', () => {
  expect(
    paceOf(
      look([
        [0, 0, 0],
        [2_000, 20, 40],
      ]),
      100,
    ),
  ).toEqual({ rowsPerSecond: 10, secondsLeft: 3 })
})

it('forgets what is long ago: a slow beginning does not weigh on the end', () => {
  const seen = look([
    [0, 0, 0],
    [60_000, 1, 2],
    [61_000, 11, 22],
    [62_000, 21, 42],
  ])
  expect(paceOf(seen, 142)).toEqual({ rowsPerSecond: 10, secondsLeft: 5 })
})

it('of an import that stands still has no end', () => {
  expect(
    paceOf(
      look([
        [0, 5, 10],
        [5_000, 5, 10],
      ]),
      100,
    ),
  ).toEqual({ rowsPerSecond: 0, secondsLeft: null })
})

it('is told as exactly as one wants to know it', () => {
  expect([0, 7, 90, 91, 3_599, 6_000].map(roughly)).toEqual([1, 7, 90, 120, 3_600, 7_200])
})
