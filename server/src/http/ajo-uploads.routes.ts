/** AJO's upload jobs of list entries: a CSV in a multipart form, worked off in the background. */
import {
  AJO_LIST_TYPES,
  type AjoListType,
  AjoUploadAccepted,
  AjoUploadJob,
  AjoUploadListQuery,
  AjoUploadPage,
  choice,
  MAX_SUPPRESSION_UPLOAD_BYTES,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  deleteUpload,
  findUpload,
  insertUpload,
  listFailures,
  listUploads,
  type UploadRecord,
} from '../consent/suppression-upload.store.ts'
import { Fault } from '../lib/fault.ts'
import { isUuid } from '../lib/ids.ts'
import { AJO_REFUSALS, AJO_SUPPRESSION, type AjoSuppressionDeps, authorOf } from './ajo-suppression-deps.ts'
import { toAjoJob, toAjoPage } from './ajo-suppression-view.ts'
import { callerOf } from './caller.ts'
import { type FormFile, readFormFile } from './multipart.ts'
import { notFound } from './resources/deps.ts'

const PATH = '/ajo/config/suppression/uploads'
// The form around the file: its boundaries and heads.
const FORM_BYTES = 16_384
/** One answer tells of so many refused records; the studio's report has them all. */
const FAILURES_SHOWN = 10_000
const NAME_LENGTH = 200
type JobRequest = { Params: { jobId: string } }

const readFile = async (request: FastifyRequest): Promise<FormFile> => {
  if (!Buffer.isBuffer(request.body))
    throw new Fault('media_type_unsupported', { detail: 'The body must be a multipart form with a file.' })
  const file = await readFormFile(request.body, request.headers['content-type'] ?? '', 'file')
  if (file.content.length > MAX_SUPPRESSION_UPLOAD_BYTES) throw new Fault('payload_too_large')
  // A name is only shown: what cannot be stored of it is left out.
  const filename = Buffer.from(file.filename.replaceAll('\0', '')).toString().slice(0, NAME_LENGTH)
  return { filename, content: file.content }
}

const uploadRoute = (app: FastifyInstance, deps: AjoSuppressionDeps): void => {
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  app.post<{ Querystring: { type?: AjoListType } }>(
    PATH,
    {
      bodyLimit: MAX_SUPPRESSION_UPLOAD_BYTES + FORM_BYTES,
      schema: {
        ...AJO_SUPPRESSION,
        summary: 'Upload entries: a CSV of at most 1 MB (TYPE,VALUE,COMMENT) in the part `file`',
        consumes: ['multipart/form-data'],
        querystring: Type.Object({ type: Type.Optional(choice(AJO_LIST_TYPES)) }),
        response: { 201: AjoUploadAccepted, ...AJO_REFUSALS },
      },
    },
    async (request, reply) => {
      const { filename, content } = await readFile(request)
      const { sandboxId, by, now } = authorOf(request, deps)
      const { id } = await insertUpload(deps.pool, {
        ...{ id: deps.newId(), sandboxId, by, now, content, list: request.query.type ?? 'client' },
        filename,
      })
      return reply.code(201).send({ success: { jobId: id } })
    },
  )
}

const listRoute = (app: FastifyInstance, deps: AjoSuppressionDeps): void => {
  app.get<{ Querystring: { limit: number; start?: string } }>(
    PATH,
    {
      schema: {
        ...AJO_SUPPRESSION,
        summary: 'Upload jobs, newest first; `start` is the last job of the page before',
        querystring: AjoUploadListQuery,
        response: { 200: AjoUploadPage, ...AJO_REFUSALS },
      },
    },
    async request => {
      const { limit, start } = request.query
      if (start !== undefined && !isUuid(start))
        throw new Fault('payload_invalid', { problems: [{ pointer: '/start', message: 'is not a jobId' }] })
      const { id: sandboxId } = callerOf(request).sandbox
      const uploads = await listUploads(deps.pool, { sandboxId, limit, after: start ?? null })
      const page = uploads.slice(0, limit)
      const next = uploads.length > limit ? page.at(-1)?.id : undefined
      return toAjoPage(
        page.map(upload => toAjoJob(upload)),
        { url: request.url, orderby: '-createtime', next },
      )
    },
  )
}

const oneRoutes = (app: FastifyInstance, deps: AjoSuppressionDeps): void => {
  const params = Type.Object({ jobId: Type.String() })
  const find = async (request: FastifyRequest<JobRequest>): Promise<UploadRecord> => {
    const { jobId } = request.params
    const upload = isUuid(jobId)
      ? await findUpload(deps.pool, callerOf(request).sandbox.id, jobId)
      : undefined
    if (upload === undefined) throw notFound('job')
    return upload
  }
  app.get<JobRequest>(
    `${PATH}/:jobId`,
    {
      schema: {
        ...AJO_SUPPRESSION,
        summary: 'An upload job with the records it refused',
        params,
        response: { 200: AjoUploadJob, ...AJO_REFUSALS },
      },
    },
    async request => {
      const upload = await find(request)
      return toAjoJob(upload, await listFailures(deps.pool, upload.id, { after: 0, limit: FAILURES_SHOWN }))
    },
  )
  app.delete<JobRequest>(
    `${PATH}/:jobId`,
    {
      schema: {
        ...AJO_SUPPRESSION,
        summary: 'Remove an upload job, not what it added',
        params,
        response: { 204: Type.Null(), ...AJO_REFUSALS },
      },
    },
    async (request, reply) => {
      const { id, sandboxId } = await find(request)
      await deleteUpload(deps.pool, sandboxId, id)
      return reply.code(204).send()
    },
  )
}

/** Adds the routes; the scope is behind AJO's headers already. */
export const ajoUploadRoutes = (app: FastifyInstance, deps: AjoSuppressionDeps): void => {
  uploadRoute(app, deps)
  listRoute(app, deps)
  oneRoutes(app, deps)
}
