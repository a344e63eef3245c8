/** Files that go with a campaign's mail: upload, list. A campaign names those that it sends in `attachmentIds`. */
import {
  CampaignFile,
  CampaignFileList,
  CampaignFileParams,
  CampaignFileQuery,
  IdParams,
  MAX_ATTACHMENT_BYTES,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import {
  deleteCampaignFile,
  insertCampaignFile,
  listCampaignFiles,
} from '../../campaigns/campaign-file.store.ts'
import { getCampaign, withFilesOf } from '../../campaigns/lifecycle.ts'
import { Fault, type Problem } from '../../lib/fault.ts'
import { actorOf, idOf, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Campaigns']
const TYPES = new Map([
  ['application/pdf', /\.pdf$/i],
  ['image/png', /\.png$/i],
  ['image/jpeg', /\.jpe?g$/i],
  ['image/gif', /\.gif$/i],
  ['text/plain', /\.txt$/i],
  ['text/csv', /\.csv$/i],
  ['text/calendar', /\.ics$/i],
])
/** At most so many files kept for one campaign, used or not. */
const MOST_FILES = 50

// What a name must not do on the machine of who gets it: lead elsewhere, hide its end, or turn its letters around.
const HARMFUL = /[\p{Cc}\p{Cf}\p{Co}/\\:*?"<>|]|^\.|[. ]$/u

const nameProblems = (name: string, mediaType: string): Problem[] => {
  if (name !== name.trim() || HARMFUL.test(name))
    return [{ pointer: '/name', message: 'holds characters that a file name cannot have everywhere' }]
  return TYPES.get(mediaType)?.test(name) === true
    ? []
    : [{ pointer: '/name', message: `does not end as a file of type ${mediaType} does` }]
}

const looksRight = (content: Buffer, mediaType: string): boolean => {
  const begins = (text: string): boolean => content.subarray(0, text.length).toString('latin1') === text
  if (mediaType === 'application/pdf') return begins('%PDF-')
  if (mediaType === 'image/png') return begins('\x89PNG')
  if (mediaType === 'image/jpeg') return begins('\xff\xd8\xff')
  if (mediaType === 'image/gif') return begins('GIF8')
  return true
}

type UploadRequest = { Params: { id: string }; Querystring: { name: string }; Body: unknown }

const uploadRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  // In this plugin alone.
  for (const type of TYPES.keys())
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.post<UploadRequest>(
    '/campaigns/:id/files',
    {
      bodyLimit: MAX_ATTACHMENT_BYTES,
      schema: {
        tags,
        summary: 'Upload a file for the mail of a campaign: the body is the file',
        consumes: [...TYPES.keys()],
        params: IdParams,
        querystring: CampaignFileQuery,
        response: { 201: CampaignFile, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { body } = request
      if (!Buffer.isBuffer(body))
        throw new Fault('media_type_unsupported', {
          detail: `The body must be one of ${[...TYPES.keys()].join(', ')}.`,
        })
      const { name } = storable(request.query)
      const mediaType = String(request.headers['content-type']).split(';')[0]?.trim().toLowerCase() ?? ''
      const problems = nameProblems(name, mediaType)
      if (body.length === 0 || !looksRight(body, mediaType))
        problems.push({ pointer: '', message: `is not a file of type ${mediaType}` })
      if (problems.length > 0) throw new Fault('payload_invalid', { problems })
      const actor = actorOf(request, deps)
      const { sandboxId, now } = actor
      const campaignId = idOf(request.params.id, 'campaign')
      const id = deps.newId()
      await withFilesOf(actor, campaignId, async (tx, files) => {
        if (files.length >= MOST_FILES)
          throw new Fault('list_full', {
            detail: `A campaign keeps at most ${MOST_FILES} files; remove one.`,
          })
        await insertCampaignFile(tx, { id, sandboxId, campaignId, name, mediaType, content: body, now })
      })
      const files = await listCampaignFiles(deps.pool, sandboxId, campaignId)
      return reply.code(201).send(
        orNotFound(
          files.find(file => file.id === id),
          'file',
        ),
      )
    },
  )
}

const removeRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.delete<{ Params: { id: string; fileId: string } }>(
    '/campaigns/:id/files/:fileId',
    {
      schema: {
        tags,
        summary: 'Remove a file that neither the draft nor any version of the campaign names',
        params: CampaignFileParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request, deps)
      const campaignId = idOf(request.params.id, 'campaign')
      const id = idOf(request.params.fileId, 'file')
      await withFilesOf(actor, campaignId, async (tx, files) => {
        orNotFound(
          files.find(file => file.id === id),
          'file',
        )
        if (!(await deleteCampaignFile(tx, { sandboxId: actor.sandboxId, campaignId, id })))
          throw new Fault('resource_in_use', {
            detail: 'The draft or a version of the campaign names this file; take it out of the draft first.',
          })
      })
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const campaignFileRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    uploadRoute(app, deps)
    removeRoute(app, deps)
    app.get<{ Params: { id: string } }>(
      '/campaigns/:id/files',
      {
        schema: {
          tags,
          summary: 'The files of a campaign, the oldest first',
          params: IdParams,
          response: { 200: CampaignFileList, ...REFUSALS },
        },
      },
      async request => {
        const actor = actorOf(request, deps)
        const { id } = await getCampaign(actor, idOf(request.params.id, 'campaign'))
        return { items: await listCampaignFiles(deps.pool, actor.sandboxId, id), next: null }
      },
    )
  }
