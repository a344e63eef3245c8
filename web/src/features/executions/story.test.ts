/** The timeline of a message as chapters. */
import type { TimelineStep } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import { chaptersOf } from './story.ts'

const step = (kind: TimelineStep['kind'], generation: number, actor = 'carillon') =>
  ({ kind, generation, actor, at: '2026-01-01T00:00:00Z' }) as TimelineStep

const shape = (timeline: readonly TimelineStep[]) =>
  chaptersOf(timeline).map(one => [one.n, one.askedBy, one.steps.map(s => s.kind).join(' ')])

describe('the story of a message', () => {
  it('is one chapter while nobody asked for another try', () => {
    expect(shape([step('accepted', 1), step('attempt', 1), step('attempt', 1)])).toEqual([
      [1, null, 'accepted attempt attempt'],
    ])
    expect(shape([])).toEqual([])
  })

  it('begins a chapter with every request for another try, and names who asked', () => {
    const timeline = [
      step('accepted', 1),
      step('attempt', 1),
      step('redriven', 2, 'Ada'),
      step('attempt', 2),
      step('redriven', 3, 'Bob'),
    ]
    expect(shape(timeline)).toEqual([
      [1, null, 'accepted attempt'],
      [2, 'Ada', 'redriven attempt'],
      [3, 'Bob', 'redriven'],
    ])
  })

  it('takes a request that names the try before it for the beginning of the next one', () => {
    expect(shape([step('attempt', 1), step('redriven', 1, 'Ada'), step('attempt', 2)])).toEqual([
      [1, null, 'attempt'],
      [2, 'Ada', 'redriven attempt'],
    ])
  })

  it('leaves a late answer to an older try where it happened', () => {
    expect(shape([step('attempt', 1), step('redriven', 2, 'Ada'), step('attempt', 1)])).toEqual([
      [1, null, 'attempt'],
      [2, 'Ada', 'redriven attempt'],
    ])
  })

  it('begins a chapter when the try changes without a request', () => {
    expect(shape([step('attempt', 1), step('held', 1), step('attempt', 2)])).toEqual([
      [1, null, 'attempt held'],
      [2, null, 'attempt'],
    ])
  })
})
