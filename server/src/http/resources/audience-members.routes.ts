/** The members of audiences: list, add, take out. */
import {
  AudienceMemberList,
  AudienceMemberParams,
  AudienceMemberQuery,
  AudienceMembersWrite,
  AudienceMembersWritten,
  IdParams,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { membersPage } from '../../audiences/estimate.ts'
import { addMembers, removeMember } from '../../audiences/write-members.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { idOf, localActorOf, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Audiences']
type PageRequest = { Params: { id: string }; Querystring: { limit: number; cursor?: string } }

const listRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<PageRequest>(
    '/audiences/:id/members',
    {
      schema: {
        tags,
        summary: 'Who is in an audience now, in the order of their profiles',
        params: IdParams,
        querystring: AudienceMemberQuery,
        response: { 200: AudienceMemberList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const author = await localActorOf(request, deps)
      const page = { limit, after: readCursor(cursor) }
      const members = await membersPage(author, idOf(request.params.id, 'audience'), page)
      const found = orNotFound(members, 'audience')
      return toPage(found, limit, { id: member => member.profileId, item: member => member })
    },
  )
}

const changeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Params: { id: string }; Body: AudienceMembersWrite }>(
    '/audiences/:id/members',
    {
      schema: {
        tags,
        summary: 'Add members to an uploaded audience; the refused ones are told by their place',
        params: IdParams,
        body: AudienceMembersWrite,
        response: { 200: AudienceMembersWritten, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'audience')
      return addMembers(await localActorOf(request, deps), id, storable(request.body))
    },
  )
  app.delete<{ Params: { id: string; profileId: string } }>(
    '/audiences/:id/members/:profileId',
    {
      schema: {
        tags,
        summary: 'Take a person out of an uploaded audience',
        params: AudienceMemberParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const [id, profileId] = [idOf(request.params.id, 'audience'), idOf(request.params.profileId, 'member')]
      await removeMember(await localActorOf(request, deps), id, profileId)
      return reply.code(204).send()
    },
  )
}

/** Registers the routes of the members. */
export const audienceMemberRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  listRoute(app, deps)
  changeRoutes(app, deps)
}
