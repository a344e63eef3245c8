/** What hangs on a person: every message, and the audiences. */
import {
  IdParams,
  MembershipList,
  MembershipListQuery,
  MessageList,
  type MessageState,
  ProfileMessageListQuery,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { membershipsPage } from '../../audiences/memberships.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { listMessagesOfPerson, type PersonInLedger } from '../../messages/person-messages.store.ts'
import { findKnownAs, type KnownAs } from '../../profiles/known-as.store.ts'
import { namespacesInUse, readNamespaces } from '../../profiles/namespace.store.ts'
import { allNamespaces } from '../../profiles/namespaces.ts'
import { callerOf } from '../caller.ts'
import { idOf, localActorOf, orNotFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Profiles']
type PageRequest = { Params: { id: string }; Querystring: { limit: number; cursor?: string } }
type MessagesRequest = PageRequest & { Querystring: { state?: MessageState } }

const knownAs = async (pool: pg.Pool, sandboxId: string, id: string): Promise<KnownAs> =>
  orNotFound(await findKnownAs(pool, sandboxId, idOf(id, 'profile')), 'profile')

// A member of a run who had no identity in the campaign's namespace is in the ledger by the id of the profile.
const inLedger = async (pool: pg.Pool, sandboxId: string, person: KnownAs): Promise<PersonInLedger> => {
  const known = allNamespaces(await readNamespaces(pool, sandboxId)).map(one => one.code)
  const namespaces = [...new Set([...known, ...(await namespacesInUse(pool, sandboxId))])]
  const lacking = person.ids.flatMap(value => namespaces.map(namespace => ({ namespace, value })))
  return { profileIds: person.ids, identities: person.identities, former: [...person.former, ...lacking] }
}

const messagesRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<MessagesRequest>(
    '/profiles/:id/messages',
    {
      schema: {
        tags,
        summary: 'Every message to a person, newest first, whatever identity it went to',
        params: IdParams,
        querystring: ProfileMessageListQuery,
        response: { 200: MessageList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, state } = storable(request.query)
      const sandboxId = callerOf(request).sandbox.id
      const person = await knownAs(deps.pool, sandboxId, request.params.id)
      const ledger = await inLedger(deps.pool, sandboxId, person)
      const page = { sandboxId, limit, after: readCursor(cursor), state }
      return toPage(await listMessagesOfPerson(deps.pool, ledger, page), limit, {
        id: message => message.messageId,
        item: message => message,
      })
    },
  )
}

const audiencesRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<PageRequest>(
    '/profiles/:id/audiences',
    {
      schema: {
        tags,
        summary: 'The audiences that a person is in now; `limit` audiences are looked at for a page',
        params: IdParams,
        querystring: MembershipListQuery,
        response: { 200: MembershipList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const author = await localActorOf(request, deps)
      const [profileId = ''] = (await knownAs(deps.pool, author.sandboxId, request.params.id)).ids
      const looked = await membershipsPage(author, profileId, { limit, after: readCursor(cursor) })
      const { items, next } = toPage(looked, limit, {
        id: one => one.audienceId,
        item: one => one.membership,
      })
      return { items: items.filter(one => one !== null), next }
    },
  )
}

/** Routes below `/api/v1`. */
export const profilePartRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    messagesRoute(app, deps)
    audiencesRoute(app, deps)
  }
