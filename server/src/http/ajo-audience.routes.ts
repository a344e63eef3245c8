/** AJO's routes of marketing campaigns: run over an audience, its state, and runs that are scheduled. */
import {
  AjoError,
  AudienceExecutionAccepted,
  AudienceRequest,
  AudienceSchedule,
  AudienceStatus,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Authenticator } from './auth/authenticator.ts'
import { ajoAuthentication } from './auth/hooks.ts'
import { callerOf } from './caller.ts'

/** A call for an audience, authenticated and valid by its schema. */
export interface AudienceCall {
  readonly route: string
  readonly sandboxId: string
  readonly clientName: string
  readonly body: AudienceRequest
}

/** What the routes need of campaigns. All throw a `Fault` when they refuse. */
export interface AudiencePort {
  trigger(call: AudienceCall): Promise<AudienceExecutionAccepted | AudienceSchedule>
  status(sandboxId: string, executionId: string): Promise<AudienceStatus>
  schedule(sandboxId: string, scheduleId: string): Promise<AudienceSchedule>
  /** Takes back a schedule that has not begun. */
  unschedule(call: {
    readonly sandboxId: string
    readonly scheduleId: string
    readonly by: string
  }): Promise<void>
}

/** What the routes need. */
export interface AjoAudienceDeps {
  readonly auth: Authenticator
  readonly organization: string
  readonly audiences: AudiencePort
}

const PATH = '/ajo/im/executions'
const tags = ['Messaging']
const security = [{ bearer: [], apiKey: [], organization: [], sandbox: [] }]
const errors = (...statuses: number[]) => Object.fromEntries(statuses.map(status => [status, AjoError]))
const EXAMPLE = {
  requestId: 'spring-offer-2026',
  campaignId: '0198c0de-0000-7000-8000-000000000003',
  audience: { id: '0198c0de-0000-7000-8000-000000000004' },
  context: { code: 'SPRING10' },
}

const triggerRoute = (app: FastifyInstance, deps: AjoAudienceDeps): void => {
  app.post<{ Body: AudienceRequest }>(
    `${PATH}/audience`,
    {
      onRequest: ajoAuthentication(deps.auth, deps.organization, { sandbox: true }),
      schema: {
        tags,
        summary: 'Send a marketing campaign to an audience, now or at schedule.executeAt',
        description:
          'A 202 means durable. Without an audience the campaign’s own is used. The members are written down once, when the run begins. Repeating a call that carries a requestId answers the first id.',
        security,
        body: { ...AudienceRequest, examples: [EXAMPLE] },
        response: {
          202: Type.Union([AudienceSchedule, AudienceExecutionAccepted]),
          ...errors(400, 401, 403, 409, 413, 415, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { sandbox, name } = callerOf(request)
      const call = {
        route: `${PATH}/audience`,
        sandboxId: sandbox.id,
        clientName: name,
        body: request.body,
      }
      return reply.code(202).send(await deps.audiences.trigger(call))
    },
  )
}

const statusRoute = (app: FastifyInstance, deps: AjoAudienceDeps): void => {
  app.get<{ Params: { executionId: string } }>(
    `${PATH}/audience/:executionId`,
    {
      onRequest: ajoAuthentication(deps.auth, deps.organization, { sandbox: true }),
      schema: {
        tags,
        summary: 'The state of a run over an audience',
        security,
        params: Type.Object({ executionId: Type.String() }),
        response: { 200: AudienceStatus, ...errors(401, 403, 404, 429, 503) },
      },
    },
    async request => deps.audiences.status(callerOf(request).sandbox.id, request.params.executionId),
  )
}

const scheduleRoutes = (app: FastifyInstance, deps: AjoAudienceDeps): void => {
  const onRequest = ajoAuthentication(deps.auth, deps.organization, { sandbox: true })
  const params = Type.Object({ scheduleId: Type.String() })
  app.get<{ Params: { scheduleId: string } }>(
    `${PATH}/schedules/:scheduleId`,
    {
      onRequest,
      schema: {
        tags,
        summary: 'A scheduled run, and its execution once it was triggered',
        security,
        params,
        response: { 200: AudienceSchedule, ...errors(401, 403, 404, 429, 503) },
      },
    },
    async request => deps.audiences.schedule(callerOf(request).sandbox.id, request.params.scheduleId),
  )
  app.delete<{ Params: { scheduleId: string } }>(
    `${PATH}/schedules/:scheduleId`,
    {
      onRequest,
      schema: {
        tags,
        summary: 'Take back a scheduled run before it is triggered',
        security,
        params,
        response: { 200: Type.Object({}), ...errors(400, 401, 403, 404, 429, 503) },
      },
    },
    async request => {
      const { sandbox, name } = callerOf(request)
      await deps.audiences.unschedule({
        ...{ sandboxId: sandbox.id, scheduleId: request.params.scheduleId, by: name },
      })
      return {}
    },
  )
}

/** Registers the routes. */
export const ajoAudienceRoutes = (app: FastifyInstance, deps: AjoAudienceDeps): void => {
  triggerRoute(app, deps)
  statusRoute(app, deps)
  scheduleRoutes(app, deps)
}
