/** Campaigns: list, make, read, change, delete. What a campaign does is in `campaign-actions.routes.ts`. */
import {
  Campaign,
  CampaignCreate,
  CampaignList,
  CampaignListQuery,
  CampaignPatch,
  type CampaignStatus,
  CampaignVersion,
  IdParams,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listCampaigns, listVersions } from '../../campaigns/campaign.store.ts'
import { statusOfRecord } from '../../campaigns/campaign.ts'
import {
  type Actor,
  createCampaign,
  discardDraft,
  getCampaign,
  patchCampaign,
  removeCampaign,
} from '../../campaigns/lifecycle.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { countsOfCampaigns } from '../../messages/counts.store.ts'
import { callerOf } from '../caller.ts'
import { campaignActionRoutes } from './campaign-actions.routes.ts'
import { propertiesOf, toCampaign, toVersion } from './campaign-view.ts'
import { checkContent } from './channel-content.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, sandboxNow, storable } from './deps.ts'

const tags = ['Campaigns']
type IdRequest = { Params: { id: string } }

const listRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: { limit: number; cursor?: string; status?: CampaignStatus; search?: string } }>(
    '/campaigns',
    {
      schema: {
        tags,
        summary: 'Campaigns, newest first',
        querystring: CampaignListQuery,
        response: { 200: CampaignList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, status, search } = storable(request.query)
      const now = await sandboxNow(request, deps)
      const campaigns = await listCampaigns(deps.pool, {
        sandboxId: callerOf(request).sandbox.id,
        limit,
        after: readCursor(cursor),
        search,
        status,
        now,
      })
      const counts = await countsOfCampaigns(
        deps.pool,
        campaigns.map(campaign => campaign.id),
      )
      return toPage(campaigns, limit, {
        id: campaign => campaign.id,
        item: campaign => {
          const properties = propertiesOf(campaign)
          return {
            id: campaign.id,
            name: properties?.name ?? '',
            status: statusOfRecord(campaign, now),
            category: properties?.category ?? '',
            channel: properties?.channel ?? '',
            tags: properties?.tags ?? [],
            hasDraft: campaign.draft !== null,
            liveVersion: campaign.live?.number ?? null,
            ...counts(campaign.id),
            modifiedAt: campaign.modifiedAt.toISOString(),
          }
        },
      })
    },
  )
}

const oneRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<IdRequest>(
    '/campaigns/:id',
    {
      schema: {
        tags,
        summary: 'A campaign, its draft and its live version',
        params: IdParams,
        response: { 200: Campaign, ...REFUSALS },
      },
    },
    async request =>
      toCampaign(
        await getCampaign(actorOf(request, deps), idOf(request.params.id, 'campaign')),
        await sandboxNow(request, deps),
      ),
  )
  app.get<IdRequest>(
    '/campaigns/:id/versions',
    {
      schema: {
        tags,
        summary: 'All versions, newest first',
        params: IdParams,
        response: {
          200: Type.Object({ items: Type.Array(CampaignVersion), next: Type.Null() }),
          ...REFUSALS,
        },
      },
    },
    async request => {
      const campaign = await getCampaign(actorOf(request, deps), idOf(request.params.id, 'campaign'))
      return {
        items: (await listVersions(deps.pool, campaign.sandboxId, campaign.id)).map(toVersion),
        next: null,
      }
    },
  )
}

const removeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.delete<IdRequest>(
    '/campaigns/:id',
    {
      schema: {
        tags,
        summary: 'Delete a campaign that was never live',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = idOf(request.params.id, 'campaign')
      await removeCampaign(actorOf(request, deps), id)
      deps.onCampaignChanged(id)
      return reply.code(204).send()
    },
  )
  app.delete<IdRequest>(
    '/campaigns/:id/draft',
    {
      schema: {
        tags,
        summary: 'Give up the draft beside a live version',
        params: IdParams,
        response: { 200: Campaign, ...REFUSALS },
      },
    },
    async request =>
      toCampaign(
        await discardDraft(actorOf(request, deps), idOf(request.params.id, 'campaign')),
        await sandboxNow(request, deps),
      ),
  )
}

// Content that comes without its channel is that of the campaign's.
const withChannel = async (actor: Actor, id: string, patch: CampaignPatch): Promise<CampaignPatch> => {
  if (patch.content === undefined || patch.channel !== undefined) return patch
  const channel = propertiesOf(await getCampaign(actor, id))?.channel ?? 'email'
  checkContent(channel, patch.content)
  return { ...patch, channel }
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: CampaignCreate }>(
    '/campaigns',
    {
      schema: {
        tags,
        summary: 'Make a draft; everything has a default',
        body: CampaignCreate,
        response: { 201: Campaign, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const campaign = await createCampaign(actorOf(request, deps), storable(request.body))
      return reply.code(201).send(toCampaign(campaign, await sandboxNow(request, deps)))
    },
  )
  app.patch<{ Params: { id: string }; Body: CampaignPatch }>(
    '/campaigns/:id',
    {
      schema: {
        tags,
        summary: 'Change the draft; a live campaign gets one',
        params: IdParams,
        body: CampaignPatch,
        response: { 200: Campaign, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'campaign')
      const actor = actorOf(request, deps)
      return toCampaign(
        await patchCampaign(actor, id, await withChannel(actor, id, storable(request.body))),
        await sandboxNow(request, deps),
      )
    },
  )
}

/** Routes below `/api/v1`. */
export const campaignRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    listRoute(app, deps)
    oneRoutes(app, deps)
    removeRoutes(app, deps)
    writeRoutes(app, deps)
    campaignActionRoutes(app, deps)
  }
