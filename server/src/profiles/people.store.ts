/** People one at a time: what the profile API reads and writes. Bulk look-ups are in `profile.store.ts`. */
import type { Identity, Profile, ProfilePatch, ProfileUpsert } from '@carillon/contract'
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { mergeAttributes } from './attributes.ts'

interface Row {
  readonly id: string
  readonly attributes: Record<string, unknown>
  readonly created_at: Date
  readonly modified_at: Date
  readonly identities: Identity[]
}

const toProfile = (row: Row): Profile => ({
  id: row.id,
  identities: row.identities,
  attributes: row.attributes,
  createdAt: row.created_at.toISOString(),
  modifiedAt: row.modified_at.toISOString(),
})

const COLUMNS = `p.id, p.attributes, p.created_at, p.modified_at,
  coalesce((select jsonb_agg(jsonb_build_object('namespace', i.namespace, 'value', i.value) order by i.namespace, i.value)
    from identity i where i.profile_id = p.id), '[]') as identities`

/** Identities as they are kept: namespaces in lower case, values trimmed and never re-cased, each once. */
export const normalizeIdentities = (identities: readonly Identity[]): Identity[] => {
  const kept = identities.map(({ namespace, value }) => ({
    namespace: namespace.trim().toLowerCase(),
    value: value.trim(),
  }))
  return [...new Map(kept.map(one => [`${one.namespace} ${one.value}`, one])).values()].sort((a, b) =>
    `${a.namespace} ${a.value}` < `${b.namespace} ${b.value}` ? -1 : 1,
  )
}

/** A person of this sandbox. */
export const findProfile = async (db: Db, sandboxId: string, id: string): Promise<Profile | undefined> => {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from profile p where p.id = $1 and p.sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0] === undefined ? undefined : toProfile(rows[0])
}

/** Which people a list shows; `search` is the beginning of an identity's value. */
export interface ProfileFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly namespace: string | undefined
  readonly search: string | undefined
}

/** People, newest first; one row more than `limit` when there are more. */
export const listProfiles = async (db: Db, filter: ProfileFilter): Promise<Profile[]> => {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from profile p
     where p.sandbox_id = $1 and ($2::uuid is null or p.id < $2)
       and (($3::text is null and $4::text is null) or exists (
         select 1 from identity i where i.profile_id = p.id
           and ($3::text is null or i.namespace = $3) and ($4::text is null or starts_with(i.value, $4))))
     order by p.id desc limit $5`,
    [
      filter.sandboxId,
      filter.after,
      filter.namespace?.toLowerCase() ?? null,
      filter.search ?? null,
      filter.limit + 1,
    ],
  )
  return rows.map(toProfile)
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

// Takes the identities for the profile; answers the profile that has them, which is another one's when it came first.
const claimIdentities = async (
  tx: Db,
  at: { sandboxId: string; profileId: string },
  identities: readonly Identity[],
): Promise<Set<string>> => {
  const columns = [identities.map(one => one.namespace), identities.map(one => one.value)]
  await tx.query(
    `insert into identity (sandbox_id, namespace, value, profile_id)
     select $1, namespace, value, $2 from unnest($3::text[], $4::text[]) as asked (namespace, value) on conflict do nothing`,
    [at.sandboxId, at.profileId, ...columns],
  )
  const { rows } = await tx.query<{ profile_id: string }>(
    `select distinct i.profile_id from unnest($2::text[], $3::text[]) as asked (namespace, value)
     join identity i on i.sandbox_id = $1 and i.namespace = asked.namespace and i.value = asked.value`,
    [at.sandboxId, ...columns],
  )
  return new Set(rows.map(row => row.profile_id))
}

const mergeInto = async (
  tx: Db,
  at: { id: string; now: Date },
  attributes: Record<string, unknown>,
): Promise<void> => {
  const { rows } = await tx.query<{ attributes: Record<string, unknown> }>(
    'select attributes from profile where id = $1 for update',
    [at.id],
  )
  await tx.query('update profile set attributes = $2, modified_at = $3 where id = $1', [
    at.id,
    mergeAttributes(rows[0]?.attributes ?? {}, attributes),
    at.now,
  ])
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
  const fresh = actor.newId()
  const id = await transaction(actor.pool, async tx => {
    await tx.query(
      `insert into profile (id, sandbox_id, attributes, created_at, modified_at) values ($1, $2, '{}', $3, $3)`,
      [fresh, actor.sandboxId, actor.now],
    )
    const owners = await claimIdentities(tx, { sandboxId: actor.sandboxId, profileId: fresh }, identities)
    const others = [...owners].filter(owner => owner !== fresh)
    if (others.length > 1) throw conflict()
    const owner = others[0] ?? fresh
    if (owner !== fresh) {
      await tx.query('update identity set profile_id = $2 where profile_id = $1', [fresh, owner])
      await tx.query('delete from profile where id = $1', [fresh])
    }
    await mergeInto(tx, { id: owner, now: actor.now }, write.attributes)
    return owner
  })
  const profile = await findProfile(actor.pool, actor.sandboxId, id)
  if (profile === undefined) throw new Fault('not_found')
  return { profile, created: id === fresh }
}

/** Merges attributes, replaces the identities when they are given. */
export const patchProfile = async (
  actor: PeopleActor,
  id: string,
  patch: ProfilePatch,
): Promise<Profile | undefined> => {
  await transaction(actor.pool, async tx => {
    const { rowCount } = await tx.query(
      'select 1 from profile where id = $1 and sandbox_id = $2 for update',
      [id, actor.sandboxId],
    )
    if (rowCount === 0) return
    await mergeInto(tx, { id, now: actor.now }, patch.attributes ?? {})
    if (patch.identities === undefined) return
    await tx.query('delete from identity where profile_id = $1', [id])
    const owners = await claimIdentities(
      tx,
      { sandboxId: actor.sandboxId, profileId: id },
      normalizeIdentities(patch.identities),
    )
    if (owners.size > 1 || !owners.has(id)) throw conflict()
  })
  return findProfile(actor.pool, actor.sandboxId, id)
}

/** Removes a person and the identities. False: there was none. */
export const deleteProfile = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const { rowCount } = await db.query('delete from profile where id = $1 and sandbox_id = $2', [
    id,
    sandboxId,
  ])
  return rowCount === 1
}
