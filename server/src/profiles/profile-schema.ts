/** The schema of a sandbox's profiles: replaced as a whole, never half. */
import type { ProfileSchema, ProfileSchemaWrite } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { refuseBadSchema } from './data-schema.ts'
import { writeProfileSchema } from './profile-schema.store.ts'

/** Who writes, in which sandbox, when. */
export interface SchemaWriter {
  readonly pool: Db
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
}

/** Replaces the schema. Mistakes in it and a stale `revision` are refused. */
export const replaceProfileSchema = async (
  writer: SchemaWriter,
  { schema, revision }: ProfileSchemaWrite,
): Promise<ProfileSchema> => {
  refuseBadSchema(schema, '/schema')
  const { pool, sandboxId, by, now } = writer
  const written = await writeProfileSchema(pool, { sandboxId, schema, revision, by, now })
  if (written === undefined)
    throw new Fault('revision_stale', {
      detail: 'Somebody else changed the schema; load it again before you save.',
    })
  return written
}
