/** The list of open messages, made of one list per state. */
import type { MessageState, MessageSummary } from '@carillon/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GROUPS, groupOf, OPEN_STATES } from './message-state.tsx'
import { readOpen } from './open-messages.ts'

const row = (state: MessageState, n: number) =>
  ({ messageId: `${state}-${n}`, state, changedAt: new Date(n * 1000).toISOString() }) as MessageSummary

const serve = (lists: Partial<Record<MessageState, MessageSummary[]>>, size: number) => {
  return async (state: MessageState, cursor: string | null) => {
    const from = Number(cursor ?? 0)
    const all = lists[state] ?? []
    return {
      items: all.slice(from, from + size),
      next: from + size < all.length ? String(from + size) : null,
    }
  }
}

describe('open messages', () => {
  it('are those in a state that is not settled', () => {
    expect([...OPEN_STATES].sort()).toEqual(['claimed', 'handing_over', 'held', 'ready'])
    expect(OPEN_STATES.map(groupOf)).toEqual(['open', 'open', 'open', 'open'])
    expect(GROUPS.filter(group => group !== 'open').map(group => groupOf(group))).toEqual(
      GROUPS.filter(group => group !== 'open'),
    )
  })

  it('come newest first within a page', async () => {
    const read = serve({ ready: [row('ready', 5), row('ready', 1)], held: [row('held', 3)] }, 10)
    const page = await readOpen(OPEN_STATES, null, read)
    expect(page.items.map(one => one.messageId)).toEqual(['ready-5', 'held-3', 'ready-1'])
    expect(page.next).toBeNull()
  })

  it('are all read exactly once, whatever the states hold', async () => {
    const counts = fc.record({
      ready: fc.nat(9),
      claimed: fc.nat(9),
      handing_over: fc.nat(9),
      held: fc.nat(9),
    })
    await fc.assert(
      fc.asyncProperty(counts, fc.integer({ min: 1, max: 4 }), async (sizes, pageSize) => {
        const lists = Object.fromEntries(
          OPEN_STATES.map(state => [
            state,
            Array.from({ length: sizes[state as keyof typeof sizes] }, (_, n) => row(state, n)),
          ]),
        )
        const seen: string[] = []
        let cursor: string | null = null
        do {
          const page = await readOpen(OPEN_STATES, cursor, serve(lists, pageSize))
          seen.push(...page.items.map(one => one.messageId))
          cursor = page.next
        } while (cursor !== null)
        const all = Object.values(lists).flatMap(list => list.map(one => one.messageId))
        expect([...seen].sort()).toEqual(all.sort())
      }),
    )
  })
})
