/** DKIM keys: list, make, read, check, activate, retire, remove. Private halves stay inside. */
import { DkimKey, DkimKeyActivate, DkimKeyCreate, DkimKeyList, IdParams, LiveCheck } from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type DkimKeyRecord, listDkimKeys } from '../../campaigns/dkim-key.store.ts'
import {
  checkDkimKey,
  createDkimKey,
  type DkimActor,
  endDkimKey,
  getDkimKey,
  removeDkimKey,
  startDkimKey,
} from '../../campaigns/dkim-keys.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Channels']
type IdRequest = { Params: { id: string } }

const actor = (request: FastifyRequest, deps: ResourceDeps): DkimActor => ({
  ...actorOf(request, deps),
  secret: deps.secret,
  dns: deps.dns,
})
const idIn = (request: FastifyRequest<IdRequest>): string => idOf(request.params.id, 'DKIM key')
const shown = ({ publicKey: _, ...key }: DkimKeyRecord): DkimKey => key

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get(
    '/dkim-keys',
    { schema: { tags, summary: 'DKIM keys, newest first', response: { 200: DkimKeyList, ...REFUSALS } } },
    async request => ({
      items: (await listDkimKeys(deps.pool, actor(request, deps).sandboxId)).map(shown),
      next: null,
    }),
  )
  app.get<IdRequest>(
    '/dkim-keys/:id',
    { schema: { tags, summary: 'A DKIM key', params: IdParams, response: { 200: DkimKey, ...REFUSALS } } },
    async request => shown(await getDkimKey(actor(request, deps), idIn(request))),
  )
  app.post<IdRequest>(
    '/dkim-keys/:id/check',
    {
      schema: {
        tags,
        summary: 'Look up whether the record of a key is published',
        params: IdParams,
        response: { 200: LiveCheck, ...REFUSALS },
      },
    },
    async request => checkDkimKey(actor(request, deps), idIn(request)),
  )
}

const createRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: DkimKeyCreate }>(
    '/dkim-keys',
    {
      schema: {
        tags,
        summary: 'Make a DKIM key; it signs once it is activated',
        body: DkimKeyCreate,
        response: { 201: DkimKey, ...REFUSALS },
      },
    },
    async (request, reply) =>
      reply.code(201).send(shown(await createDkimKey(actor(request, deps), storable(request.body)))),
  )
}

const changeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest & { Body: DkimKeyActivate }>(
    '/dkim-keys/:id/activate',
    {
      schema: {
        tags,
        summary: 'Let a key sign; the one of its algorithm that signed so far retires',
        params: IdParams,
        body: DkimKeyActivate,
        response: { 200: DkimKey, ...REFUSALS },
      },
    },
    async request =>
      shown(await startDkimKey(actor(request, deps), idIn(request), request.body.force ?? false)),
  )
  app.post<IdRequest>(
    '/dkim-keys/:id/retire',
    {
      schema: {
        tags,
        summary: 'End the signing of a key',
        params: IdParams,
        response: { 200: DkimKey, ...REFUSALS },
      },
    },
    async request => shown(await endDkimKey(actor(request, deps), idIn(request))),
  )
  app.delete<IdRequest>(
    '/dkim-keys/:id',
    {
      schema: {
        tags,
        summary: 'Remove a key that does not sign',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeDkimKey(actor(request, deps), idIn(request))
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const dkimKeyRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    createRoute(app, deps)
    changeRoutes(app, deps)
  }
