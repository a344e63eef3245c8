/** Encryption keys: list, make, read, rotate, revoke. A material goes out once, with the key that it was made for. */
import {
  EncryptionKey,
  EncryptionKeyCreate,
  EncryptionKeyIssued,
  EncryptionKeyList,
  EncryptionKeyListQuery,
  IdParams,
} from '@carillon/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { listEncryptionKeys } from '../../content/encryption-key.store.ts'
import {
  createEncryptionKey,
  endEncryptionKey,
  getEncryptionKey,
  type KeyAuthor,
  rotateEncryptionKey,
} from '../../content/encryption-keys.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps } from './deps.ts'

const tags = ['Encryption keys']
type IdRequest = { Params: { id: string } }

const keyAuthorOf = (request: FastifyRequest, deps: ResourceDeps): KeyAuthor => ({
  ...actorOf(request, deps),
  secret: deps.secret,
})

// No cache between us and the caller may keep a material.
const unkept = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'no-store')

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: { limit: number; cursor?: string } }>(
    '/encryption-keys',
    {
      schema: {
        tags,
        summary: 'Encryption keys, newest first, without their materials',
        querystring: EncryptionKeyListQuery,
        response: { 200: EncryptionKeyList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const { sandboxId } = actorOf(request, deps)
      const keys = await listEncryptionKeys(deps.pool, sandboxId, { limit, after: readCursor(cursor) })
      return toPage(keys, limit, { id: key => key.id, item: key => key })
    },
  )
  app.get<IdRequest>(
    '/encryption-keys/:id',
    {
      schema: {
        tags,
        summary: 'An encryption key, without its materials',
        params: IdParams,
        response: { 200: EncryptionKey, ...REFUSALS },
      },
    },
    async request => getEncryptionKey(actorOf(request, deps), idOf(request.params.id, 'encryption key')),
  )
}

const issueRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: EncryptionKeyCreate }>(
    '/encryption-keys',
    {
      schema: {
        tags,
        summary: 'Make a key; the answer alone shows its material',
        body: EncryptionKeyCreate,
        response: { 201: EncryptionKeyIssued, ...REFUSALS },
      },
    },
    async (request, reply) =>
      unkept(reply)
        .code(201)
        .send(await createEncryptionKey(keyAuthorOf(request, deps), request.body)),
  )
  app.post<IdRequest>(
    '/encryption-keys/:id/rotate',
    {
      schema: {
        tags,
        summary: 'Give a key its next material; the answer alone shows it',
        params: IdParams,
        response: { 200: EncryptionKeyIssued, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = idOf(request.params.id, 'encryption key')
      return unkept(reply).send(await rotateEncryptionKey(keyAuthorOf(request, deps), id))
    },
  )
}

const revokeRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest>(
    '/encryption-keys/:id/revoke',
    {
      schema: {
        tags,
        summary: 'End a key for good; nothing is encrypted under it any more',
        params: IdParams,
        response: { 200: EncryptionKey, ...REFUSALS },
      },
    },
    async request => endEncryptionKey(actorOf(request, deps), idOf(request.params.id, 'encryption key')),
  )
}

/** Routes below `/api/v1`. */
export const encryptionKeyRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    issueRoutes(app, deps)
    revokeRoute(app, deps)
  }
