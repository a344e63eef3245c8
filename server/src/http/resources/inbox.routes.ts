/** The Inbox: mails that sandbox transports delivered to the instance itself. */
import { IdParams, InboxList, InboxMail, InboxQuery } from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { clearInbox, getInboxMail, listInbox } from '../../channels/sandbox/inbox.store.ts'
import { callerOf } from '../caller.ts'
import { orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Inbox']
type IdRequest = { Params: { id: string } }

/** Routes below `/api/v1`. */
export const inboxRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    const find = async (request: FastifyRequest<IdRequest>) =>
      orNotFound(
        await getInboxMail(deps.pool, { sandbox: callerOf(request).sandbox.name, id: request.params.id }),
        'mail',
      )
    app.get<{ Querystring: { limit: number; cursor?: string; search?: string } }>(
      '/inbox',
      {
        schema: {
          tags,
          summary: 'Mails, newest first',
          querystring: InboxQuery,
          response: { 200: InboxList, ...REFUSALS },
        },
      },
      request =>
        listInbox(deps.pool, { sandbox: callerOf(request).sandbox.name, ...storable(request.query) }),
    )
    app.get<IdRequest>(
      '/inbox/:id',
      {
        schema: {
          tags,
          summary: 'A mail, parsed',
          params: IdParams,
          response: { 200: InboxMail, ...REFUSALS },
        },
      },
      async request => (await find(request)).mail,
    )
    app.get<IdRequest>(
      '/inbox/:id/raw',
      { schema: { tags, summary: 'A mail as it came', params: IdParams } },
      async (request, reply) => {
        const { raw, mail } = await find(request)
        const [type, ending] =
          mail.channel === 'email' ? ['message/rfc822', 'eml'] : ['application/json', 'json']
        return reply
          .type(type)
          .header('content-disposition', `attachment; filename="${request.params.id}.${ending}"`)
          .send(raw)
      },
    )
    app.delete(
      '/inbox',
      {
        schema: {
          tags,
          summary: 'Empty the inbox of this sandbox',
          response: { 204: Type.Null(), ...REFUSALS },
        },
      },
      async (request, reply) => {
        await clearInbox(deps.pool, callerOf(request).sandbox.name)
        return reply.code(204).send()
      },
    )
  }
