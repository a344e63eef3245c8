/** What became of the rows of an import: the refused lines by number, as CSV and as a list, and the people of each count. */
import { Readable } from 'node:stream'
import {
  IdParams,
  type ImportOutcome,
  ImportPeople,
  ImportPeopleQuery,
  type ImportPerson,
  RefusedLineList,
  RefusedLineQuery,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readRefusals, readTaken, type TakenRow } from '../../imports/import.store.ts'
import { getImport, importReport } from '../../imports/imports.ts'
import { readTextCursor, toPage } from '../../lib/cursor.ts'
import { Fault } from '../../lib/fault.ts'
import { mergedAmong } from '../../profiles/known-as.store.ts'
import { findProfiles } from '../../profiles/people.store.ts'
import { callerOf } from '../caller.ts'
import { idOf, REFUSALS, type ResourceDeps } from './deps.ts'
import { importerOf } from './people-importer.ts'

const tags = ['Imports']
type IdRequest = { Params: { id: string } }
type PageRequest = IdRequest & { Querystring: { limit: number; cursor?: string } }

const importOf = (request: FastifyRequest<IdRequest>, deps: ResourceDeps) =>
  getImport(importerOf(request, deps), idOf(request.params.id, 'import'))

// A cursor of these lists is a place: whole numbers joined by a point.
const placeOf = (cursor: string | undefined, parts: number): number[] => {
  const text = readTextCursor(cursor)
  if (text === null) return Array.from({ length: parts }, () => 0)
  const numbers = text.split('.').map(Number)
  if (numbers.length === parts && numbers.every(Number.isSafeInteger)) return numbers
  throw new Fault('payload_invalid', {
    problems: [{ pointer: '/cursor', message: 'is not a cursor of this list' }],
  })
}

const refusalRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<IdRequest>(
    '/imports/:id/refusals',
    {
      schema: {
        tags,
        summary: 'The refused lines by number, with the reason, as CSV',
        params: IdParams,
        response: REFUSALS,
      },
    },
    async (request, reply) => {
      const { id } = await importOf(request, deps)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="refused-lines.csv"')
        .send(Readable.from(importReport(importerOf(request, deps), id)))
    },
  )
  app.get<PageRequest>(
    '/imports/:id/refused-lines',
    {
      schema: {
        tags,
        summary: 'The refused lines by number, with the reason',
        params: IdParams,
        querystring: RefusedLineQuery,
        response: { 200: RefusedLineList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const { id } = await importOf(request, deps)
      const [after = 0] = placeOf(cursor, 1)
      const found = await readRefusals(deps.pool, id, { after, limit: limit + 1 })
      return toPage(found, limit, { id: one => String(one.line), item: one => one })
    },
  )
}

const withPeople = async (
  deps: ResourceDeps,
  sandboxId: string,
  rows: readonly TakenRow[],
): Promise<(row: TakenRow) => ImportPerson> => {
  const ids = [...new Set(rows.map(row => row.profile_id))]
  const merged = await mergedAmong(deps.pool, ids)
  const today = (id: string): string => merged.get(id) ?? id
  const people = await findProfiles(deps.pool, sandboxId, [...new Set(ids.map(today))])
  const byId = new Map(people.map(person => [person.id, person]))
  return row => ({ profileId: row.profile_id, profile: byId.get(today(row.profile_id)) ?? null })
}

const peopleRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<IdRequest & { Querystring: { limit: number; cursor?: string; outcome: ImportOutcome } }>(
    '/imports/:id/people',
    {
      schema: {
        tags,
        summary: 'The people of one count, in the order of the file',
        params: IdParams,
        querystring: ImportPeopleQuery,
        response: { 200: ImportPeople, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, outcome } = request.query
      const { id } = await importOf(request, deps)
      const [position = 0, n = 0] = placeOf(cursor, 2)
      const rows = await readTaken(deps.pool, id, { outcome, after: { position, n }, limit })
      return toPage(rows, limit, {
        id: row => `${row.position}.${row.n}`,
        item: await withPeople(deps, callerOf(request).sandbox.id, rows),
      })
    },
  )
}

/** Routes below `/api/v1`. */
export const importReportRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    refusalRoutes(app, deps)
    peopleRoute(app, deps)
  }
