/** Transports and channel configurations. Passwords go in and never come out. */
import {
  ChannelConfiguration,
  ChannelConfigurationList,
  EmailConfigurationWrite,
  IdParams,
  Transport,
  TransportList,
  TransportWrite,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  deleteConfiguration,
  deleteTransport,
  findConfiguration,
  findTransport,
  insertConfiguration,
  insertTransport,
  listConfigurations,
  listTransports,
  replaceConfiguration,
  replaceTransport,
} from '../../campaigns/configuration.store.ts'
import { parseAddress } from '../../channels/email/address.ts'
import { Fault, type Problem } from '../../lib/fault.ts'
import { callerOf } from '../caller.ts'
import { idOf, notFound, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Channels']
type IdRequest = { Params: { id: string } }
const sandboxOf = (request: FastifyRequest): string => callerOf(request).sandbox.id

const transportChange = (
  deps: ResourceDeps,
  request: FastifyRequest<{ Body: TransportWrite }>,
  id: string,
) => ({
  id,
  sandboxId: sandboxOf(request),
  ...storable(request.body),
  secret: deps.secret,
  now: deps.clock.now(),
})

const transportRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get(
    '/transports',
    { schema: { tags, summary: 'Transports', response: { 200: TransportList, ...REFUSALS } } },
    async request => ({
      items: await listTransports(deps.pool, sandboxOf(request)),
      next: null,
    }),
  )
  app.post<{ Body: TransportWrite }>(
    '/transports',
    {
      schema: {
        tags,
        summary: 'Make an SMTP transport',
        body: TransportWrite,
        response: { 201: Transport, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = deps.newId()
      await insertTransport(deps.pool, transportChange(deps, request, id))
      return reply
        .code(201)
        .send(orNotFound(await findTransport(deps.pool, sandboxOf(request), id), 'transport'))
    },
  )
}

const transportChanges = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.put<{ Params: { id: string }; Body: TransportWrite }>(
    '/transports/:id',
    {
      schema: {
        tags,
        summary: 'Replace an SMTP transport; a password left out stays',
        params: IdParams,
        body: TransportWrite,
        response: { 200: Transport, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'SMTP transport')
      if (!(await replaceTransport(deps.pool, transportChange(deps, request, id))))
        throw notFound('SMTP transport')
      return orNotFound(await findTransport(deps.pool, sandboxOf(request), id), 'transport')
    },
  )
  app.delete<IdRequest>(
    '/transports/:id',
    {
      schema: {
        tags,
        summary: 'Remove an unused SMTP transport',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      if (!(await deleteTransport(deps.pool, sandboxOf(request), idOf(request.params.id, 'SMTP transport'))))
        throw notFound('SMTP transport')
      return reply.code(204).send()
    },
  )
}

const bad = (pointer: string, message: string) => ({ pointer, message })
const NO_TRANSPORT = 'names no transport of this sandbox'

const isDomain = (text: string): boolean => parseAddress(`bounces@${text}`)?.address === `bounces@${text}`

const addressProblems = ({ fromAddress, replyTo, bounceDomain }: EmailConfigurationWrite): Problem[] => [
  ...(typeof bounceDomain === 'string' && !isDomain(bounceDomain)
    ? [bad('/bounceDomain', 'is not a domain name in lower case')]
    : []),
  ...(parseAddress(fromAddress) === undefined ? [bad('/fromAddress', 'is not an email address')] : []),
  ...(replyTo !== null && parseAddress(replyTo) === undefined
    ? [bad('/replyTo', 'is not an email address')]
    : []),
]

// Between the Inbox and a provider nothing may fail over: test mail would go out, or real mail would reach nobody.
const transportProblems = (
  { transportId, fallbackTransportIds = [] }: EmailConfigurationWrite,
  kinds: ReadonlyMap<string, Transport['kind']>,
): Problem[] => {
  const first = kinds.get(transportId)
  const problemOf = (id: string): string | undefined => {
    if (id === transportId) return 'is the first transport already'
    const kind = kinds.get(id)
    if (kind === undefined) return NO_TRANSPORT
    return first === undefined || kind === first ? undefined : 'would mix the Inbox with a real provider'
  }
  return [
    ...(first === undefined ? [bad('/transportId', NO_TRANSPORT)] : []),
    ...fallbackTransportIds.flatMap((id, index) => {
      const problem = problemOf(id)
      return problem === undefined ? [] : [bad(`/fallbackTransportIds/${index}`, problem)]
    }),
  ]
}

const checkWrite = async (
  deps: ResourceDeps,
  sandboxId: string,
  write: EmailConfigurationWrite,
): Promise<void> => {
  const transports = await listTransports(deps.pool, sandboxId)
  const kinds = new Map(transports.map(({ id, kind }) => [id, kind]))
  const problems = [...addressProblems(write), ...transportProblems(write, kinds)]
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}

const configurationWrites = (app: FastifyInstance, deps: ResourceDeps): void => {
  const write = async (request: FastifyRequest<{ Body: EmailConfigurationWrite }>, id: string) => {
    await checkWrite(deps, sandboxOf(request), storable(request.body))
    return { id, sandboxId: sandboxOf(request), now: deps.clock.now(), write: request.body }
  }
  app.post<{ Body: EmailConfigurationWrite }>(
    '/channel-configurations',
    {
      schema: {
        tags,
        summary: 'Make an email configuration',
        body: EmailConfigurationWrite,
        response: { 201: ChannelConfiguration, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = deps.newId()
      await insertConfiguration(deps.pool, await write(request, id))
      return reply
        .code(201)
        .send(orNotFound(await findConfiguration(deps.pool, sandboxOf(request), id), 'channel configuration'))
    },
  )
  app.put<{ Params: { id: string }; Body: EmailConfigurationWrite }>(
    '/channel-configurations/:id',
    {
      schema: {
        tags,
        summary: 'Replace an email configuration',
        params: IdParams,
        body: EmailConfigurationWrite,
        response: { 200: ChannelConfiguration, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'channel configuration')
      if (!(await replaceConfiguration(deps.pool, await write(request, id))))
        throw notFound('channel configuration')
      return orNotFound(await findConfiguration(deps.pool, sandboxOf(request), id), 'channel configuration')
    },
  )
}

const configurationReads = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get(
    '/channel-configurations',
    {
      schema: {
        tags,
        summary: 'Channel configurations',
        response: { 200: ChannelConfigurationList, ...REFUSALS },
      },
    },
    async request => ({
      items: await listConfigurations(deps.pool, sandboxOf(request)),
      next: null,
    }),
  )
  app.get<IdRequest>(
    '/channel-configurations/:id',
    {
      schema: {
        tags,
        summary: 'A channel configuration',
        params: IdParams,
        response: { 200: ChannelConfiguration, ...REFUSALS },
      },
    },
    async request =>
      orNotFound(
        await findConfiguration(
          deps.pool,
          sandboxOf(request),
          idOf(request.params.id, 'channel configuration'),
        ),
        'channel configuration',
      ),
  )
  app.delete<IdRequest>(
    '/channel-configurations/:id',
    {
      schema: {
        tags,
        summary: 'Remove an unused channel configuration',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      if (
        !(await deleteConfiguration(
          deps.pool,
          sandboxOf(request),
          idOf(request.params.id, 'channel configuration'),
        ))
      )
        throw notFound('channel configuration')
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const configurationRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    transportRoutes(app, deps)
    transportChanges(app, deps)
    configurationReads(app, deps)
    configurationWrites(app, deps)
  }
