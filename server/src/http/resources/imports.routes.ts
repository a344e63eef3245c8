/** Imports of people: upload, preview, start, watch, cancel. */
import {
  IdParams,
  Import,
  ImportCreateQuery,
  ImportList,
  ImportListQuery,
  ImportMapping,
  ImportPreview,
  ImportResumeQuery,
  ImportSample,
  MAX_IMPORT_BYTES,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type ImportRecord, listImports } from '../../imports/import.store.ts'
import { createImport, resumeImport } from '../../imports/import-upload.ts'
import { getImport, removeImport, sampleImport, stopImport } from '../../imports/imports.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { guessColumns } from '../../profiles/columns.ts'
import { mappingOf, previewPeople, startPeople } from '../../profiles/people-import.ts'
import { idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'
import { bodyOf, FILE_TYPES, formatOf, takeFiles } from './file-body.ts'
import { importView } from './import-view.ts'
import { importerOf } from './people-importer.ts'

const tags = ['Imports']
type IdRequest = { Params: { id: string } }
const importId = (request: FastifyRequest<IdRequest>): string => idOf(request.params.id, 'import')

const toImport = (one: ImportRecord): Import => ({
  ...importView(one),
  skipped: one.skipped_count,
  ...{ guess: guessColumns(one.columns), mapping: mappingOf(one) },
})

const uploadRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Querystring: { name: string; size?: number } }>(
    '/imports',
    {
      bodyLimit: MAX_IMPORT_BYTES,
      schema: {
        tags,
        summary:
          'Upload a file of people: text/csv or application/x-ndjson, at most 1 GB; with `size` its beginning, or nothing yet',
        querystring: ImportCreateQuery,
        consumes: [...FILE_TYPES],
        response: { 201: Import, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { name, size = null } = storable(request.query)
      const upload = { name, size, format: formatOf(request), body: bodyOf(request) }
      return reply.code(201).send(toImport(await createImport(importerOf(request, deps), upload)))
    },
  )
  app.put<IdRequest & { Querystring: { offset: number } }>(
    '/imports/:id/content',
    {
      bodyLimit: MAX_IMPORT_BYTES,
      schema: {
        tags,
        summary:
          'Upload the rest of a file, or the next piece of one of a known size; `offset` is its `bytes`',
        params: IdParams,
        querystring: ImportResumeQuery,
        consumes: [...FILE_TYPES],
        response: { 200: Import, ...REFUSALS },
      },
    },
    async request => {
      const rest = { offset: request.query.offset, body: bodyOf(request) }
      return toImport(await resumeImport(importerOf(request, deps), idOf(request.params.id, 'import'), rest))
    },
  )
}

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: { limit: number; cursor?: string } }>(
    '/imports',
    {
      schema: {
        tags,
        summary: 'Imports, newest first',
        querystring: ImportListQuery,
        response: { 200: ImportList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = storable(request.query)
      const page = { limit, after: readCursor(cursor) }
      const found = await listImports(deps.pool, importerOf(request, deps), page)
      return toPage(found, limit, { id: one => one.id, item: toImport })
    },
  )
  app.get<IdRequest>(
    '/imports/:id',
    {
      schema: {
        tags,
        summary: 'An import and how far it is',
        params: IdParams,
        response: { 200: Import, ...REFUSALS },
      },
    },
    async request => toImport(await getImport(importerOf(request, deps), importId(request))),
  )
}

const mappingRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<IdRequest>(
    '/imports/:id/sample',
    {
      schema: {
        tags,
        summary: 'The first rows as they stand in the file, while the import waits for its mapping',
        params: IdParams,
        response: { 200: ImportSample, ...REFUSALS },
      },
    },
    async request => sampleImport(importerOf(request, deps), importId(request)),
  )
  app.post<IdRequest & { Body: ImportMapping }>(
    '/imports/:id/preview',
    {
      schema: {
        tags,
        summary: 'The first 20 rows as they would become; nothing is stored',
        params: IdParams,
        body: ImportMapping,
        response: { 200: ImportPreview, ...REFUSALS },
      },
    },
    async request => previewPeople(importerOf(request, deps), importId(request), storable(request.body)),
  )
  app.post<IdRequest & { Body: ImportMapping }>(
    '/imports/:id/start',
    {
      schema: {
        tags,
        summary: 'Start it with this mapping',
        params: IdParams,
        body: ImportMapping,
        response: { 200: Import, ...REFUSALS },
      },
    },
    async request =>
      toImport(await startPeople(importerOf(request, deps), importId(request), storable(request.body))),
  )
}

const endRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest>(
    '/imports/:id/cancel',
    {
      schema: {
        tags,
        summary: 'End it where it is; people who were written stay',
        params: IdParams,
        response: { 200: Import, ...REFUSALS },
      },
    },
    async request => toImport(await stopImport(importerOf(request, deps), importId(request))),
  )
  app.delete<IdRequest>(
    '/imports/:id',
    {
      schema: {
        tags,
        summary: 'Remove an import that does not run, with its report',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeImport(importerOf(request, deps), importId(request))
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const importRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    takeFiles(app)
    uploadRoutes(app, deps)
    readRoutes(app, deps)
    mappingRoutes(app, deps)
    endRoutes(app, deps)
  }
