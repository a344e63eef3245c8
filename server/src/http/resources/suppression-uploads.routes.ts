/** Files of the suppression list: taken in, worked off in the background, with a report of what was refused. */
import { Readable } from 'node:stream'
import {
  IdParams,
  MAX_SUPPRESSION_UPLOAD_BYTES,
  SuppressionUpload,
  SuppressionUploadList,
  SuppressionUploadListQuery,
  SuppressionUploadQuery,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  deleteUpload,
  type FailedRecord,
  findUpload,
  insertUpload,
  listFailures,
  listUploads,
  type UploadRecord,
} from '../../consent/suppression-upload.store.ts'
import { csvLine, plainCell } from '../../lib/csv.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { Fault } from '../../lib/fault.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, notFound, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Suppression list']
type IdRequest = { Params: { id: string } }

const toUpload = (upload: UploadRecord): SuppressionUpload => ({
  id: upload.id,
  filename: upload.filename,
  status: upload.status,
  problem: upload.problem,
  recordCount: upload.recordCount,
  handledCount: upload.handledCount,
  failedCount: upload.failedCount,
  createdAt: upload.createdAt.toISOString(),
  createdBy: upload.createdBy,
  endedAt: upload.endedAt?.toISOString() ?? null,
})

const uploadRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  // Files are no JSON: this scope alone takes them, as bytes.
  app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post<{ Querystring: { filename?: string }; Body: Buffer | undefined }>(
    '/suppressions/uploads',
    {
      bodyLimit: MAX_SUPPRESSION_UPLOAD_BYTES,
      schema: {
        tags,
        summary: 'Upload a file (TYPE,VALUE,COMMENT) of at most 1 MB; it is worked off in the background',
        consumes: ['text/csv'],
        querystring: SuppressionUploadQuery,
        response: { 202: SuppressionUpload, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { filename = 'upload.csv' } = storable(request.query)
      if (!Buffer.isBuffer(request.body))
        throw new Fault('media_type_unsupported', { detail: 'The body must be a file of type text/csv.' })
      const upload = { ...actorOf(request, deps), list: 'client' as const, filename, content: request.body }
      const kept = await insertUpload(deps.pool, { ...upload, id: deps.newId() })
      return reply.code(202).send(toUpload(kept))
    },
  )
}

async function* reportLines(deps: ResourceDeps, uploadId: string): AsyncGenerator<string> {
  yield csvLine(['type', 'value', 'comments', 'failureReason'])
  let after = 0
  for (;;) {
    const page: FailedRecord[] = await listFailures(deps.pool, uploadId, { after, limit: 1_000 })
    const last = page.at(-1)
    if (last === undefined) return
    yield page.map(one => csvLine([one.type, one.value, one.comment, one.reason].map(plainCell))).join('')
    after = last.n
  }
}

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  const find = async (request: FastifyRequest<IdRequest>): Promise<UploadRecord> => {
    const id = idOf(request.params.id, 'upload')
    return orNotFound(await findUpload(deps.pool, callerOf(request).sandbox.id, id), 'upload')
  }
  app.get<{ Querystring: { limit: number; cursor?: string } }>(
    '/suppressions/uploads',
    {
      schema: {
        tags,
        summary: 'Uploads, newest first',
        querystring: SuppressionUploadListQuery,
        response: { 200: SuppressionUploadList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const listed = { sandboxId: callerOf(request).sandbox.id, list: 'client' as const }
      const uploads = await listUploads(deps.pool, { ...listed, limit, after: readCursor(cursor) })
      return toPage(uploads, limit, { id: upload => upload.id, item: toUpload })
    },
  )
  app.get<IdRequest>(
    '/suppressions/uploads/:id',
    {
      schema: {
        tags,
        summary: 'An upload',
        params: IdParams,
        response: { 200: SuppressionUpload, ...REFUSALS },
      },
    },
    async request => toUpload(await find(request)),
  )
  app.get<IdRequest>(
    '/suppressions/uploads/:id/report',
    { schema: { tags, summary: 'The records that were refused, as CSV', params: IdParams } },
    async (request, reply) => {
      const { id } = await find(request)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="refused-${id}.csv"`)
        .send(Readable.from(reportLines(deps, id)))
    },
  )
}

const deleteRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.delete<IdRequest>(
    '/suppressions/uploads/:id',
    {
      schema: {
        tags,
        summary: 'Remove an upload and its report, not what it added; one at work stops',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const id = idOf(request.params.id, 'upload')
      if (!(await deleteUpload(deps.pool, callerOf(request).sandbox.id, id))) throw notFound('upload')
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const suppressionUploadRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  uploadRoute(app, deps)
  readRoutes(app, deps)
  deleteRoute(app, deps)
}
