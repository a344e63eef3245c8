/** Merges beside merges, batches, calls and removals: nobody waits for ever, and no identity is lost. */
import type { Identity, ProfileUpsert } from '@carillon/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSandbox } from '../../test/consent.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { untilUndisturbed } from '../db/undisturbed.ts'
import { Fault } from '../lib/fault.ts'
import { uuidv7 } from '../lib/ids.ts'
import { upsertPeople } from './batch.store.ts'
import { checkWrite } from './batch.ts'
import { addIdentity, removeIdentity } from './identities.ts'
import { writeMergeRule } from './merge-rule.store.ts'
import { mergeProfiles } from './merging.ts'
import { findProfile, listProfiles, upsertProfile } from './people.store.ts'

let test: TestDatabase
let sandboxId: string
const newId = (): string => uuidv7(Date.now())
const actor = () => ({ pool: test.db, sandboxId, now: new Date(), newId, by: 'test', source: 'api' as const })

beforeAll(async () => {
  test = await createTestDatabase()
  sandboxId = (await createSandbox(test.db)).sandboxId
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.query('delete from profile')
  await test.db.query('delete from merge_rule')
})

const mergeRule = (onConflict: 'merge' | 'refuse') =>
  writeMergeRule(test.db, { onConflict, attributes: 'newest' }, { sandboxId, by: 'test', now: new Date() })
const key = (n: number): Identity => ({ namespace: 'crm', value: String(n) })
const everybody = () => listProfiles(test.db, { sandboxId, limit: 200, after: null })
const make = async (...numbers: number[]): Promise<string> =>
  (await upsertProfile(actor(), { identities: numbers.map(key), attributes: {} })).profile.id
const batch = (writes: readonly (readonly number[])[]) =>
  untilUndisturbed(test.db, tx =>
    upsertPeople(
      tx,
      { ...actor(), onConflict: 'overwrite' },
      writes.map(numbers =>
        checkWrite({ identities: numbers.map(key), attributes: { [`b${numbers[0]}`]: 1 } }),
      ),
    ),
  )
const codesOf = (answers: readonly PromiseSettledResult<unknown>[]): string[] =>
  answers.flatMap(one =>
    one.status === 'rejected' ? [one.reason instanceof Fault ? one.reason.code : String(one.reason)] : [],
  )

describe('merges at the same time', () => {
  it('that cross end with one person who has everything, found by both ids', async () => {
    for (let round = 0; round < 10; round++) {
      const [a, b] = [await make(round * 2), await make(round * 2 + 1)]
      const answers = await Promise.allSettled([
        mergeProfiles(actor(), { into: a, from: b }, false),
        mergeProfiles(actor(), { into: b, from: a }, false),
        mergeProfiles(actor(), { into: a, from: b }, false),
      ])
      expect(codesOf(answers)).toEqual([])
      const [one, other] = [
        await findProfile(test.db, sandboxId, a),
        await findProfile(test.db, sandboxId, b),
      ]
      expect(one?.id).toBe(other?.id)
      expect(one?.identities).toHaveLength(2)
    }
  })

  it('in a ring end with one person', async () => {
    const ids = await Promise.all([1, 2, 3, 4, 5, 6].map(n => make(n)))
    const answers = await Promise.allSettled(
      ids.map((into, n) => mergeProfiles(actor(), { into, from: ids[(n + 1) % ids.length] ?? into }, false)),
    )
    expect(codesOf(answers).filter(code => code !== 'unavailable')).toEqual([])
    for (const [n, into] of ids.entries())
      await mergeProfiles(actor(), { into, from: ids[(n + 1) % ids.length] ?? into }, false)
    const people = await everybody()
    expect(people).toHaveLength(1)
    expect(people[0]?.identities).toHaveLength(6)
    for (const id of ids) expect((await findProfile(test.db, sandboxId, id))?.id).toBe(people[0]?.id)
  })

  it('with batches, calls and identities that come and go lose no identity, whatever the order', async () => {
    await mergeRule('merge')
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 })
    const deed = fc.oneof(
      fc.record({ kind: fc.constant('call' as const), numbers }),
      fc.record({
        kind: fc.constant('batch' as const),
        writes: fc.array(numbers, { minLength: 1, maxLength: 6 }),
      }),
      fc.record({ kind: fc.constant('merge' as const), pair: fc.tuple(fc.nat(9), fc.nat(9)) }),
      fc.record({ kind: fc.constant('add' as const), pair: fc.tuple(fc.nat(9), fc.nat(9)) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 10 }), async deeds => {
        await test.db.query('delete from profile')
        const ids = await Promise.all(Array.from({ length: 10 }, (_, n) => make(n)))
        const at = (n: number): string => ids[n] ?? ''
        const answers = await Promise.allSettled(
          deeds.map((one): Promise<unknown> => {
            if (one.kind === 'call')
              return upsertProfile(actor(), { identities: one.numbers.map(key), attributes: {} })
            if (one.kind === 'batch') return batch(one.writes)
            const [x, y] = one.pair
            if (one.kind === 'add') return addIdentity(actor(), at(x), key(y))
            return x === y ? Promise.resolve() : mergeProfiles(actor(), { into: at(x), from: at(y) }, false)
          }),
        )
        // Of many at once one may be asked to come again; never more than that.
        expect(codesOf(answers).filter(code => !['unavailable', 'profile_conflict'].includes(code))).toEqual(
          [],
        )
        const people = await everybody()
        expect(people.flatMap(one => one.identities.map(({ value }) => Number(value))).sort()).toEqual(
          Array.from({ length: 10 }, (_, n) => n),
        )
        // Everybody there ever was leads to somebody who has the identity it was made with.
        for (const [n, id] of ids.entries())
          expect((await findProfile(test.db, sandboxId, id))?.identities).toContainEqual(key(n))
      }),
      { numRuns: 25 },
    )
  })
})

const NAMESPACES = ['email', 'phone', 'crm'] as const
const mixed = (n: number): Identity => ({ namespace: NAMESPACES[n % 3] ?? 'crm', value: String(n) })
// What the sandbox has after people who were known for so long were written again, each write with values of its own.
const playedBy = async (
  owners: readonly (readonly [n: number, ageMs: number])[],
  writes: readonly (readonly number[])[],
  play: (upserts: readonly ProfileUpsert[], at: (n: number) => ReturnType<typeof actor>) => Promise<void>,
) => {
  await test.db.query('delete from profile')
  let made = 0
  const at = (ms: number) => ({
    ...actor(),
    now: new Date(Date.UTC(2026, 0, 1) + ms),
    newId: () => uuidv7(Date.UTC(2026, 0, 1) + made++),
  })
  const valuesOf = (word: string) => ({ last: word, of: { [word]: true, last: word } })
  for (const [n, age] of owners)
    await upsertProfile(at(-1_000 - age), {
      identities: [mixed(n)],
      attributes: { ...valuesOf(`known ${n}`), known: n },
    })
  await play(
    writes.map((numbers, n) => ({
      identities: numbers.map(mixed),
      attributes: { ...valuesOf(`write ${n}`), [`a${n % 2}`]: n },
    })),
    at,
  )
  return (await everybody())
    .map(({ identities, attributes }) => JSON.stringify({ identities, attributes: sorted(attributes) }))
    .sort()
}
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort()
          .map(([name, one]) => [name, sorted(one)]),
      )
    : value

describe('a batch under the rule "merge"', () => {
  it('makes the owners one, the one known longest, and each write sees what came before it', async () => {
    await mergeRule('merge')
    const [a, b] = [await make(1), await make(2)]
    const outcomes = await batch([[1, 2], [3], [3, 2, 4]])
    expect(outcomes.map(one => [one.status, one.id])).toEqual([
      ['updated', a],
      ['created', expect.any(String)],
      ['updated', a],
    ])
    const people = await everybody()
    expect(people).toMatchObject([{ id: a, attributes: { b1: 1, b3: 1 } }])
    expect(people[0]?.identities.map(one => one.value)).toEqual(['1', '2', '3', '4'])
    for (const id of [b, outcomes[1]?.id ?? ''])
      expect((await findProfile(test.db, sandboxId, id))?.id).toBe(a)
  })

  it('refuses them under the rule "refuse", as a call does', async () => {
    await make(1)
    await make(2)
    const [outcome] = await batch([[1, 2]])
    expect(outcome).toMatchObject({ status: 'refused', code: 'profile_conflict' })
    const call = upsertProfile(actor(), { identities: [key(1), key(2)], attributes: {} })
    await expect(call).rejects.toMatchObject({ code: 'profile_conflict' })
  })

  it('says the same as calls one after another, whose values win included', async () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 })
    const known = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.nat(1_000)), {
      ...{ minLength: 3, maxLength: 6, selector: ([n]: [number, number]) => n },
    })
    const writes = fc.array(numbers, { minLength: 1, maxLength: 6 })
    const aged: [number, number][] = [
      [0, 500],
      [1, 100],
      [2, 300],
    ]
    const policy = fc.constantFrom<'newest' | 'priority'>('newest', 'priority')
    await fc.assert(
      fc.asyncProperty(known, writes, policy, async (owners, written, attributes) => {
        const rule = { onConflict: 'merge', attributes } as const
        await writeMergeRule(test.db, rule, { sandboxId, by: 'test', now: new Date() })
        const people = await playedBy(owners, written, async (upserts, at) => {
          const overwriting = { ...at(0), onConflict: 'overwrite' } as const
          await untilUndisturbed(test.db, tx => upsertPeople(tx, overwriting, upserts.map(checkWrite)))
        })
        const called = await playedBy(owners, written, async (upserts, at) => {
          for (const [n, one] of upserts.entries()) await upsertProfile(at(n), one)
        })
        expect(people).toEqual(called)
      }),
      {
        // Three of different ages at once, and two of whom the one who came later was written first.
        examples: [
          [aged, [[2, 1, 0]], 'newest'],
          [aged, [[1], [2], [0], [1, 0]], 'newest'],
          [aged, [[0], [2], [1], [1, 0]], 'newest'],
          [aged, [[0], [2], [1], [1, 0]], 'priority'],
        ],
        numRuns: 40,
      },
    )
  }, 60_000)
})

describe('identities one at a time', () => {
  it('are given and taken, at least one stays, and those of others are a conflict', async () => {
    const [a, b] = [await make(1), await make(2)]
    expect((await addIdentity(actor(), a, { namespace: ' CRM ', value: ' 3 ' }))?.identities).toHaveLength(2)
    expect((await addIdentity(actor(), a, key(3)))?.identities).toHaveLength(2)
    await expect(addIdentity(actor(), a, key(2))).rejects.toMatchObject({ code: 'profile_conflict' })
    expect((await removeIdentity(actor(), a, key(1)))?.identities).toEqual([key(3)])
    await expect(removeIdentity(actor(), a, key(1))).rejects.toMatchObject({ code: 'not_found' })
    await expect(removeIdentity(actor(), a, key(3))).rejects.toMatchObject({ code: 'resource_state' })
    expect((await addIdentity(actor(), b, key(1)))?.identities).toEqual([key(1), key(2)])
    expect(await addIdentity(actor(), newId(), key(9))).toBeUndefined()
  })

  it('that many give at once are all there', async () => {
    const id = await make(0)
    await Promise.all(Array.from({ length: 19 }, (_, n) => addIdentity(actor(), id, key(n + 1))))
    expect((await findProfile(test.db, sandboxId, id))?.identities).toHaveLength(20)
    await expect(addIdentity(actor(), id, key(20))).rejects.toMatchObject({ code: 'list_full' })
  })
})
