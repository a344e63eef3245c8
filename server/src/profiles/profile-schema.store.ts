/** The schema of a sandbox's profiles in the database: one row a sandbox, none before the first write. */
import type { ProfileSchema } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

type Schema = ProfileSchema['schema']

/** The schema of a sandbox; revision 0 before the first write. */
export const findProfileSchema = async (db: Db, sandboxId: string): Promise<ProfileSchema> => {
  const { rows } = await db.query<{ readonly schema: Schema; readonly revision: number }>(
    'select schema, revision from profile_schema where sandbox_id = $1',
    [sandboxId],
  )
  return rows[0] ?? { schema: null, revision: 0 }
}

/** What is written; `revision` is the one it was read at, if the writer cares. */
export interface ProfileSchemaChange {
  readonly sandboxId: string
  readonly schema: Schema
  readonly revision: number | undefined
  readonly by: string
  readonly now: Date
}

/** Replaces the schema. Undefined: the revision is not the current one any more. */
export const writeProfileSchema = async (
  db: Db,
  change: ProfileSchemaChange,
): Promise<ProfileSchema | undefined> => {
  const { rows } = await db.query<{ readonly schema: Schema; readonly revision: number }>(
    `insert into profile_schema as p (sandbox_id, schema, revision, modified_at, modified_by)
     select $1, $2::jsonb, 1, $3, $4
     where $5::int is null or $5 = 0 or exists (select from profile_schema where sandbox_id = $1)
     on conflict (sandbox_id) do update
       set schema = excluded.schema, revision = p.revision + 1, modified_at = $3, modified_by = $4
       where $5::int is null or p.revision = $5
     returning schema, revision`,
    [
      change.sandboxId,
      change.schema === null ? null : JSON.stringify(change.schema),
      change.now,
      change.by,
      change.revision ?? null,
    ],
  )
  return rows[0]
}
