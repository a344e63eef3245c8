/** Which campaigns an audience is needed by. Reads only. */
import type { Db } from '../db/pool.ts'

/** The names of campaigns that are live, or scheduled, with this audience. */
export const liveCampaignsOf = async (
  db: Db,
  audience: { readonly sandboxId: string; readonly id: string; readonly now: Date },
): Promise<string[]> => {
  const { rows } = await db.query<{ name: string }>(
    `select v.properties ->> 'name' as name from campaign c join campaign_version v on v.id = c.live_version_id
     where c.sandbox_id = $1 and v.properties ->> 'audienceId' = $2::text and c.stopped_at is null
       and (v.properties ->> 'endAt' is null or (v.properties ->> 'endAt')::timestamptz > $3)
     order by name`,
    [audience.sandboxId, audience.id, audience.now],
  )
  return rows.map(row => row.name)
}
