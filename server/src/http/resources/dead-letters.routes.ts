/** Dead letters: messages that failed or of which nobody knows, and what a person decides about them. */
import {
  DeadLetterActed,
  DeadLetterAction,
  type DeadLetterFilter,
  DeadLetterList,
  DeadLetterListQuery,
  DeadLetterSummary,
  IdParams,
  MessageSettle,
  MessageSummary,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { hourOf } from '../../delivery/recorder.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { Fault, type Problem } from '../../lib/fault.ts'
import { isUuid } from '../../lib/ids.ts'
import { listDeadLetters, summarizeDeadLetters } from '../../messages/dead-letters.store.ts'
import { type Action, actOnDeadLetters, type Wanted } from '../../messages/dead-letters.ts'
import { findMessage } from '../../messages/read.store.ts'
import { type Decision, settleMessage } from '../../messages/redrive.store.ts'
import { callerOf } from '../caller.ts'
import { idOf, orNotFound, queryExecutionId, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Dead letters']
// Decisions are rare: they count in the row of the sums that the API's accepts use for other states.
const SHARD = 0

type ListQuery = DeadLetterFilter & { limit: number; cursor?: string; discarded?: boolean }

const refuse = (problems: readonly Problem[]): Fault => new Fault('payload_invalid', { problems })

// Ids in their bare form; `at` is the pointer of the filter within the request.
const readFilter = (filter: DeadLetterFilter, at: string): DeadLetterFilter => {
  const { campaignId, executionId, transportId } = filter
  const wrong = Object.entries({ campaignId, transportId }).filter(
    ([, id]) => id !== undefined && !isUuid(id),
  )
  if (wrong.length > 0)
    throw refuse(wrong.map(([name]) => ({ pointer: `${at}/${name}`, message: 'is not an id' })))
  const execution = queryExecutionId(executionId, `${at}/executionId`)
  return { ...filter, ...(execution === undefined ? {} : { executionId: execution }) }
}

const readWanted = ({ messageIds, filter }: DeadLetterAction): Wanted => {
  if ((messageIds === undefined) === (filter === undefined))
    throw refuse([{ pointer: '', message: 'must have exactly one of messageIds and filter' }])
  return messageIds === undefined ? { filter: readFilter(filter ?? {}, '/filter') } : { messageIds }
}

const decisionOf = (request: FastifyRequest, deps: ResourceDeps): Decision => {
  const now = deps.clock.now()
  return { actor: callerOf(request).name, now, hour: hourOf(now), shard: SHARD }
}

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: ListQuery }>(
    '/dead-letters',
    {
      schema: {
        tags,
        summary: 'Dead letters, newest first; with `discarded=true` those that were put away',
        querystring: DeadLetterListQuery,
        response: { 200: DeadLetterList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, discarded = false, ...filter } = storable(request.query)
      const query = {
        sandboxId: callerOf(request).sandbox.id,
        filter: readFilter(filter, ''),
        discarded,
        after: readCursor(cursor),
        limit,
      }
      return toPage(await listDeadLetters(deps.pool, query), limit, {
        id: letter => letter.messageId,
        item: letter => letter,
      })
    },
  )
  app.get(
    '/dead-letters/summary',
    {
      schema: {
        tags,
        summary: 'How many dead letters there are, by state, reason and campaign',
        response: { 200: DeadLetterSummary, ...REFUSALS },
      },
    },
    request => summarizeDeadLetters(deps.pool, callerOf(request).sandbox.id),
  )
}

const actionRoute = (
  app: FastifyInstance,
  deps: ResourceDeps,
  action: { readonly kind: Action['kind']; readonly summary: string },
): void => {
  app.post<{ Body: DeadLetterAction }>(
    `/dead-letters/${action.kind}`,
    {
      schema: {
        tags,
        summary: action.summary,
        body: DeadLetterAction,
        response: { 200: DeadLetterActed, ...REFUSALS },
      },
    },
    request => {
      const sandboxId = callerOf(request).sandbox.id
      const wanted = readWanted(storable(request.body))
      return actOnDeadLetters(
        deps.pool,
        { ...decisionOf(request, deps), sandboxId, kind: action.kind },
        wanted,
      )
    },
  )
}

const settleRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Params: { id: string }; Body: MessageSettle }>(
    '/messages/:id/settle',
    {
      schema: {
        tags,
        summary: 'Settle an unknown message by what a person knows of it',
        params: IdParams,
        body: MessageSettle,
        response: { 200: MessageSummary, ...REFUSALS },
      },
    },
    async request => {
      const sandboxId = callerOf(request).sandbox.id
      const messageId = idOf(request.params.id, 'message')
      const settle = { ...decisionOf(request, deps), ...storable(request.body), sandboxId, messageId }
      const settled = await settleMessage(deps.pool, settle)
      const { summary } = orNotFound(await findMessage(deps.pool, sandboxId, messageId), 'message')
      if (!settled)
        throw new Fault('message_state', {
          detail: `Only an unknown message can be settled; this one is ${summary.state}.`,
        })
      return summary
    },
  )
}

/** Routes below `/api/v1`. */
export const deadLetterRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    actionRoute(app, deps, {
      kind: 'redrive',
      summary: 'Give dead letters another try: the named ones, or what a filter finds (10,000 at most)',
    })
    actionRoute(app, deps, {
      kind: 'discard',
      summary: 'Put dead letters away: the named ones, or what a filter finds (10,000 at most)',
    })
    settleRoute(app, deps)
  }
