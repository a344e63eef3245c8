/** Rows of lookup tables from files and into files: upload, preview, start, watch, cancel, the report; the export. */
import { Readable } from 'node:stream'
import {
  IdParams,
  ImportCreateQuery,
  ImportListQuery,
  ImportResumeQuery,
  type LookupColumn,
  LookupExportQuery,
  LookupImport,
  LookupImportList,
  LookupImportMapping,
  LookupImportParams,
  LookupImportPreview,
  MAX_IMPORT_BYTES,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { guessLookupColumns } from '../../content/lookup-columns.ts'
import { exportRowsCsv, exportRowsJsonl } from '../../content/lookup-export.ts'
import { lookupMappingOf, previewLookup, startLookup, stopLookup } from '../../content/lookup-import.ts'
import { getLookupTable, holdLookupTable } from '../../content/lookup-tables.ts'
import type { Db } from '../../db/pool.ts'
import { type ImportRecord, listImports } from '../../imports/import.store.ts'
import { createImport, resumeImport } from '../../imports/import-upload.ts'
import { getImport, type Importer, importReport, removeImport } from '../../imports/imports.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'
import { bodyOf, FILE_TYPES, formatOf } from './file-body.ts'
import { importView } from './import-view.ts'

const tags = ['Lookup tables']
type TableRequest = { Params: { id: string } }
type OneRequest = { Params: { id: string; importId: string } }

interface Asked {
  readonly importer: Importer
  readonly columns: readonly LookupColumn[]
}

// The table of the path, which must be one of the caller's sandbox.
const askedOf = async (request: FastifyRequest<TableRequest>, deps: ResourceDeps): Promise<Asked> => {
  const actor = actorOf(request, deps)
  const { id, columns } = await getLookupTable(actor, idOf(request.params.id, 'lookup table'))
  const holdTarget = (tx: Db) => holdLookupTable(tx, actor.sandboxId, id)
  return { importer: { ...actor, kind: 'lookup_rows', targetId: id, holdTarget }, columns }
}

const importIdOf = (request: FastifyRequest<OneRequest>): string => idOf(request.params.importId, 'import')

const toImport =
  (columns: readonly LookupColumn[]) =>
  (one: ImportRecord): LookupImport => ({
    ...importView(one),
    ...{ guess: guessLookupColumns(one.columns, columns), mapping: lookupMappingOf(one) },
  })

const uploadRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<TableRequest & { Querystring: { name: string; size?: number } }>(
    '/lookup-tables/:id/imports',
    {
      bodyLimit: MAX_IMPORT_BYTES,
      schema: {
        tags,
        summary:
          'Upload a file of rows: text/csv or application/x-ndjson, at most 1 GB; with `size` its beginning, or nothing yet',
        params: IdParams,
        querystring: ImportCreateQuery,
        consumes: [...FILE_TYPES],
        response: { 201: LookupImport, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { importer, columns } = await askedOf(request, deps)
      const { name, size = null } = storable(request.query)
      const upload = { name, size, format: formatOf(request), body: bodyOf(request) }
      return reply.code(201).send(toImport(columns)(await createImport(importer, upload)))
    },
  )
  app.put<OneRequest & { Querystring: { offset: number } }>(
    '/lookup-tables/:id/imports/:importId/content',
    {
      bodyLimit: MAX_IMPORT_BYTES,
      schema: {
        tags,
        summary:
          'Upload the rest of a file, or the next piece of one of a known size; `offset` is its `bytes`',
        params: LookupImportParams,
        querystring: ImportResumeQuery,
        consumes: [...FILE_TYPES],
        response: { 200: LookupImport, ...REFUSALS },
      },
    },
    async request => {
      const { importer, columns } = await askedOf(request, deps)
      const rest = { offset: request.query.offset, body: bodyOf(request) }
      return toImport(columns)(await resumeImport(importer, importIdOf(request), rest))
    },
  )
}

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<TableRequest & { Querystring: { limit: number; cursor?: string } }>(
    '/lookup-tables/:id/imports',
    {
      schema: {
        tags,
        summary: 'Imports of a table, newest first',
        params: IdParams,
        querystring: ImportListQuery,
        response: { 200: LookupImportList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = storable(request.query)
      const { importer, columns } = await askedOf(request, deps)
      const found = await listImports(deps.pool, importer, { limit, after: readCursor(cursor) })
      return toPage(found, limit, { id: one => one.id, item: toImport(columns) })
    },
  )
  app.get<OneRequest>(
    '/lookup-tables/:id/imports/:importId',
    {
      schema: {
        tags,
        summary: 'An import and how far it is',
        params: LookupImportParams,
        response: { 200: LookupImport, ...REFUSALS },
      },
    },
    async request => {
      const { importer, columns } = await askedOf(request, deps)
      return toImport(columns)(await getImport(importer, importIdOf(request)))
    },
  )
}

const fileRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<OneRequest>(
    '/lookup-tables/:id/imports/:importId/refusals',
    {
      schema: {
        tags,
        summary: 'The refused lines by number, with the reason, as CSV',
        params: LookupImportParams,
        response: REFUSALS,
      },
    },
    async (request, reply) => {
      const { importer } = await askedOf(request, deps)
      const { id } = await getImport(importer, importIdOf(request))
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="refused-lines.csv"')
        .send(Readable.from(importReport(importer, id)))
    },
  )
  app.get<TableRequest & { Querystring: LookupExportQuery }>(
    '/lookup-tables/:id/export',
    {
      schema: {
        tags,
        summary: 'All rows as CSV or JSON Lines; an import reads them back',
        params: IdParams,
        querystring: LookupExportQuery,
        response: REFUSALS,
      },
    },
    async (request, reply) => {
      const { format = 'csv' } = request.query
      const actor = actorOf(request, deps)
      const table = await getLookupTable(actor, idOf(request.params.id, 'lookup table'))
      const rows = (format === 'csv' ? exportRowsCsv : exportRowsJsonl)(deps.pool, actor.sandboxId, table)
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8')
        .header('content-disposition', `attachment; filename="rows.${format}"`)
        .send(Readable.from(rows))
    },
  )
}

const mappingRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<OneRequest & { Body: LookupImportMapping }>(
    '/lookup-tables/:id/imports/:importId/preview',
    {
      schema: {
        tags,
        summary: 'The first 20 rows as they would become; nothing is stored',
        params: LookupImportParams,
        body: LookupImportMapping,
        response: { 200: LookupImportPreview, ...REFUSALS },
      },
    },
    async request => {
      const { importer } = await askedOf(request, deps)
      return previewLookup(importer, importIdOf(request), storable(request.body))
    },
  )
  app.post<OneRequest & { Body: LookupImportMapping }>(
    '/lookup-tables/:id/imports/:importId/start',
    {
      schema: {
        tags,
        summary: 'Start it with this mapping: `merge` into the rows, or `replace` them all at its end',
        params: LookupImportParams,
        body: LookupImportMapping,
        response: { 200: LookupImport, ...REFUSALS },
      },
    },
    async request => {
      const { importer, columns } = await askedOf(request, deps)
      return toImport(columns)(await startLookup(importer, importIdOf(request), storable(request.body)))
    },
  )
}

const endRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<OneRequest>(
    '/lookup-tables/:id/imports/:importId/cancel',
    {
      schema: {
        tags,
        summary: 'End it where it is; what was merged stays, what was to replace is given up',
        params: LookupImportParams,
        response: { 200: LookupImport, ...REFUSALS },
      },
    },
    async request => {
      const { importer, columns } = await askedOf(request, deps)
      return toImport(columns)(await stopLookup(importer, importIdOf(request)))
    },
  )
  app.delete<OneRequest>(
    '/lookup-tables/:id/imports/:importId',
    {
      schema: {
        tags,
        summary: 'Remove an import that does not run, with its report',
        params: LookupImportParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { importer } = await askedOf(request, deps)
      await removeImport(importer, importIdOf(request))
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`, of a plugin that takes files. */
export const lookupImportRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  uploadRoutes(app, deps)
  readRoutes(app, deps)
  fileRoutes(app, deps)
  mappingRoutes(app, deps)
  endRoutes(app, deps)
}
