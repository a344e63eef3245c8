/** The rows of lookup tables: write many, list, read one, delete one. */
import {
  IdParams,
  LookupRow,
  LookupRowList,
  LookupRowListQuery,
  LookupRowParams,
  LookupRowsWrite,
  LookupRowsWritten,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { listLookupRows } from '../../content/lookup-row.store.ts'
import {
  getLookupRow,
  getLookupTable,
  removeLookupRow,
  writeLookupRows,
} from '../../content/lookup-tables.ts'
import { readTextCursor, toPage } from '../../lib/cursor.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Lookup tables']
type RowRequest = { Params: { id: string; key: string } }

const manyRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.put<{ Params: { id: string }; Body: LookupRowsWrite }>(
    '/lookup-tables/:id/rows',
    {
      schema: {
        tags,
        summary: 'Add rows and replace those of equal keys, all or none',
        params: IdParams,
        body: LookupRowsWrite,
        response: { 200: LookupRowsWritten, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'lookup table')
      return writeLookupRows(actorOf(request, deps), id, storable(request.body))
    },
  )
  app.get<{ Params: { id: string }; Querystring: { limit: number; cursor?: string; search?: string } }>(
    '/lookup-tables/:id/rows',
    {
      schema: {
        tags,
        summary: 'Rows by key; `search` is the beginning of the key',
        params: IdParams,
        querystring: LookupRowListQuery,
        response: { 200: LookupRowList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, search } = storable(request.query)
      const table = await getLookupTable(actorOf(request, deps), idOf(request.params.id, 'lookup table'))
      const filter = { limit, after: readTextCursor(cursor), prefix: search }
      return toPage(await listLookupRows(deps.pool, table.rowsId, filter), limit, {
        id: row => row.key,
        item: row => row,
      })
    },
  )
}

const oneRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<RowRequest>(
    '/lookup-tables/:id/rows/:key',
    {
      schema: {
        tags,
        summary: 'A row',
        params: LookupRowParams,
        response: { 200: LookupRow, ...REFUSALS },
      },
    },
    async request => {
      const { id, key } = storable(request.params)
      return getLookupRow(actorOf(request, deps), idOf(id, 'lookup table'), key)
    },
  )
  app.delete<RowRequest>(
    '/lookup-tables/:id/rows/:key',
    {
      schema: {
        tags,
        summary: 'Delete a row',
        params: LookupRowParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { id, key } = storable(request.params)
      await removeLookupRow(actorOf(request, deps), idOf(id, 'lookup table'), key)
      return reply.code(204).send()
    },
  )
}

/** Registers the routes of the rows. */
export const lookupRowRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  manyRoutes(app, deps)
  oneRoutes(app, deps)
}
