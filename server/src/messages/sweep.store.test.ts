import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { TestLedger } from '../../test/test-ledger.ts'
import { openHolds } from './holds.store.ts'
import type { ClaimedMessage } from './ledger.ts'
import { decideHeld, hasHeld } from './sweep.store.ts'

const WEEK_MS = 7 * 86_400_000

let test: TestDatabase
let ledger: TestLedger

beforeAll(async () => {
  test = await createTestDatabase()
  ledger = new TestLedger(test.db)
})
afterAll(() => test.drop())
beforeEach(() => ledger.empty())

describe('a lifted hold', () => {
  it('lets its messages go on, due now, with who did it in their story', async () => {
    await ledger.accept(3)
    const id = await ledger.open()
    await ledger.keepBack(await ledger.claim())
    ledger.move(60_000)
    expect(await ledger.sweep()).toBe(0)
    await ledger.lift(id)
    expect(await ledger.sweep()).toBe(3)
    const [first, ...others] = await ledger.claim()
    expect(others).toHaveLength(2)
    expect(first).toMatchObject({ dueAt: ledger.now(), reason: 'released', claims: 1 })
    expect(await ledger.events()).toEqual([
      { kind: 'released', state: 'held', reason: 'paused', detail: 'wrong prices', actor: 'bob', n: 3 },
    ])
  })

  it('does not count the time held for the retry period', async () => {
    await ledger.accept(1)
    await ledger.db.query('update delivery set first_handover_at = $1', [ledger.now()])
    const id = await ledger.open()
    await ledger.keepBack(await ledger.claim())
    ledger.move(3_600_000)
    await ledger.lift(id)
    await ledger.sweep()
    expect((await ledger.claim())[0]?.firstHandoverAt).toEqual(ledger.now())
  })

  it.each(['sandbox', 'campaign', 'execution'] as const)('of the %s reaches no other', async scope => {
    const mine = await ledger.accept(4)
    await ledger.accept(4, { campaign: ledger.newId() })
    const [sandbox, other] = [
      await ledger.open({ scope: 'sandbox', scopeId: ledger.sandboxId }),
      await ledger.open(),
    ]
    const own = await ledger.open({ scope: 'execution', scopeId: mine })
    await ledger.keepBack(await ledger.claim())
    const ids = { sandbox, campaign: other, execution: own }
    for (const [name, id] of Object.entries(ids)) if (name !== scope) await ledger.lift(id)
    await ledger.sweep()
    // The open one keeps back what it covers, whichever hold the messages met.
    const kept = scope === 'sandbox' ? 8 : 4
    expect((await ledger.states())['held']).toBe(kept)
    await ledger.lift(ids[scope])
    await ledger.sweep()
    expect(await ledger.states()).toEqual({ ready: 8 })
  })

  it('leaves what the stale guard holds', async () => {
    await ledger.accept(2)
    const id = await ledger.open()
    const [a, b] = (await ledger.claim()) as [ClaimedMessage, ClaimedMessage]
    await ledger.keepBack([a])
    await ledger.keepBack([b], 'stale')
    await ledger.lift(id)
    expect(await ledger.sweep()).toBe(1)
    expect(await ledger.states()).toEqual({ ready: 1, held: 1 })
  })

  it('is swept until no worker can hold anything back any more that knew it open', async () => {
    await ledger.accept(2)
    const id = await ledger.open()
    const [early, late] = (await ledger.claim()) as [ClaimedMessage, ClaimedMessage]
    await ledger.lift(id)
    ledger.move()
    expect(await ledger.sweep()).toBe(0)
    await ledger.keepBack([early, late])
    expect(await ledger.sweep()).toBe(2)
    await ledger.sweep()
    // Swept for good: a message that is held now met another hold.
    await ledger.keepBack(await ledger.claim())
    expect(await ledger.sweep()).toBe(0)
  })

  it('that is opened again keeps what the first one held', async () => {
    await ledger.accept(2)
    const id = await ledger.open()
    await ledger.keepBack(await ledger.claim())
    await ledger.lift(id)
    const again = await ledger.open()
    expect(await ledger.sweep()).toBe(0)
    ledger.move()
    await ledger.sweep()
    await ledger.lift(again)
    expect(await ledger.sweep()).toBe(2)
  })
})

describe('a cancel', () => {
  it('ends what is ready, in every lane and also when due later, and what is held', async () => {
    await ledger.accept(2)
    await ledger.keepBack((await ledger.claim()).slice(0, 1))
    await ledger.accept(3, { lane: 'marketing' })
    await ledger.accept(4, { lane: 'high_throughput' })
    await ledger.db.query(`update delivery set due_at = 'infinity' where lane = 'marketing'`)
    await ledger.db.query(`update delivery set state = 'ready' where state = 'claimed'`)
    await ledger.cancel()
    ledger.move(1)
    await ledger.accept(1)
    expect(await ledger.sweep(2)).toBe(9)
    expect(await ledger.states()).toEqual({ cancelled: 9, ready: 1 })
    expect(await ledger.sums()).toEqual({ accepted: 10, cancelled: 9 })
    const told = { kind: 'cancelled', state: 'cancelled', reason: 'cancelled_by_person', actor: 'ada', n: 9 }
    expect(await ledger.events()).toEqual([{ ...told, detail: 'wrong prices' }])
  })

  it('counts for an audience run of its own too', async () => {
    const run = await ledger.accept(3, { kind: 'audience', told: 1_000_000 })
    await ledger.cancel({ scope: 'execution', scopeId: run })
    expect(await ledger.sweep()).toBe(3)
    expect([await ledger.sums(), await ledger.sums(run)]).toEqual([
      { accepted: 3, cancelled: 3 },
      { cancelled: 3 },
    ])
  })

  it.each([
    ['sandbox', 7],
    ['campaign', 5],
    ['execution', 3],
  ] as const)('of the %s ends %d', async (scope, ended) => {
    for (const told of [3, 1_000_000]) {
      await ledger.empty()
      const mine = await ledger.accept(3, { told })
      await ledger.accept(2)
      await ledger.accept(2, { campaign: ledger.newId() })
      await ledger.cancel({
        scope,
        scopeId: { sandbox: ledger.sandboxId, campaign: ledger.campaignId, execution: mine }[scope],
      })
      expect(await ledger.sweep()).toBe(ended)
    }
  })

  it('is over when what was in the hands of a worker has come back, and ended', async () => {
    await ledger.accept(3)
    const messages = await ledger.claim()
    const marked = messages.slice(0, 1)
    await ledger.mark(marked)
    await ledger.cancel()
    ledger.move()
    await ledger.sweep()
    expect(await openHolds(ledger.db)).toHaveLength(1)
    await ledger.record(
      messages.slice(1).map(one => ledger.resultOf(one, 'cancelled', 'cancelled_by_person')),
    )
    await ledger.sweep()
    expect(await openHolds(ledger.db)).toHaveLength(1)
    await ledger.db.query(
      `update delivery set state = 'ready', due_at = 'infinity' where state = 'handing_over'`,
    )
    expect(await ledger.sweep()).toBe(1)
    await ledger.sweep()
    expect(await openHolds(ledger.db)).toEqual([])
    expect(await ledger.sums()).toEqual({ accepted: 3, cancelled: 3 })
  })

  it('stays for the calls whose commit it crossed', async () => {
    await ledger.cancel()
    await ledger.sweep()
    expect(await openHolds(ledger.db)).toHaveLength(1)
    await ledger.accept(1)
    expect(await ledger.sweep()).toBe(1)
  })

  it('takes the place of a pause in one step: nothing goes on in between', async () => {
    await ledger.accept(5)
    const id = await ledger.open()
    const messages = await ledger.claim()
    await ledger.keepBack(messages.slice(0, 3))
    await ledger.lift(id, 'cancel')
    expect((await ledger.mark(messages)).size).toBe(0)
    await ledger.sweep()
    expect(await ledger.states()).toEqual({ cancelled: 3, claimed: 2 })
    expect((await ledger.mark(messages)).size).toBe(0)
  })
})

describe('deciding about stale messages', () => {
  const decide = (filter: object, decision: 'release' | 'cancel' = 'release', more: object = {}) =>
    decideHeld(ledger.db, {
      ...{
        sandboxId: ledger.sandboxId,
        filter,
        reason: 'stale',
        decision,
        by: 'eve',
        ...ledger.at(),
        limit: 100,
      },
      ...more,
    })

  it('is by message, execution or campaign, and all that are given apply', async () => {
    const [first, second] = [await ledger.accept(2), await ledger.accept(2)]
    await ledger.accept(2, { campaign: ledger.newId() })
    const messages = await ledger.claim()
    await ledger.keepBack(messages, 'stale')
    const ids = messages.filter(one => one.executionId === first).map(one => one.messageId)
    expect(await decide({ messageIds: ids, executionId: second })).toBe(0)
    expect(await decide({ messageIds: ids.slice(0, 1) })).toBe(1)
    expect(await decide({ executionId: first })).toBe(1)
    expect(await decide({ campaignId: ledger.campaignId }, 'cancel')).toBe(2)
    expect(await ledger.states()).toEqual({ ready: 2, cancelled: 2, held: 2 })
    expect(await ledger.sums()).toEqual({ accepted: 6, cancelled: 2 })
    expect(await ledger.events()).toContainEqual({
      ...{ kind: 'released', state: 'held', reason: 'stale', detail: '', actor: 'eve', n: 2 },
    })
  })

  it('leaves what a hold keeps back, what another sandbox has, and what is over the limit', async () => {
    await ledger.accept(5)
    const messages = await ledger.claim()
    await ledger.keepBack(messages.slice(0, 1))
    await ledger.keepBack(messages.slice(1), 'stale')
    const filter = { campaignId: ledger.campaignId }
    expect(await decide(filter, 'cancel', { sandboxId: ledger.newId() })).toBe(0)
    expect(await decide(filter, 'cancel', { limit: 3 })).toBe(3)
    expect(await hasHeld(ledger.db, { sandboxId: ledger.sandboxId, filter, reason: 'stale' })).toBe(true)
    expect(await decide(filter, 'cancel')).toBe(1)
    expect(await hasHeld(ledger.db, { sandboxId: ledger.sandboxId, filter, reason: 'stale' })).toBe(false)
    expect(await ledger.states()).toEqual({ held: 1, cancelled: 4 })
  })

  it('by two people at once moves each message once', async () => {
    await ledger.accept(200)
    await ledger.keepBack(await ledger.claim(), 'stale')
    const moved = await Promise.all(
      [1, 2, 3, 4].map(n => decide({ campaignId: ledger.campaignId }, n % 2 ? 'cancel' : 'release')),
    )
    const found = await ledger.states()
    expect(moved.reduce((a, b) => a + b, 0)).toBe((found['ready'] ?? 0) + (found['cancelled'] ?? 0))
    expect(await ledger.sums()).toEqual({
      accepted: 200,
      ...(found['cancelled'] ? { cancelled: found['cancelled'] } : {}),
    })
  })
})

describe('what is held for 7 days', () => {
  it.each(['paused', 'stopped', 'runaway', 'stale'])(
    '(%s) is left out, and told and counted as that',
    async reason => {
      await ledger.accept(3)
      await ledger.keepBack((await ledger.claim()).slice(0, 2), reason)
      ledger.move(WEEK_MS)
      expect(await ledger.excludeOverdue()).toBe(0)
      ledger.move(1)
      expect(await ledger.excludeOverdue()).toBe(2)
      expect(await ledger.states()).toEqual({ claimed: 1, excluded: 2 })
      expect(await ledger.sums()).toEqual({ accepted: 3, excluded: 2 })
      expect(await ledger.events()).toEqual([
        { kind: 'refused', state: 'excluded', reason: 'held_too_long', detail: '', actor: 'carillon', n: 2 },
      ])
      expect(await ledger.excludeOverdue()).toBe(0)
    },
  )

  it('counts from when it was held, however long it had waited before', async () => {
    await ledger.accept(1)
    ledger.move(2 * WEEK_MS)
    await ledger.keepBack(await ledger.claim())
    ledger.move(WEEK_MS)
    expect(await ledger.excludeOverdue()).toBe(0)
  })

  it('has 7 days anew when it is held anew', async () => {
    await ledger.accept(1)
    const id = await ledger.open()
    await ledger.keepBack(await ledger.claim())
    ledger.move(WEEK_MS - 60_000)
    await ledger.lift(id)
    expect(await ledger.sweep()).toBe(1)
    await ledger.open()
    await ledger.keepBack(await ledger.claim())
    ledger.move(WEEK_MS)
    expect(await ledger.excludeOverdue()).toBe(0)
    ledger.move(1)
    expect(await ledger.excludeOverdue()).toBe(1)
  })

  it('goes in small statements, and each once with two at it', async () => {
    await ledger.accept(30)
    await ledger.keepBack(await ledger.claim())
    ledger.move(WEEK_MS + 1)
    const counts = await Promise.all([ledger.excludeOverdue(7), ledger.excludeOverdue(4)])
    expect(counts.reduce((sum, n) => sum + n, 0) + (await ledger.excludeOverdue())).toBe(30)
    expect(await ledger.sums()).toEqual({ accepted: 30, excluded: 30 })
  })
})
