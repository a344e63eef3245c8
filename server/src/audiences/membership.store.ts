/** Whether one person is in an audience, asked of the database. */
import type { Db } from '../db/pool.ts'
import type { CompiledRule } from './compile.ts'

/** For each rule whether it takes in a person. The rules are compiled with `each`, into the same `values`: $2 the person. */
export const isOfRules = async (
  db: Db,
  rules: readonly Pick<CompiledRule, 'joins' | 'where'>[],
  values: readonly unknown[],
): Promise<readonly boolean[]> => {
  const tests = rules.map(
    ({ joins, where }) => `exists (select from profile p ${joins} where p.id = $2::uuid and ${where})`,
  )
  const { rows } = await db.query<{ found: boolean[] }>(`select array[${tests.join(', ')}] as found`, [
    ...values,
  ])
  return rows[0]?.found ?? []
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
