/** People one at a time: what the profile API reads and writes. Bulk look-ups are in `profile.store.ts`. */
import type { Identity, Profile, ProfilePatch, ProfileUpsert } from '@carillon/contract'
import type pg from 'pg'
import type { Db } from '../db/pool.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import { mergeAttributes } from './attributes.ts'
import { todaysId } from './known-as.store.ts'
import { Overtaken, untilUndisturbed } from './undisturbed.ts'

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

/**
 * Identities as they are kept: namespaces in lower case, values trimmed and never re-cased, each once, sorted so that
 * two writers take them in one order. A blank one is refused with its pointer.
 */
export const normalizeIdentities = (identities: readonly Identity[]): Identity[] => {
  const kept = identities.map(({ namespace, value }) => ({
    namespace: namespace.trim().toLowerCase(),
    value: value.trim(),
  }))
  const problems = kept.flatMap((one, index) => blankProblems(one, `/identities/${index}`))
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  const byKey = new Map(kept.map(one => [JSON.stringify([one.namespace, one.value]), one]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
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

/** Which people are meant; `search` is the beginning of an identity's value, `test` whether they are test profiles. */
export interface PeopleFilter {
  readonly sandboxId: string
  readonly namespace?: string | undefined
  readonly search?: string | undefined
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
const patternOf = (search: string | undefined): string | null =>
  search === undefined ? null : `${search.replaceAll(/[\\%_]/g, '\\$&')}%`

/** The statement that reads these people, newest first, below an id. */
export const peopleQuery = (filter: ProfileFilter): { text: string; values: unknown[] } => ({
  text: `select ${PERSON_COLUMNS} from profile p
     where ${CHOSEN} ${testOf(filter.test)} and ($4::uuid is null or p.id < $4)
     order by p.id desc limit $5`,
  values: [
    filter.sandboxId,
    filter.namespace?.trim().toLowerCase() ?? null,
    patternOf(filter.search),
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
    [filter.sandboxId, filter.namespace?.trim().toLowerCase() ?? null, patternOf(filter.search), most],
  )
  return rows[0]?.count ?? 0
}

/** Where and when a person is written. */
export interface PeopleActor {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly now: Date
  readonly newId: () => string
}

const conflict = (): Fault =>
  new Fault('profile_conflict', {
    detail: 'One of the identities belongs to another profile.',
    problems: [{ pointer: '/identities', message: 'belong to different profiles' }],
  })

type IdentityColumns = [namespaces: string[], values: string[]]

const columnsOf = (identities: readonly Identity[]): IdentityColumns => [
  identities.map(one => one.namespace),
  identities.map(one => one.value),
]

// One entry for each identity that somebody has.
const ownersOf = async (tx: Db, sandboxId: string, columns: IdentityColumns): Promise<string[]> => {
  const { rows } = await tx.query<{ profile_id: string }>(
    `select i.profile_id from unnest($2::text[], $3::text[]) as asked (namespace, value)
     join identity i on i.sandbox_id = $1 and i.namespace = asked.namespace and i.value = asked.value`,
    [sandboxId, ...columns],
  )
  return rows.map(row => row.profile_id)
}

// Gives the identities to the profile; answers who has them now, which is another one when it came first.
const claimIdentities = async (
  tx: Db,
  at: { sandboxId: string; profileId: string },
  identities: readonly Identity[],
): Promise<Set<string>> => {
  const columns = columnsOf(identities)
  await tx.query(
    `insert into identity (sandbox_id, namespace, value, profile_id)
     select $1, namespace, value, $2 from unnest($3::text[], $4::text[]) as asked (namespace, value) on conflict do nothing`,
    [at.sandboxId, at.profileId, ...columns],
  )
  const owners = await ownersOf(tx, at.sandboxId, columns)
  // Its owner was there at the insert and is gone now.
  if (owners.length < identities.length) throw new Overtaken()
  return new Set(owners)
}

// Every writer locks the person first and the identities after it: the other way round two of them wait in a circle.
const lockPerson = async (
  tx: Db,
  sandboxId: string,
  id: string,
): Promise<PersonRow['attributes'] | undefined> => {
  const { rows } = await tx.query<Pick<PersonRow, 'attributes'>>(
    'select attributes from profile where id = $1 and sandbox_id = $2 for update',
    [id, sandboxId],
  )
  return rows[0]?.attributes
}

const writeAttributes = async (
  tx: Db,
  at: { id: string; now: Date },
  attributes: PersonRow['attributes'],
): Promise<void> => {
  await tx.query('update profile set attributes = $2, modified_at = $3 where id = $1', [
    at.id,
    attributes,
    at.now,
  ])
}

const insertPerson = async (
  tx: Db,
  actor: PeopleActor,
  attributes: PersonRow['attributes'],
): Promise<string> => {
  const id = actor.newId()
  await tx.query(
    'insert into profile (id, sandbox_id, attributes, created_at, modified_at) values ($1, $2, $3, $4, $4)',
    [id, actor.sandboxId, mergeAttributes({}, attributes), actor.now],
  )
  return id
}

const mergePerson = async (
  tx: Db,
  actor: PeopleActor,
  at: { id: string; attributes: PersonRow['attributes'] },
): Promise<string> => {
  const attributes = await lockPerson(tx, actor.sandboxId, at.id)
  if (attributes === undefined) throw new Overtaken()
  await writeAttributes(tx, { id: at.id, now: actor.now }, mergeAttributes(attributes, at.attributes))
  return at.id
}

/**
 * Makes a person, or merges the attributes into the one who has any of the identities (and gives it the others).
 * Identities of two different people are a conflict. Concurrent calls for one identity make one person.
 */
export const upsertProfile = async (
  actor: PeopleActor,
  write: ProfileUpsert,
): Promise<{ readonly profile: Profile; readonly created: boolean }> => {
  const identities = normalizeIdentities(write.identities)
  const { sandboxId } = actor
  return untilUndisturbed(actor.pool, async tx => {
    const [owner, ...others] = new Set(await ownersOf(tx, sandboxId, columnsOf(identities)))
    if (others.length > 0) throw conflict()
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

// Those that do not stay. The ledger still finds the person by them; one that comes back is no former one.
const dropIdentities = async (tx: Db, id: string, staying: readonly Identity[]): Promise<void> => {
  const columns = columnsOf(staying)
  await tx.query(
    `with gone as (
       delete from identity where profile_id = $1
         and (namespace, value) not in (select * from unnest($2::text[], $3::text[])) returning namespace, value
     )
     insert into former_identity (profile_id, namespace, value) select $1, namespace, value from gone
     on conflict do nothing`,
    [id, ...columns],
  )
  await tx.query(
    `delete from former_identity
     where profile_id = $1 and (namespace, value) in (select * from unnest($2::text[], $3::text[]))`,
    [id, ...columns],
  )
}

/** Merges attributes, replaces the identities when they are given. */
export const patchProfile = async (
  actor: PeopleActor,
  id: string,
  patch: ProfilePatch,
): Promise<Profile | undefined> => {
  const identities = patch.identities === undefined ? undefined : normalizeIdentities(patch.identities)
  const { sandboxId } = actor
  return untilUndisturbed(actor.pool, async tx => {
    const attributes = await lockPerson(tx, sandboxId, id)
    if (attributes === undefined) return undefined
    await writeAttributes(tx, { id, now: actor.now }, mergeAttributes(attributes, patch.attributes ?? {}))
    if (identities !== undefined) {
      await dropIdentities(tx, id, identities)
      const owners = await claimIdentities(tx, { sandboxId, profileId: id }, identities)
      if (owners.size > 1 || !owners.has(id)) throw conflict()
    }
    return findProfile(tx, sandboxId, id)
  })
}

/** Removes a person and the identities. False: there was none. */
export const deleteProfile = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const { rowCount } = await db.query('delete from profile where id = $1 and sandbox_id = $2', [
    id,
    sandboxId,
  ])
  return rowCount === 1
}
