/** Audiences: list, make, read, change, put away, delete, and questions about rules. Members are in `audience-members.routes.ts`. */
import {
  Audience,
  AudienceCreate,
  AudienceEstimate,
  AudienceList,
  AudienceListQuery,
  AudiencePatch,
  AudienceQuestion,
  AudienceSample,
  IdParams,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { type AudienceRecord, listAudiences } from '../../audiences/audience.store.ts'
import { createAudience, getAudience, patchAudience, unarchiveAudience } from '../../audiences/audiences.ts'
import { estimateAudience, sampleAudience } from '../../audiences/estimate.ts'
import { archiveAudience, removeAudience } from '../../campaigns/audience-uses.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { audienceMemberRoutes } from './audience-members.routes.ts'
import { actorOf, idOf, localActorOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Audiences']
type IdRequest = { Params: { id: string } }
type ListRequest = { Querystring: { limit: number; cursor?: string; search?: string; archived?: boolean } }

const toAudience = ({ archivedAt, ...audience }: AudienceRecord): Audience => ({
  ...audience,
  columns: [...audience.columns],
  archived: archivedAt !== null,
  createdAt: audience.createdAt.toISOString(),
  modifiedAt: audience.modifiedAt.toISOString(),
})

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<ListRequest>(
    '/audiences',
    {
      schema: {
        tags,
        summary: 'Audiences, newest first',
        querystring: AudienceListQuery,
        response: { 200: AudienceList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, search, archived = false } = storable(request.query)
      const { sandboxId } = actorOf(request, deps)
      const after = readCursor(cursor)
      const audiences = await listAudiences(deps.pool, { sandboxId, limit, after, search, archived })
      return toPage(audiences, limit, { id: one => one.id, item: toAudience })
    },
  )
  app.get<IdRequest>(
    '/audiences/:id',
    { schema: { tags, summary: 'An audience', params: IdParams, response: { 200: Audience, ...REFUSALS } } },
    async request =>
      toAudience(await getAudience(await localActorOf(request, deps), idOf(request.params.id, 'audience'))),
  )
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: AudienceCreate }>(
    '/audiences',
    {
      schema: {
        tags,
        summary: 'Make an audience, by a rule or to be uploaded',
        body: AudienceCreate,
        response: { 201: Audience, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const author = await localActorOf(request, deps)
      return reply.code(201).send(toAudience(await createAudience(author, storable(request.body))))
    },
  )
  app.patch<{ Params: { id: string }; Body: AudiencePatch }>(
    '/audiences/:id',
    {
      schema: {
        tags,
        summary: 'Change the name, the description or the rule',
        params: IdParams,
        body: AudiencePatch,
        response: { 200: Audience, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'audience')
      return toAudience(await patchAudience(await localActorOf(request, deps), id, storable(request.body)))
    },
  )
}

const awayRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  const deeds = [
    ['archive', 'Put away an audience that nothing uses', archiveAudience],
    ['unarchive', 'Bring an archived audience back', unarchiveAudience],
  ] as const
  for (const [deed, summary, act] of deeds)
    app.post<IdRequest>(
      `/audiences/:id/${deed}`,
      { schema: { tags, summary, params: IdParams, response: { 200: Audience, ...REFUSALS } } },
      async request =>
        toAudience(await act(await localActorOf(request, deps), idOf(request.params.id, 'audience'))),
    )
  app.delete<IdRequest>(
    '/audiences/:id',
    {
      schema: {
        tags,
        summary: 'Delete an audience that nothing uses, with its members; the people stay',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeAudience(await localActorOf(request, deps), idOf(request.params.id, 'audience'))
      return reply.code(204).send()
    },
  )
}

const questionRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: AudienceQuestion }>(
    '/audiences/estimate',
    {
      schema: {
        tags,
        summary: 'How many people a rule has: exact when that is quick, else from a sample with its error',
        body: AudienceQuestion,
        response: { 200: AudienceEstimate, ...REFUSALS },
      },
    },
    async request => estimateAudience(await localActorOf(request, deps), storable(request.body).rule),
  )
  app.post<{ Body: AudienceQuestion }>(
    '/audiences/sample',
    {
      schema: {
        tags,
        summary: 'Some people of a rule',
        body: AudienceQuestion,
        response: { 200: AudienceSample, ...REFUSALS },
      },
    },
    async request => sampleAudience(await localActorOf(request, deps), storable(request.body).rule),
  )
}

/** Routes below `/api/v1`. */
export const audienceRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    writeRoutes(app, deps)
    awayRoutes(app, deps)
    questionRoutes(app, deps)
    audienceMemberRoutes(app, deps)
  }
