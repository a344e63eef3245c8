/** The one table of transitions against the real statements: in any order of them no other change of a state happens. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MessageState } from '@carillon/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { TestLedger } from '../../test/test-ledger.ts'
import { type ClaimedMessage, type MessageResult, TRANSITIONS } from './ledger.ts'
import { discardMessages, redriveMessages, settleMessage } from './redrive.store.ts'
import { decideHeld } from './sweep.store.ts'

let test: TestDatabase
let ledger: TestLedger

// Every change of every row, also those that a statement makes on the way to another one.
const WATCH = `create table seen_change (was text, became text);
  create function see_change() returns trigger language plpgsql as $$
  begin
    insert into seen_change values (old.state, new.state);
    return null;
  end $$;
  create trigger see_change after update on delivery for each row when (old.state <> new.state)
    execute function see_change()`

beforeAll(async () => {
  test = await createTestDatabase()
  await test.db.query(WATCH)
  ledger = new TestLedger(test.db)
})
afterAll(() => test.drop())
beforeEach(() => test.db.query('truncate seen_change'))

const known = (): string[] =>
  Object.entries(TRANSITIONS).flatMap(([was, next]) => next.map(became => `${was} → ${became}`))
const seen = async (): Promise<string[]> => {
  const { rows } = await test.db.query('select distinct was, became from seen_change')
  return rows.map(({ was, became }) => `${was} → ${became}`)
}
const unknownChanges = async (): Promise<string[]> => {
  const all = new Set(known())
  return (await seen()).filter(change => !all.has(change))
}

const SETTLED = ['sent', 'excluded', 'failed', 'cancelled', 'unknown'] as const
const OPEN = ['ready', 'claimed', 'handing_over', 'held'] as const

/** `accepted = settled + open`, by the running sums as by the rows. */
const balance = async (): Promise<void> => {
  const [rows, sums] = [await ledger.states(), await ledger.sums()]
  const open = OPEN.reduce((sum, state) => sum + (rows[state] ?? 0), 0)
  const settled = SETTLED.reduce((sum, state) => sum + (sums[state] ?? 0), 0)
  expect(sums['accepted'] ?? 0).toBe(settled + open)
  for (const state of SETTLED) expect([state, sums[state] ?? 0]).toEqual([state, rows[state] ?? 0])
}

const STEPS = [
  ...['accept', 'claim', 'mark', 'sent', 'retried', 'refused', 'lost', 'late', 'exclude', 'fail', 'hold'],
  ...[
    'giveBack',
    'recover',
    'pause',
    'stop',
    'cancel',
    'release',
    'end',
    'sweep',
    'decideStale',
    'cancelStale',
    'overdue',
  ],
  ...['redrive', 'redriveByPolicy', 'discard', 'settleSent', 'settleFailed'],
] as const
type Step = (typeof STEPS)[number]

/** Up to so many of a list, which loses them; no message twice, for no worker has one twice in its hands. */
const take = <T extends { readonly messageId: string }>(list: T[], n: number): T[] => {
  const taken = new Map<string, T>()
  for (const one of list) if (taken.size < n && !taken.has(one.messageId)) taken.set(one.messageId, one)
  const all = new Set(taken.values())
  list.splice(0, list.length, ...list.filter(one => !all.has(one)))
  return [...all]
}

/** Everything that changes states, with what a worker has in its hands: also what was taken from it meanwhile. */
class Walk {
  readonly #claimed: ClaimedMessage[] = []
  readonly #marked: ClaimedMessage[] = []
  readonly #late: MessageResult[] = []
  readonly #holds: string[] = []

  readonly acts: Readonly<Record<Step, (n: number) => Promise<unknown>>> = {
    accept: n => ledger.accept(n),
    claim: async n => this.#claimed.push(...(await ledger.claim(n))),
    mark: n => this.#mark(n),
    sent: n => this.#record(n, 'sent'),
    retried: n => this.#record(n, 'ready'),
    refused: n => this.#record(n, 'failed'),
    lost: n => this.#record(n, 'unknown'),
    late: n => ledger.settleLate(take(this.#late, n)),
    exclude: n => this.#govern(n, 'excluded', 'email_no_consent'),
    fail: n => this.#govern(n, 'failed', 'render_failed'),
    hold: n => this.#govern(n, 'held', 'stale'),
    giveBack: n => ledger.giveBack(take(this.#claimed, n)),
    recover: () => ledger.recover(),
    pause: () => this.#keep('pause'),
    stop: () => this.#keep('stop'),
    cancel: () => ledger.cancel(),
    release: () => this.#lift('release'),
    end: () => this.#lift('cancel'),
    sweep: n => ledger.sweep(n),
    decideStale: n => this.#decide(n, 'release'),
    cancelStale: n => this.#decide(n, 'cancel'),
    overdue: n => ledger.excludeOverdue(n, { now: new Date(ledger.now().getTime() + 8 * 86_400_000) }),
    redrive: n => this.#redrive(n, 'redriven'),
    redriveByPolicy: n => this.#redrive(n, 'redriven_by_policy'),
    discard: async n => discardMessages(ledger.db, { ...this.#decision(), messageIds: await this.#dead(n) }),
    settleSent: () => this.#settle('sent'),
    settleFailed: () => this.#settle('failed'),
  }

  #decision() {
    return { sandboxId: ledger.sandboxId, actor: 'ada', ...ledger.at() }
  }

  // A hold keeps some back, as the engine would when a mark gives no permit.
  async #mark(n: number): Promise<void> {
    const asked = take(this.#claimed, n)
    const attempts = await ledger.mark(asked)
    for (const one of asked) {
      const attempt = attempts.get(one.messageId)
      if (attempt === undefined) await ledger.keepBack([one])
      else this.#marked.push({ ...one, attempt })
    }
  }

  async #record(n: number, state: 'sent' | 'ready' | 'failed' | 'unknown'): Promise<void> {
    const results = ledger.handedOver(take(this.#marked, n), state)
    const changed = await ledger.record(results)
    this.#late.push(...results.filter(one => !changed.has(one.messageId)))
  }

  #govern(n: number, state: 'excluded' | 'failed' | 'held', reason: string): Promise<unknown> {
    return ledger.record(take(this.#claimed, n).map(one => ledger.resultOf(one, state, reason)))
  }

  async #keep(kind: 'pause' | 'stop'): Promise<void> {
    const all = { scope: 'sandbox', scopeId: ledger.sandboxId } as const
    const id = await ledger.open({ kind, ...(kind === 'stop' ? all : {}) })
    if (!this.#holds.includes(id)) this.#holds.push(id)
  }

  async #lift(decision: 'release' | 'cancel'): Promise<void> {
    const id = this.#holds.shift()
    if (id !== undefined) await ledger.lift(id, decision)
  }

  #decide(limit: number, decision: 'release' | 'cancel'): Promise<number> {
    const held = { sandboxId: ledger.sandboxId, filter: {}, reason: 'stale' } as const
    return decideHeld(ledger.db, { ...held, ...ledger.at(), limit, decision, by: 'ada' })
  }

  async #dead(n: number, states: readonly MessageState[] = ['failed', 'unknown']): Promise<string[]> {
    const { rows } = await ledger.db.query(
      'select message_id from delivery where state = any($1) order by message_id limit $2',
      [states, n],
    )
    return rows.map(row => row.message_id)
  }

  async #redrive(n: number, reason: 'redriven' | 'redriven_by_policy'): Promise<unknown> {
    return redriveMessages(ledger.db, { ...this.#decision(), messageIds: await this.#dead(n), reason })
  }

  async #settle(state: 'sent' | 'failed'): Promise<void> {
    for (const messageId of await this.#dead(1, ['unknown']))
      await settleMessage(ledger.db, { ...this.#decision(), messageId, state, detail: 'seen' })
  }
}

const walk = async (steps: readonly (readonly [Step, number])[]): Promise<void> => {
  await ledger.empty()
  const { acts } = new Walk()
  for (const [step, n] of steps) {
    await acts[step](n)
    ledger.move(10)
    await balance()
  }
}

describe('a state', () => {
  it('is followed by those of the table alone, and the sums balance at every commit, in any order of the statements', async () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.integer({ min: 1, max: 4 })), {
      minLength: 10,
      maxLength: 40,
    })
    // What leads on comes first, so that random walks get somewhere.
    const begin = [['accept', 4] as const, ['claim', 4] as const, ['mark', 3] as const]
    await fc.assert(
      fc.asyncProperty(steps, async more => {
        await walk([...begin, ...more])
        expect(await unknownChanges()).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  it('is followed by each of those in the table, somewhere', async () => {
    const all = (n: number, ...steps: Step[]) => steps.map(step => [step, n] as const)
    const three = (...steps: Step[]) => all(3, ...steps)
    await walk([
      ...three('accept', 'claim', 'giveBack', 'claim', 'exclude', 'accept', 'claim', 'fail', 'redrive'),
      ...three('claim', 'mark', 'sent', 'accept', 'claim', 'mark', 'retried', 'claim', 'mark', 'refused'),
      ...three('redrive', 'claim', 'mark', 'lost', 'settleSent', 'settleFailed', 'redriveByPolicy'),
      ...three('claim', 'hold', 'decideStale', 'claim', 'hold', 'cancelStale', 'accept', 'cancel', 'sweep'),
      ...three('accept', 'claim', 'hold', 'overdue'),
    ])
    // A worker keeps to a cancel that it sees before it marks.
    await ledger.accept(1)
    const found = await ledger.claim()
    await ledger.record(found.map(one => ledger.resultOf(one, 'cancelled', 'cancelled_by_person')))
    await balance()
    expect((await seen()).sort()).toEqual(known().sort())
  })

  it('has the same followers in ARCHITECTURE.md', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../ARCHITECTURE.md'), 'utf8')
    const table = /## The life of a message\n[^|]*([\s\S]*?)\n\n/.exec(text)?.[1] ?? ''
    const names = (cell: string): string[] => cell.split(',').map(name => name.trim().replace(/ \(.*\)$/, ''))
    const rows = table
      .split('\n')
      .slice(2)
      .map(row => row.split('|').slice(1, 3).map(names))
      .filter(([was]) => was?.[0] !== '–')
    const listed = rows.flatMap(([was = [], became = []]) =>
      was.flatMap(one => became.filter(name => name !== 'next generation').map(name => `${one} → ${name}`)),
    )
    expect([...new Set(listed)].sort()).toEqual(known().sort())
  })
})
