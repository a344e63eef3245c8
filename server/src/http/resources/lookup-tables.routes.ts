/** Lookup tables: list, make, read, change, delete, and who reads them. Their rows are in `lookup-rows.routes.ts`. */
import {
  ContentUseList,
  IdParams,
  LookupTable,
  LookupTableCreate,
  LookupTableList,
  LookupTableListQuery,
  LookupTablePatch,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { lookupTableUses, patchLookupTable, removeLookupTable } from '../../campaigns/content-uses.ts'
import { type LookupTableRecord, listLookupTables } from '../../content/lookup.store.ts'
import { createLookupTable, getLookupTable } from '../../content/lookup-tables.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'
import { takeFiles } from './file-body.ts'
import { lookupImportRoutes } from './lookup-imports.routes.ts'
import { lookupRowRoutes } from './lookup-rows.routes.ts'

const tags = ['Lookup tables']
type IdRequest = { Params: { id: string } }
type ListRequest = { Querystring: { limit: number; cursor?: string; search?: string } }

const toTable = ({ rowsId: _, columns, ...table }: LookupTableRecord): LookupTable => ({
  ...table,
  columns: [...columns],
  createdAt: table.createdAt.toISOString(),
  modifiedAt: table.modifiedAt.toISOString(),
})

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<ListRequest>(
    '/lookup-tables',
    {
      schema: {
        tags,
        summary: 'Lookup tables, newest first',
        querystring: LookupTableListQuery,
        response: { 200: LookupTableList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, search } = storable(request.query)
      const { sandboxId } = actorOf(request, deps)
      const tables = await listLookupTables(deps.pool, {
        sandboxId,
        limit,
        after: readCursor(cursor),
        search,
      })
      return toPage(tables, limit, { id: table => table.id, item: toTable })
    },
  )
  app.get<IdRequest>(
    '/lookup-tables/:id',
    {
      schema: {
        tags,
        summary: 'A lookup table',
        params: IdParams,
        response: { 200: LookupTable, ...REFUSALS },
      },
    },
    async request =>
      toTable(await getLookupTable(actorOf(request, deps), idOf(request.params.id, 'lookup table'))),
  )
}

const usesRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<IdRequest>(
    '/lookup-tables/:id/references',
    {
      schema: {
        tags,
        summary: 'Campaigns and fragments that read it',
        params: IdParams,
        response: { 200: ContentUseList, ...REFUSALS },
      },
    },
    async request => {
      const author = actorOf(request, deps)
      const table = await getLookupTable(author, idOf(request.params.id, 'lookup table'))
      return { items: await lookupTableUses(author, table), next: null }
    },
  )
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: LookupTableCreate }>(
    '/lookup-tables',
    {
      schema: {
        tags,
        summary: 'Make an empty lookup table',
        body: LookupTableCreate,
        response: { 201: LookupTable, ...REFUSALS },
      },
    },
    async (request, reply) =>
      reply.code(201).send(toTable(await createLookupTable(actorOf(request, deps), storable(request.body)))),
  )
  app.patch<{ Params: { id: string }; Body: LookupTablePatch }>(
    '/lookup-tables/:id',
    {
      schema: {
        tags,
        summary: 'Change description and columns, or the name of one that nothing reads',
        params: IdParams,
        body: LookupTablePatch,
        response: { 200: LookupTable, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'lookup table')
      return toTable(await patchLookupTable(actorOf(request, deps), id, storable(request.body)))
    },
  )
  app.delete<IdRequest>(
    '/lookup-tables/:id',
    {
      schema: {
        tags,
        summary: 'Delete a lookup table that nothing reads, with its rows',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeLookupTable(actorOf(request, deps), idOf(request.params.id, 'lookup table'))
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const lookupTableRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    usesRoute(app, deps)
    writeRoutes(app, deps)
    lookupRowRoutes(app, deps)
    takeFiles(app)
    lookupImportRoutes(app, deps)
  }
