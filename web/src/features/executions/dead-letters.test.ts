/** Dead letters: the URL, the counts, and deeds that take several calls. */
import type { DeadLetterSummary } from '@carillon/contract'
import { describe, expect, it } from 'vitest'
import {
  type Acted,
  actUntilDone,
  CSV_COLUMNS,
  countIn,
  csvRow,
  readAll,
  readDeadLetterView,
} from './dead-letters.ts'

const group = (kind: readonly ['failed' | 'unknown', string], campaignId: string, n: number) => ({
  state: kind[0],
  reason: kind[1],
  reasonText: null,
  campaignId,
  campaignName: campaignId,
  n,
})
const summary: DeadLetterSummary = {
  total: 16,
  groups: [
    group(['failed', 'rejected'], 'a', 9),
    group(['unknown', 'worker_lost'], 'a', 5),
    group(['failed', 'rejected'], 'b', 2),
  ],
}

describe('the view of dead letters in the URL', () => {
  it('keeps its filters and drops what is none', () => {
    const view = {
      state: 'failed',
      reason: 'rejected',
      code: '550',
      from: '2026-01-01T00:00:00Z',
      discarded: true,
    }
    expect(readDeadLetterView(view)).toEqual(view)
    expect(readDeadLetterView({ code: 550 })).toEqual({ code: '550' })
    expect(
      readDeadLetterView({ state: 'sent', from: 'soon', discarded: 'yes', other: 1, reason: '' }),
    ).toEqual({})
  })
})

describe('how many match', () => {
  it('is told by the summary for state, reason and campaign', () => {
    expect(countIn(summary, {})).toBe(16)
    expect(countIn(summary, { state: 'failed' })).toBe(11)
    expect(countIn(summary, { state: 'failed', campaignId: 'b' })).toBe(2)
    expect(countIn(summary, { reason: 'expired' })).toBe(0)
  })

  it('is not told by it for anything else', () => {
    expect(countIn(summary, { code: '550' })).toBeNull()
    expect(countIn(summary, { state: 'failed', from: '2026-01-01T00:00:00Z' })).toBeNull()
  })
})

describe('reading all pages', () => {
  const serve = (total: number) => async (cursor: string | null) => {
    const from = Number(cursor ?? 0)
    const items = Array.from({ length: Math.min(3, total - from) }, (_, i) => from + i)
    return { items, next: from + 3 < total ? String(from + 3) : null }
  }

  it('ends with the last one', async () => {
    expect(await readAll(serve(7), { most: 100 })).toEqual({ rows: [0, 1, 2, 3, 4, 5, 6], more: false })
  })

  it('ends at the most, and says that there are more', async () => {
    expect(await readAll(serve(7), { most: 6 })).toEqual({ rows: [0, 1, 2, 3, 4, 5], more: true })
    expect(await readAll(serve(7), { most: 5 })).toEqual({ rows: [0, 1, 2, 3, 4], more: true })
    expect(await readAll(serve(6), { most: 6 })).toMatchObject({ more: false })
  })
})

describe('a deed on all that match', () => {
  const calls = (...steps: [number, number, boolean][]) => {
    let made = 0
    const act = async () => {
      const [acted, skipped, remaining] = steps[made++] ?? [0, 0, false]
      return { acted, skipped, remaining }
    }
    return { act, made: () => made }
  }

  it('goes on while something remains, and adds up', async () => {
    const { act, made } = calls([10_000, 2, true], [10_000, 2, true], [5, 2, false])
    const seen: Acted[] = []
    const done = await actUntilDone(act, { onProgress: one => seen.push(one), stopped: () => false })
    expect(done).toEqual({ acted: 20_005, skipped: 2 })
    expect(seen.map(one => one.acted)).toEqual([10_000, 20_000, 20_005])
    expect(made()).toBe(3)
  })

  it('ends when it is stopped, or when nothing moves any more', async () => {
    const stopped = calls([10, 0, true], [10, 0, true])
    expect(await actUntilDone(stopped.act, { onProgress: () => undefined, stopped: () => true })).toEqual({
      acted: 10,
      skipped: 0,
    })
    const stuck = calls([0, 10_000, true], [0, 10_000, true])
    await actUntilDone(stuck.act, { onProgress: () => undefined, stopped: () => false })
    expect([stopped.made(), stuck.made()]).toEqual([1, 1])
  })
})

describe('the file of dead letters', () => {
  it('has a value for every column', () => {
    expect(csvRow({} as Parameters<typeof csvRow>[0])).toHaveLength(CSV_COLUMNS.length)
  })
})
