/** Transports: list, make, replace, remove, try out. Secrets go in and never come out. */
import {
  IdParams,
  PROVIDER_KINDS,
  ProviderAnswer,
  Transport,
  TransportList,
  TransportWrite,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { changeTransport, createTransport } from '../../campaigns/change-transport.ts'
import { transportProblems } from '../../campaigns/check-transport.ts'
import {
  deleteTransport,
  findTransport,
  listTransports,
  transportById,
} from '../../campaigns/transport.store.ts'
import { checkTransport } from '../../delivery/open-transport.ts'
import { Fault, type Problem } from '../../lib/fault.ts'
import { callerOf } from '../caller.ts'
import { idOf, notFound, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Channels']
type IdRequest = { Params: { id: string } }
const sandboxOf = (request: FastifyRequest): string => callerOf(request).sandbox.id

/** A transport has the settings of its kind and no others. */
const checked = (write: TransportWrite): TransportWrite => {
  const { kind = 'smtp' } = write
  const problems = PROVIDER_KINDS.flatMap((one): Problem[] => {
    const isThere = write[one] !== undefined
    if (one === kind) return isThere ? [] : [{ pointer: `/${one}`, message: 'is missing' }]
    return isThere ? [{ pointer: `/${one}`, message: `is not for a transport of kind ${kind}` }] : []
  })
  if (problems.length === 0) problems.push(...transportProblems(write))
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  return write
}

const transportChange = (
  deps: ResourceDeps,
  request: FastifyRequest<{ Body: TransportWrite }>,
  id: string,
) => ({
  id,
  sandboxId: sandboxOf(request),
  write: checked(storable(request.body)),
  secret: deps.secret,
  now: deps.clock.now(),
})

const listAndMake = (app: FastifyInstance, deps: ResourceDeps): void => {
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
        summary: 'Make a transport',
        body: TransportWrite,
        response: { 201: Transport, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = deps.newId()
      await createTransport(deps.pool, transportChange(deps, request, id))
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
        summary: 'Replace a transport; a secret left out stays, unless it leads elsewhere now',
        params: IdParams,
        body: TransportWrite,
        response: { 200: Transport, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'transport')
      if (!(await changeTransport(deps.pool, transportChange(deps, request, id)))) throw notFound('transport')
      return orNotFound(await findTransport(deps.pool, sandboxOf(request), id), 'transport')
    },
  )
  app.delete<IdRequest>(
    '/transports/:id',
    {
      schema: {
        tags,
        summary: 'Remove an unused transport',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      if (!(await deleteTransport(deps.pool, sandboxOf(request), idOf(request.params.id, 'transport'))))
        throw notFound('transport')
      return reply.code(204).send()
    },
  )
}

const checkRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest>(
    '/transports/:id/check',
    {
      schema: {
        tags,
        summary: 'Connect and log in; what the provider says',
        params: IdParams,
        response: { 200: ProviderAnswer, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'transport')
      orNotFound(await findTransport(deps.pool, sandboxOf(request), id), 'transport')
      const row = orNotFound(await transportById(deps.pool, id, deps.secret), 'transport')
      return checkTransport(row, { sinks: deps.sinks, now: deps.clock.now })
    },
  )
}

/** Routes below `/api/v1`. */
export const transportRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    listAndMake(app, deps)
    transportChanges(app, deps)
    checkRoute(app, deps)
  }
