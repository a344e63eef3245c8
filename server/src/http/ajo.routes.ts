/** AJO's messaging routes and its token route: the shapes callers have already. The trigger itself is a port. */
import {
  AjoError,
  DryRunResult,
  ExecutionAccepted,
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

const UNITARY = '/ajo/im/executions/unitary'
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

const unitaryRoute = (app: FastifyInstance, deps: AjoDeps): void => {
  app.post<{ Body: UnitaryRequest; Querystring: { dryRun?: 'true' | 'false' } }>(
    UNITARY,
    {
      bodyLimit: BODY_LIMIT,
      onRequest: ajoAuthentication(deps.auth, deps.organization, { sandbox: true }),
      schema: {
        tags: ['Messaging'],
        summary: 'Trigger a transactional campaign for 1 to 20 people',
        security,
        description:
          'A 202 means durable. Repeating the call with the same requestId answers the first executionId and sends nothing again.',
        querystring: Type.Object({
          dryRun: Type.Optional(Type.Unsafe<'true' | 'false'>({ type: 'string', enum: ['true', 'false'] })),
        }),
        body: { ...UnitaryRequest, examples: [EXAMPLE] },
        response: {
          200: DryRunResult,
          202: ExecutionAccepted,
          ...errors(400, 401, 403, 409, 413, 415, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { sandbox, name } = callerOf(request)
      const call = { route: UNITARY, sandboxId: sandbox.id, clientName: name, body: request.body }
      if (request.query.dryRun === 'true') return deps.trigger.dryRun(call)
      return reply.code(202).send(await deps.trigger.trigger(call))
    },
  )
  app.get<{ Params: { executionId: string } }>(
    `${UNITARY}/:executionId`,
    {
      onRequest: ajoAuthentication(deps.auth, deps.organization, { sandbox: true }),
      schema: {
        tags: ['Messaging'],
        summary: 'The state of every recipient of an execution (an extension)',
        security,
        params: Type.Object({ executionId: Type.String() }),
        response: { 200: UnitaryStatus, ...errors(401, 403, 404) },
      },
    },
    request => deps.trigger.status(callerOf(request).sandbox.id, request.params.executionId),
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
  unitaryRoute(app, deps)
  tokenRoute(app, deps)
  app.get(
    '/ajo/im/health',
    {
      onRequest: ajoAuthentication(deps.auth, deps.organization, { sandbox: false }),
      schema: {
        tags: ['Messaging'],
        summary: 'Whether calls are accepted',
        security,
        response: { 200: Type.Object({ status: Type.String() }), ...errors(401, 403) },
      },
    },
    async () => ({ status: 'UP' }),
  )
}
