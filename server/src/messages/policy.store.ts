/** Unknown messages whose campaign says that they may be tried again by themselves. */
import type { Db } from '../db/pool.ts'

/** A message of which nobody can say whether it left, and the version whose policy is `retry`. */
export interface UnknownToRetry {
  readonly messageId: string
  readonly versionId: string
}

/** At most `limit` of them; nothing is read while no campaign has that policy. */
export const findUnknownToRetry = async (db: Db, limit: number): Promise<UnknownToRetry[]> => {
  const { rows } = await db.query<{ message_id: string; campaign_version_id: string }>(
    `with v as materialized (
       select id, sandbox_id from campaign_version where properties ->> 'unknownPolicy' = 'retry'
     )
     select d.message_id, e.campaign_version_id
     from delivery d join execution e on e.id = d.execution_id join v on v.id = e.campaign_version_id
     where d.state = 'unknown' and d.sandbox_id in (select sandbox_id from v)
     order by d.message_id limit $1`,
    [limit],
  )
  return rows.map(row => ({ messageId: row.message_id, versionId: row.campaign_version_id }))
}
