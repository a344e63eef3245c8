/** What people did: taken in batches, listed for each person. */
import {
  EventsWrite,
  EventsWritten,
  IdParams,
  PersonEventList,
  PersonEventListQuery,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { type EventMark, listEvents } from '../../audiences/event.store.ts'
import { takeEvents } from '../../audiences/events.ts'
import { readTextCursor, toPage } from '../../lib/cursor.ts'
import { Fault } from '../../lib/fault.ts'
import { isUuid } from '../../lib/ids.ts'
import { findProfile } from '../../profiles/people.store.ts'
import { callerOf } from '../caller.ts'
import { idOf, localActorOf, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Events']

// The cursor names the last event by its time and its id.
const markOf = (cursor: string | undefined): EventMark | null => {
  const text = readTextCursor(cursor)
  if (text === null) return null
  const [ms = '', id = ''] = text.split(' ')
  if (!/^-?\d{1,15}$/.test(ms) || !isUuid(id))
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '/cursor', message: 'is not a cursor of this list' }],
    })
  return { at: new Date(Number(ms)), id }
}

const takeRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: EventsWrite }>(
    '/events',
    {
      schema: {
        tags,
        summary: 'Tell what people did; the refused events are told by their place',
        body: EventsWrite,
        response: { 200: EventsWritten, ...REFUSALS },
      },
    },
    async request => takeEvents(await localActorOf(request, deps), storable(request.body)),
  )
}

const listRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Params: { id: string }; Querystring: { limit: number; cursor?: string } }>(
    '/profiles/:id/events',
    {
      schema: {
        tags,
        summary: 'What a person did, newest first',
        params: IdParams,
        querystring: PersonEventListQuery,
        response: { 200: PersonEventList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const sandboxId = callerOf(request).sandbox.id
      const person = await findProfile(deps.pool, sandboxId, idOf(request.params.id, 'profile'))
      const { id: profileId } = orNotFound(person, 'profile')
      const events = await listEvents(deps.pool, { sandboxId, profileId }, { limit, after: markOf(cursor) })
      return toPage(events, limit, {
        id: event => `${Date.parse(event.at)} ${event.eventId}`,
        item: event => event,
      })
    },
  )
}

/** Routes below `/api/v1`. */
export const eventRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    takeRoute(app, deps)
    listRoute(app, deps)
  }
