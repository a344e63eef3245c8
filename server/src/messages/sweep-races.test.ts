import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { TestLedger } from '../../test/test-ledger.ts'
import { openHolds } from './holds.store.ts'
import type { ClaimedMessage } from './ledger.ts'

let test: TestDatabase
let ledger: TestLedger

beforeAll(async () => {
  test = await createTestDatabase()
  ledger = new TestLedger(test.db)
})
afterAll(() => test.drop())
beforeEach(() => ledger.empty())

describe('many sweepers at once', () => {
  it.each([
    ['one large execution', 1_000_000],
    ['small executions', 2_000],
  ])('move every message of %s once, in steps of the limit', async (_title, told) => {
    const run = await ledger.accept(2_000, { kind: 'audience', told })
    const scope = { scope: 'execution', scopeId: run } as const
    const id = await ledger.open(scope)
    await ledger.keepBack(await ledger.claim(1_200))
    await ledger.lift(id)
    const together = async (): Promise<number> => {
      const moved = await Promise.all(Array.from({ length: 6 }, () => ledger.sweep(300)))
      return moved.reduce((a, b) => a + b, 0)
    }
    expect(await together()).toBe(1_200)
    expect(await ledger.states()).toEqual({ ready: 2_000 })
    await ledger.keepBack(await ledger.claim(500), 'stale')
    await ledger.cancel(scope)
    let cancelled = 0
    for (let n = 0; n < 20 && cancelled < 2_000; n++) cancelled += await together()
    expect(cancelled).toBe(2_000)
    expect([await ledger.sums(), await ledger.sums(run)]).toEqual([
      { accepted: 2_000, cancelled: 2_000 },
      { cancelled: 2_000 },
    ])
    expect((await ledger.events()).map(event => (event as { n: number }).n).sort()).toEqual([1_200, 2_000])
  })
})

describe('any order of steps', () => {
  const STEPS = [
    'accept',
    'claim',
    'keep',
    'send',
    'pause',
    'stop',
    'cancel',
    'release',
    'end',
    'sweep',
  ] as const
  const step = fc.constantFrom(...STEPS)

  it('keeps accepted = settled + open, and ends with nothing held that no hold covers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async steps => {
        await ledger.empty()
        const claimed: ClaimedMessage[] = []
        const holds: string[] = []
        const liftFirst = async (decision: 'release' | 'cancel'): Promise<void> => {
          const id = holds.shift()
          if (id !== undefined) await ledger.lift(id, decision)
        }
        // A worker keeps back only what it saw a hold for; a cancel is none for what was accepted after it.
        let seen = false
        const keep = async (kind: 'stop' | 'pause'): Promise<void> => {
          seen = true
          const all = { scope: 'sandbox', scopeId: ledger.sandboxId } as const
          const id = await ledger.open({ kind, ...(kind === 'stop' ? all : {}) })
          if (!holds.includes(id)) holds.push(id)
        }
        const keepBack = async (most: number, reason: string): Promise<unknown> =>
          seen && ledger.keepBack(claimed.splice(0, most), reason)
        const acts: Record<(typeof STEPS)[number], () => Promise<unknown>> = {
          accept: () => ledger.accept(4),
          claim: async () => claimed.push(...(await ledger.claim(3))),
          keep: () => keepBack(2, 'stopped'),
          send: async () => claimed.push(...(await ledger.send(claimed.splice(0, 2)))),
          pause: () => keep('pause'),
          stop: () => keep('stop'),
          cancel: () => ledger.cancel(),
          release: () => liftFirst('release'),
          end: () => liftFirst('cancel'),
          sweep: () => Promise.all([ledger.sweep(2), ledger.sweep(2)]),
        }
        const check = async (): Promise<Record<string, number>> => {
          const [rows, counted] = [await ledger.states(), await ledger.sums()]
          const total = Object.values(rows).reduce((a, b) => a + b, 0)
          expect(counted['accepted'] ?? 0).toBe(total)
          for (const state of ['sent', 'cancelled', 'excluded', 'failed', 'unknown'])
            expect(counted[state] ?? 0).toBe(rows[state] ?? 0)
          return rows
        }
        for (const one of steps) {
          await acts[one]()
          ledger.move(10)
          await check()
        }
        await keepBack(claimed.length, 'paused')
        // What a worker has in its hands keeps a cancel open until the worker lets go of it.
        await ledger.giveBack(claimed)
        while (holds.length > 0) await liftFirst('release')
        ledger.move()
        for (let n = 0; n < 20 && (await ledger.sweep()) > 0; n++);
        await ledger.sweep()
        const rows = await check()
        expect(rows['held'] ?? 0).toBe(0)
        expect(await openHolds(ledger.db)).toEqual([])
      }),
      { numRuns: 12 },
    )
  })
})
