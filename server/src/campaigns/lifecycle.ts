/**
 * The life of a campaign: draft, live (with or without a newer draft), stopped. Each step is one transaction that
 * locks the campaign, so two people cannot overwrite each other; versions are only ever added.
 */
import {
  CAMPAIGN_NAMESPACE,
  type CampaignChannel,
  type CampaignCreate,
  type CampaignPatch,
  type CampaignProperties,
  type ChannelConfiguration,
  type Finding,
} from '@carillon/contract'
import type pg from 'pg'
import { findAudience, lockAudiences } from '../audiences/audience.store.ts'
import { isAudienceEmpty } from '../audiences/estimate.ts'
import { findTopic } from '../consent/topic.store.ts'
import { authorLibrary, declaredSchemas } from '../content/authoring.ts'
import { templatesOf } from '../content/content.ts'
import { holdFragments } from '../content/fragment-source.store.ts'
import { ANY_PUSH_REACH, type PushReach } from '../content/push-content.ts'
import { fragmentReferences } from '../content/tag-references.ts'
import { type Db, transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { refuseBadSchema } from '../profiles/data-schema.ts'
import { activeRuleSetIds } from '../rules/rule-set.store.ts'
import {
  deleteCampaign,
  findCampaign,
  insertCampaign,
  insertVersion,
  lockCampaign,
  setLive,
  setStopped,
  writeDraft,
} from './campaign.store.ts'
import { type CampaignRecord, withDefaults } from './campaign.ts'
import { copyCampaignFiles, listCampaignFiles } from './campaign-file.store.ts'
import { configurationNeedsProfile } from './check-configuration.ts'
import { findConfiguration, listConfigurations, lockConfiguration } from './configuration.store.ts'
import { withCanonicalDates } from './schedule.ts'
import { isValid, type Named, validateCampaign } from './validate.ts'

/** Who does it, where and when. */
export interface Actor {
  readonly pool: pg.Pool
  readonly sandboxId: string
  readonly by: string
  readonly now: Date
  /** The time in the sandbox, where a test clock may have moved it; `now` where it is not given. */
  readonly sandboxNow?: Date
  readonly newId: () => string
  /** Measures spans of work (`Clock`). */
  readonly monotonicMs: () => number
}

const missing = (): Fault => new Fault('not_found', { detail: 'There is no such campaign in this sandbox.' })

/** A campaign of the actor's sandbox; 404 when there is none. */
export const getCampaign = async (actor: Actor, id: string): Promise<CampaignRecord> => {
  const campaign = await findCampaign(actor.pool, actor.sandboxId, id)
  if (campaign === undefined) throw missing()
  return campaign
}

type Work = (tx: pg.PoolClient, campaign: CampaignRecord) => Promise<void>

const change = async (actor: Actor, id: string, work: Work): Promise<CampaignRecord> => {
  await transaction(actor.pool, async tx => {
    const campaign = await lockCampaign(tx, actor.sandboxId, id)
    if (campaign === undefined) throw missing()
    await work(tx, campaign)
  })
  return getCampaign(actor, id)
}

const refuseStopped = (campaign: CampaignRecord): void => {
  if (campaign.stoppedAt !== null)
    throw new Fault('campaign_state', { detail: 'A stopped campaign stays as it is; duplicate it to go on.' })
}

const firstConfiguration = async (
  db: Db,
  sandboxId: string,
  channel: CampaignChannel,
): Promise<ChannelConfiguration | undefined> => {
  const own = (await listConfigurations(db, sandboxId)).filter(one => one.channel === channel)
  return own.find(one => one.status === 'active') ?? own[0]
}

/** Makes a draft. Without a channel configuration it takes the first of its channel, an active one where there is one. */
export const createCampaign = async (actor: Actor, given: CampaignCreate): Promise<CampaignRecord> => {
  refuseBadSchema(given.contextSchema, '/contextSchema')
  const first =
    given.channelConfigurationId === undefined
      ? await firstConfiguration(actor.pool, actor.sandboxId, given.channel ?? 'email')
      : undefined
  const draft = withDefaults({
    ...(first === undefined ? {} : { channelConfigurationId: first.id }),
    ...withCanonicalDates(given),
  })
  const id = actor.newId()
  await insertCampaign(actor.pool, { id, sandboxId: actor.sandboxId, draft, by: actor.by, now: actor.now })
  return getCampaign(actor, id)
}

const currentProperties = (campaign: CampaignRecord): CampaignProperties => {
  const properties = campaign.draft ?? campaign.live?.properties
  if (properties === undefined) throw missing()
  return properties
}

// Content and configuration are a channel's own, and what was sent is told by the channel.
const ofNewChannel = async (
  tx: Db,
  campaign: CampaignRecord,
  patch: CampaignPatch,
): Promise<CampaignPatch> => {
  const given = withCanonicalDates(patch)
  const { channel } = given
  if (channel === undefined || channel === currentProperties(campaign).channel) return given
  if (campaign.live !== null)
    throw new Fault('campaign_state', { detail: 'A campaign that was live keeps its channel.' })
  if (given.content === undefined)
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '/content', message: `is missing: give the content of the channel ${channel}` }],
    })
  const first = await firstConfiguration(tx, campaign.sandboxId, channel)
  return {
    identityNamespace: CAMPAIGN_NAMESPACE[channel],
    channelConfigurationId: first?.id ?? null,
    attachmentIds: [],
    ...given,
  }
}

/** Changes the draft; a live campaign without one gets a draft from its live version. A stale `revision` is refused. */
export const patchCampaign = (
  actor: Actor,
  id: string,
  { revision, ...patch }: CampaignPatch,
): Promise<CampaignRecord> =>
  change(actor, id, async (tx, campaign) => {
    refuseBadSchema(patch.contextSchema, '/contextSchema')
    refuseStopped(campaign)
    if (revision !== undefined && revision !== campaign.revision)
      throw new Fault('revision_stale', {
        detail: 'Somebody else changed this campaign; load it again before you save.',
      })
    await writeDraft(tx, {
      id,
      by: actor.by,
      now: actor.now,
      draft: { ...currentProperties(campaign), ...(await ofNewChannel(tx, campaign, patch)) },
    })
  })

const stateOf = (
  id: string | null,
  found: { readonly archivedAt: Date | null } | undefined,
): Named['state'] => {
  if (id === null) return 'unnamed'
  if (found === undefined) return 'missing'
  return found.archivedAt === null ? 'there' : 'archived'
}

const reachOf = (configuration: ChannelConfiguration | undefined): PushReach =>
  configuration?.channel !== 'push'
    ? ANY_PUSH_REACH
    : {
        platforms: [...new Set(configuration.apps.map(one => one.platform))],
        shownBy: configuration.shownBy,
      }

// On the connection of the transaction: a second one, taken while many hold their first, empties the pool for good.
const findingsOf = async (
  db: Db,
  actor: Actor,
  { campaign, isEmpty }: { readonly campaign: CampaignRecord; readonly isEmpty?: boolean | undefined },
): Promise<Finding[]> => {
  const properties = currentProperties(campaign)
  const { channelConfigurationId } = properties
  const configuration =
    channelConfigurationId === null
      ? undefined
      : await findConfiguration(db, actor.sandboxId, channelConfigurationId)
  const { sandboxId, now, sandboxNow = now } = actor
  const fragments = await authorLibrary(db, sandboxId, templatesOf(properties))
  const declared = await declaredSchemas(db, sandboxId, properties.contextSchema)
  const { audienceId, topicId } = properties
  const audience = audienceId === null ? undefined : await findAudience(db, sandboxId, audienceId)
  const topic = topicId === null ? undefined : await findTopic(db, sandboxId, topicId)
  return validateCampaign(properties, {
    configuration,
    configurationNeedsProfile: configuration !== undefined && configurationNeedsProfile(configuration),
    files: await listCampaignFiles(db, sandboxId, campaign.id),
    audience: { state: stateOf(audienceId, audience), isEmpty },
    topic: { state: stateOf(topicId, topic) },
    now: sandboxNow,
    monotonicMs: actor.monotonicMs,
    reach: reachOf(configuration),
    fragments,
    declared,
    activeRuleSetIds: await activeRuleSetIds(db, sandboxId),
  })
}

/** Findings of what would be activated: the draft, else the live version. Looks whether anybody is in the audience. */
export const validate = async (actor: Actor, campaign: CampaignRecord): Promise<Finding[]> => {
  const { category, audienceId } = currentProperties(campaign)
  const author = { ...actor, sandboxNow: actor.sandboxNow ?? actor.now }
  const isEmpty =
    category === 'marketing' && audienceId !== null ? await isAudienceEmpty(author, audienceId) : undefined
  return findingsOf(actor.pool, actor, { campaign, isEmpty })
}

const refuseErrors = (findings: readonly Finding[]): void => {
  if (isValid(findings)) return
  throw new Fault('campaign_invalid', {
    problems: findings
      .filter(one => one.severity === 'error')
      .map(({ pointer, message }) => ({ pointer, message })),
  })
}

/** Freezes the draft as the next version and makes it live. Refused with all findings when it has errors. */
export const activateCampaign = (actor: Actor, id: string): Promise<CampaignRecord> =>
  change(actor, id, async (tx, campaign) => {
    refuseStopped(campaign)
    if (campaign.draft === null)
      throw new Fault('campaign_state', { detail: 'There is no draft to activate.' })
    const references = templatesOf(campaign.draft).flatMap(fragmentReferences)
    await holdFragments(tx, actor.sandboxId, references)
    // Nobody archives or deletes the audience before the campaign is seen to use it.
    if (campaign.draft.audienceId !== null) await lockAudiences(tx, actor.sandboxId)
    // Nor does anybody take the configuration out of use, or make it one that the campaign cannot have.
    const { sandboxId, draft } = campaign
    if (draft?.channelConfigurationId != null)
      await lockConfiguration(tx, { sandboxId, id: draft.channelConfigurationId }, 'share')
    refuseErrors(await findingsOf(tx, actor, { campaign }))
    const versionId = actor.newId()
    const by = { by: actor.by, now: actor.now }
    await insertVersion(tx, {
      ...by,
      id: versionId,
      campaignId: id,
      sandboxId: actor.sandboxId,
      properties: campaign.draft,
      numbered: true,
    })
    await setLive(tx, { ...by, id, versionId })
  })

/** Ends a campaign for good: new calls are refused, accepted messages finish. */
export const stopCampaign = (actor: Actor, id: string): Promise<CampaignRecord> =>
  change(actor, id, async (tx, campaign) => {
    if (campaign.live === null)
      throw new Fault('campaign_state', { detail: 'A draft is not running; delete it instead.' })
    if (campaign.stoppedAt === null) await setStopped(tx, { id, by: actor.by, now: actor.now })
  })

const LONGEST_NAME = 200

/** A new draft with the properties of this one, and with its files or not at all. */
export const duplicateCampaign = async (actor: Actor, id: string): Promise<CampaignRecord> => {
  const properties = currentProperties(await getCampaign(actor, id))
  // Cut between characters: half of a surrogate pair cannot be stored.
  const name = [...`Copy of ${properties.name}`].slice(0, LONGEST_NAME).join('')
  const { sandboxId, by, now, newId } = actor
  const copy = { id: newId(), by, now, draft: { ...properties, name, attachmentIds: [] } }
  await transaction(actor.pool, async tx => {
    await insertCampaign(tx, { ...copy, sandboxId })
    const files = { sandboxId, campaignId: copy.id, newId }
    const attachmentIds = await copyCampaignFiles(tx, properties.attachmentIds, files)
    if (attachmentIds.length > 0) await writeDraft(tx, { ...copy, draft: { ...copy.draft, attachmentIds } })
  })
  return getCampaign(actor, copy.id)
}

/** Does something with the files of a campaign while nobody changes it, nor its files. */
export const withFilesOf = <T>(
  actor: Actor,
  id: string,
  work: (tx: pg.PoolClient, files: Awaited<ReturnType<typeof listCampaignFiles>>) => Promise<T>,
): Promise<T> =>
  transaction(actor.pool, async tx => {
    if ((await lockCampaign(tx, actor.sandboxId, id)) === undefined) throw missing()
    return work(tx, await listCampaignFiles(tx, actor.sandboxId, id))
  })

/** Removes a campaign that was never live. */
export const removeCampaign = async (actor: Actor, id: string): Promise<void> => {
  await transaction(actor.pool, async tx => {
    const campaign = await lockCampaign(tx, actor.sandboxId, id)
    if (campaign === undefined) throw missing()
    if (campaign.live !== null)
      throw new Fault('campaign_state', {
        detail: 'Only a draft can be deleted; stop a live campaign instead.',
      })
    await deleteCampaign(tx, id)
  })
}

/** Gives up the draft beside a live version. */
export const discardDraft = (actor: Actor, id: string): Promise<CampaignRecord> =>
  change(actor, id, async (tx, campaign) => {
    if (campaign.live === null || campaign.draft === null)
      throw new Fault('campaign_state', { detail: 'There is no draft beside a live version.' })
    await writeDraft(tx, { id, by: actor.by, now: actor.now, draft: null })
  })

/** Freezes what a test send uses: the draft's snapshot, else the live version itself. Answers the version's id. */
export const versionForTest = (actor: Actor, id: string): Promise<string> =>
  transaction(actor.pool, async tx => {
    const campaign = await lockCampaign(tx, actor.sandboxId, id)
    if (campaign === undefined) throw missing()
    if (campaign.draft === null && campaign.live !== null) return campaign.live.id
    // A test may be sent although the end has passed, and to somebody whom no topic would let it reach.
    const findings = await findingsOf(tx, actor, { campaign })
    refuseErrors(findings.filter(one => one.pointer !== '/endAt' && one.pointer !== '/topicId'))
    const versionId = actor.newId()
    await insertVersion(tx, {
      id: versionId,
      campaignId: id,
      sandboxId: actor.sandboxId,
      properties: currentProperties(campaign),
      numbered: false,
      by: actor.by,
      now: actor.now,
    })
    return versionId
  })
