/** Why did this person (not) get it? One endpoint that says all that is known. */
import { Why, WhyQuery } from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { type CampaignRecord, statusOfRecord } from '../../campaigns/campaign.ts'
import { campaignsCalled } from '../../campaigns/named.store.ts'
import { countsOfCampaigns } from '../../messages/counts.store.ts'
import { messagesToPerson, type PersonKey } from '../../messages/read.store.ts'
import { storiesOf } from '../../messages/timeline.store.ts'
import { buildTimeline } from '../../messages/timeline.ts'
import { conclude } from '../../messages/why.ts'
import { findProfile } from '../../profiles/people.store.ts'
import { resolveIdentities } from '../../profiles/profile.store.ts'
import { callerOf } from '../caller.ts'
import { notFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const MOST = 50

// The person by any of the identities that the profile has; without a profile by what was asked.
const findPerson = async (pool: pg.Pool, sandboxId: string, asked: PersonKey): Promise<Why['person']> => {
  const key = { namespace: asked.namespace.trim().toLowerCase(), value: asked.value.trim() }
  const [resolved] = await resolveIdentities(pool, [{ sandboxId, ...key }])
  const profile = resolved && (await findProfile(pool, sandboxId, resolved.profileId))
  return { ...key, profileId: profile?.id ?? null, identities: profile?.identities ?? [key] }
}

const toCampaigns = (campaigns: readonly CampaignRecord[], now: Date): Why['campaigns'] =>
  campaigns.map(campaign => ({
    campaignId: campaign.id,
    campaignName: (campaign.draft ?? campaign.live?.properties)?.name ?? '',
    status: statusOfRecord(campaign, now),
    everLive: campaign.live !== null,
  }))

const wasCalled = async (pool: pg.Pool, campaignIds: readonly string[]): Promise<boolean> => {
  const countsOf = await countsOfCampaigns(pool, campaignIds)
  return campaignIds.some(id => countsOf(id).accepted > 0)
}

const answer = async (deps: ResourceDeps, sandboxId: string, query: WhyQuery): Promise<Why> => {
  const { pool } = deps
  const now = deps.clock.now()
  const records = await campaignsCalled(pool, sandboxId, query.campaign)
  if (records.length === 0) throw notFound('campaign')
  const campaigns = toCampaigns(records, now)
  const campaignIds = campaigns.map(campaign => campaign.campaignId)
  const person = await findPerson(pool, sandboxId, query)
  const found = await messagesToPerson(pool, { campaignIds, identities: person.identities, limit: MOST })
  const stories = await storiesOf(pool, found)
  const messages = found.flatMap(({ summary }, index) => {
    const story = stories[index]
    return story === undefined ? [] : [{ ...summary, timeline: buildTimeline(story, now) }]
  })
  const everLive = campaigns.some(campaign => campaign.everLive)
  const called = found.length > 0 || (await wasCalled(pool, campaignIds))
  return { campaigns, person, messages, ...conclude({ newest: stories[0], everLive, called }) }
}

/** Routes below `/api/v1`. */
export const whyRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.get<{ Querystring: WhyQuery }>(
      '/why',
      {
        schema: {
          tags: ['Executions'],
          summary: 'Why did this person (not) get this campaign? `campaign` is an id or an exact name',
          querystring: WhyQuery,
          response: { 200: Why, ...REFUSALS },
        },
      },
      request => answer(deps, callerOf(request).sandbox.id, storable(request.query)),
    )
  }
