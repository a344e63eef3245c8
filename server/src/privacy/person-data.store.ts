/** The rows of a person beside the ledger, and their end. Each function runs within the caller's transaction. */
import type { ErasureCount, Identity } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

const removed = (table: string, rows: number | null): ErasureCount => ({
  table,
  deed: 'removed',
  rows: rows ?? 0,
})

/** The identities with these values that people of the sandbox have who are not this one. */
export const heldByOthers = async (
  db: Db,
  { sandboxId, profileIds }: { readonly sandboxId: string; readonly profileIds: readonly string[] },
  values: readonly string[],
): Promise<Identity[]> => {
  if (values.length === 0) return []
  const { rows } = await db.query<Identity>(
    `select namespace, value from identity
     where sandbox_id = $1 and value = any($2::text[]) and profile_id <> all($3::uuid[])`,
    [sandboxId, [...new Set(values)], profileIds],
  )
  return rows
}

/** Removes some of what the person did; answers how many. */
export const removeEvents = async (tx: Db, profileIds: readonly string[], limit: number): Promise<number> => {
  const { rowCount } = await tx.query(
    `delete from person_event where id in (
       select id from person_event where profile_id = any($1::uuid[]) order by at limit $2)`,
    [profileIds, limit],
  )
  return rowCount ?? 0
}

// No run is between reading its members and making them messages while it is locked here.
const removeRunMembers = async (
  tx: Db,
  sandboxId: string,
  profileIds: readonly string[],
): Promise<ErasureCount> => {
  const { rows } = await tx.query<{ id: string }>(
    `select execution_id as id from audience_run where sandbox_id = $1 and state in ('counting', 'adding')
     order by execution_id for update`,
    [sandboxId],
  )
  const { rowCount } = await tx.query(
    'delete from run_member where execution_id = any($1::uuid[]) and profile_id = any($2::uuid[])',
    [rows.map(row => row.id), profileIds],
  )
  return removed('run_member', rowCount)
}

/** The person's opens and clicks become those of `nobody`, who is one: the sums of people stay what they are. */
export const anonymiseInteractions = async (
  tx: Db,
  profileIds: readonly string[],
  nobody: string,
): Promise<ErasureCount> => {
  const { rowCount } = await tx.query(
    'update interaction set profile_id = $2 where profile_id = any($1::uuid[])',
    [profileIds, nobody],
  )
  return { table: 'interaction', deed: 'anonymised', rows: rowCount ?? 0 }
}

const OF_PROFILE = [
  ...['topic_subscription', 'audience_member', 'consent_event', 'person_event', 'identity'],
  ...['former_identity', 'merged_profile'],
]

/** Removes a locked person with everything that hangs on its ids, evidence included; opens and clicks are `nobody`'s. */
export const removePerson = async (
  tx: Db,
  sandboxId: string,
  { profileIds, nobody }: { readonly profileIds: readonly string[]; readonly nobody: string },
): Promise<readonly ErasureCount[]> => {
  // Evidence may be removed by an erasure alone, and this transaction is one.
  await tx.query(`select set_config('carillon.erasing', 'on', true)`)
  const counts = [
    await removeRunMembers(tx, sandboxId, profileIds),
    await anonymiseInteractions(tx, profileIds, nobody),
  ]
  for (const table of OF_PROFILE) {
    const { rowCount } = await tx.query(`delete from ${table} where profile_id = any($1::uuid[])`, [
      profileIds,
    ])
    counts.push(removed(table, rowCount))
  }
  const { rowCount } = await tx.query('delete from profile where id = any($1::uuid[]) and sandbox_id = $2', [
    profileIds,
    sandboxId,
  ])
  return [...counts, removed('profile', rowCount)]
}

// Scopes are campaigns and rules; those of other sandboxes have people of the same name.
const OWN_SCOPES = `with recursive scopes (id) as (
    (select scope_id from recipient_use order by scope_id limit 1)
    union all
    select (select u.scope_id from recipient_use u where u.scope_id > scopes.id order by u.scope_id limit 1)
    from scopes where scopes.id is not null
  ), own as (
    select id from scopes where id is not null
      and not exists (select from campaign c where c.id = scopes.id and c.sandbox_id <> $1)
      and not exists (
        select from rule_set r, jsonb_array_elements(r.rules) as one
        where r.sandbox_id <> $1 and one ->> 'id' = scopes.id::text)
  )`
const OWN_USES = 'own where u.scope_id = own.id and u.person_key = any($2::text[])'

/** Removes what limits remember of the person. */
export const removeUses = async (
  tx: Db,
  sandboxId: string,
  keys: readonly string[],
): Promise<ErasureCount> => {
  const { rowCount } = await tx.query(`${OWN_SCOPES} delete from recipient_use u using ${OWN_USES}`, [
    sandboxId,
    keys,
  ])
  return removed('recipient_use', rowCount)
}

/** What limits remember of the person: how much of which campaign or rule, since when. */
export const usesOf = async (db: Db, sandboxId: string, keys: readonly string[]): Promise<object[]> => {
  const { rows } = await db.query<object>(
    `${OWN_SCOPES} select u.scope_id as "scopeId", count(*) as uses, min(u.at) as first, max(u.at) as last
     from recipient_use u, ${OWN_USES} group by u.scope_id order by u.scope_id`,
    [sandboxId, keys],
  )
  return rows
}

/** Rows of files of members that wait to be taken up: those of the person become refused ones. */
export const redactUploads = async (
  tx: Db,
  sandboxId: string,
  identities: readonly Identity[],
): Promise<ErasureCount> => {
  const { rowCount } = await tx.query(
    `update audience_upload_part part set rows = (
       select jsonb_agg(case when trim(r ->> 'value') = any(own.values)
         then jsonb_build_object('line', r -> 'line', 'reason', 'person_unknown') else r end order by n)
       from jsonb_array_elements(part.rows) with ordinality as all_rows (r, n))
     from audience_upload up
     join (select namespace, array_agg(value) as values from unnest($2::text[], $3::text[]) as i (namespace, value)
       group by namespace) own on own.namespace = lower(trim(up.namespace))
     where up.id = part.upload_id and up.sandbox_id = $1
       and exists (select from jsonb_array_elements(part.rows) r where trim(r ->> 'value') = any(own.values))`,
    [sandboxId, identities.map(one => one.namespace), identities.map(one => one.value)],
  )
  return { table: 'audience_upload_part', deed: 'redacted', rows: rowCount ?? 0 }
}

/**
 * Removes evidence of people who were deleted before: by the ids that messages named, and what says the address. That of
 * people who are there is theirs.
 */
export const removeGoneEvidence = async (
  tx: Db,
  sandboxId: string,
  of: { readonly profileIds: readonly string[]; readonly addresses: readonly string[] },
): Promise<ErasureCount> => {
  await tx.query(`select set_config('carillon.erasing', 'on', true)`)
  const { rowCount } = await tx.query(
    `delete from consent_event c where c.sandbox_id = $1
       and (c.profile_id = any($2::uuid[]) or (c.namespace = 'email' and lower(c.identity_value) = any($3::text[])))
       and not exists (select from profile p where p.id = c.profile_id)
       and not exists (select from merged_profile g where g.id = c.profile_id)`,
    [sandboxId, of.profileIds, of.addresses],
  )
  return removed('consent_event', rowCount)
}

const SOMEBODY = '00000000-0000-0000-0000-000000000000'
const withoutIds = (list: string): string => `${list} = array(
  select case when u.id = any($2::uuid[]) then '${SOMEBODY}' else u.id end
  from unnest(s.${list}) with ordinality as u (id, n) order by u.n)`

/** Takes the ids out of the lists of imports. Nobody's id stands there instead: counts and places stay what they were. */
export const redactSteps = async (
  tx: Db,
  sandboxId: string,
  profileIds: readonly string[],
): Promise<ErasureCount> => {
  const { rowCount } = await tx.query(
    `update import_step s set ${['created', 'updated', 'skipped'].map(withoutIds).join(', ')}
     from import i where i.id = s.import_id and i.sandbox_id = $1
       and (s.created && $2::uuid[] or s.updated && $2::uuid[] or s.skipped && $2::uuid[])`,
    [sandboxId, profileIds],
  )
  return { table: 'import_step', deed: 'redacted', rows: rowCount ?? 0 }
}
