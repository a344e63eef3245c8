/** Fragments and their versions in the database. Every statement is held to one sandbox; versions are never updated. */
import type { FragmentStatus, FragmentSubType } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { isUuid } from '../lib/ids.ts'
import type { FragmentRecord, FragmentVersionRecord } from './fragment.ts'

interface VersionRow {
  readonly id: string
  readonly number: number
  readonly source: string
  readonly created_at: string | Date
  readonly created_by: string
}

interface FragmentRow {
  readonly id: string
  readonly sandbox_id: string
  readonly key: string
  readonly name: string
  readonly description: string
  readonly sub_type: FragmentSubType
  readonly draft: string | null
  readonly archived_at: Date | null
  readonly revision: number
  readonly created_at: Date
  readonly created_by: string
  readonly modified_at: Date
  readonly modified_by: string
  readonly live: VersionRow | null
}

const toVersion = (row: VersionRow): FragmentVersionRecord => ({
  id: row.id,
  number: row.number,
  source: row.source,
  createdAt: new Date(row.created_at),
  createdBy: row.created_by,
})

const toRecord = (row: FragmentRow): FragmentRecord => ({
  id: row.id,
  sandboxId: row.sandbox_id,
  key: row.key,
  name: row.name,
  description: row.description,
  subType: row.sub_type,
  draft: row.draft,
  live: row.live === null ? null : toVersion(row.live),
  archivedAt: row.archived_at,
  revision: row.revision,
  createdAt: row.created_at,
  createdBy: row.created_by,
  modifiedAt: row.modified_at,
  modifiedBy: row.modified_by,
})

const COLUMNS = `f.id, f.sandbox_id, f.key, f.name, f.description, f.sub_type, f.draft, f.archived_at, f.revision,
  f.created_at, f.created_by, f.modified_at, f.modified_by, case when v.id is null then null else to_jsonb(v.*) end as live`
const FROM = 'from fragment f left join fragment_version v on v.id = f.live_version_id'

/** A fragment of this sandbox. */
export const findFragment = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<FragmentRecord | undefined> => {
  const { rows } = await db.query<FragmentRow>(
    `select ${COLUMNS} ${FROM} where f.id = $1 and f.sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0] === undefined ? undefined : toRecord(rows[0])
}

// Weaker than a delete's lock, so that content which holds on to a fragment does not wait for its editors.
const LOCKS = { change: 'for no key update', remove: 'for update' } as const

/** The same, locked until the end of the transaction against other changes, or against everybody who relies on it. */
export const lockFragment = async (
  tx: Db,
  sandboxId: string,
  lock: { readonly id: string; readonly to: keyof typeof LOCKS },
): Promise<FragmentRecord | undefined> => {
  await tx.query(`select from fragment where id = $1 and sandbox_id = $2 ${LOCKS[lock.to]}`, [
    lock.id,
    sandboxId,
  ])
  return findFragment(tx, sandboxId, lock.id)
}

/** Which fragments a list shows; without a status all that are not archived. */
export interface FragmentFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly search: string | undefined
  readonly status: FragmentStatus | undefined
}

// The same rule as `statusOfFragment`, so that a filtered list pages correctly.
const STATUS = `case when f.archived_at is not null then 'archived' when v.id is null then 'draft' else 'live' end`

/** Fragments, newest first; one row more than `limit` when there are more. */
export const listFragments = async (db: Db, filter: FragmentFilter): Promise<FragmentRecord[]> => {
  const { rows } = await db.query<FragmentRow>(
    `select ${COLUMNS} ${FROM}
     where f.sandbox_id = $1 and ($2::uuid is null or f.id < $2)
       and ($3::text is null or position(lower($3) in lower(f.name)) > 0 or position(lower($3) in lower(f.key)) > 0)
       and case when $4::text is null then f.archived_at is null else ${STATUS} = $4 end
     order by f.id desc limit $5`,
    [filter.sandboxId, filter.after, filter.search ?? null, filter.status ?? null, filter.limit + 1],
  )
  return rows.map(toRecord)
}

/** A fragment that is made. */
export interface NewFragment {
  readonly id: string
  readonly sandboxId: string
  readonly key: string
  readonly name: string
  readonly description: string
  readonly subType: FragmentSubType
  readonly draft: string
  readonly by: string
  readonly now: Date
}

/** Makes a fragment with a draft. False: the key is used, or is the id of another fragment. */
export const insertFragment = async (db: Db, fragment: NewFragment): Promise<boolean> => {
  const { rowCount } = await db.query(
    `insert into fragment
       (id, sandbox_id, key, name, description, sub_type, draft, created_at, created_by, modified_at, modified_by)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9
     where not exists (select from fragment where sandbox_id = $2 and id = $10::uuid)
     on conflict (sandbox_id, key) do nothing`,
    [
      fragment.id,
      fragment.sandboxId,
      fragment.key,
      fragment.name,
      fragment.description,
      fragment.subType,
      fragment.draft,
      fragment.now,
      fragment.by,
      isUuid(fragment.key) ? fragment.key : null,
    ],
  )
  return rowCount === 1
}

/** Who changes what, when. */
export interface FragmentChange {
  readonly id: string
  readonly by: string
  readonly now: Date
}

/** Replaces what a person edits; `draft` null gives it up. */
export const writeFragment = async (
  tx: Db,
  change: FragmentChange & Pick<FragmentRecord, 'name' | 'description' | 'draft'>,
): Promise<void> => {
  await tx.query(
    `update fragment set name = $4, description = $5, draft = $6,
       revision = revision + 1, modified_at = $2, modified_by = $3 where id = $1`,
    [change.id, change.now, change.by, change.name, change.description, change.draft],
  )
}

/** Freezes a source as the next version, makes it the live one, and ends the draft. */
export const insertLiveVersion = async (
  tx: Db,
  change: FragmentChange & {
    readonly sandboxId: string
    readonly versionId: string
    readonly source: string
  },
): Promise<void> => {
  await tx.query(
    `insert into fragment_version (id, fragment_id, sandbox_id, number, source, created_at, created_by)
     select $1, $2, $3, coalesce(max(v.number), 0) + 1, $4, $5, $6 from fragment_version v where v.fragment_id = $2`,
    [change.versionId, change.id, change.sandboxId, change.source, change.now, change.by],
  )
  await tx.query(
    `update fragment set live_version_id = $4, draft = null,
       revision = revision + 1, modified_at = $2, modified_by = $3 where id = $1`,
    [change.id, change.now, change.by, change.versionId],
  )
}

/** Archives a fragment, or brings it back (null). */
export const setArchived = async (
  tx: Db,
  change: FragmentChange & { readonly archivedAt: Date | null },
): Promise<void> => {
  await tx.query(
    `update fragment set archived_at = $4, revision = revision + 1, modified_at = $2, modified_by = $3 where id = $1`,
    [change.id, change.now, change.by, change.archivedAt],
  )
}

/** Removes a fragment and its versions. */
export const deleteFragment = async (tx: Db, id: string): Promise<void> => {
  await tx.query('delete from fragment where id = $1', [id])
}

/** All versions of a fragment, newest first. */
export const listFragmentVersions = async (
  db: Db,
  sandboxId: string,
  fragmentId: string,
): Promise<FragmentVersionRecord[]> => {
  const { rows } = await db.query<VersionRow>(
    `select id, number, source, created_at, created_by from fragment_version
     where fragment_id = $1 and sandbox_id = $2 order by number desc`,
    [fragmentId, sandboxId],
  )
  return rows.map(toVersion)
}
