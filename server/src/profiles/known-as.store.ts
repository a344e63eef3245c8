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

/** All ids of the person that a given one is of, as an array: today's, and those of who was merged into it. */
export const idsOfPerson = (given: string): string =>
  `(select array[today.id] || array(select gone.id from merged_profile gone where gone.profile_id = today.id)
     from (select ${todaysId(given)} as id) today)::uuid[]`

/** Of these ids those that were merged away, each with the person it is today. */
export const mergedAmong = async (db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await db.query<{ id: string; profile_id: string }>({
    name: 'merged-among',
    text: 'select id, profile_id from merged_profile where id = any($1::uuid[])',
    values: [ids],
  })
  return new Map(rows.map(row => [row.id, row.profile_id]))
}

const identitiesFrom = (table: 'identity' | 'former_identity', which = 'true'): string =>
  `coalesce((select jsonb_agg(jsonb_build_object('namespace', i.namespace, 'value', i.value))
     from ${table} i where i.profile_id = p.id and ${which}), '[]')`

// One that came back, whichever way, is no former one any more.
const IS_GONE = `not exists (
  select from identity now where now.profile_id = p.id and now.namespace = i.namespace and now.value = i.value)`

/** All names of a person of this sandbox; undefined: there is none. */
export const findKnownAs = async (db: Db, sandboxId: string, id: string): Promise<KnownAs | undefined> => {
  const { rows } = await db.query<{
    readonly id: string
    readonly merged: readonly string[]
    readonly identities: readonly Identity[]
    readonly former: readonly Identity[]
  }>(
    `select p.id, array(select gone.id from merged_profile gone where gone.profile_id = p.id) as merged,
       ${identitiesFrom('identity')} as identities, ${identitiesFrom('former_identity', IS_GONE)} as former
     from profile p where p.sandbox_id = $1 and p.id = ${todaysId('$2::uuid')}`,
    [sandboxId, id],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return { ids: [row.id, ...row.merged], identities: row.identities, former: row.former }
}
