/** Campaigns of the native API: the authored thing, its versions, its content, its preview and its curl. */
import { type Static, type TSchema, Type } from 'typebox'
import { CHANNELS, mapChannels } from './channel-names.ts'
import { type CampaignChannel, CHANNEL_CONTENT, type ChannelContent } from './channels.ts'
import { DeviceToRegister } from './push.ts'
import { RenderedPushContent } from './push-content.ts'
import { byChannel, choice, closed, Id, Instant, JsonObject, listOf, listQuery, nullable } from './shapes.ts'
import { RenderedSmsContent } from './sms.ts'

/** The states of a campaign. */
export const CAMPAIGN_STATUSES = [
  'draft',
  'in_review',
  'scheduled',
  'live',
  'stopped',
  'completed',
  'failed',
  'archived',
] as const
/** A campaign's status. */
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number]

/** At most so many files go with a mail, of at most so many bytes together. */
export const MAX_ATTACHMENTS = 5
export const MAX_ATTACHMENT_BYTES = 5_000_000
/** A file of a campaign. */
export const CampaignFile = closed({
  id: Id,
  name: Type.String(),
  mediaType: Type.String(),
  size: Type.Integer(),
  createdAt: Instant,
})
/** A file of a campaign. */
export type CampaignFile = Static<typeof CampaignFile>
/** The files of a campaign, the oldest first. */
export const CampaignFileList = listOf(CampaignFile)
/** `POST /api/v1/campaigns/{id}/files`: the file is the body, its type the content type, its name in the query. */
export const CampaignFileQuery = closed({ name: Type.String({ minLength: 1, maxLength: 80 }) })
/** `DELETE /api/v1/campaigns/{id}/files/{fileId}`: a file that neither the draft nor any version names. */
export const CampaignFileParams = closed({ id: Type.String(), fileId: Type.String() })

/**
 * Ceilings against a caller gone wild, counted as messages are taken up. When one is reached, the campaign is held and a
 * person decides. `suddenRise` holds when a minute brings more than ten times the mean of the last hour (and at least
 * 100). Null: no ceiling.
 */
export const RunawayGuard = closed({
  perMinute: nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  perDay: nullable(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
  perPersonPerDay: nullable(Type.Integer({ minimum: 1, maximum: 1_000 })),
  suddenRise: Type.Boolean(),
})
/** Ceilings against a caller gone wild. */
export type RunawayGuard = Static<typeof RunawayGuard>

/** Whether it is followed who opens the mails of a campaign, and who clicks their links. */
export const CampaignTracking = closed({ opens: Type.Boolean(), clicks: Type.Boolean() })
/** What is followed. */
export type CampaignTracking = Static<typeof CampaignTracking>

/** The longest that a rate-limited run may last (AJO: 12 h); what is left then is excluded. */
export const MAX_RATED_RUN_HOURS = 12

/**
 * What a person edits: all of it is frozen into a version at activation. `content` is that of the `channel`
 * (`CHANNEL_CONTENT`). `contextSchema` is the JSON Schema of what a
 * call gives as context; null: nothing is known of it. `highThroughput`: the campaign takes `external` recipients by the
 * high-throughput route only, and its content knows the context alone. `ratePerSecond`: messages per second of the whole
 * campaign, all workers together. `onceWindowSeconds`: a person gets it at most once in so many seconds.
 * `staleAfterSeconds`: what is this late when it is taken up is held for a decision. `unknownPolicy`: what becomes of a
 * message of which nobody can say whether it left; `retry` needs a channel that can de-duplicate.
 */
const MEMBERS = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  description: Type.String({ maxLength: 2_000 }),
  category: choice(['transactional', 'marketing']),
  tags: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20, uniqueItems: true }),
  channel: choice(CHANNELS),
  channelConfigurationId: nullable(Id),
  content: Type.Unsafe<ChannelContent>({ type: 'object', anyOf: Object.values(CHANNEL_CONTENT) }),
  identityNamespace: Type.String({ minLength: 1, maxLength: 100 }),
  createNewProfiles: Type.Boolean(),
  startAt: nullable(Instant),
  endAt: nullable(Instant),
  messageExpirySeconds: nullable(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
  sample: closed({ profile: JsonObject, context: JsonObject }),
  contextSchema: nullable(JsonObject),
  highThroughput: Type.Boolean(),
  ratePerSecond: nullable(Type.Integer({ minimum: 1, maximum: 2_000 })),
  onceWindowSeconds: nullable(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
  guard: RunawayGuard,
  staleAfterSeconds: nullable(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
  unknownPolicy: choice(['hold', 'retry']),
  audienceId: nullable(Id),
  ruleSetIds: Type.Array(Id, { maxItems: 10, uniqueItems: true }),
  topicId: nullable(Id),
  tracking: CampaignTracking,
  attachmentIds: Type.Array(Id, { maxItems: MAX_ATTACHMENTS, uniqueItems: true }),
} as const
/** What a person edits. */
export const CampaignProperties = closed(MEMBERS)
/** What a person edits. */
export type CampaignProperties = Static<typeof CampaignProperties>

// Content is held against the schema of its channel alone, so that pointers are exact.
const WRITTEN = Type.Partial(
  closed({ ...MEMBERS, content: Type.Unsafe<ChannelContent>({ type: 'object' }) }),
).properties
const withContent = <T extends TSchema>(body: T, fallback?: CampaignChannel) => ({
  ...body,
  allOf: [
    byChannel(
      mapChannels(channel => Type.Object({ content: Type.Optional(CHANNEL_CONTENT[channel]) })),
      fallback,
    ),
  ],
})

/** `POST /api/v1/campaigns`: a name is enough, the rest has defaults; without a `channel` it is an email. */
export const CampaignCreate = withContent(closed(WRITTEN), 'email')
/** The body that makes a campaign. */
export type CampaignCreate = Static<typeof CampaignCreate>

/**
 * `PATCH /api/v1/campaigns/{id}`: the members to change, and the revision they were read at (optional). Another `channel`
 * comes with its own content; a campaign that was live keeps its channel.
 */
export const CampaignPatch = withContent(closed({ ...WRITTEN, revision: Type.Optional(Type.Integer()) }))
/** The body that changes a draft. */
export type CampaignPatch = Static<typeof CampaignPatch>

/** A frozen version. */
export const CampaignVersion = closed({
  id: Id,
  number: nullable(Type.Integer()),
  properties: CampaignProperties,
  createdAt: Instant,
  createdBy: Type.String(),
})
/** A frozen version. */
export type CampaignVersion = Static<typeof CampaignVersion>

/** A campaign as its page sees it: the draft, if one is being edited, beside the live version, if there is one. */
export const Campaign = closed({
  id: Id,
  name: Type.String(),
  status: choice(CAMPAIGN_STATUSES),
  revision: Type.Integer(),
  draft: nullable(CampaignProperties),
  live: nullable(CampaignVersion),
  createdAt: Instant,
  createdBy: Type.String(),
  modifiedAt: Instant,
  modifiedBy: Type.String(),
})
/** A campaign. */
export type Campaign = Static<typeof Campaign>

/** A row of the campaign list. */
export const CampaignSummary = closed({
  id: Id,
  name: Type.String(),
  status: choice(CAMPAIGN_STATUSES),
  category: Type.String(),
  channel: Type.String(),
  tags: Type.Array(Type.String()),
  hasDraft: Type.Boolean(),
  liveVersion: nullable(Type.Integer()),
  accepted: Type.Integer(),
  sent: Type.Integer(),
  excluded: Type.Integer(),
  failed: Type.Integer(),
  cancelled: Type.Integer(),
  unknown: Type.Integer(),
  open: Type.Integer(),
  modifiedAt: Instant,
})
/** A row of the campaign list. */
export type CampaignSummary = Static<typeof CampaignSummary>

/** Filters of the list. */
export const CampaignListQuery = listQuery({
  status: Type.Optional(choice(CAMPAIGN_STATUSES)),
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
/** The list. */
export const CampaignList = listOf(CampaignSummary)

/** One finding of the validation: where (a JSON pointer into the properties) and, in content, line and column; `fix` says what mends it. */
export const Finding = closed({
  pointer: Type.String(),
  severity: choice(['error', 'warning']),
  code: Type.String(),
  message: Type.String(),
  line: nullable(Type.Integer()),
  column: nullable(Type.Integer()),
  excerpt: nullable(Type.String()),
  fix: nullable(Type.String()),
})
/** One finding of the validation. */
export type Finding = Static<typeof Finding>
/** `POST /api/v1/campaigns/{id}/validate`. */
export const ValidationResult = closed({ valid: Type.Boolean(), findings: Type.Array(Finding) })
/** The findings of a validation. */
export type ValidationResult = Static<typeof ValidationResult>

/**
 * `POST /api/v1/campaigns/{id}/preview`: renders the draft (or, without one, the live version) with the data given.
 * `profileId`: as that person, whose attributes `profile` is laid over as a call's would be.
 */
export const PreviewRequest = closed({
  profile: JsonObject,
  context: JsonObject,
  content: Type.Optional(
    Type.Unsafe<ChannelContent>({ type: 'object', anyOf: Object.values(CHANNEL_CONTENT) }),
  ),
  profileId: Type.Optional(Id),
})
/** The data to preview with. */
export type PreviewRequest = Static<typeof PreviewRequest>
/**
 * The person of a preview: the identity in the campaign's namespace and the address that it would go to, or the reason
 * why the person would be left out for having none.
 */
export const PreviewPerson = closed({
  profileId: Id,
  userId: nullable(Type.String()),
  address: nullable(Type.String()),
  reason: nullable(Type.String()),
  reasonText: nullable(Type.String()),
})
/** The person of a preview. */
export type PreviewPerson = Static<typeof PreviewPerson>
/**
 * What would be sent with that data; findings tell why a part is missing, or all of it. The members are those of the
 * campaign's channel; the others are null. `person` is null of given data.
 */
export const PreviewResult = closed({
  channel: choice(CHANNELS),
  subject: nullable(Type.String()),
  html: nullable(Type.String()),
  text: nullable(Type.String()),
  sms: nullable(RenderedSmsContent),
  push: nullable(RenderedPushContent),
  findings: Type.Array(Finding),
  person: nullable(PreviewPerson),
})
/** What would be sent. */
export type PreviewResult = Static<typeof PreviewResult>

/** `GET /api/v1/campaigns/{id}/curl`: the call with every variable that the content uses. */
export const TriggerSample = closed({
  url: Type.String(),
  headers: Type.Record(Type.String(), Type.String()),
  body: JsonObject,
  curl: Type.String(),
  variables: Type.Array(Type.String()),
})
/** The call that triggers a campaign. */
export type TriggerSample = Static<typeof TriggerSample>

/**
 * `POST /api/v1/campaigns/{id}/test`: sends the draft (or the live version) to one address: the one that the campaign's
 * channel needs.
 */
export const TestSendRequest = closed({
  emailAddress: Type.Optional(Type.String({ minLength: 3, maxLength: 320 })),
  phoneNumber: Type.Optional(Type.String({ minLength: 3, maxLength: 40 })),
  device: Type.Optional(DeviceToRegister),
  profile: Type.Optional(JsonObject),
  context: Type.Optional(JsonObject),
})
/** The body of a test send. */
export type TestSendRequest = Static<typeof TestSendRequest>
/** The execution that carries the test. */
export const TestSendResult = closed({ executionId: Type.String() })
