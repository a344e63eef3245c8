/** Campaigns as the API shows them. */
import type { Campaign, CampaignProperties, CampaignVersion } from '@carillon/contract'
import { type CampaignRecord, type CampaignVersionRecord, statusOfRecord } from '../../campaigns/campaign.ts'

/** A version as the API shows it. */
export const toVersion = (version: CampaignVersionRecord): CampaignVersion => ({
  id: version.id,
  number: version.number,
  properties: version.properties,
  createdAt: version.createdAt.toISOString(),
  createdBy: version.createdBy,
})

/** What is worked on: the draft, else the live version. */
export const propertiesOf = (campaign: CampaignRecord): CampaignProperties | undefined =>
  campaign.draft ?? campaign.live?.properties

/** A campaign as the API shows it. */
export const toCampaign = (campaign: CampaignRecord, now: Date): Campaign => ({
  id: campaign.id,
  name: propertiesOf(campaign)?.name ?? '',
  status: statusOfRecord(campaign, now),
  revision: campaign.revision,
  draft: campaign.draft,
  live: campaign.live === null ? null : toVersion(campaign.live),
  createdAt: campaign.createdAt.toISOString(),
  createdBy: campaign.createdBy,
  modifiedAt: campaign.modifiedAt.toISOString(),
  modifiedBy: campaign.modifiedBy,
})
