/**
 * What keeps messages back: the big stop, pauses and cancels, their end, and the decision about what came too late.
 * A hold is in force with the answer; calls are still accepted under it. Workers move the messages behind it.
 */
import {
  HeldDecided,
  HeldDecision,
  Hold,
  HoldLift,
  HoldList,
  HoldListQuery,
  HoldRequest,
  type HoldScope,
  IdParams,
} from '@carillon/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { getCampaign } from '../../campaigns/lifecycle.ts'
import { hourOf } from '../../delivery/recorder.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { Fault } from '../../lib/fault.ts'
import { parseExecutionId } from '../../messages/execution-id.ts'
import { cancelBound, hasExecution, liftHold, listHolds, openHold } from '../../messages/holds.store.ts'
import { decideHeld, type HeldFilter, hasHeld } from '../../messages/sweep.store.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, orNotFound, queryId, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Holds']
const ExecutionParams = Type.Object({ executionId: Type.String() })
type Request<Params = unknown> = FastifyRequest<{ Params: Params; Body: HoldRequest }>

// Who has to stop something in a hurry may leave the body out.
const withBody = async (request: FastifyRequest): Promise<void> => {
  request.body ??= {}
}

const campaignOf = async (request: FastifyRequest, deps: ResourceDeps, id: string): Promise<string> =>
  (await getCampaign(actorOf(request, deps), idOf(id, 'campaign'))).id

const executionOf = async (request: FastifyRequest, deps: ResourceDeps, told: string): Promise<string> => {
  const id = orNotFound(parseExecutionId(told), 'execution')
  const found = await hasExecution(deps.pool, callerOf(request).sandbox.id, id)
  return orNotFound(found ? id : undefined, 'execution')
}

interface Opening {
  readonly kind: 'stop' | 'pause' | 'cancel'
  readonly scope: HoldScope
  readonly scopeId: string
}

const openFor = (request: Request, deps: ResourceDeps, opening: Opening): Promise<Hold> => {
  const { pool, sandboxId, now, by, newId } = actorOf(request, deps)
  const { detail = '' } = storable(request.body)
  const beforeId = opening.kind === 'cancel' ? cancelBound(now) : null
  return openHold(pool, { ...opening, id: newId(), sandboxId, beforeId, detail, now, by })
}

const openingSchema = (summary: string, params?: object) => ({
  tags,
  summary,
  body: HoldRequest,
  ...(params === undefined ? {} : { params }),
  response: { 201: Hold, ...REFUSALS },
})

const stopRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: HoldRequest }>(
    '/stop',
    {
      preValidation: withBody,
      schema: openingSchema('The big stop: nothing of this sandbox is sent until the hold is lifted'),
    },
    async (request, reply) => {
      const scopeId = callerOf(request).sandbox.id
      return reply.code(201).send(await openFor(request, deps, { kind: 'stop', scope: 'sandbox', scopeId }))
    },
  )
}

const SUMMARIES = {
  pause: 'Keep back what is not sent yet, and what comes, until the hold is lifted',
  cancel: 'End for good what was accepted until now and is not sent yet',
} as const

const scopeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  for (const kind of ['pause', 'cancel'] as const) {
    app.post<{ Params: { id: string }; Body: HoldRequest }>(
      `/campaigns/:id/${kind}`,
      {
        preValidation: withBody,
        schema: openingSchema(`Campaign: ${SUMMARIES[kind].toLowerCase()}`, IdParams),
      },
      async (request, reply: FastifyReply) => {
        const scopeId = await campaignOf(request, deps, request.params.id)
        return reply.code(201).send(await openFor(request, deps, { kind, scope: 'campaign', scopeId }))
      },
    )
    app.post<{ Params: { executionId: string }; Body: HoldRequest }>(
      `/executions/:executionId/${kind}`,
      {
        preValidation: withBody,
        schema: openingSchema(`Execution: ${SUMMARIES[kind].toLowerCase()}`, ExecutionParams),
      },
      async (request, reply: FastifyReply) => {
        const scopeId = await executionOf(request, deps, request.params.executionId)
        return reply.code(201).send(await openFor(request, deps, { kind, scope: 'execution', scopeId }))
      },
    )
  }
}

const listRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: { limit: number; cursor?: string; lifted?: boolean } }>(
    '/holds',
    {
      schema: {
        tags,
        summary: 'Open holds, newest first; with `lifted=true` those that are over too',
        querystring: HoldListQuery,
        response: { 200: HoldList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, lifted = false } = request.query
      const sandboxId = callerOf(request).sandbox.id
      const holds = await listHolds(deps.pool, { sandboxId, limit, lifted, after: readCursor(cursor) })
      return toPage(holds, limit, { id: hold => hold.id, item: hold => hold })
    },
  )
}

const liftRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Params: { id: string }; Body: HoldLift }>(
    '/holds/:id/lift',
    {
      schema: {
        tags,
        summary: 'End a hold: its messages go on, or are cancelled',
        params: IdParams,
        body: HoldLift,
        response: { 200: Hold, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'hold')
      const { decision } = request.body
      return orNotFound(await liftHold(deps.pool, { ...actorOf(request, deps), id, decision }), 'hold')
    },
  )
}

const MOST = 10_000
const STEP = 1_000
/** The row of the sums for what people decide: accepts count from 0, workers from 100. */
const SHARD = 90

const filterOf = async (request: FastifyRequest, deps: ResourceDeps): Promise<HeldFilter> => {
  const { campaignId, executionId, messageIds } = request.body as HeldDecision
  if (campaignId === undefined && executionId === undefined && messageIds === undefined)
    throw new Fault('payload_invalid', {
      problems: [{ pointer: '', message: 'must have campaignId, executionId or messageIds' }],
    })
  queryId(campaignId, 'campaignId')
  return {
    messageIds,
    campaignId: campaignId === undefined ? undefined : await campaignOf(request, deps, campaignId),
    executionId: executionId === undefined ? undefined : await executionOf(request, deps, executionId),
  }
}

const decide = async (request: FastifyRequest, deps: ResourceDeps): Promise<HeldDecided> => {
  const { pool, sandboxId, now, by } = actorOf(request, deps)
  const choice = { sandboxId, filter: await filterOf(request, deps), reason: 'stale' } as const
  const { decision } = request.body as HeldDecision
  const how = { ...choice, decision, by, now, hour: hourOf(now), shard: SHARD, limit: STEP }
  let [acted, step] = [0, STEP]
  while (step === STEP && acted < MOST) {
    step = await decideHeld(pool, how)
    acted += step
  }
  return { acted, remaining: await hasHeld(pool, choice) }
}

const decideRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: HeldDecision }>(
    '/held/decide',
    {
      schema: {
        tags,
        summary: 'Send or cancel what is held because it is later than its campaign allows',
        body: HeldDecision,
        response: { 200: HeldDecided, ...REFUSALS },
      },
    },
    async request => decide(request, deps),
  )
}

/** Routes below `/api/v1`. */
export const holdRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    listRoute(app, deps)
    stopRoute(app, deps)
    scopeRoutes(app, deps)
    liftRoute(app, deps)
    decideRoute(app, deps)
  }
