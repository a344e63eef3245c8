/** Profiles and identities in bulk: what the trigger and the workers ask for, each in one statement for many rows. */
import { type Db, within } from '../db/pool.ts'

/** The longest that a statement of the accept path may take. */
const STATEMENT_MS = 15_000

/** An identity within a sandbox; the namespace is in lower case. */
export interface IdentityKey {
  readonly sandboxId: string
  readonly namespace: string
  readonly value: string
}

/** An identity and the profile that has it. */
export interface ResolvedIdentity extends IdentityKey {
  readonly profileId: string
}

interface IdentityRow {
  readonly sandbox_id: string
  readonly namespace: string
  readonly value: string
  readonly profile_id: string
}

const toResolved = (row: IdentityRow): ResolvedIdentity => ({
  sandboxId: row.sandbox_id,
  namespace: row.namespace,
  value: row.value,
  profileId: row.profile_id,
})

/** The identities that exist among those asked for. */
export const resolveIdentities = async (
  db: Db,
  keys: readonly IdentityKey[],
): Promise<ResolvedIdentity[]> => {
  const { rows } = await db.query<IdentityRow>(
    within(STATEMENT_MS, {
      name: 'resolve-identities',
      text: `select i.sandbox_id, i.namespace, i.value, i.profile_id
      from unnest($1::uuid[], $2::text[], $3::text[]) as asked (sandbox_id, namespace, value)
      join identity i on i.sandbox_id = asked.sandbox_id and i.namespace = asked.namespace and i.value = asked.value`,
      values: [keys.map(key => key.sandboxId), keys.map(key => key.namespace), keys.map(key => key.value)],
    }),
  )
  return rows.map(toResolved)
}

/**
 * Makes an empty profile for each identity that has none, unless a concurrent transaction is first: then its profile
 * stays. Give the rows sorted by their key, so that two batches cannot wait for each other in a circle. Runs within
 * the caller's transaction; afterwards every one of the identities exists.
 */
export const createProfiles = async (
  tx: Db,
  rows: readonly (IdentityKey & { readonly id: string })[],
  now: Date,
): Promise<void> => {
  const made = await tx.query<{ profile_id: string }>(
    within(STATEMENT_MS, {
      text: `with asked as (
       select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as asked (id, sandbox_id, namespace, value)
     ), p as (
       insert into profile (id, sandbox_id, attributes, created_at, modified_at)
       select id, sandbox_id, '{}', $5, $5 from asked
     )
     insert into identity (sandbox_id, namespace, value, profile_id)
     select sandbox_id, namespace, value, id from asked
     on conflict do nothing
     returning profile_id`,
      values: [
        rows.map(row => row.id),
        rows.map(row => row.sandboxId),
        rows.map(row => row.namespace),
        rows.map(row => row.value),
        now,
      ],
    }),
  )
  if (made.rows.length === rows.length) return
  const won = new Set(made.rows.map(row => row.profile_id))
  await tx.query('delete from profile where id = any($1::uuid[])', [
    rows.map(row => row.id).filter(id => !won.has(id)),
  ])
}

/** The attributes of many profiles by id; of who was merged away they are those of the person it became. */
export const loadProfiles = async (
  db: Db,
  ids: readonly string[],
): Promise<Map<string, Record<string, unknown>>> => {
  const { rows } = await db.query<{ id: string; attributes: Record<string, unknown> }>({
    name: 'load-profiles',
    text: `select asked.id, p.attributes from unnest($1::uuid[]) as asked (id)
      left join merged_profile gone on gone.id = asked.id
      join profile p on p.id = coalesce(gone.profile_id, asked.id)`,
    values: [ids],
  })
  return new Map(rows.map(row => [row.id, row.attributes]))
}
