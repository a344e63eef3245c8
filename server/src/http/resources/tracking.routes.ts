/** What people and machines did with the messages of a campaign: sums, links, and every total as its list of people. */
import {
  IdParams,
  INTERACTION_KINDS,
  type Interaction,
  type InteractionKind,
  InteractionList,
  InteractionListQuery,
  type LinkSums,
  TrackingSummary,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type pg from 'pg'
import { Type } from 'typebox'
import { getCampaign } from '../../campaigns/lifecycle.ts'
import { csvLine, plainCell } from '../../lib/csv.ts'
import { readTextCursor, toPage } from '../../lib/cursor.ts'
import { Fault } from '../../lib/fault.ts'
import { isUuid } from '../../lib/ids.ts'
import { countsOfCampaigns } from '../../messages/counts.store.ts'
import { parseExecutionId } from '../../messages/execution-id.ts'
import { findExecution } from '../../messages/executions.store.ts'
import {
  type InteractionPlace,
  type InteractionScope,
  interactionSums,
  linkSums,
  listInteractions,
} from '../../messages/interactions.store.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, orNotFound, queryExecutionId, queryId, REFUSALS, type ResourceDeps } from './deps.ts'

const tags = ['Tracking']
type IdRequest = { Params: { id: string } }

interface Summed {
  readonly scope: InteractionScope
  readonly campaignId: string
  readonly sent: number
}

const summaryOf = async (pool: pg.Pool, { scope, campaignId, sent }: Summed): Promise<TrackingSummary> => {
  const { open, click, unsubscribe, mirror } = await interactionSums(pool, scope)
  return {
    ...{ sent, opens: open, clicks: click, unsubscribes: unsubscribe, mirrors: mirror },
    links: await linkSums(pool, { ...scope, linksOf: campaignId }),
  }
}

const campaignSummed = async (request: FastifyRequest<IdRequest>, deps: ResourceDeps): Promise<Summed> => {
  const { id, sandboxId } = await getCampaign(actorOf(request, deps), idOf(request.params.id, 'campaign'))
  const counts = await countsOfCampaigns(deps.pool, [id])
  const scope = { sandboxId, campaignId: id, executionId: undefined }
  return { scope, campaignId: id, sent: counts(id).sent }
}

const executionSummed = async (request: FastifyRequest<IdRequest>, deps: ResourceDeps): Promise<Summed> => {
  const sandboxId = callerOf(request).sandbox.id
  const id = orNotFound(parseExecutionId(request.params.id), 'execution')
  const { campaignId, counts } = orNotFound(await findExecution(deps.pool, sandboxId, id), 'execution')
  const scope = { sandboxId, campaignId: undefined, executionId: id }
  return { scope, campaignId, sent: counts.sent }
}

const LINK_COLUMNS = ['label', 'url', 'unique clicks', 'clicks', 'clicks by machines', 'link id']

const linkLine = ({ label, url, unique, total, machine, linkId }: LinkSums): string =>
  csvLine([plainCell(label), plainCell(url), String(unique), String(total), String(machine), linkId])

const summaryRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  const response = { 200: TrackingSummary, ...REFUSALS }
  app.get<IdRequest>(
    '/campaigns/:id/tracking',
    {
      schema: {
        ...{ tags, summary: 'Opens and clicks of a campaign, and of each of its links', params: IdParams },
        response,
      },
    },
    async request => summaryOf(deps.pool, await campaignSummed(request, deps)),
  )
  app.get<IdRequest>(
    '/executions/:id/tracking',
    {
      schema: {
        ...{ tags, summary: 'Opens and clicks of an execution, and of each link of its campaign' },
        ...{ params: Type.Object({ id: Type.String() }), response },
      },
    },
    async request => summaryOf(deps.pool, await executionSummed(request, deps)),
  )
  app.get<IdRequest>(
    '/campaigns/:id/tracking/links',
    { schema: { tags, summary: 'The links of a campaign and their clicks, as CSV', params: IdParams } },
    async (request, reply) => {
      const { scope, campaignId } = await campaignSummed(request, deps)
      const links = await linkSums(deps.pool, { ...scope, linksOf: campaignId })
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="links-${campaignId}.csv"`)
        .send([csvLine(LINK_COLUMNS), ...links.map(linkLine)].join(''))
    },
  )
}

const isKind = (text: string | undefined): text is InteractionKind =>
  INTERACTION_KINDS.some(kind => kind === text)

const NO_LINK = '0'.repeat(16)

const placeText = ({ messageId, kind, link, machine }: Interaction): string =>
  [messageId, kind, link?.linkId ?? NO_LINK, machine ? '1' : '0'].join(' ')

const placeOf = (cursor: string | undefined): InteractionPlace | null => {
  const text = readTextCursor(cursor)
  if (text === null) return null
  const [messageId = '', kind, linkId = '', machine] = text.split(' ')
  if (isUuid(messageId) && isKind(kind) && /^[0-9a-f]{16}$/.test(linkId))
    return { messageId, kind, linkId, machine: machine === '1' }
  throw new Fault('payload_invalid', {
    problems: [{ pointer: '/cursor', message: 'is not a cursor of this list' }],
  })
}

interface ListQuery {
  readonly limit: number
  readonly cursor?: string
  readonly campaignId?: string
  readonly executionId?: string
  readonly kind?: InteractionKind
  readonly linkId?: string
  readonly machine?: boolean
}

const scopeOf = (request: FastifyRequest<{ Querystring: ListQuery }>): InteractionScope => {
  const { campaignId, executionId } = request.query
  if (campaignId === undefined && executionId === undefined)
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '', message: 'must have campaignId or executionId' }],
    })
  return {
    sandboxId: callerOf(request).sandbox.id,
    campaignId: queryId(campaignId, 'campaignId'),
    executionId: queryExecutionId(executionId, '/executionId'),
  }
}

const listRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: ListQuery }>(
    '/interactions',
    {
      schema: {
        ...{ tags, summary: 'What each person did with each message, those of the newest messages first' },
        querystring: InteractionListQuery,
        response: { 200: InteractionList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, kind, linkId, machine } = request.query
      const page = { ...scopeOf(request), kind, linkId, machine, after: placeOf(cursor), limit }
      return toPage(await listInteractions(deps.pool, page), limit, { id: placeText, item: one => one })
    },
  )
}

/** Routes below `/api/v1`. */
export const trackingResource =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    summaryRoutes(app, deps)
    listRoute(app, deps)
  }
