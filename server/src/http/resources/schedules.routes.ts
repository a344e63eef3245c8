/** Runs of marketing campaigns: start or schedule one; list, read, move and take back what is scheduled. */
import {
  DryRunRecipient,
  type DryRunResult,
  IdParams,
  PersonCheckRequest,
  RunRequest,
  RunStarted,
  Schedule,
  ScheduleList,
  ScheduleListQuery,
  SchedulePatch,
  type ScheduleStatus,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { type AudienceRunDeps, triggerAudience } from '../../campaigns/audience-run.ts'
import { findSchedule, listSchedules } from '../../campaigns/audience-schedule.store.ts'
import { editSchedule, toSchedule } from '../../campaigns/audience-status.ts'
import type { TriggerCall } from '../../campaigns/trigger.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { toExecutionId } from '../../messages/execution-id.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, orNotFound, queryId, REFUSALS, type ResourceDeps, storable } from './deps.ts'

/** What these routes need beside the others'. */
export interface ScheduleDeps extends ResourceDeps {
  readonly runs: AudienceRunDeps
  /** What a call would send to each of its people, by the campaign's own way in. */
  readonly dryRun: (call: TriggerCall) => Promise<DryRunResult>
}

const tags = ['Schedules']
type IdRequest = { Params: { id: string } }
type ListRequest = {
  Querystring: { limit: number; cursor?: string; status?: ScheduleStatus; campaignId?: string }
}

const runRoute = (app: FastifyInstance, deps: ScheduleDeps): void => {
  app.post<{ Params: { id: string }; Body: RunRequest }>(
    '/campaigns/:id/runs',
    {
      schema: {
        tags,
        summary: 'Send a marketing campaign to an audience, now or at executeAt',
        params: IdParams,
        body: RunRequest,
        response: { 202: RunStarted, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { audienceId, context, executeAt, requestId } = storable(request.body)
      const { sandboxId, by } = actorOf(request, deps)
      const answer = await triggerAudience(deps.runs, {
        route: '/api/v1/campaigns/runs',
        sandboxId,
        clientName: by,
        body: {
          campaignId: idOf(request.params.id, 'campaign'),
          ...(requestId == null ? {} : { requestId }),
          ...(audienceId == null ? {} : { audience: { id: audienceId } }),
          ...(context === undefined ? {} : { context }),
          ...(executeAt == null ? {} : { schedule: { executeAt } }),
        },
      })
      return reply
        .code(202)
        .send(
          answer.kind === 'execution'
            ? { executionId: toExecutionId('audience', answer.executionId), scheduleId: null }
            : { executionId: null, scheduleId: answer.schedule.id },
        )
    },
  )
}

const checkRoute = (app: FastifyInstance, deps: ScheduleDeps): void => {
  app.post<{ Params: { id: string }; Body: PersonCheckRequest }>(
    '/campaigns/:id/check',
    {
      schema: {
        tags,
        summary: 'Would this person get the marketing campaign now, and if not, why?',
        params: IdParams,
        body: PersonCheckRequest,
        response: { 200: DryRunRecipient, ...REFUSALS },
      },
    },
    async request => {
      const { namespace, value, context = {} } = storable(request.body)
      const { sandboxId, by } = actorOf(request, deps)
      const { recipients } = await deps.dryRun({
        kind: 'audience',
        route: '/api/v1/campaigns/check',
        sandboxId,
        clientName: by,
        body: {
          requestId: 'check',
          campaignId: idOf(request.params.id, 'campaign'),
          recipients: [{ type: 'aep', userId: value, namespace, context }],
        },
      })
      return orNotFound(recipients[0], 'person')
    },
  )
}

const readRoutes = (app: FastifyInstance, deps: ScheduleDeps): void => {
  app.get<ListRequest>(
    '/schedules',
    {
      schema: {
        tags,
        summary: 'Scheduled runs, newest first',
        querystring: ScheduleListQuery,
        response: { 200: ScheduleList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, status, campaignId } = request.query
      const rows = await listSchedules(deps.pool, {
        sandboxId: callerOf(request).sandbox.id,
        limit,
        after: readCursor(cursor),
        status,
        campaignId: queryId(campaignId, 'campaignId'),
      })
      const schedules = await Promise.all(rows.map(row => toSchedule(deps, row)))
      return toPage(schedules, limit, { id: one => one.id, item: one => one })
    },
  )
  app.get<IdRequest>(
    '/schedules/:id',
    {
      schema: {
        tags,
        summary: 'A scheduled run',
        params: IdParams,
        response: { 200: Schedule, ...REFUSALS },
      },
    },
    async request => {
      const at = { sandboxId: callerOf(request).sandbox.id, id: idOf(request.params.id, 'schedule') }
      return toSchedule(deps, orNotFound(await findSchedule(deps.pool, at), 'schedule'))
    },
  )
}

const changeRoutes = (app: FastifyInstance, deps: ScheduleDeps): void => {
  app.patch<{ Params: { id: string }; Body: SchedulePatch }>(
    '/schedules/:id',
    {
      schema: {
        tags,
        summary: 'Move a scheduled run to another moment',
        params: IdParams,
        body: SchedulePatch,
        response: { 200: Schedule, ...REFUSALS },
      },
    },
    async request => {
      const { sandboxId, by } = actorOf(request, deps)
      const edit = { sandboxId, id: idOf(request.params.id, 'schedule'), by, ...request.body }
      return toSchedule(deps, await editSchedule(deps, edit))
    },
  )
  app.delete<IdRequest>(
    '/schedules/:id',
    {
      schema: {
        tags,
        summary: 'Take back a scheduled run',
        params: IdParams,
        response: { 200: Schedule, ...REFUSALS },
      },
    },
    async request => {
      const { sandboxId, by } = actorOf(request, deps)
      const edit = { sandboxId, id: idOf(request.params.id, 'schedule'), by, executeAt: null }
      return toSchedule(deps, await editSchedule(deps, edit))
    },
  )
}

/** Routes below `/api/v1`. */
export const scheduleRoutes =
  (deps: ScheduleDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    runRoute(app, deps)
    checkRoute(app, deps)
    readRoutes(app, deps)
    changeRoutes(app, deps)
  }
