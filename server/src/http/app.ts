/** The HTTP server put together: validation, authentication, routes, OpenAPI, the studio's files. Listens nowhere by itself. */
import { ERRORS } from '@carillon/contract'
import cookie from '@fastify/cookie'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import Fastify, { type FastifyInstance } from 'fastify'
import type pg from 'pg'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { Type } from 'typebox'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { Log } from '../lib/log.ts'
import type { Interactions } from '../tracking/interactions.ts'
import { ajoRoutes, type TriggerPort } from './ajo.routes.ts'
import { type AudiencePort, ajoAudienceRoutes } from './ajo-audience.routes.ts'
import { ajoSuppressionRoutes } from './ajo-suppression.routes.ts'
import { createAuthenticator } from './auth/authenticator.ts'
import { nativeAuthentication } from './auth/hooks.ts'
import { clientRoutes } from './clients.routes.ts'
import { problemSender } from './problem.ts'
import { sessionRoutes } from './session.routes.ts'
import { addBrowserHeaders, studioFiles } from './studio-files.ts'
import { createValidatorCompiler } from './validation.ts'

/** A plugin with routes below `/api/v1`, behind the native authentication. */
export type ResourcePlugin = (app: FastifyInstance) => Promise<void>

/** What the server needs. */
export interface AppDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly newId: () => string
  readonly log: Log
  readonly secret: string
  readonly publicUrl: string
  readonly organization: string
  readonly trigger: TriggerPort
  readonly audiences: AudiencePort
  readonly resources: readonly ResourcePlugin[]
  /** The pages that people reach from their mail, at the root and without authentication. */
  readonly pages: ResourcePlugin
  /** The links of mails, at the root and without authentication. */
  readonly tracking: ResourcePlugin
  /** What was done with messages, on its way into the database. */
  readonly interactions: Pick<Interactions, 'waiting' | 'lost'>
  /** What providers post, believed by signatures. */
  readonly webhooks: ResourcePlugin
  /** What browsers on other sites call and load, by registration tokens. */
  readonly browsers: ResourcePlugin
  readonly studioDir?: string
  /** Whether the database answers. */
  readonly ready: () => Promise<boolean>
}

const BODY_LIMIT = 5_000_000
// The key of a lookup row: 500 characters, of up to 12 in a path.
const LONGEST_PARAMETER = 6_000

const readBodies = (app: FastifyInstance): void => {
  // A member called `__proto__` is data like any other: nothing below reads or merges but own properties.
  const readJson = app.getDefaultJsonParser('ignore', 'ignore')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // A POST without a body may still name its type.
    if (body === '') return done(null, undefined)
    return readJson(request, body as string, done)
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body, done) => {
      if (!request.url.startsWith('/ims/')) return done(new Fault('media_type_unsupported'))
      return done(null, Object.fromEntries(new URLSearchParams(body as string)))
    },
  )
}

const describeApi = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carillon',
        version: '1',
        description:
          'API-triggered campaigns. `/ajo` speaks the execution API of Adobe Journey Optimizer; `/api/v1` is the native API.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
          organization: { type: 'apiKey', in: 'header', name: 'x-gw-ims-org-id' },
          sandbox: { type: 'apiKey', in: 'header', name: 'x-sandbox-name' },
          session: { type: 'apiKey', in: 'cookie', name: 'carillon_session' },
        },
      },
      security: [{ bearer: [] }, { session: [] }],
    },
  })
  await app.register(swaggerUi, { routePrefix: '/api/docs' })
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

const measureInteractions = (register: Registry, interactions: AppDeps['interactions']): void => {
  const measure = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      ...{ name, help, registers: [register] },
      collect() {
        this.set(read())
      },
    })
  measure(
    'carillon_interactions_waiting',
    'Opens and clicks that wait to be written, counted by what was done',
    () => interactions.waiting(),
  )
  measure('carillon_interactions_lost', 'Opens and clicks that were lost since the start', () =>
    interactions.lost(),
  )
}

const operations = (app: FastifyInstance, deps: AppDeps): void => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  measureInteractions(registry, deps.interactions)
  const state = Type.Object({ status: Type.String() })
  const tags = ['Operations']
  app.get(
    '/healthz',
    { schema: { tags, summary: 'The process lives', security: [], response: { 200: state } } },
    async () => ({ status: 'ok' }),
  )
  app.get(
    '/readyz',
    { schema: { tags, summary: 'The database answers', security: [], response: { 200: state } } },
    async () => {
      if (!(await deps.ready().catch(() => false))) throw new Fault('unavailable', { retryAfterSeconds: 1 })
      return { status: 'ready' }
    },
  )
  app.get(
    '/metrics',
    { schema: { tags, summary: 'Prometheus metrics of this process', security: [] } },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  )
}

const routes = async (app: FastifyInstance, deps: AppDeps): Promise<void> => {
  const auth = createAuthenticator(deps)
  ajoRoutes(app, { auth, organization: deps.organization, trigger: deps.trigger })
  ajoAudienceRoutes(app, { auth, organization: deps.organization, audiences: deps.audiences })
  // A scope of its own: it alone reads multipart forms.
  await app.register(ajoSuppressionRoutes({ ...deps, auth }))
  const native: ResourcePlugin = async scope => {
    scope.addHook('onRequest', nativeAuthentication(auth))
    for (const plugin of [clientRoutes({ ...deps, auth }), ...deps.resources]) await scope.register(plugin)
  }
  // A scope of its own, so that AJO's routes, which know no cookies, do not pay for them.
  const withCookies: ResourcePlugin = async scope => {
    await scope.register(cookie)
    sessionRoutes(scope, { ...deps, auth })
    await scope.register(native, { prefix: '/api/v1' })
  }
  // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits a plugin that returns a promise; the rule sees its callback form only
  await app.register(withCookies)
  // biome-ignore lint/nursery/noMisusedPromises: as above
  await app.register(deps.pages)
  // biome-ignore lint/nursery/noMisusedPromises: as above
  await app.register(deps.tracking)
  // biome-ignore lint/nursery/noMisusedPromises: as above
  await app.register(deps.webhooks)
  // biome-ignore lint/nursery/noMisusedPromises: as above
  await app.register(deps.browsers)
}

/** Puts the server together, ready to listen or to be called by `inject`. */
export const createApp = async (deps: AppDeps): Promise<FastifyInstance> => {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    trustProxy: false,
    forceCloseConnections: 'idle',
  })
  const sendProblem = problemSender(deps.log)
  app.setValidatorCompiler(createValidatorCompiler())
  // The schemas describe the answers; what is sent is what the code made.
  app.setSerializerCompiler(() => data => JSON.stringify(data))
  app.decorateRequest('caller', null)
  app.setErrorHandler((error: Error, request, reply) => sendProblem(error, request, reply))
  app.addHook('onSend', async (request, reply) => {
    const hasOwn = reply.hasHeader('content-security-policy')
    if (!hasOwn && !request.url.startsWith('/ajo/') && !request.url.startsWith('/api/docs'))
      addBrowserHeaders(reply)
  })
  readBodies(app)
  await describeApi(app)
  operations(app, deps)
  await routes(app, deps)
  const showPage = deps.studioDir === undefined ? () => false : await studioFiles(app, deps.studioDir)
  app.setNotFoundHandler((request, reply) => {
    if (!showPage(request, reply))
      sendProblem(
        new Fault('method_unknown', {
          detail: `${request.method} ${request.url.split('?')[0]}: ${ERRORS.method_unknown.title}.`,
        }),
        request,
        reply,
      )
  })
  return app
}
