/** A person's identities one at a time: given and taken, whoever else is at work. */
import type { Identity, Profile } from '@carillon/contract'
import type pg from 'pg'
import { untilUndisturbed } from '../db/undisturbed.ts'
import { Fault } from '../lib/fault.ts'
import { conflict, findProfile, normalizeIdentity, type PeopleActor } from './people.store.ts'
import { claimIdentities, dropIdentities, lockPerson, writeAttributes } from './person-row.store.ts'

/** The most identities of a person. */
const MOST = 20

const isSame = (a: Identity, b: Identity): boolean => a.namespace === b.namespace && a.value === b.value

type Change = (tx: pg.PoolClient, person: Profile) => Promise<void>

// Undefined: there is no such person.
const changed = (actor: PeopleActor, id: string, change: Change): Promise<Profile | undefined> =>
  untilUndisturbed(actor.pool, async tx => {
    const person = await lockPerson(tx, actor.sandboxId, id)
    const before = person && (await findProfile(tx, actor.sandboxId, person.id))
    if (person === undefined || before === undefined) return undefined
    await change(tx, before)
    await writeAttributes(tx, { id: person.id, now: actor.now }, person.attributes)
    return findProfile(tx, actor.sandboxId, person.id)
  })

/** Gives a person one more identity; one that it has already changes nothing. That of another person is a conflict. */
export const addIdentity = (
  actor: PeopleActor,
  id: string,
  identity: Identity,
): Promise<Profile | undefined> => {
  const given = normalizeIdentity(identity, '')
  return changed(actor, id, async (tx, person) => {
    const has = person.identities.some(one => isSame(one, given))
    if (!has && person.identities.length >= MOST)
      throw new Fault('list_full', { detail: `A person has at most ${MOST} identities.` })
    const owners = await claimIdentities(tx, { sandboxId: actor.sandboxId, profileId: person.id }, [given])
    if (!owners.has(person.id)) throw conflict()
  })
}

/** Takes an identity from a person, who keeps at least one. */
export const removeIdentity = (
  actor: PeopleActor,
  id: string,
  identity: Identity,
): Promise<Profile | undefined> => {
  const taken = normalizeIdentity(identity, '')
  return changed(actor, id, async (tx, person) => {
    const staying = person.identities.filter(one => !isSame(one, taken))
    if (staying.length === person.identities.length)
      throw new Fault('not_found', { detail: 'The person has no such identity.' })
    if (staying.length === 0)
      throw new Fault('resource_state', { detail: 'A person keeps at least one identity.' })
    await dropIdentities(tx, person.id, staying)
  })
}
