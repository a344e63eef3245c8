/** Seed lists and transport groups: list, make, replace, remove. */
import {
  IdParams,
  SeedList,
  SeedListList,
  SeedListWrite,
  TransportGroup,
  TransportGroupList,
  TransportGroupWrite,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  deleteSeedList,
  deleteTransportGroup,
  listSeedLists,
  listTransportGroups,
  putSeedList,
} from '../../campaigns/sending-lists.store.ts'
import { writeTransportGroup } from '../../campaigns/transport-groups.ts'
import { isAsciiAddress, parseAddress } from '../../channels/email/address.ts'
import { Fault } from '../../lib/fault.ts'
import {
  actorOf,
  configurationActorOf,
  idOf,
  notFound,
  orNotFound,
  REFUSALS,
  type ResourceDeps,
  storable,
} from './deps.ts'

const tags = ['Channels']
type IdRequest = { Params: { id: string } }

/** The addresses as they go into an envelope, each once. */
const checkedSeeds = (write: SeedListWrite): SeedListWrite => {
  const problems = write.addresses.flatMap((one, index) => {
    const address = parseAddress(one)?.address
    const isGood = address !== undefined && isAsciiAddress(address)
    return isGood ? [] : [{ pointer: `/addresses/${index}`, message: 'is not an email address' }]
  })
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return { ...write, addresses: [...new Set(write.addresses.map(one => parseAddress(one)?.address ?? one))] }
}

const seedReads = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get(
    '/seed-lists',
    { schema: { tags, summary: 'Seed lists, by name', response: { 200: SeedListList, ...REFUSALS } } },
    async request => ({
      items: await listSeedLists(deps.pool, actorOf(request, deps).sandboxId),
      next: null,
    }),
  )
  app.delete<IdRequest>(
    '/seed-lists/:id',
    {
      schema: {
        tags,
        summary: 'Remove an unused seed list',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { sandboxId } = actorOf(request, deps)
      if (!(await deleteSeedList(deps.pool, sandboxId, idOf(request.params.id, 'seed list'))))
        throw notFound('seed list')
      return reply.code(204).send()
    },
  )
}

const seedWrites = (app: FastifyInstance, deps: ResourceDeps): void => {
  const findSeeds = async (sandboxId: string, id: string): Promise<SeedList> =>
    orNotFound(
      (await listSeedLists(deps.pool, sandboxId)).find(one => one.id === id),
      'seed list',
    )
  app.post<{ Body: SeedListWrite }>(
    '/seed-lists',
    {
      schema: {
        tags,
        summary: 'Make a seed list',
        body: SeedListWrite,
        response: { 201: SeedList, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { sandboxId, now } = actorOf(request, deps)
      const id = deps.newId()
      await putSeedList(deps.pool, { id, sandboxId, now, write: checkedSeeds(storable(request.body)) })
      return reply.code(201).send(await findSeeds(sandboxId, id))
    },
  )
  app.put<IdRequest & { Body: SeedListWrite }>(
    '/seed-lists/:id',
    {
      schema: {
        tags,
        summary: 'Replace a seed list',
        params: IdParams,
        body: SeedListWrite,
        response: { 200: SeedList, ...REFUSALS },
      },
    },
    async request => {
      const { sandboxId, now } = actorOf(request, deps)
      const { id } = await findSeeds(sandboxId, idOf(request.params.id, 'seed list'))
      await putSeedList(deps.pool, { id, sandboxId, now, write: checkedSeeds(storable(request.body)) })
      return findSeeds(sandboxId, id)
    },
  )
}

const groupReads = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get(
    '/transport-groups',
    {
      schema: {
        tags,
        summary: 'Transports that share mail evenly, by name',
        response: { 200: TransportGroupList, ...REFUSALS },
      },
    },
    async request => ({
      items: await listTransportGroups(deps.pool, actorOf(request, deps).sandboxId),
      next: null,
    }),
  )
  app.delete<IdRequest>(
    '/transport-groups/:id',
    {
      schema: {
        tags,
        summary: 'Remove an unused transport group',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { sandboxId } = actorOf(request, deps)
      if (!(await deleteTransportGroup(deps.pool, sandboxId, idOf(request.params.id, 'transport group'))))
        throw notFound('transport group')
      return reply.code(204).send()
    },
  )
}

const groupWrites = (app: FastifyInstance, deps: ResourceDeps): void => {
  const findGroup = async (sandboxId: string, id: string): Promise<TransportGroup> =>
    orNotFound(
      (await listTransportGroups(deps.pool, sandboxId)).find(one => one.id === id),
      'transport group',
    )
  app.post<{ Body: TransportGroupWrite }>(
    '/transport-groups',
    {
      schema: {
        tags,
        summary: 'Make a transport group',
        body: TransportGroupWrite,
        response: { 201: TransportGroup, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const by = configurationActorOf(request, deps)
      const { sandboxId, now } = by
      const id = deps.newId()
      await writeTransportGroup(by, { id, sandboxId, now, write: storable(request.body) })
      return reply.code(201).send(await findGroup(sandboxId, id))
    },
  )
  app.put<IdRequest & { Body: TransportGroupWrite }>(
    '/transport-groups/:id',
    {
      schema: {
        tags,
        summary: 'Replace a transport group; its configurations use it within two seconds',
        params: IdParams,
        body: TransportGroupWrite,
        response: { 200: TransportGroup, ...REFUSALS },
      },
    },
    async request => {
      const by = configurationActorOf(request, deps)
      const { sandboxId, now } = by
      const { id } = await findGroup(sandboxId, idOf(request.params.id, 'transport group'))
      await writeTransportGroup(by, { id, sandboxId, now, write: storable(request.body) })
      return findGroup(sandboxId, id)
    },
  )
}

/** Routes below `/api/v1`. */
export const sendingListRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    seedReads(app, deps)
    seedWrites(app, deps)
    groupReads(app, deps)
    groupWrites(app, deps)
  }
