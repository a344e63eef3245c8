/** People: list, make or merge, read, change, delete. */
import {
  IdParams,
  MAX_PEOPLE_COUNT,
  PeopleCount,
  PeopleCountQuery,
  Profile,
  ProfileList,
  ProfileListQuery,
  ProfilePatch,
  ProfileUpsert,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { readNamespaces } from '../../profiles/namespace.store.ts'
import { allNamespaces, inOrder } from '../../profiles/namespaces.ts'
import {
  countProfiles,
  deleteProfile,
  findProfile,
  listProfiles,
  type PeopleFilter,
  patchProfile,
  upsertProfile,
} from '../../profiles/people.store.ts'
import { callerOf } from '../caller.ts'
import { idOf, notFound, orNotFound, peopleActorOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Profiles']
type IdRequest = { Params: { id: string } }

// The first identity names the person: that of the namespace with the lowest priority.
const named = async (deps: ResourceDeps, sandboxId: string): Promise<(person: Profile) => Profile> => {
  const namespaces = allNamespaces(await readNamespaces(deps.pool, sandboxId))
  return person => ({ ...person, identities: inOrder(person.identities, namespaces) })
}

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{
    Querystring: { limit: number; cursor?: string } & Omit<PeopleFilter, 'sandboxId'>
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
      const { limit, cursor, ...filter } = storable(request.query)
      const sandboxId = callerOf(request).sandbox.id
      const people = await listProfiles(deps.pool, {
        sandboxId,
        limit,
        after: readCursor(cursor),
        ...filter,
      })
      return toPage(people, limit, { id: person => person.id, item: await named(deps, sandboxId) })
    },
  )
  app.get<{ Querystring: { namespace?: string; search?: string; test?: boolean } }>(
    '/profiles/count',
    {
      schema: {
        tags,
        summary: 'How many people the filters of the list choose; 100,000 are counted at most',
        querystring: PeopleCountQuery,
        response: { 200: PeopleCount, ...REFUSALS },
      },
    },
    async request => {
      const filter = { ...storable(request.query), sandboxId: callerOf(request).sandbox.id }
      const count = await countProfiles(deps.pool, filter, MAX_PEOPLE_COUNT + 1)
      return { count: Math.min(count, MAX_PEOPLE_COUNT), more: count > MAX_PEOPLE_COUNT }
    },
  )
  app.get<IdRequest>(
    '/profiles/:id',
    { schema: { tags, summary: 'A person', params: IdParams, response: { 200: Profile, ...REFUSALS } } },
    async request => {
      const sandboxId = callerOf(request).sandbox.id
      const found = await findProfile(deps.pool, sandboxId, idOf(request.params.id, 'profile'))
      return (await named(deps, sandboxId))(orNotFound(found, 'profile'))
    },
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
      const actor = peopleActorOf(request, deps)
      const { profile, created } = await upsertProfile(actor, storable(request.body))
      return reply.code(created ? 201 : 200).send((await named(deps, actor.sandboxId))(profile))
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
    async request => {
      const actor = peopleActorOf(request, deps)
      const id = idOf(request.params.id, 'profile')
      const changed = orNotFound(await patchProfile(actor, id, storable(request.body)), 'profile')
      return (await named(deps, actor.sandboxId))(changed)
    },
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
