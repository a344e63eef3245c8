/** What a campaign does: validate, activate, stop, duplicate, preview, its curl, a test send. */
import {
  Campaign,
  type CampaignProperties,
  IdParams,
  PreviewRequest,
  PreviewResult,
  TestSendRequest,
  TestSendResult,
  TriggerSample,
  ValidationResult,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import type { CampaignRecord } from '../../campaigns/campaign.ts'
import { statusOfRecord } from '../../campaigns/campaign.ts'
import { sendingConfigurationById } from '../../campaigns/configuration.store.ts'
import {
  type Actor,
  activateCampaign,
  duplicateCampaign,
  getCampaign,
  stopCampaign,
  validate,
  versionForTest,
} from '../../campaigns/lifecycle.ts'
import { previewContent } from '../../campaigns/preview.ts'
import { triggerSample } from '../../campaigns/sample.ts'
import { isValid } from '../../campaigns/validate.ts'
import { templatesOf } from '../../content/content.ts'
import { withMailLinks } from '../../content/mail-links.ts'
import { libraryFor } from '../../content/stage.ts'
import { plannedFor } from '../../delivery/plan.ts'
import { type PreviewCall, planPreview } from '../../delivery/preview-person.ts'
import { Fault } from '../../lib/fault.ts'
import { findProfile } from '../../profiles/people.store.ts'
import { callerOf } from '../caller.ts'
import { propertiesOf, toCampaign } from './campaign-view.ts'
import { checkContent } from './channel-content.ts'
import { actorOf, idOf, localActorOf, notFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'
import { testAddress } from './test-address.ts'

const tags = ['Campaigns']
type IdRequest = { Params: { id: string } }

const steps: readonly {
  readonly path: string
  readonly summary: string
  readonly status: number
  readonly act: (actor: Actor, id: string) => Promise<CampaignRecord>
}[] = [
  {
    path: 'activate',
    summary: 'Freeze the draft as the next version and make it live',
    status: 200,
    act: activateCampaign,
  },
  {
    path: 'stop',
    summary: 'End a campaign for good; accepted messages finish',
    status: 200,
    act: stopCampaign,
  },
  { path: 'duplicate', summary: 'A new draft with the same properties', status: 201, act: duplicateCampaign },
]

const stepRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  for (const { path, summary, status, act } of steps)
    app.post<IdRequest>(
      `/campaigns/:id/${path}`,
      { schema: { tags, summary, params: IdParams, response: { [status]: Campaign, ...REFUSALS } } },
      async (request, reply) => {
        const id = idOf(request.params.id, 'campaign')
        const actor = await localActorOf(request, deps)
        const campaign = await act(actor, id)
        deps.onCampaignChanged(id)
        return reply.code(status).send(toCampaign(campaign, actor.sandboxNow))
      },
    )
}

const reachedBy = async (
  deps: ResourceDeps,
  { channel, channelConfigurationId }: CampaignProperties,
): Promise<PreviewCall['reached']> =>
  plannedFor(
    channel,
    channelConfigurationId === null
      ? undefined
      : await sendingConfigurationById(deps.pool, channelConfigurationId),
  )

const personFor = async (
  deps: ResourceDeps,
  { sandboxId, profileId }: { readonly sandboxId: string; readonly profileId: string | undefined },
  call: PreviewCall,
): Promise<ReturnType<typeof planPreview> | undefined> => {
  if (profileId === undefined) return undefined
  const person = await findProfile(deps.pool, sandboxId, profileId)
  if (person !== undefined) return planPreview(person, call)
  const problems = [{ pointer: '/profileId', message: 'is no profile of this sandbox' }]
  throw new Fault('payload_invalid', { problems })
}

const contentRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest>(
    '/campaigns/:id/validate',
    {
      schema: {
        tags,
        summary: 'Everything that stands against activation',
        params: IdParams,
        response: { 200: ValidationResult, ...REFUSALS },
      },
    },
    async request => {
      const actor = await localActorOf(request, deps)
      const findings = await validate(actor, await getCampaign(actor, idOf(request.params.id, 'campaign')))
      return { valid: isValid(findings), findings }
    },
  )
  app.post<{ Params: { id: string }; Body: PreviewRequest }>(
    '/campaigns/:id/preview',
    {
      schema: {
        tags,
        summary: 'What would be sent with this data',
        params: IdParams,
        body: PreviewRequest,
        response: { 200: PreviewResult, ...REFUSALS },
      },
    },
    async request => {
      const campaign = await getCampaign(actorOf(request, deps), idOf(request.params.id, 'campaign'))
      const properties = campaign.draft ?? campaign.live?.properties
      if (properties === undefined) throw notFound('campaign')
      const { content = properties.content, profileId, ...given } = request.body
      const { channel, identityNamespace: namespace } = properties
      checkContent(channel, request.body.content)
      const hasLinks = properties.category === 'marketing' && channel === 'email'
      const links = hasLinks ? deps.links.example() : null
      const reached = await reachedBy(deps, properties)
      const planned = await personFor(deps, { ...campaign, profileId }, { namespace, reached, ...given })
      const data = withMailLinks(planned?.data ?? given, links)
      const stage = await deps.stage(campaign.sandboxId, properties.contextSchema)
      return { ...(await previewContent(stage, { channel, content }, data)), person: planned?.person ?? null }
    },
  )
}

const callRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<IdRequest>(
    '/campaigns/:id/curl',
    {
      schema: {
        tags,
        summary: 'The call that triggers this campaign',
        params: IdParams,
        response: { 200: TriggerSample, ...REFUSALS },
      },
    },
    async request => {
      const campaign = await getCampaign(actorOf(request, deps), idOf(request.params.id, 'campaign'))
      // What is triggered is the live version; a draft shows what its call will be.
      const properties = campaign.live?.properties ?? campaign.draft
      if (properties === null) throw notFound('campaign')
      const { publicUrl, organization } = deps
      const stage = await deps.stage(campaign.sandboxId)
      const fragments = await libraryFor(stage, templatesOf(properties))
      return triggerSample(
        { campaignId: campaign.id, properties, requestId: deps.newId(), fragments },
        { publicUrl, organization, sandboxName: callerOf(request).sandbox.name },
      )
    },
  )
}

const testRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Params: { id: string }; Body: TestSendRequest }>(
    '/campaigns/:id/test',
    {
      schema: {
        tags,
        summary: 'Send the draft (or the live version) to one address',
        params: IdParams,
        body: TestSendRequest,
        response: { 202: TestSendResult, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = idOf(request.params.id, 'campaign')
      const { profile, context, ...addresses } = storable(request.body)
      const actor = await localActorOf(request, deps)
      const campaign = await getCampaign(actor, id)
      const properties = propertiesOf(campaign)
      if (properties === undefined) throw notFound('campaign')
      const { country } = await reachedBy(deps, properties)
      const address = testAddress(properties.channel, addresses, country)
      if (statusOfRecord(campaign, actor.sandboxNow) === 'stopped')
        throw new Fault('campaign_state', {
          detail: 'A stopped campaign sends nothing; duplicate it to go on.',
        })
      const versionId = await versionForTest(actor, id)
      const recipient = {
        type: 'external' as const,
        ...address,
        ...(profile === undefined ? {} : { profile }),
        ...(context === undefined ? {} : { context }),
      }
      return reply.code(202).send(
        await deps.trigger.test({
          sandboxId: actor.sandboxId,
          campaignId: id,
          versionId,
          clientName: actor.by,
          recipient,
        }),
      )
    },
  )
}

/** Registers the actions. */
export const campaignActionRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  stepRoutes(app, deps)
  contentRoutes(app, deps)
  callRoutes(app, deps)
  testRoute(app, deps)
}
