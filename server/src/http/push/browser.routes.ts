/**
 * `/push/…` and `/sdk/…`: what a browser on a customer's site calls and loads. Any origin may: the registration token, or
 * that of a notification, is the only right, and no cookie is read.
 */
import { BrowserRegistration, ProblemBody, PushKey, PushKeyQuery } from '@carillon/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import { Type } from 'typebox'
import { findPushKey } from '../../campaigns/push-key.store.ts'
import { Fault } from '../../lib/fault.ts'
import type { PeopleActor } from '../../profiles/people.store.ts'
import {
  type NewDevice,
  registerDevice,
  removeDevice,
  subscriptionToken,
} from '../../profiles/push-devices.ts'
import {
  type RegistrationGrant,
  readRegistration,
  refuseOtherApp,
} from '../../profiles/registration-token.ts'
import { storable } from '../resources/deps.ts'
import { type PushReportDeps, pushReportRoute } from './report.routes.ts'
import { PAGE_SCRIPT, WORKER_SCRIPT } from './sdk.ts'

/** What the routes need. */
export interface BrowserPushDeps extends PushReportDeps {
  readonly pool: pg.Pool
  readonly newId: () => string
}

const tags = ['Push']
const REFUSALS = { 400: ProblemBody, 401: ProblemBody, 404: ProblemBody, 503: ProblemBody }
const BODY_LIMIT = 16_384
const DAY_SECONDS = '86400'

const allowOrigins = (app: FastifyInstance): void => {
  app.addHook('onRequest', async (_request, reply) => {
    void reply.headers({ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' })
  })
  app.options('/push/*', { schema: { hide: true } }, (_request, reply) =>
    reply
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': DAY_SECONDS,
      })
      .code(204)
      .send(),
  )
}

const grantOf = async (deps: BrowserPushDeps, request: FastifyRequest): Promise<RegistrationGrant> => {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined)
    throw new Fault('token_missing', { detail: 'Send "Authorization: Bearer <registration token>".' })
  return readRegistration(deps.secret, token, deps.clock.now())
}

const actorOf = ({ pool, clock, newId }: BrowserPushDeps, { sandboxId }: RegistrationGrant): PeopleActor => ({
  ...{ pool, sandboxId, newId, now: clock.now() },
  ...({ by: 'push registration', source: 'profile' } as const),
})

const keyRoute = (app: FastifyInstance, deps: BrowserPushDeps): void => {
  app.get<{ Querystring: PushKeyQuery }>(
    '/push/key',
    {
      schema: {
        ...{ tags, summary: 'The key that a browser subscribes with; by a registration token' },
        ...{ security: [], querystring: PushKeyQuery, response: { 200: PushKey, ...REFUSALS } },
      },
    },
    async request => {
      const grant = await grantOf(deps, request)
      const { appID } = storable(request.query)
      refuseOtherApp(grant, appID)
      const publicKey = await findPushKey(deps.pool, grant.sandboxId, appID)
      if (publicKey === undefined)
        throw new Fault('not_found', { detail: 'No active push configuration has this app for the web.' })
      return { publicKey }
    },
  )
}

type Deed = (
  actor: PeopleActor,
  grant: RegistrationGrant,
  device: Pick<NewDevice, 'appID' | 'token' | 'vapidKey'>,
) => Promise<unknown>

const deviceRoute = (
  app: FastifyInstance,
  deps: BrowserPushDeps,
  { path, summary, deed }: { readonly path: string; readonly summary: string; readonly deed: Deed },
): void => {
  app.post<{ Body: BrowserRegistration }>(
    path,
    {
      bodyLimit: BODY_LIMIT,
      schema: {
        ...{ tags, summary, security: [], body: BrowserRegistration },
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const grant = await grantOf(deps, request)
      const { appID, subscription, vapidKey } = storable(request.body)
      refuseOtherApp(grant, appID)
      const token = subscriptionToken(JSON.stringify(subscription), '/subscription')
      await deed(actorOf(deps, grant), grant, {
        ...{ appID, token },
        ...(vapidKey === undefined ? {} : { vapidKey }),
      })
      return reply.code(204).send()
    },
  )
}

const scripts = (app: FastifyInstance): void => {
  const send = (script: string) => (_request: FastifyRequest, reply: FastifyReply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'public, max-age=3600').send(script)
  app.get('/sdk/push.js', { schema: { hide: true } }, send(PAGE_SCRIPT))
  app.get('/sdk/push-worker.js', { schema: { hide: true } }, send(WORKER_SCRIPT))
}

/** Routes at the root. */
export const browserPushRoutes =
  (deps: BrowserPushDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    allowOrigins(app)
    keyRoute(app, deps)
    deviceRoute(app, deps, {
      path: '/push/devices',
      summary: 'Registers a browser for the person of its registration token',
      deed: async (actor, { identity }, device) => {
        const write = { identity, device: { ...device, platform: 'web' as const } }
        // The person was made with the token: who is gone since was erased, and stays so.
        if ((await registerDevice(actor, write)) === undefined)
          throw new Fault('not_found', {
            detail: 'The person of the registration token is not there any more.',
          })
      },
    })
    deviceRoute(app, deps, {
      path: '/push/devices/remove',
      summary: 'Takes a browser from the person of its registration token',
      deed: (actor, { identity }, device) => removeDevice(actor, { ...device, of: identity }),
    })
    await app.register(pushReportRoute(deps))
    scripts(app)
  }
