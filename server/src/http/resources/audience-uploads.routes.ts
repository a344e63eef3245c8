/** Files of members of an uploaded audience: taken as they come, and how far each is. */
import { Readable } from 'node:stream'
import {
  AudienceUpload,
  AudienceUploadList,
  AudienceUploadListQuery,
  AudienceUploadParams,
  AudienceUploadQuery,
  IdParams,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { getAudience } from '../../audiences/audiences.ts'
import { receiveUpload } from '../../audiences/receive-upload.ts'
import { findUpload, listUploads } from '../../audiences/upload.store.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { Fault } from '../../lib/fault.ts'
import { idOf, localActorOf, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Audiences']
type PageRequest = { Params: { id: string }; Querystring: { limit: number; cursor?: string } }

type UploadRequest = {
  Params: { id: string }
  Querystring: { namespace: string; createProfiles: boolean }
  Body: unknown
}

const fileRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  // In this plugin alone; the file is read as it comes.
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))
  app.post<UploadRequest>(
    '/audiences/:id/uploads',
    {
      schema: {
        tags,
        summary: 'A CSV file of members: the first column is the identity, the others become their `extra`',
        consumes: ['text/csv'],
        params: IdParams,
        querystring: AudienceUploadQuery,
        response: { 202: AudienceUpload, ...REFUSALS },
      },
    },
    async (request, reply) => {
      if (!(request.body instanceof Readable))
        throw new Fault('media_type_unsupported', { detail: 'The body must be text/csv.' })
      const { namespace, createProfiles } = storable(request.query)
      const audienceId = idOf(request.params.id, 'audience')
      const file = { audienceId, namespace, createProfiles, body: request.body }
      return reply.code(202).send(await receiveUpload(await localActorOf(request, deps), file))
    },
  )
}

const uploadRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<PageRequest>(
    '/audiences/:id/uploads',
    {
      schema: {
        tags,
        summary: 'Files of members, newest first',
        params: IdParams,
        querystring: AudienceUploadListQuery,
        response: { 200: AudienceUploadList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const audience = await getAudience(
        await localActorOf(request, deps),
        idOf(request.params.id, 'audience'),
      )
      const uploads = await listUploads(deps.pool, audience.id, { limit, after: readCursor(cursor) })
      return toPage(uploads, limit, { id: one => one.id, item: one => one })
    },
  )
  app.get<{ Params: { id: string; uploadId: string } }>(
    '/audiences/:id/uploads/:uploadId',
    {
      schema: {
        tags,
        summary: 'How far a file of members is, and the lines that were refused',
        params: AudienceUploadParams,
        response: { 200: AudienceUpload, ...REFUSALS },
      },
    },
    async request => {
      const audience = await getAudience(
        await localActorOf(request, deps),
        idOf(request.params.id, 'audience'),
      )
      const upload = await findUpload(deps.pool, audience.id, idOf(request.params.uploadId, 'upload'))
      return orNotFound(upload, 'upload')
    },
  )
}

/** Routes below `/api/v1`. */
export const audienceUploadRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    fileRoute(app, deps)
    uploadRoutes(app, deps)
  }
