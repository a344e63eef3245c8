/** The suppression list: read, search, add, remove, take away as a file; and the threshold of soft bounces. */

import { Readable } from 'node:stream'
import {
  IdParams,
  Suppression,
  SuppressionList,
  SuppressionListQuery,
  SuppressionSettings,
  SuppressionWrite,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  findSuppression,
  type Listed,
  listSuppressions,
  type SuppressionRecord,
} from '../../consent/suppression.store.ts'
import { addEntries, missingEntry, removeEntry } from '../../consent/suppression.ts'
import { readListSetting, writeListSetting } from '../../consent/suppression-setting.store.ts'
import { csvLine, plainCell } from '../../lib/csv.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'
import { suppressionUploadRoutes } from './suppression-uploads.routes.ts'

const tags = ['Suppression list']
type IdRequest = { Params: { id: string } }
type ListQuery = Static<typeof SuppressionListQuery> & { limit: number }

/** An entry as the native API shows it. */
export const toEntry = (entry: SuppressionRecord): Suppression => ({
  id: entry.id,
  type: entry.type,
  value: entry.value,
  category: entry.category,
  reason: entry.reason,
  comment: entry.comment,
  createdAt: entry.createdAt.toISOString(),
  createdBy: entry.createdBy,
})

/** Where a wish's value stands in a body that is one wish. */
export const atValue = (): string => '/value'

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: ListQuery }>(
    '/suppressions',
    {
      schema: {
        tags,
        summary: 'Suppressed addresses and domains, newest first',
        querystring: SuppressionListQuery,
        response: { 200: SuppressionList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, ...filter } = storable(request.query)
      const entries = await listSuppressions(deps.pool, {
        ...{ sandboxId: callerOf(request).sandbox.id, list: 'client', limit, after: readCursor(cursor) },
        ...filter,
      })
      return toPage(entries, limit, { id: entry => entry.id, item: toEntry })
    },
  )
  app.get<IdRequest>(
    '/suppressions/:id',
    {
      schema: { tags, summary: 'An entry', params: IdParams, response: { 200: Suppression, ...REFUSALS } },
    },
    async request => {
      const listed = { sandboxId: callerOf(request).sandbox.id, list: 'client' } as const
      const entry = await findSuppression(deps.pool, listed, { id: idOf(request.params.id, 'entry') })
      if (entry === undefined) throw missingEntry()
      return toEntry(entry)
    },
  )
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: SuppressionWrite }>(
    '/suppressions',
    {
      schema: {
        tags,
        summary: 'Suppress an address or a domain; one that is there already gets the comment',
        body: SuppressionWrite,
        response: { 201: Suppression, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const wishes = [storable(request.body)]
      const added = await addEntries(actorOf(request, deps), 'client', { wishes, pointerOf: atValue })
      return reply.code(201).send(added.map(toEntry)[0])
    },
  )
  app.delete<IdRequest>(
    '/suppressions/:id',
    {
      schema: {
        tags,
        summary: 'Remove an entry and what was counted against its address',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeEntry(actorOf(request, deps), 'client', { id: idOf(request.params.id, 'entry') })
      return reply.code(204).send()
    },
  )
}

const COLUMNS = ['TYPE', 'VALUE', 'COMMENT', 'CATEGORY', 'REASON', 'ADDED_BY', 'ADDED_AT']
const PAGE = 1_000
const toLine = (entry: SuppressionRecord): string =>
  csvLine([
    ...[entry.type.toUpperCase(), entry.value, plainCell(entry.comment), entry.category, entry.reason],
    ...[plainCell(entry.createdBy), entry.createdAt.toISOString()],
  ])

// Page by page, so that a list of any length takes the same memory; its first columns can be uploaded again.
async function* exportLines(deps: ResourceDeps, listed: Listed): AsyncGenerator<string> {
  yield csvLine(COLUMNS)
  let after: string | null = null
  do {
    const entries: SuppressionRecord[] = await listSuppressions(deps.pool, { ...listed, limit: PAGE, after })
    const page = entries.slice(0, PAGE)
    if (page.length > 0) yield page.map(toLine).join('')
    after = entries.length > PAGE ? (page.at(-1)?.id ?? null) : null
  } while (after !== null)
}

const exportRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get('/suppressions/export', { schema: { tags, summary: 'The whole list as CSV' } }, (request, reply) =>
    reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="suppressions.csv"')
      .send(Readable.from(exportLines(deps, { sandboxId: callerOf(request).sandbox.id, list: 'client' }))),
  )
}

const settingRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  const read = async (sandboxId: string): Promise<SuppressionSettings> => ({
    softBounceThreshold: (await readListSetting(deps.pool, sandboxId)).softThreshold,
  })
  app.get(
    '/suppressions/settings',
    {
      schema: {
        tags,
        summary: 'How many soft bounces suppress an address',
        response: { 200: SuppressionSettings, ...REFUSALS },
      },
    },
    request => read(callerOf(request).sandbox.id),
  )
  app.put<{ Body: SuppressionSettings }>(
    '/suppressions/settings',
    {
      schema: {
        tags,
        summary: 'Set how many soft bounces in a row suppress an address',
        body: SuppressionSettings,
        response: { 200: SuppressionSettings, ...REFUSALS },
      },
    },
    async request => {
      const sandboxId = callerOf(request).sandbox.id
      await writeListSetting(deps.pool, sandboxId, { softThreshold: request.body.softBounceThreshold })
      return read(sandboxId)
    },
  )
}

/** Routes below `/api/v1`. */
export const suppressionRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    exportRoute(app, deps)
    writeRoutes(app, deps)
    settingRoutes(app, deps)
    suppressionUploadRoutes(app, deps)
  }
