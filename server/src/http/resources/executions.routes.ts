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
import { readCursor, toPage } from '../../lib/cursor.ts'
import { parseExecutionId } from '../../messages/execution-id.ts'
import {
  attemptsOf,
  findExecution,
  findMessage,
  inboxIdOf,
  listExecutions,
  listMessages,
  messagesOfExecution,
} from '../../messages/read.store.ts'
import { callerOf } from '../caller.ts'
import { idOf, orNotFound, queryId, REFUSALS, type ResourceDeps } from './deps.ts'

const tags = ['Executions']
type ListQuery = { limit: number; cursor?: string; campaignId?: string }

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
        summary: 'An execution and every recipient with its state',
        params: Type.Object({ executionId: Type.String() }),
        response: { 200: Execution, ...REFUSALS },
      },
    },
    async request => {
      const sandboxId = callerOf(request).sandbox.id
      const id = orNotFound(parseExecutionId(request.params.executionId), 'execution')
      const execution = orNotFound(await findExecution(deps.pool, sandboxId, id), 'execution')
      return { ...execution, messages: await messagesOfExecution(deps.pool, sandboxId, id), holds: [] }
    },
  )
}

const messageRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: ListQuery & { state?: MessageState } }>(
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
      const { limit, cursor, campaignId, state } = request.query
      const page = {
        sandboxId: callerOf(request).sandbox.id,
        limit,
        after: readCursor(cursor),
        campaignId: queryId(campaignId, 'campaignId'),
        state,
      }
      return toPage(await listMessages(deps.pool, page), limit, {
        id: message => message.messageId,
        item: message => message,
      })
    },
  )
  app.get<{ Params: { id: string } }>(
    '/messages/:id',
    {
      schema: {
        tags,
        summary: 'A message, its data and its attempts',
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
      return {
        ...found.summary,
        acceptedAt: found.acceptedAt.toISOString(),
        expiresAt: found.expiresAt?.toISOString() ?? null,
        recipient: found.recipient,
        context: found.context,
        attempts: await attemptsOf(deps.pool, messageId),
        timeline: [],
        discardedAt: null,
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
    messageRoutes(app, deps)
  }
