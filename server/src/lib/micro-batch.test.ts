import { describe, expect, it } from 'vitest'
import { createMicroBatch } from './micro-batch.ts'

const fullError = new Error('full')
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
