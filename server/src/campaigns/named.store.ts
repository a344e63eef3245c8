/** Campaigns as people call them. */
import type { Db } from '../db/pool.ts'
import { isUuid } from '../lib/ids.ts'
import { findCampaign } from './campaign.store.ts'
import type { CampaignRecord } from './campaign.ts'

const MOST = 20

/** The campaigns of a sandbox that have this id, or this exact name now or in any version; newest first, 20 at most. */
export const campaignsCalled = async (
  db: Db,
  sandboxId: string,
  idOrName: string,
): Promise<CampaignRecord[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select c.id from campaign c
     where c.sandbox_id = $1 and (c.id = $2 or c.draft ->> 'name' = $3 or exists (
       select 1 from campaign_version v where v.campaign_id = c.id and v.properties ->> 'name' = $3))
     order by c.id desc limit $4`,
    [sandboxId, isUuid(idOrName) ? idOrName : null, idOrName, MOST],
  )
  const found: CampaignRecord[] = []
  for (const { id } of rows) {
    const campaign = await findCampaign(db, sandboxId, id)
    if (campaign !== undefined) found.push(campaign)
  }
  return found
}
