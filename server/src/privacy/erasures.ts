/** Erasures as people ask for them: begun once, read, asked about, verified. What an erasure does is in `erasure-task.ts`. */
import type { Erasure, ErasureFound, Identity, Profile } from '@carillon/contract'
import type pg from 'pg'
import type { AddressHash, HashedAddress } from '../consent/address-hash.ts'
import { findErased } from '../consent/erased.store.ts'
import type { Db } from '../db/pool.ts'
import { untilUndisturbed } from '../db/undisturbed.ts'
import { Fault } from '../lib/fault.ts'
import { findProfile, normalizeIdentity } from '../profiles/people.store.ts'
import { lockPerson } from '../profiles/person-row.store.ts'
import { resolveIdentities } from '../profiles/profile.store.ts'
import { beginErasure, type ErasureRecord } from './erasure.store.ts'
import { findSubject } from './find-subject.ts'
import { subjectWithout } from './subject.ts'

/** Who asks, where and when. */
export interface PrivacyActor {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  readonly newId: () => string
}

/** An erasure as the API shows it. */
export const toErasure = (record: ErasureRecord): Erasure => ({
  id: record.id,
  state: record.state,
  phase: record.phase,
  requestedAt: record.createdAt.toISOString(),
  requestedBy: record.createdBy,
  finishedAt: record.finishedAt?.toISOString() ?? null,
  erased: [...record.counts],
  certificate: record.certificate,
})

/** Whom an identity names: the person who has it, or the identity alone. */
export interface Named {
  readonly identity: Identity
  readonly profile: Profile | undefined
}

/** Finds them; a blank identity is refused with its pointer below `pointer`. */
export const nameOf = async (
  db: Db,
  sandboxId: string,
  asked: { readonly identity: Identity; readonly pointer: string },
): Promise<Named> => {
  const identity = normalizeIdentity(asked.identity, asked.pointer)
  const [owner] = await resolveIdentities(db, [{ sandboxId, ...identity }])
  return { identity, profile: owner && (await findProfile(db, sandboxId, owner.profileId)) }
}

const keyOf = (identity: Identity): string => `identity:${identity.namespace}:${identity.value}`

const begin = async (tx: Db, actor: PrivacyActor, { identity, profile }: Named): Promise<Erasure> => {
  const { sandboxId, by, now } = actor
  // A merge of the person either is over now, or sees the erasure and is refused.
  const person = profile && ((await lockPerson(tx, sandboxId, profile.id)) ?? profile)
  const key = person === undefined ? keyOf(identity) : `profile:${person.id}`
  const subject = person === undefined ? subjectWithout(identity) : await findSubject(tx, sandboxId, person)
  const ask = { id: actor.newId(), sandboxId, key, subject, by, now }
  // The one that was in the way may have finished just then: now there is none in the way.
  const begun = (await beginErasure(tx, ask)) ?? (await beginErasure(tx, ask))
  if (begun === undefined) throw new Fault('unavailable', { retryAfterSeconds: 1 })
  return toErasure(begun)
}

/** Begins the erasure of a person. Whoever asks while it runs gets the same one. */
export const eraseNamed = (actor: PrivacyActor, named: Named): Promise<Erasure> =>
  untilUndisturbed(actor.pool, tx => begin(tx, actor, named))

/** Begins the erasure of the person of a profile; undefined: there is none. */
export const eraseProfile = async (actor: PrivacyActor, profileId: string): Promise<Erasure | undefined> => {
  const profile = await findProfile(actor.pool, actor.sandboxId, profileId)
  return profile && eraseNamed(actor, { identity: { namespace: '', value: '' }, profile })
}

/** The hashes under which an address would be kept. */
const hashed = (sandboxId: string, identity: Identity): HashedAddress | undefined => {
  const { namespace, value } = identity
  const [address] = subjectWithout(identity).addresses
  if (address !== undefined) return { sandboxId, kind: 'email', value: address }
  return namespace === 'phone' ? { sandboxId, kind: 'phone', value } : undefined
}

/** Whether an address was erased. Only addresses can be asked about: nothing is kept of other identities. */
export const findErasureOf = async (
  { pool, sandboxId }: Pick<PrivacyActor, 'pool' | 'sandboxId'>,
  hashOf: AddressHash,
  asked: Identity,
): Promise<ErasureFound> => {
  const address = hashed(sandboxId, normalizeIdentity(asked, '/identity'))
  if (address === undefined)
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '/identity', message: 'is neither an email address nor a phone number' }],
    })
  const [found] = await findErased(pool, [{ sandboxId, hash: hashOf(address) }])
  return {
    erased: found !== undefined,
    erasureId: found?.erasureId ?? null,
    erasedAt: found?.erasedAt.toISOString() ?? null,
    suppressed: found !== undefined && found.reason !== null,
  }
}
