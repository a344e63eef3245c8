/** What a sample campaign and a sample profile are. Knows neither the database nor the samples themselves. */
import type { CampaignChannel, CampaignProperties, ChannelContent, Profile } from '@carillon/contract'
import { withDefaults } from '../campaigns/campaign.ts'

/** The part of a campaign's properties in which the samples differ. */
export interface SampleCampaign {
  readonly name: string
  readonly description: string
  /** Whether it is live from the first start, or a draft. */
  readonly live: boolean
  /** To the sample audience, instead of people named in a call. */
  readonly marketing?: true
  readonly tags: readonly string[]
  readonly channel: CampaignChannel
  readonly content: ChannelContent
  readonly messageExpirySeconds: number | null
  readonly sample: CampaignProperties['sample']
}

/** A person to try things with. */
export type SampleProfile = Pick<Profile, 'identities' | 'attributes'>

/** What samples refer to. */
export interface SampleReferences {
  readonly configurationIds: Readonly<Record<CampaignChannel, string>>
  readonly audienceId: string
}

/** A sample's properties, whole: it creates profiles, so that a trigger call works for any address. */
export const propertiesOf = (
  campaign: SampleCampaign,
  { configurationIds, audienceId }: SampleReferences,
): CampaignProperties =>
  withDefaults({
    ...(campaign.marketing === true ? { category: 'marketing', audienceId } : {}),
    name: campaign.name,
    description: campaign.description,
    tags: [...campaign.tags],
    channel: campaign.channel,
    channelConfigurationId: configurationIds[campaign.channel],
    content: campaign.content,
    messageExpirySeconds: campaign.messageExpirySeconds,
    sample: campaign.sample,
  })
