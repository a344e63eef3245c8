import type { Identity, ProfileUpsert } from '@carillon/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { untilUndisturbed } from '../db/undisturbed.ts'
import { Fault } from '../lib/fault.ts'
import { uuidv7 } from '../lib/ids.ts'
import { upsertPeople } from './batch.store.ts'
import { checkWrite } from './batch.ts'
import { deleteProfile, listProfiles, type PeopleActor, upsertProfile } from './people.store.ts'

let test: TestDatabase
const newId = (): string => uuidv7(Date.now())
const freshActor = (): PeopleActor => ({
  ...{ pool: test.db, sandboxId: newId(), now: new Date(), newId },
  ...{ by: 'test', source: 'api' },
})

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.query('truncate identity, profile cascade')
})

const batch = (
  actor: PeopleActor,
  writes: readonly ProfileUpsert[],
  onConflict: 'overwrite' | 'keep' | 'skip' = 'overwrite',
) => untilUndisturbed(actor.pool, tx => upsertPeople(tx, { ...actor, onConflict }, writes.map(checkWrite)))

const everybody = async (actor: PeopleActor) => {
  const people = await listProfiles(test.db, { sandboxId: actor.sandboxId, limit: 200, after: null })
  return people
    .map(({ identities, attributes }) => ({ identities, attributes }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

const alone = async (actor: PeopleActor, write: ProfileUpsert): Promise<string> => {
  try {
    return (await upsertProfile(actor, write)).created ? 'created' : 'updated'
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return error.code
  }
}

const email = (value: string): Identity => ({ namespace: 'email', value })

const identity: fc.Arbitrary<Identity> = fc.record({
  namespace: fc.constantFrom('Email', 'email', 'crm'),
  value: fc.constantFrom('a', 'b', ' b', 'c', 'd', 'e', ' '),
})
const tree = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, 1, 'x', true, [1, null], '__proto__'),
    tie('tree'),
  ),
  tree: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { maxKeys: 3 }),
})).tree
const write: fc.Arbitrary<ProfileUpsert> = fc.record({
  identities: fc.array(identity, { minLength: 1, maxLength: 3 }),
  attributes: tree,
})

describe('a batch of people', () => {
  it('comes to what the same writes come to one after another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(write, { minLength: 1, maxLength: 8 }), { maxLength: 3 }),
        async rounds => {
          const [single, many] = [freshActor(), freshActor()]
          for (const writes of rounds) {
            const expected: string[] = []
            for (const one of writes) expected.push(await alone(single, one))
            const outcomes = await batch(many, writes)
            expect(outcomes.map(one => one.code ?? one.status)).toEqual(expected)
          }
          expect(await everybody(many)).toEqual(await everybody(single))
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  it('refuses what cannot be stored by itself, and takes the others', async () => {
    const actor = freshActor()
    const outcomes = await batch(actor, [
      { identities: [email('a')], attributes: { name: 'A\0' } },
      { identities: [email('b')], attributes: { name: 'B' } },
      { identities: [email(' ')], attributes: {} },
    ])
    expect(outcomes.map(one => [one.status, one.code, one.errors.map(error => error.pointer)])).toEqual([
      ['refused', 'payload_unstorable', ['/attributes/name']],
      ['created', null, []],
      ['refused', 'payload_invalid', ['/identities/0/value']],
    ])
    expect(await everybody(actor)).toEqual([{ identities: [email('b')], attributes: { name: 'B' } }])
  })

  it('keeps what a person has, or leaves the person alone, when told to', async () => {
    const actor = freshActor()
    const before = { name: 'Ada', address: { city: 'London' } }
    await batch(actor, [{ identities: [email('a')], attributes: before }])
    const given = { identities: [email('a'), email('z')], attributes: { name: 'X', address: { zip: '1' } } }
    expect((await batch(actor, [given], 'skip'))[0]?.status).toBe('skipped')
    expect(await everybody(actor)).toEqual([{ identities: [email('a')], attributes: before }])
    expect((await batch(actor, [given], 'keep'))[0]?.status).toBe('updated')
    expect(await everybody(actor)).toEqual([
      {
        identities: [email('a'), email('z')],
        attributes: { name: 'Ada', address: { city: 'London', zip: '1' } },
      },
    ])
  })

  it('at the same time as others of the same people loses nothing of any', async () => {
    const actor = freshActor()
    const people = Array.from({ length: 30 }, (_, n) => `p${n}`)
    const writer = (name: string, turn: 1 | -1) =>
      batch(
        actor,
        [...people]
          .sort(() => turn)
          .map(value => ({
            identities: [email(value), { namespace: 'crm', value }],
            attributes: { [name]: true },
          })),
      )
    await Promise.all([
      writer('a', 1),
      writer('b', -1),
      upsertProfile(actor, { identities: [email('p3')], attributes: { c: true } }),
      writer('d', 1),
    ])
    const found = await everybody(actor)
    expect(found).toHaveLength(30)
    for (const one of found) expect(one.attributes).toMatchObject({ a: true, b: true, d: true })
    expect(found.filter(one => one.attributes['c'] === true)).toHaveLength(1)
  })

  it('of a person who is removed meanwhile makes the person again', async () => {
    const actor = freshActor()
    const [made] = await batch(actor, [{ identities: [email('a')], attributes: { n: 1 } }])
    await Promise.all([
      deleteProfile(test.db, actor.sandboxId, made?.id ?? ''),
      batch(actor, [{ identities: [email('a')], attributes: { m: 1 } }]),
      batch(actor, [{ identities: [email('a'), email('b')], attributes: { m: 2 } }]),
    ])
    for (const one of await everybody(actor)) expect(one.identities.length).toBeGreaterThan(0)
  })
})
