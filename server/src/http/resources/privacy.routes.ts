/** Access to and erasure of one person: the file, the erasure and its certificate, what is asked about it later. */
import { Readable } from 'node:stream'
import {
  AccessQuery,
  Erasure,
  ErasureFound,
  ErasureList,
  ErasureListQuery,
  ErasureLookup,
  ErasureRequest,
  ErasureVerified,
  ErasureVerify,
  type Identity,
  IdParams,
  ProfileErase,
} from '@carillon/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createAddressHash } from '../../consent/address-hash.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { accessDocument } from '../../privacy/access.ts'
import { isGenuine } from '../../privacy/certificate.ts'
import { findErasure, listErasures } from '../../privacy/erasure.store.ts'
import {
  eraseNamed,
  eraseProfile,
  findErasureOf,
  type Named,
  nameOf,
  toErasure,
} from '../../privacy/erasures.ts'
import { findProfile } from '../../profiles/people.store.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Access and erasure']
type IdRequest = { Params: { id: string } }

const sendDocument = (
  request: FastifyRequest,
  reply: FastifyReply,
  of: { readonly deps: ResourceDeps; readonly named: Named },
): FastifyReply => {
  const { sandbox } = callerOf(request)
  const { pool: db, clock } = of.deps
  const at = { db, sandboxId: sandbox.id, sandboxName: sandbox.name, now: clock.now() }
  return reply
    .type('application/json; charset=utf-8')
    .header('content-disposition', 'attachment; filename="access.json"')
    .header('cache-control', 'no-store')
    .send(Readable.from(accessDocument(at, of.named)))
}

const accessRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<IdRequest>(
    '/profiles/:id/access',
    {
      schema: {
        tags,
        summary: 'Everything that is kept of a person, as a file',
        params: IdParams,
        response: REFUSALS,
      },
    },
    async (request, reply) => {
      const { sandbox } = callerOf(request)
      const id = idOf(request.params.id, 'profile')
      const profile = orNotFound(await findProfile(deps.pool, sandbox.id, id), 'profile')
      return sendDocument(request, reply, { deps, named: { identity: NOBODY, profile } })
    },
  )
  app.get<{ Querystring: AccessQuery }>(
    '/access',
    {
      schema: {
        tags,
        summary: 'Everything that is kept under an identity: of its person, or of somebody without a profile',
        querystring: AccessQuery,
        response: REFUSALS,
      },
    },
    async (request, reply) => {
      const identity = storable(request.query)
      const named = await nameOf(deps.pool, callerOf(request).sandbox.id, { identity, pointer: '' })
      return sendDocument(request, reply, { deps, named })
    },
  )
}
/** A profile that was asked for by its id: its own identities count. */
const NOBODY: Identity = { namespace: '', value: '' }

const eraseRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest & { Body: ProfileErase }>(
    '/profiles/:id/erase',
    {
      schema: {
        tags,
        summary: 'Erase a person; answers the erasure, which goes on by itself',
        params: IdParams,
        body: ProfileErase,
        response: { 202: Erasure, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = idOf(request.params.id, 'profile')
      return reply.code(202).send(orNotFound(await eraseProfile(actorOf(request, deps), id), 'profile'))
    },
  )
  app.post<{ Body: ErasureRequest }>(
    '/erasures',
    {
      schema: {
        tags,
        summary: 'Erase whoever has an identity, with a profile or without',
        body: ErasureRequest,
        response: { 202: Erasure, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request, deps)
      const { identity } = storable(request.body)
      const named = await nameOf(deps.pool, actor.sandboxId, { identity, pointer: '/identity' })
      return reply.code(202).send(await eraseNamed(actor, named))
    },
  )
}

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: { limit: number; cursor?: string } }>(
    '/erasures',
    {
      schema: {
        tags,
        summary: 'Erasures, newest first',
        querystring: ErasureListQuery,
        response: { 200: ErasureList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const sandboxId = callerOf(request).sandbox.id
      const found = await listErasures(deps.pool, { sandboxId, limit, after: readCursor(cursor) })
      return toPage(found, limit, { id: one => one.id, item: toErasure })
    },
  )
  app.get<IdRequest>(
    '/erasures/:id',
    {
      schema: {
        tags,
        summary: 'How far an erasure is; at the end its certificate',
        params: IdParams,
        response: { 200: Erasure, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'erasure')
      return toErasure(orNotFound(await findErasure(deps.pool, callerOf(request).sandbox.id, id), 'erasure'))
    },
  )
}

const questionRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  const hashOf = createAddressHash(deps.secret)
  app.post<{ Body: ErasureLookup }>(
    '/erasures/lookup',
    {
      schema: {
        tags,
        summary: 'Was this address erased? Nothing of the question is stored',
        body: ErasureLookup,
        response: { 200: ErasureFound, ...REFUSALS },
      },
    },
    request => findErasureOf(actorOf(request, deps), hashOf, storable(request.body).identity),
  )
  app.post<{ Body: ErasureVerify }>(
    '/erasures/verify',
    {
      schema: {
        tags,
        summary: 'Did this instance make this certificate, and is it unchanged?',
        body: ErasureVerify,
        response: { 200: ErasureVerified, ...REFUSALS },
      },
    },
    async request => ({ valid: isGenuine(deps.secret, storable(request.body).certificate) }),
  )
}

/** Routes below `/api/v1`. */
export const privacyRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    accessRoutes(app, deps)
    eraseRoutes(app, deps)
    readRoutes(app, deps)
    questionRoutes(app, deps)
  }
