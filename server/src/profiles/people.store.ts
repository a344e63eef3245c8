/** People one at a time: what the profile API reads and writes. Bulk look-ups are in `profile.store.ts`. */
import type { Identity, Profile, ProfilePatch, ProfileUpsert } from '@carillon/contract'
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import { Overtaken, untilUndisturbed } from '../db/undisturbed.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import { mergeAttributes } from './attributes.ts'
import { insertConsentEvents } from './consent-event.store.ts'
import { consentProblems, consentTrail, type TrailWriter } from './consent-trail.ts'
import { todaysId } from './known-as.store.ts'
import { refuseBadMembers } from './known-members.ts'
import { mergeOwners } from './merge-owners.ts'
import { readMergeRule } from './merge-rule.store.ts'
import { claimIdentities, dropIdentities, lockPerson, ownersOf, writeAttributes } from './person-row.store.ts'

/** A row of `PERSON_COLUMNS`. */
export interface PersonRow {
  readonly id: string
  readonly attributes: Record<string, unknown>
  readonly created_at: Date
  readonly modified_at: Date
  readonly identities: Identity[]
}

/** A person as the API shows one. */
export const toProfile = (row: PersonRow): Profile => ({
  id: row.id,
  identities: row.identities,
  attributes: row.attributes,
  createdAt: row.created_at.toISOString(),
  modifiedAt: row.modified_at.toISOString(),
})

/** The columns of a person, from `profile p`. */
export const PERSON_COLUMNS = `p.id, p.attributes, p.created_at, p.modified_at,
  coalesce((select jsonb_agg(jsonb_build_object('namespace', i.namespace, 'value', i.value) order by i.namespace, i.value)
    from identity i where i.profile_id = p.id), '[]') as identities`

const blankProblems = (identity: Identity, pointer: string): Problem[] =>
  (['namespace', 'value'] as const).flatMap(member =>
    identity[member] === '' ? [{ pointer: `${pointer}/${member}`, message: 'must not be blank' }] : [],
  )

const toKept = ({ namespace, value }: Identity): Identity => ({
  namespace: namespace.trim().toLowerCase(),
  value: value.trim(),
})

/**
 * Identities as they are kept: namespaces in lower case, values trimmed and never re-cased, each once, sorted so that
 * two writers take them in one order. A blank one is refused with its pointer.
 */
export const normalizeIdentities = (identities: readonly Identity[]): Identity[] => {
  const kept = identities.map(toKept)
  const problems = kept.flatMap((one, index) => blankProblems(one, `/identities/${index}`))
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  const byKey = new Map(kept.map(one => [JSON.stringify([one.namespace, one.value]), one]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** One identity as it is kept; a blank one is refused with its pointer below `pointer`. */
export const normalizeIdentity = (identity: Identity, pointer: string): Identity => {
  const kept = toKept(identity)
  const problems = blankProblems(kept, pointer)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return kept
}

/** A person of this sandbox; who was merged away is found as who it became. */
export const findProfile = async (db: Db, sandboxId: string, id: string): Promise<Profile | undefined> => {
  const { rows } = await db.query<PersonRow>(
    `select ${PERSON_COLUMNS} from profile p where p.id = ${todaysId('$1::uuid')} and p.sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0] === undefined ? undefined : toProfile(rows[0])
}

/** The people of this sandbox among the ids, newest first. */
export const findProfiles = async (db: Db, sandboxId: string, ids: readonly string[]): Promise<Profile[]> => {
  const { rows } = await db.query<PersonRow>(
    `select ${PERSON_COLUMNS} from profile p where p.id = any($1::uuid[]) and p.sandbox_id = $2 order by p.id desc`,
    [ids, sandboxId],
  )
  return rows.map(toProfile)
}

/**
 * Which people are meant; `search` is the beginning of an identity's value, `value` all of it (it is looked at alone),
 * `test` whether they are test profiles.
 */
export interface PeopleFilter {
  readonly sandboxId: string
  readonly namespace?: string | undefined
  readonly search?: string | undefined
  readonly value?: string | undefined
  readonly test?: boolean | undefined
}

/** Which people a list shows. */
export interface ProfileFilter extends PeopleFilter {
  readonly limit: number
  readonly after: string | null
}

// $1 sandbox, $2 namespace, $3 the beginning as a pattern.
const CHOSEN = `p.sandbox_id = $1
  and (($2::text is null and $3::text is null) or p.id in (
    select i.profile_id from identity i where i.sandbox_id = $1
      and ($2::text is null or i.namespace = $2) and ($3::text is null or i.value like $3)))`
const IS_TEST = `p.attributes @> '{"testProfile": true}'`
const testOf = (test: boolean | undefined): string =>
  test === undefined ? '' : test ? `and ${IS_TEST}` : `and not ${IS_TEST}`
const literal = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')
const patternOf = ({ search, value }: PeopleFilter): string | null =>
  value !== undefined ? literal(value) : search === undefined ? null : `${literal(search)}%`

/** The statement that reads these people, newest first, below an id. */
export const peopleQuery = (filter: ProfileFilter): { text: string; values: unknown[] } => ({
  text: `select ${PERSON_COLUMNS} from profile p
     where ${CHOSEN} ${testOf(filter.test)} and ($4::uuid is null or p.id < $4)
     order by p.id desc limit $5`,
  values: [
    filter.sandboxId,
    filter.namespace?.trim().toLowerCase() ?? null,
    patternOf(filter),
    filter.after,
    filter.limit,
  ],
})

/** People, newest first; one row more than `limit` when there are more. */
export const listProfiles = async (db: Db, filter: ProfileFilter): Promise<Profile[]> => {
  const { rows } = await db.query<PersonRow>(peopleQuery({ ...filter, limit: filter.limit + 1 }))
  return rows.map(toProfile)
}

/** How many people there are; never more than `most` are counted. */
export const countProfiles = async (db: Db, filter: PeopleFilter, most: number): Promise<number> => {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from (
       select 1 from profile p where ${CHOSEN} ${testOf(filter.test)} limit $4) as found`,
    [filter.sandboxId, filter.namespace?.trim().toLowerCase() ?? null, patternOf(filter), most],
  )
  return rows[0]?.count ?? 0
}

/** Who writes a person, where and when. */
export interface PeopleActor extends TrailWriter {
  readonly pool: pg.Pool
}

const refuseNoChoices = (attributes: Readonly<Record<string, unknown>>): void => {
  const problems = consentProblems(attributes)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}

/** The refusal of identities that other people have. */
export const conflict = (): Fault =>
  new Fault('profile_conflict', {
    detail: 'One of the identities belongs to another profile.',
    problems: [{ pointer: '/identities', message: 'belong to different profiles' }],
  })

const changeAttributes = async (
  tx: Db,
  actor: PeopleActor,
  change: { readonly id: string } & Record<'before' | 'after', PersonRow['attributes']>,
): Promise<void> => {
  await writeAttributes(tx, { id: change.id, now: actor.now }, change.after)
  await insertConsentEvents(tx, consentTrail(actor, change.id, change))
}

const insertPerson = async (
  tx: Db,
  actor: PeopleActor,
  attributes: PersonRow['attributes'],
): Promise<string> => {
  const id = actor.newId()
  const after = mergeAttributes({}, attributes)
  await tx.query(
    'insert into profile (id, sandbox_id, attributes, created_at, modified_at) values ($1, $2, $3, $4, $4)',
    [id, actor.sandboxId, after, actor.now],
  )
  await insertConsentEvents(tx, consentTrail(actor, id, { before: {}, after }))
  return id
}

const mergePerson = async (
  tx: Db,
  actor: PeopleActor,
  at: { id: string; attributes: PersonRow['attributes'] },
): Promise<string> => {
  const person = await lockPerson(tx, actor.sandboxId, at.id)
  if (person === undefined) throw new Overtaken()
  const { id, attributes: before } = person
  await changeAttributes(tx, actor, { id, before, after: mergeAttributes(before, at.attributes) })
  return id
}

// Nobody, the one who has them all, or, where the sandbox says so, the one whom several become; who is being erased does
// not become anybody.
const ownerOf = async (
  tx: Db,
  actor: PeopleActor,
  identities: readonly Identity[],
): Promise<string | undefined> => {
  const { sandboxId, now, by } = actor
  const owners = [...new Set(await ownersOf(tx, sandboxId, identities))]
  if (owners.length < 2) return owners[0]
  const rule = await readMergeRule(tx, sandboxId)
  if (rule.onConflict === 'refuse') throw conflict()
  const merged = await mergeOwners(tx, { sandboxId, now, by }, { owners, rule })
  if (merged === undefined) throw conflict()
  return merged
}

/**
 * Makes a person, or merges the attributes into the one who has any of the identities (and gives it the others).
 * Identities of different people are a conflict, or make them one, by the merge rule of the sandbox. Concurrent calls
 * for one identity make one person.
 */
export const upsertProfile = async (
  actor: PeopleActor,
  write: ProfileUpsert,
): Promise<{ readonly profile: Profile; readonly created: boolean }> => {
  const identities = normalizeIdentities(write.identities)
  refuseBadMembers(write.attributes)
  refuseNoChoices(write.attributes)
  const { sandboxId } = actor
  return untilUndisturbed(actor.pool, async tx => {
    const owner = await ownerOf(tx, actor, identities)
    const id =
      owner === undefined
        ? await insertPerson(tx, actor, write.attributes)
        : await mergePerson(tx, actor, { id: owner, attributes: write.attributes })
    const owners = await claimIdentities(tx, { sandboxId, profileId: id }, identities)
    // Another call was first: from the start it is seen.
    if (owners.size > 1 || !owners.has(id)) throw new Overtaken()
    const profile = await findProfile(tx, sandboxId, id)
    if (profile === undefined) throw new Overtaken()
    return { profile, created: owner === undefined }
  })
}

/** Merges attributes, replaces the identities when they are given. */
export const patchProfile = async (
  actor: PeopleActor,
  given: string,
  patch: ProfilePatch,
): Promise<Profile | undefined> => {
  const identities = patch.identities === undefined ? undefined : normalizeIdentities(patch.identities)
  refuseBadMembers(patch.attributes ?? {})
  refuseNoChoices(patch.attributes ?? {})
  const { sandboxId } = actor
  return untilUndisturbed(actor.pool, async tx => {
    const person = await lockPerson(tx, sandboxId, given)
    if (person === undefined) return undefined
    const { id, attributes: before } = person
    const after = mergeAttributes(before, patch.attributes ?? {})
    await changeAttributes(tx, actor, { id, before, after })
    if (identities !== undefined) {
      await dropIdentities(tx, id, identities)
      const owners = await claimIdentities(tx, { sandboxId, profileId: id }, identities)
      if (owners.size > 1 || !owners.has(id)) throw conflict()
    }
    return findProfile(tx, sandboxId, id)
  })
}

/** Removes a person and the identities, by its id or that of somebody who was merged into it. False: there was none. */
export const deleteProfile = (pool: pg.Pool, sandboxId: string, id: string): Promise<boolean> =>
  transaction(pool, async tx => {
    const person = await lockPerson(tx, sandboxId, id)
    if (person === undefined) return false
    await tx.query('delete from profile where id = $1', [person.id])
    return true
  })
