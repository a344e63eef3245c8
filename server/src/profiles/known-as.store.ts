/** What a person is and was called: the ids of those who were merged into it, and its identities, today's and former ones. */
import type { Identity } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** A person under all names. `ids` begins with the person's own. */
export interface KnownAs {
  readonly ids: readonly string[]
  readonly identities: readonly Identity[]
  readonly former: readonly Identity[]
}

/** The id under which a person is kept, `$n` a given one: who was merged away is who it became. */
export const todaysId = (given: string): string =>
  `coalesce((select gone.profile_id from merged_profile gone where gone.id = ${given}), ${given})`

const identitiesFrom = (table: 'identity' | 'former_identity'): string =>
  `coalesce((select jsonb_agg(jsonb_build_object('namespace', i.namespace, 'value', i.value))
     from ${table} i where i.profile_id = p.id), '[]')`

/** All names of a person of this sandbox; undefined: there is none. */
export const findKnownAs = async (db: Db, sandboxId: string, id: string): Promise<KnownAs | undefined> => {
  const { rows } = await db.query<{
    readonly id: string
    readonly merged: readonly string[]
    readonly identities: readonly Identity[]
    readonly former: readonly Identity[]
  }>(
    `select p.id, array(select gone.id from merged_profile gone where gone.profile_id = p.id) as merged,
       ${identitiesFrom('identity')} as identities, ${identitiesFrom('former_identity')} as former
     from profile p where p.sandbox_id = $1 and p.id = ${todaysId('$2::uuid')}`,
    [sandboxId, id],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return { ids: [row.id, ...row.merged], identities: row.identities, former: row.former }
}
