/** Whether one person is in an audience, asked of the database. */
import type { Db } from '../db/pool.ts'
import type { CompiledRule } from './compile.ts'

/** Whether a rule takes in a person. The rule is compiled with `each`. */
export const isOfRule = async (
  db: Db,
  { joins, where, values }: CompiledRule,
  profileId: string,
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `select from profile p ${joins} where p.id = $${values.length + 1}::uuid and ${where}`,
    [...values, profileId],
  )
  return rowCount === 1
}

/** What uploads said of a person, by audience, of those that it is in. */
export const extrasOfPerson = async (
  db: Db,
  profileId: string,
  audienceIds: readonly string[],
): Promise<Map<string, Record<string, unknown>>> => {
  const { rows } = await db.query<{ audience_id: string; extra: Record<string, unknown> }>(
    'select audience_id, extra from audience_member where profile_id = $1 and audience_id = any($2::uuid[])',
    [profileId, audienceIds],
  )
  return new Map(rows.map(row => [row.audience_id, row.extra]))
}
