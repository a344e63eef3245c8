import type { Identity } from '@carillon/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import type { Fault } from '../lib/fault.ts'
import { uuidv7 } from '../lib/ids.ts'
import {
  deleteProfile,
  listProfiles,
  normalizeIdentities,
  type PeopleActor,
  patchProfile,
  upsertProfile,
} from './people.store.ts'

let test: TestDatabase
let actor: PeopleActor
const newId = (): string => uuidv7(Date.now())

beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())
beforeEach(async () => {
  await test.db.query('truncate identity, profile cascade')
  actor = { pool: test.db, sandboxId: newId(), now: new Date(), newId, by: 'test', source: 'api' }
})

const email = (value: string): Identity => ({ namespace: 'Email', value })
const everybody = () =>
  listProfiles(test.db, {
    sandboxId: actor.sandboxId,
    limit: 200,
    after: null,
    namespace: undefined,
    search: undefined,
  })
const codesOf = (answers: readonly PromiseSettledResult<unknown>[]): string[] =>
  answers.flatMap(answer =>
    answer.status === 'rejected' ? [String((answer.reason as Fault).code ?? answer.reason)] : [],
  )

describe('people written at the same time', () => {
  it('50 writers of one identity make one person with what all of them said', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        upsertProfile(actor, { identities: [email('one@example.test')], attributes: { [`said${n}`]: n } }),
      ),
    )
    expect(answers.filter(answer => answer.created)).toHaveLength(1)
    const people = await everybody()
    expect(people).toHaveLength(1)
    expect(Object.keys(people[0]?.attributes ?? {})).toHaveLength(50)
  })

  it('a person removed again and again never makes another writer fail, nor leaves one without identities', async () => {
    const write = () =>
      upsertProfile(actor, {
        identities: [email('a@example.test'), email('b@example.test')],
        attributes: {},
      })
    const remove = async () => {
      for (const person of await everybody()) await deleteProfile(test.db, actor.sandboxId, person.id)
    }
    for (let round = 0; round < 15; round++) {
      const answers = await Promise.allSettled([write(), remove(), write(), remove(), write(), remove()])
      expect(codesOf(answers).filter(code => code !== 'not_found')).toEqual([])
    }
    for (const person of await everybody()) expect(person.identities).toHaveLength(2)
  })

  it('a writer that waits in a circle with another starts again', async () => {
    const { profile } = await upsertProfile(actor, {
      identities: [email('a@example.test')],
      attributes: {},
    })
    for (let round = 0; round < 4; round++) {
      const added = email(`z${round}@example.test`)
      const answers = await Promise.allSettled([
        upsertProfile(actor, { identities: [email('a@example.test'), added], attributes: { round } }),
        patchProfile(actor, profile.id, { identities: [email('a@example.test'), added] }),
        upsertProfile(actor, { identities: [added, email('a@example.test')], attributes: { round } }),
      ])
      expect(codesOf(answers).filter(code => code !== 'profile_conflict')).toEqual([])
    }
  })
})

describe('identities', () => {
  it('that only look alike when joined stay two', () => {
    const two = [
      { namespace: 'a b', value: 'c' },
      { namespace: 'a', value: 'b c' },
    ]
    expect(normalizeIdentities(two)).toHaveLength(2)
  })

  it('that are blank are refused, each with its pointer', () => {
    const refusal = () => normalizeIdentities([email('x'), { namespace: ' ', value: '\t' }])
    expect(refusal).toThrow(expect.objectContaining({ code: 'payload_invalid' }))
    try {
      refusal()
    } catch (error) {
      expect((error as Fault).details.problems?.map(problem => problem.pointer)).toEqual([
        '/identities/1/namespace',
        '/identities/1/value',
      ])
    }
  })

  it('come out in one order and once, whatever order they came in', () => {
    const identity = fc.record({
      namespace: fc.constantFrom('Email', 'email', 'a b', 'a'),
      value: fc.constantFrom('x', ' x ', 'X', 'b c', 'c'),
    })
    fc.assert(
      fc.property(fc.array(identity, { minLength: 1, maxLength: 12 }), identities => {
        const kept = normalizeIdentities(identities)
        expect(normalizeIdentities([...identities].reverse())).toEqual(kept)
        expect(normalizeIdentities(kept)).toEqual(kept)
      }),
    )
  })
})
