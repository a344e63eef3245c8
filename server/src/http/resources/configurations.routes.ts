/** Channel configurations: list, make, replace, and the steps of their life. */
import {
  ChannelConfiguration,
  ChannelConfigurationList,
  ChannelConfigurationWrite,
  ConfigurationSubmit,
  ConfigurationTest,
  IdParams,
  ProviderAnswer,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { deleteConfiguration, listConfigurations } from '../../campaigns/configuration.store.ts'
import {
  changeConfiguration,
  checkConfiguration,
  createConfiguration,
  deactivateConfiguration,
  getConfiguration,
  submitConfiguration,
} from '../../campaigns/configurations.ts'
import { testConfiguration } from '../../delivery/test-configuration.ts'
import { Fault } from '../../lib/fault.ts'
import { configurationActorOf, idOf, notFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'
import { addressOfTest, testAddress } from './test-address.ts'

const tags = ['Channels']
const PATH = '/channel-configurations'
type IdRequest = { Params: { id: string } }
const idIn = (request: FastifyRequest<IdRequest>): string => idOf(request.params.id, 'channel configuration')
const one = { 200: ChannelConfiguration, ...REFUSALS }

const reads = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get(
    PATH,
    {
      schema: {
        tags,
        summary: 'Channel configurations',
        response: { 200: ChannelConfigurationList, ...REFUSALS },
      },
    },
    async request => ({
      items: await listConfigurations(deps.pool, configurationActorOf(request, deps).sandboxId),
      next: null,
    }),
  )
  app.get<IdRequest>(
    `${PATH}/:id`,
    { schema: { tags, summary: 'A channel configuration', params: IdParams, response: one } },
    async request => getConfiguration(configurationActorOf(request, deps), idIn(request)),
  )
}

const writes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: ChannelConfigurationWrite }>(
    PATH,
    {
      schema: {
        tags,
        summary: 'Make a channel configuration',
        body: ChannelConfigurationWrite,
        response: { 201: ChannelConfiguration, ...REFUSALS },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(await createConfiguration(configurationActorOf(request, deps), storable(request.body))),
  )
  app.put<IdRequest & { Body: ChannelConfigurationWrite }>(
    `${PATH}/:id`,
    {
      schema: {
        tags,
        summary: 'Replace a channel configuration; its channel stays, name and domain while it is active',
        params: IdParams,
        body: ChannelConfigurationWrite,
        response: one,
      },
    },
    async request =>
      changeConfiguration(configurationActorOf(request, deps), idIn(request), storable(request.body)),
  )
  app.delete<IdRequest>(
    `${PATH}/:id`,
    {
      schema: {
        tags,
        summary: 'Remove an unused channel configuration',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { sandboxId } = configurationActorOf(request, deps)
      if (!(await deleteConfiguration(deps.pool, sandboxId, idIn(request))))
        throw notFound('channel configuration')
      return reply.code(204).send()
    },
  )
}

const steps = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest & { Body: ConfigurationSubmit }>(
    `${PATH}/:id/submit`,
    {
      schema: {
        tags,
        summary: 'Check a configuration and put it to use',
        params: IdParams,
        body: ConfigurationSubmit,
        response: one,
      },
    },
    async request =>
      submitConfiguration(configurationActorOf(request, deps), idIn(request), request.body.force ?? false),
  )
  const deeds = [
    { path: 'check', summary: 'Look up the records of its domains now', run: checkConfiguration },
    { path: 'deactivate', summary: 'Take a configuration out of use', run: deactivateConfiguration },
  ]
  for (const { path, summary, run } of deeds)
    app.post<IdRequest>(
      `${PATH}/:id/${path}`,
      { schema: { tags, summary, params: IdParams, response: one } },
      async request => run(configurationActorOf(request, deps), idIn(request)),
    )
}

const testRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest & { Body: ConfigurationTest }>(
    `${PATH}/:id/test`,
    {
      schema: {
        tags,
        summary: 'Send a short message with a configuration; what the provider says',
        params: IdParams,
        body: ConfigurationTest,
        response: { 200: ProviderAnswer, ...REFUSALS },
      },
    },
    async request => {
      const by = configurationActorOf(request, deps)
      const configuration = await getConfiguration(by, idIn(request))
      const { id, status, channel } = configuration
      const country = configuration.channel === 'sms' ? configuration.country : null
      const to = addressOfTest(testAddress(channel, request.body, country))
      if (status === 'deactivated')
        throw new Fault('resource_state', { detail: 'A deactivated configuration sends nothing.' })
      return testConfiguration(deps, { sandboxId: by.sandboxId, configurationId: id, to })
    },
  )
}

/** Routes below `/api/v1`. */
export const configurationRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    reads(app, deps)
    writes(app, deps)
    steps(app, deps)
    testRoute(app, deps)
  }
