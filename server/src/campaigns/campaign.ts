/** The campaign: what it is made of, and the one rule that says which status it has. Pure. */
import {
  CAMPAIGN_NAMESPACE,
  type CampaignCreate,
  type CampaignProperties,
  type CampaignStatus,
  type CampaignTracking,
  EMPTY_CONTENT,
} from '@carillon/contract'

/** A frozen version; `number` null is a draft's snapshot made for a test send. */
export interface CampaignVersionRecord {
  readonly id: string
  readonly campaignId: string
  readonly sandboxId: string
  readonly number: number | null
  readonly properties: CampaignProperties
  readonly createdAt: Date
  readonly createdBy: string
}

/** A campaign with its draft and its live version; at least one of them is there. */
export interface CampaignRecord {
  readonly id: string
  readonly sandboxId: string
  readonly revision: number
  readonly draft: CampaignProperties | null
  readonly live: CampaignVersionRecord | null
  readonly stoppedAt: Date | null
  readonly createdAt: Date
  readonly createdBy: string
  readonly modifiedAt: Date
  readonly modifiedBy: string
}

/** The facts that make a status. */
export interface StatusFacts {
  readonly stoppedAt: Date | null
  readonly startAt: string | null
  readonly endAt: string | null
  readonly hasLive: boolean
}

/** The status at a moment: stopped wins, then the dates of the live version; without one it is a draft. */
export const statusOf = (facts: StatusFacts, now: Date): CampaignStatus => {
  if (facts.stoppedAt !== null) return 'stopped'
  if (!facts.hasLive) return 'draft'
  if (facts.endAt !== null && Date.parse(facts.endAt) <= now.getTime()) return 'completed'
  if (facts.startAt !== null && Date.parse(facts.startAt) > now.getTime()) return 'scheduled'
  return 'live'
}

/** The status of a record. */
export const statusOfRecord = (campaign: CampaignRecord, now: Date): CampaignStatus =>
  statusOf(
    {
      stoppedAt: campaign.stoppedAt,
      hasLive: campaign.live !== null,
      startAt: campaign.live?.properties.startAt ?? null,
      endAt: campaign.live?.properties.endAt ?? null,
    },
    now,
  )

/** The members that a campaign has when nobody set them; versions stored before they existed have these too. */
const DEFAULTS = {
  contextSchema: null,
  highThroughput: false,
  ratePerSecond: null,
  onceWindowSeconds: null,
  guard: { perMinute: null, perDay: null, perPersonPerDay: null, suddenRise: false },
  staleAfterSeconds: null,
  unknownPolicy: 'hold',
  audienceId: null,
  ruleSetIds: [] as string[],
  topicId: null,
  attachmentIds: [] as string[],
} as const satisfies Partial<CampaignProperties>

const TRACKED: CampaignTracking = { opens: true, clicks: true }
const UNTRACKED: CampaignTracking = { opens: false, clicks: false }

// Both are on; a high-throughput campaign pays for every microsecond, so there somebody has to want it.
const trackingOf = ({ highThroughput = false }: CampaignCreate): CampaignTracking =>
  highThroughput ? UNTRACKED : TRACKED

/** A new campaign's properties: what was given, defaults for the rest. Unknown people get a profile by default. */
export const withDefaults = (given: CampaignCreate): CampaignProperties => ({
  name: 'New campaign',
  description: '',
  category: 'transactional',
  tags: [],
  channel: 'email',
  channelConfigurationId: null,
  content: EMPTY_CONTENT[given.channel ?? 'email'],
  identityNamespace: CAMPAIGN_NAMESPACE[given.channel ?? 'email'],
  createNewProfiles: true,
  startAt: null,
  endAt: null,
  messageExpirySeconds: null,
  sample: { profile: {}, context: {} },
  ...DEFAULTS,
  tracking: trackingOf(given),
  ...given,
})

/** Properties as they are stored: what was written before a member existed has its default. */
export type StoredProperties = Omit<CampaignProperties, keyof typeof DEFAULTS | 'tracking'> &
  Partial<CampaignProperties>

/** Stored properties, whole. A version from before links were followed goes on as it was activated. */
export const fromStored = (stored: StoredProperties): CampaignProperties => ({
  ...DEFAULTS,
  tracking: UNTRACKED,
  ...stored,
})
