/** People: list, make or merge, read, change, delete. */
import {
  IdParams,
  Profile,
  ProfileList,
  ProfileListQuery,
  ProfilePatch,
  ProfileUpsert,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readCursor, toPage } from '../../lib/cursor.ts'
import {
  deleteProfile,
  findProfile,
  listProfiles,
  patchProfile,
  upsertProfile,
} from '../../profiles/people.store.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, notFound, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Profiles']
type IdRequest = { Params: { id: string } }

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{
    Querystring: { limit: number; cursor?: string; namespace?: string; search?: string; test?: boolean }
  }>(
    '/profiles',
    {
      schema: {
        tags,
        summary: 'People, newest first; `search` is the beginning of an identity',
        querystring: ProfileListQuery,
        response: { 200: ProfileList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, namespace, search, test } = storable(request.query)
      const people = await listProfiles(deps.pool, {
        sandboxId: callerOf(request).sandbox.id,
        limit,
        after: readCursor(cursor),
        namespace,
        search,
        test,
      })
      return toPage(people, limit, { id: person => person.id, item: person => person })
    },
  )
  app.get<IdRequest>(
    '/profiles/:id',
    { schema: { tags, summary: 'A person', params: IdParams, response: { 200: Profile, ...REFUSALS } } },
    async request =>
      orNotFound(
        await findProfile(deps.pool, callerOf(request).sandbox.id, idOf(request.params.id, 'profile')),
        'profile',
      ),
  )
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: ProfileUpsert }>(
    '/profiles',
    {
      schema: {
        tags,
        summary: 'Make a person, or merge into the one who has an identity',
        body: ProfileUpsert,
        response: { 200: Profile, 201: Profile, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { profile, created } = await upsertProfile(actorOf(request, deps), storable(request.body))
      return reply.code(created ? 201 : 200).send(profile)
    },
  )
  app.patch<{ Params: { id: string }; Body: ProfilePatch }>(
    '/profiles/:id',
    {
      schema: {
        tags,
        summary: 'Merge attributes, replace identities',
        params: IdParams,
        body: ProfilePatch,
        response: { 200: Profile, ...REFUSALS },
      },
    },
    async request =>
      orNotFound(
        await patchProfile(
          actorOf(request, deps),
          idOf(request.params.id, 'profile'),
          storable(request.body),
        ),
        'profile',
      ),
  )
  app.delete<IdRequest>(
    '/profiles/:id',
    {
      schema: {
        tags,
        summary: 'Remove a person and the identities',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      if (!(await deleteProfile(deps.pool, callerOf(request).sandbox.id, idOf(request.params.id, 'profile'))))
        throw notFound('profile')
      return reply.code(204).send()
    },
  )
}

/** Routes below `/api/v1`. */
export const profileRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    writeRoutes(app, deps)
  }
