/** The members of audiences in the database: written for uploads, read for all. */
import type { AudienceMember } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { todaysId } from '../profiles/known-as.store.ts'
import type { MemberQuery } from './members.ts'

/** A member that is written. */
export interface MemberRow {
  readonly profileId: string
  readonly extra: Readonly<Record<string, unknown>>
}

interface WrittenMember {
  readonly profile_id: string
  readonly inserted: boolean
}

const writeOnce = async (
  tx: Db,
  audienceId: string,
  members: readonly MemberRow[],
): Promise<WrittenMember[]> => {
  // Each person is locked against removal before the row refers to it. Of a row that an insert made, xmax is 0.
  const { rows } = await tx.query<WrittenMember>(
    `insert into audience_member (audience_id, profile_id, extra)
     select $1, p.id, given.extra from unnest($2::uuid[], $3::jsonb[]) as given (profile_id, extra)
     join profile p on p.id = given.profile_id order by p.id for key share of p
     on conflict (audience_id, profile_id) do update set extra = excluded.extra
     returning profile_id, xmax = 0 as inserted`,
    [audienceId, members.map(one => one.profileId), members.map(one => JSON.stringify(one.extra))],
  )
  return rows
}

// Of several who became one person, the last one's words stay.
const asTheyAreToday = async (tx: Db, members: readonly MemberRow[]): Promise<MemberRow[]> => {
  const { rows } = await tx.query<{ id: string; profile_id: string }>(
    'select id, profile_id from merged_profile where id = any($1::uuid[])',
    [members.map(one => one.profileId)],
  )
  const today = new Map(rows.map(row => [row.id, row.profile_id]))
  const found = members.flatMap(one => {
    const profileId = today.get(one.profileId)
    return profileId === undefined ? [] : [[profileId, { ...one, profileId }] as const]
  })
  return [...new Map(found).values()]
}

/** Adds members and replaces the `extra` of those there are; people who are gone by now are left out. */
export const upsertMembers = async (
  tx: Db,
  audienceId: string,
  members: readonly MemberRow[],
): Promise<{ readonly added: number; readonly replaced: number }> => {
  const rows = await writeOnce(tx, audienceId, members)
  const written = new Set(rows.map(row => row.profile_id))
  const missed = members.filter(one => !written.has(one.profileId))
  if (missed.length > 0) rows.push(...(await writeOnce(tx, audienceId, await asTheyAreToday(tx, missed))))
  const added = rows.filter(row => row.inserted).length
  return { added, replaced: rows.length - added }
}

/** Keeps the names of the columns that an upload's members have had. */
export const writeColumns = async (tx: Db, audienceId: string, columns: readonly string[]): Promise<void> => {
  await tx.query('update audience set columns = $2 where id = $1', [audienceId, columns])
}

/** Takes a person out. False: was not in. */
export const deleteMember = async (db: Db, audienceId: string, profileId: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `delete from audience_member where audience_id = $1 and profile_id = ${todaysId('$2::uuid')}`,
    [audienceId, profileId],
  )
  return rowCount === 1
}

/** Members in the order of their profiles; one more than `limit` when there are more. */
export const listMembers = async (
  db: Db,
  query: MemberQuery,
  page: { readonly limit: number; readonly after: string | null },
): Promise<AudienceMember[]> => {
  const next = query.values.length + 1
  const { rows } = await db.query<AudienceMember>(
    `select m.profile_id as "profileId", m.extra,
       coalesce((select jsonb_agg(jsonb_build_object('namespace', i.namespace, 'value', i.value)
         order by i.namespace, i.value) from identity i where i.profile_id = m.profile_id), '[]') as identities
     from (${query.text}) m where $${next}::uuid is null or m.profile_id > $${next}
     order by m.profile_id limit $${next + 1}`,
    [...query.values, page.after, page.limit + 1],
  )
  return rows
}
