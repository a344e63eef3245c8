/** AJO's messaging routes and its token route: the shapes callers have already. The trigger itself is a port. */
import {
  AjoError,
  DryRunResult,
  ExecutionAccepted,
  HighThroughputRequest,
  TokenRequest,
  TokenResponse,
  UnitaryRequest,
  UnitaryStatus,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { Fault } from '../lib/fault.ts'
import { type Authenticator, TOKEN_SECONDS } from './auth/authenticator.ts'
import { ajoAuthentication } from './auth/hooks.ts'
import { callerOf } from './caller.ts'

/** A call to trigger a campaign, authenticated and valid by its schema. */
export interface TriggerCall {
  readonly kind: 'unitary' | 'highthroughput'
  readonly route: string
  readonly sandboxId: string
  readonly clientName: string
  readonly body: UnitaryRequest
}

/** What the routes need of campaigns. All throw a `Fault` when they refuse. */
export interface TriggerPort {
  trigger(call: TriggerCall): Promise<ExecutionAccepted>
  dryRun(call: TriggerCall): Promise<DryRunResult>
  status(sandboxId: string, executionId: string): Promise<UnitaryStatus>
}

/** What the routes need. */
export interface AjoDeps {
  readonly auth: Authenticator
  readonly organization: string
  readonly trigger: TriggerPort
}

const BODY_LIMIT = 5_000_000
const errors = (...statuses: number[]) => Object.fromEntries(statuses.map(status => [status, AjoError]))
const security = [{ bearer: [], apiKey: [], organization: [], sandbox: [] }]

const EXAMPLE = {
  requestId: 'order-4711-confirmation',
  campaignId: '0198c0de-0000-7000-8000-000000000001',
  recipients: [
    {
      type: 'aep',
      userId: 'ada@example.com',
      namespace: 'email',
      channelData: { emailAddress: 'ada@example.com' },
      profile: { person: { name: { firstName: 'Ada' } } },
      context: { orderId: '4711', items: [{ name: 'Bell', price: 12.5 }] },
    },
  ],
}
const EXTERNAL_EXAMPLE = {
  requestId: 'code-4711',
  campaignId: '0198c0de-0000-7000-8000-000000000002',
  recipients: [
    {
      type: 'external',
      userId: 'ada@example.com',
      namespace: 'email',
      channelData: { emailAddress: 'ada@example.com' },
      context: { code: '471114' },
    },
  ],
}

/** One of the two ways in. */
interface Way {
  readonly kind: TriggerCall['kind']
  readonly path: string
  readonly prefix: string
  readonly summary: string
  readonly description: string
  readonly body: object
}

const DURABLE =
  'A 202 means durable. Repeating the call with the same requestId answers the first executionId and sends nothing again.'
const WAYS: readonly Way[] = [
  {
    kind: 'unitary',
    path: '/ajo/im/executions/unitary',
    prefix: 'UMA-',
    summary: 'Trigger a transactional campaign for 1 to 20 people',
    description: DURABLE,
    body: { ...UnitaryRequest, examples: [EXAMPLE] },
  },
  {
    kind: 'highthroughput',
    path: '/ajo/im/executions/highthroughput',
    prefix: 'HUMA-',
    summary: 'Trigger a high-throughput campaign for 1 to 20 people',
    description: `${DURABLE} Recipients are of type external and bring context only; no profile is read or written.`,
    body: { ...HighThroughputRequest, examples: [EXTERNAL_EXAMPLE] },
  },
]

const postRoute = (app: FastifyInstance, deps: AjoDeps, way: Way): void => {
  const { kind, path, summary, description, body } = way
  app.post<{ Body: UnitaryRequest; Querystring: { dryRun?: 'true' | 'false' } }>(
    path,
    {
      bodyLimit: BODY_LIMIT,
      onRequest: ajoAuthentication(deps.auth, deps.organization, { sandbox: true }),
      schema: {
        tags: ['Messaging'],
        summary,
        security,
        description,
        querystring: Type.Object({
          dryRun: Type.Optional(Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'] })),
        }),
        body,
        response: {
          200: DryRunResult,
          202: ExecutionAccepted,
          ...errors(400, 401, 403, 409, 413, 415, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { sandbox, name } = callerOf(request)
      const call = { kind, route: path, sandboxId: sandbox.id, clientName: name, body: request.body }
      if (request.query.dryRun === 'true') return deps.trigger.dryRun(call)
      return reply.code(202).send(await deps.trigger.trigger(call))
    },
  )
}

const statusRoute = (app: FastifyInstance, deps: AjoDeps, way: Way): void => {
  app.get<{ Params: { executionId: string } }>(
    `${way.path}/:executionId`,
    {
      onRequest: ajoAuthentication(deps.auth, deps.organization, { sandbox: true }),
      schema: {
        tags: ['Messaging'],
        summary: `The state of every recipient of a ${way.kind} execution (an extension)`,
        security,
        params: Type.Object({ executionId: Type.String() }),
        response: { 200: UnitaryStatus, ...errors(401, 403, 404, 429, 503) },
      },
    },
    async request => {
      const { executionId } = request.params
      if (!executionId.startsWith(way.prefix))
        throw new Fault('not_found', { detail: `A ${way.kind} execution's id begins with ${way.prefix}` })
      return deps.trigger.status(callerOf(request).sandbox.id, executionId)
    },
  )
}

const tokenRoute = (app: FastifyInstance, deps: AjoDeps): void => {
  app.post<{ Body: TokenRequest }>(
    '/ims/token/v3',
    {
      schema: {
        tags: ['Messaging'],
        summary: 'OAuth client credentials: a token of 24 hours',
        consumes: ['application/x-www-form-urlencoded', 'application/json'],
        body: TokenRequest,
        response: { 200: TokenResponse, ...errors(400, 401) },
      },
    },
    async request => {
      const { grant_type, client_id, client_secret } = request.body
      if (grant_type !== 'client_credentials')
        throw new Fault('payload_invalid', {
          problems: [{ pointer: '/grant_type', message: 'must be client_credentials' }],
        })
      const token = await deps.auth.issue(client_id, client_secret)
      return { access_token: token, token_type: 'bearer', expires_in: TOKEN_SECONDS }
    },
  )
}

/** Registers AJO's routes. */
export const ajoRoutes = (app: FastifyInstance, deps: AjoDeps): void => {
  for (const way of WAYS) {
    postRoute(app, deps, way)
    statusRoute(app, deps, way)
  }
  tokenRoute(app, deps)
  app.get(
    '/ajo/im/health',
    {
      onRequest: ajoAuthentication(deps.auth, deps.organization, { sandbox: false }),
      schema: {
        tags: ['Messaging'],
        summary: 'Whether calls are accepted',
        security,
        response: { 200: Type.Object({ status: Type.String() }), ...errors(401, 403, 429) },
      },
    },
    async () => ({ status: 'UP' }),
  )
}
