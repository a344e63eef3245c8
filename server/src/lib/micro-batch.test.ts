import { describe, expect, it } from 'vitest'
import { createMicroBatch } from './micro-batch.ts'

const fullError = new Error('full')
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
const batchOf = (
  run: (items: readonly number[], slot: number) => Promise<readonly (number | Error)[]>,
  maxWaiting = 1_000,
) => createMicroBatch<number, number>({ maxSize: 4, inFlight: 1, maxWaiting, run, onFull: () => fullError })

describe('a micro-batch', () => {
  it('answers every submission with its own result, in batches no larger than allowed', async () => {
    const sizes: number[] = []
    const batch = batchOf(async items => {
      sizes.push(items.length)
      return items.map(item => item * 2)
    })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => batch.submit(i)))
    expect(answers).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4)
    expect(sizes.length).toBeLessThan(10)
  })

  it('rejects only the submission whose result is an error', async () => {
    const batch = batchOf(async items => items.map(item => (item === 2 ? new Error('two') : item)))
    const answers = await Promise.allSettled([1, 2, 3].map(i => batch.submit(i)))
    expect(answers.map(answer => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('fails the batch of a run that throws, and runs the next one', async () => {
    let runs = 0
    const batch = batchOf(async items => {
      runs++
      if (runs === 1) throw new Error('down')
      return items
    })
    await expect(batch.submit(1)).rejects.toThrow('down')
    await expect(batch.submit(2)).resolves.toBe(2)
  })

  it('starts a run beside another one only for half a batch', async () => {
    const runs: number[][] = []
    const ends: (() => void)[] = []
    const batch = createMicroBatch<number, number>({
      ...{ maxSize: 4, inFlight: 2, maxWaiting: 1_000, onFull: () => fullError },
      run: async items => {
        runs.push([...items])
        await new Promise<void>(resolve => ends.push(resolve))
        return items
      },
    })
    const answers = [batch.submit(1)]
    await turn()
    answers.push(batch.submit(2))
    await turn()
    expect(runs).toEqual([[1]])
    answers.push(batch.submit(3))
    await turn()
    expect(runs).toEqual([[1], [2, 3]])
    answers.push(batch.submit(4), batch.submit(5), batch.submit(6))
    await turn()
    expect(runs).toHaveLength(2)
    ends[1]?.()
    await turn()
    await turn()
    expect(runs).toEqual([[1], [2, 3], [4, 5, 6]])
    for (const end of ends) end()
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('refuses what would make too many wait', async () => {
    let open: (() => void) | undefined
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const batch = batchOf(async items => {
      await gate
      return items
    }, 2)
    const first = batch.submit(1)
    const second = batch.submit(2)
    await expect(batch.submit(3)).rejects.toBe(fullError)
    open?.()
    expect(await Promise.all([first, second])).toEqual([1, 2])
  })
})

describe('the bounds of a micro-batch', () => {
  const lateError = new Error('late')
  const gated = (limits: {
    maxWeight?: number
    maxRunWeight?: number
    maxWaitMs?: number
    maxWaiting?: number
    inFlight?: number
  }) => {
    const { maxWaiting = 1_000, inFlight = 1, ...more } = limits
    const runs: number[][] = []
    let at = 0
    let open: () => void = () => undefined
    const gate = new Promise<void>(resolve => {
      open = resolve
    })
    const batch = createMicroBatch<number, number>({
      maxSize: 4,
      inFlight,
      maxWaiting,
      run: async items => {
        runs.push([...items])
        await gate
        return items
      },
      onFull: () => fullError,
      limits: {
        weigh: item => item,
        maxWeight: 1_000,
        maxRunWeight: 1_000,
        maxWaitMs: 60_000,
        monotonicMs: () => at,
        onLate: () => lateError,
        ...more,
      },
    })
    return { batch, runs, open, pass: (ms: number) => (at += ms) }
  }
  const outcomes = (answers: readonly PromiseSettledResult<number>[]): unknown[] =>
    answers.map(answer => (answer.status === 'fulfilled' ? answer.value : answer.reason))

  it('refuse what would weigh too much, running items included, and take as much again when they are done', async () => {
    const { batch, open } = gated({ maxWeight: 100 })
    const first = batch.submit(60)
    await turn()
    const rest = Promise.allSettled([batch.submit(50), batch.submit(40), batch.submit(1)])
    expect(batch.weight()).toBe(100)
    open()
    expect(await first).toBe(60)
    expect(outcomes(await rest)).toEqual([fullError, 40, fullError])
    expect([batch.weight(), batch.waiting()]).toEqual([0, 0])
    expect(await batch.submit(100)).toBe(100)
  })

  it('make no run heavier than allowed, and let a single heavy item run alone', async () => {
    const { batch, runs, open } = gated({ maxRunWeight: 10 })
    open()
    await Promise.all([4, 6, 1, 30, 2, 3].map(item => batch.submit(item)))
    expect(runs).toEqual([[4, 6], [1], [30], [2, 3]])
  })

  it('let a run that is as heavy as allowed start beside another one, however few are in it', async () => {
    const { batch, runs, open } = gated({ maxRunWeight: 10, inFlight: 2 })
    const answers = [batch.submit(10)]
    await turn()
    answers.push(batch.submit(8))
    await turn()
    expect(runs).toEqual([[10]])
    answers.push(batch.submit(7))
    await turn()
    expect(runs).toEqual([[10], [8]])
    open()
    expect(await Promise.all(answers)).toEqual([10, 8, 7])
  })

  it('hold while 10,000 come to a run that stands still: each is refused or answered once, none is lost', async () => {
    const { batch, open } = gated({ maxWaiting: 500, maxWeight: 400 })
    let most = 0
    const answers = Array.from({ length: 10_000 }, () => {
      const answer = batch.submit(1)
      most = Math.max(most, batch.waiting())
      return answer
    })
    expect([most, batch.weight()]).toEqual([400, 400])
    open()
    const settled = outcomes(await Promise.allSettled(answers))
    expect(settled.filter(one => one === 1)).toHaveLength(400)
    expect(settled.filter(one => one === fullError)).toHaveLength(9_600)
  })

  it('refuse who waited too long without ever running them, and leave the ones that run alone', async () => {
    const { batch, runs, open, pass } = gated({ maxWaitMs: 20 })
    const running = batch.submit(1)
    await turn()
    const late = Promise.allSettled([batch.submit(2), batch.submit(3)])
    pass(30)
    const fresh = batch.submit(4)
    expect(outcomes(await late)).toEqual([lateError, lateError])
    open()
    expect(await Promise.all([running, fresh])).toEqual([1, 4])
    expect(runs).toEqual([[1], [4]])
    expect(batch.weight()).toBe(0)
  })
})
