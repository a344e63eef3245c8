/** The allowed list: its switch, and its entries. On and empty it lets nothing through: an emergency brake. */
import {
  AllowedListQuery,
  AllowedListState,
  AllowedListSwitch,
  IdParams,
  MAX_ALLOWED_ENTRIES,
  Suppression,
  SuppressionList,
  SuppressionWrite,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { countSuppressions, listSuppressions } from '../../consent/suppression.store.ts'
import { addEntries, removeEntry } from '../../consent/suppression.ts'
import { readListSetting, writeListSetting } from '../../consent/suppression-setting.store.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'
import { atValue, toEntry } from './suppressions.routes.ts'

const tags = ['Allowed list']
type ListQuery = Static<typeof AllowedListQuery> & { limit: number }

const switchRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  const read = async (sandboxId: string): Promise<AllowedListState> => ({
    on: (await readListSetting(deps.pool, sandboxId)).allowedOn,
    entryCount: await countSuppressions(deps.pool, { sandboxId, list: 'allowed' }),
    maxEntries: MAX_ALLOWED_ENTRIES,
  })
  app.get(
    '/allowed-list',
    {
      schema: {
        tags,
        summary: 'Whether the list is on, and how full it is',
        response: { 200: AllowedListState, ...REFUSALS },
      },
    },
    request => read(callerOf(request).sandbox.id),
  )
  app.put<{ Body: AllowedListSwitch }>(
    '/allowed-list',
    {
      schema: {
        tags,
        summary: 'Turn the list on or off; on and empty, nothing is sent',
        body: AllowedListSwitch,
        response: { 200: AllowedListState, ...REFUSALS },
      },
    },
    async request => {
      const sandboxId = callerOf(request).sandbox.id
      await writeListSetting(deps.pool, sandboxId, { allowedOn: request.body.on })
      return read(sandboxId)
    },
  )
}

const entryRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: ListQuery }>(
    '/allowed-list/entries',
    {
      schema: {
        tags,
        summary: 'Allowed addresses and domains, newest first',
        querystring: AllowedListQuery,
        response: { 200: SuppressionList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, ...filter } = storable(request.query)
      const entries = await listSuppressions(deps.pool, {
        ...{ sandboxId: callerOf(request).sandbox.id, list: 'allowed', limit, after: readCursor(cursor) },
        ...filter,
      })
      return toPage(entries, limit, { id: entry => entry.id, item: toEntry })
    },
  )
  app.post<{ Body: SuppressionWrite }>(
    '/allowed-list/entries',
    {
      schema: {
        tags,
        summary: 'Allow an address or a domain; at most 1,000 entries',
        body: SuppressionWrite,
        response: { 201: Suppression, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const wishes = [storable(request.body)]
      const added = await addEntries(actorOf(request, deps), 'allowed', { wishes, pointerOf: atValue })
      return reply.code(201).send(added.map(toEntry)[0])
    },
  )
  app.delete<{ Params: { id: string } }>(
    '/allowed-list/entries/:id',
    {
      schema: {
        tags,
        summary: 'Remove an entry',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeEntry(actorOf(request, deps), 'allowed', { id: idOf(request.params.id, 'entry') })
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const allowedListRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    switchRoutes(app, deps)
    entryRoutes(app, deps)
  }
