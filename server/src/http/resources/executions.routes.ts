/** Executions and messages: what was accepted, and what became of every person. */
import {
  Execution,
  ExecutionList,
  ExecutionListQuery,
  Message,
  MessageList,
  MessageListQuery,
  type MessageState,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { findRun } from '../../campaigns/audience-run.store.ts'
import { toAudienceRun } from '../../campaigns/audience-status.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { parseExecutionId } from '../../messages/execution-id.ts'
import { findExecution, listExecutions } from '../../messages/executions.store.ts'
import { holdsOfExecution } from '../../messages/holds.store.ts'
import { findMessage, inboxIdOf, listMessages, messagesOfExecution } from '../../messages/read.store.ts'
import { discardedAtOf, storiesOf } from '../../messages/timeline.store.ts'
import { buildTimeline } from '../../messages/timeline.ts'
import { callerOf } from '../caller.ts'
import { idOf, orNotFound, queryExecutionId, queryId, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Executions']
const FIRST_MESSAGES = 200
type ListQuery = { limit: number; cursor?: string; campaignId?: string }
type MessageQuery = ListQuery & { executionId?: string; state?: MessageState; reason?: string }

const executionListRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: ListQuery }>(
    '/executions',
    {
      schema: {
        tags,
        summary: 'Executions, newest first',
        querystring: ExecutionListQuery,
        response: { 200: ExecutionList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, campaignId } = request.query
      const page = {
        sandboxId: callerOf(request).sandbox.id,
        limit,
        after: readCursor(cursor),
        campaignId: queryId(campaignId, 'campaignId'),
      }
      return toPage(await listExecutions(deps.pool, page), limit, {
        id: row => row.id,
        item: row => row.execution,
      })
    },
  )
  app.get<{ Params: { executionId: string } }>(
    '/executions/:executionId',
    {
      schema: {
        tags,
        summary: 'An execution and its first 200 recipients with their states',
        params: Type.Object({ executionId: Type.String() }),
        response: { 200: Execution, ...REFUSALS },
      },
    },
    async request => {
      const sandboxId = callerOf(request).sandbox.id
      const id = orNotFound(parseExecutionId(request.params.executionId), 'execution')
      const execution = orNotFound(await findExecution(deps.pool, sandboxId, id), 'execution')
      const messages = await messagesOfExecution(deps.pool, { sandboxId, id, limit: FIRST_MESSAGES })
      const run = execution.kind === 'audience' ? await findRun(deps.pool, sandboxId, id) : undefined
      return {
        ...execution,
        messages,
        holds: await holdsOfExecution(deps.pool, sandboxId, id),
        run: run === undefined ? null : toAudienceRun(run),
      }
    },
  )
}

const messageListRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: MessageQuery }>(
    '/messages',
    {
      schema: {
        tags,
        summary: 'Messages, newest first',
        querystring: MessageListQuery,
        response: { 200: MessageList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, campaignId, executionId, state, reason } = storable(request.query)
      const page = {
        sandboxId: callerOf(request).sandbox.id,
        limit,
        after: readCursor(cursor),
        campaignId: queryId(campaignId, 'campaignId'),
        executionId: queryExecutionId(executionId, '/executionId'),
        state,
        reason,
      }
      return toPage(await listMessages(deps.pool, page), limit, {
        id: message => message.messageId,
        item: message => message,
      })
    },
  )
}

const messageRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Params: { id: string } }>(
    '/messages/:id',
    {
      schema: {
        tags,
        summary: 'A message, its data, its attempts and its story',
        params: Type.Object({ id: Type.String() }),
        response: { 200: Message, ...REFUSALS },
      },
    },
    async request => {
      const found = orNotFound(
        await findMessage(deps.pool, callerOf(request).sandbox.id, idOf(request.params.id, 'message')),
        'message',
      )
      const { messageId } = found.summary
      const [story] = await storiesOf(deps.pool, [found])
      return {
        ...found.summary,
        acceptedAt: found.acceptedAt.toISOString(),
        expiresAt: found.expiresAt?.toISOString() ?? null,
        recipient: found.recipient,
        context: found.context,
        attempts: story?.attempts ?? [],
        timeline: story === undefined ? [] : buildTimeline(story, deps.clock.now()),
        discardedAt: (await discardedAtOf(deps.pool, messageId))?.toISOString() ?? null,
        inboxId: await inboxIdOf(deps.pool, messageId),
      }
    },
  )
}

/** Routes below `/api/v1`. */
export const executionRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    executionListRoutes(app, deps)
    messageListRoute(app, deps)
    messageRoute(app, deps)
  }
