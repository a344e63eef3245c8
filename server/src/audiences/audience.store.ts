/** Audiences in the database: the rows themselves. Their members are in `member.store.ts`. */
import type { AudienceRule } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { KnownAudience } from './compile.ts'

/** An audience; `rule` null: an upload. */
export interface AudienceRecord {
  readonly id: string
  readonly kind: 'rule' | 'upload'
  readonly name: string
  readonly description: string
  readonly rule: AudienceRule | null
  readonly columns: readonly string[]
  /** Of an upload; people who were removed are not counted any more. */
  readonly memberCount: number | null
  readonly revision: number
  readonly archivedAt: Date | null
  readonly createdAt: Date
  readonly createdBy: string
  readonly modifiedAt: Date
  readonly modifiedBy: string
}

const COLUMNS = `a.id, a.kind, a.name, a.description, a.rule, a.columns, a.revision,
  case when a.kind = 'upload' then (select count(*) from audience_member am where am.audience_id = a.id) end as "memberCount",
  a.archived_at as "archivedAt", a.created_at as "createdAt", a.created_by as "createdBy",
  a.modified_at as "modifiedAt", a.modified_by as "modifiedBy"`

/** An audience of this sandbox, archived or not. */
export const findAudience = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<AudienceRecord | undefined> => {
  const { rows } = await db.query<AudienceRecord>(
    `select ${COLUMNS} from audience a where a.id = $1 and a.sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0]
}

/** The same, locked until the end of the transaction. */
export const lockAudience = async (
  tx: Db,
  sandboxId: string,
  id: string,
): Promise<AudienceRecord | undefined> => {
  const { rows } = await tx.query<AudienceRecord>(
    `select ${COLUMNS} from audience a where a.id = $1 and a.sandbox_id = $2 for update`,
    [id, sandboxId],
  )
  return rows[0]
}

/** Makes the writers of a sandbox's audiences wait for each other: what one refers to cannot change under another. */
export const lockAudiences = async (tx: Db, sandboxId: string): Promise<void> => {
  await tx.query('select from sandbox where id = $1 for no key update', [sandboxId])
}

/** Those of the audiences that are there and not archived. */
export const knownAudiences = async (
  db: Db,
  sandboxId: string,
  ids: readonly string[],
): Promise<KnownAudience[]> => {
  const { rows } = await db.query<KnownAudience>(
    `select id, name, rule from audience where sandbox_id = $1 and id = any($2::uuid[]) and archived_at is null`,
    [sandboxId, ids],
  )
  return rows
}

/** Which audiences a list shows. */
export interface AudienceFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly search: string | undefined
  readonly archived: boolean
}

/** Audiences, newest first; one row more than `limit` when there are more. */
export const listAudiences = async (db: Db, filter: AudienceFilter): Promise<AudienceRecord[]> => {
  const { rows } = await db.query<AudienceRecord>(
    `select ${COLUMNS} from audience a
     where a.sandbox_id = $1 and ($2::uuid is null or a.id < $2)
       and ($3::text is null or position(lower($3) in lower(a.name)) > 0) and ($4 or a.archived_at is null)
     order by a.id desc limit $5`,
    [filter.sandboxId, filter.after, filter.search ?? null, filter.archived, filter.limit + 1],
  )
  return rows
}

/** What is written, by whom, when. */
export interface AudienceChange {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly rule: AudienceRule | null
  readonly by: string
  readonly now: Date
}

const stored = (rule: AudienceRule | null): string | null => (rule === null ? null : JSON.stringify(rule))

/** Makes an audience without members. */
export const insertAudience = async (
  tx: Db,
  change: AudienceChange & { readonly sandboxId: string; readonly kind: AudienceRecord['kind'] },
): Promise<void> => {
  await tx.query(
    `insert into audience (id, sandbox_id, kind, name, description, rule, created_at, created_by, modified_at, modified_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8)`,
    [
      ...[change.id, change.sandboxId, change.kind, change.name, change.description],
      ...[stored(change.rule), change.now, change.by],
    ],
  )
}

/** Changes an audience and raises its revision. */
export const writeAudience = async (tx: Db, change: AudienceChange): Promise<void> => {
  await tx.query(
    `update audience set name = $2, description = $3, rule = $4, modified_at = $5, modified_by = $6,
       revision = revision + 1 where id = $1`,
    [change.id, change.name, change.description, stored(change.rule), change.now, change.by],
  )
}

/** Archives, or brings back with null. */
export const markArchived = async (
  tx: Db,
  id: string,
  change: { readonly archivedAt: Date | null; readonly by: string; readonly now: Date },
): Promise<void> => {
  await tx.query(
    `update audience set archived_at = $2, modified_at = $3, modified_by = $4, revision = revision + 1 where id = $1`,
    [id, change.archivedAt, change.now, change.by],
  )
}

/** Removes an audience with its members and uploads. */
export const deleteAudience = async (tx: Db, id: string): Promise<void> => {
  await tx.query('delete from audience where id = $1', [id])
}

/** The audiences of a sandbox, not archived, whose rule names this one, however deep: their names. */
export const audiencesNaming = async (tx: Db, sandboxId: string, id: string): Promise<string[]> => {
  const { rows } = await tx.query<{ name: string }>(
    `select name from audience where sandbox_id = $1 and archived_at is null
       and jsonb_path_exists(rule, '$.** ? (@.kind == "audience" && @.audienceId == $id)',
         jsonb_build_object('id', $2::text))
     order by name`,
    [sandboxId, id],
  )
  return rows.map(row => row.name)
}
