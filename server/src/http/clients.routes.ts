/** API clients and sandboxes of the native API. */
import {
  ApiClient,
  ApiClientCreate,
  ApiClientCreated,
  ApiClientList,
  ApiClientPatch,
  ProblemBody,
  SandboxList,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { Type } from 'typebox'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import type { Authenticator } from './auth/authenticator.ts'
import { createClient, limitClient, listClients, revokeClient } from './auth/client.store.ts'

/** What the routes need. */
export interface ClientDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly auth: Authenticator
}

const errors = Object.fromEntries([400, 401, 403, 404, 429, 503].map(status => [status, ProblemBody]))
const tags = ['Settings']

const refuseUnknown = async (auth: Authenticator, names: readonly string[]): Promise<void> => {
  const known = new Set((await auth.sandboxes()).map(sandbox => sandbox.name))
  const problems = names.flatMap((name, index) =>
    known.has(name) ? [] : [{ pointer: `/sandboxes/${index}`, message: 'names no sandbox' }],
  )
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}

/** Routes below `/api/v1`. */
export const clientRoutes =
  (deps: ClientDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.get(
      '/sandboxes',
      { schema: { tags, summary: 'All sandboxes', response: { 200: SandboxList, ...errors } } },
      async () => ({
        items: await deps.auth.sandboxes(),
        next: null,
      }),
    )
    app.get(
      '/clients',
      {
        schema: {
          tags,
          summary: 'API clients, without their secrets',
          response: { 200: ApiClientList, ...errors },
        },
      },
      async () => ({
        items: await listClients(deps.pool),
        next: null,
      }),
    )
    app.post<{ Body: ApiClientCreate }>(
      '/clients',
      {
        schema: {
          tags,
          summary: 'Make an API client; its secrets are answered once',
          body: ApiClientCreate,
          response: { 201: ApiClientCreated, ...errors },
        },
      },
      async (request, reply) => {
        const { name, sandboxes = null, callsPerSecond = null } = request.body
        await refuseUnknown(deps.auth, sandboxes ?? [])
        const made = { name, sandboxes, callsPerSecond, now: deps.clock.now() }
        return reply.code(201).send(await createClient(deps.pool, made))
      },
    )
    app.patch<{ Params: { clientId: string }; Body: ApiClientPatch }>(
      '/clients/:clientId',
      {
        schema: {
          tags,
          summary: 'Change how many calls a second an API client may make; counts within a second',
          params: Type.Object({ clientId: Type.String() }),
          body: ApiClientPatch,
          response: { 200: ApiClient, ...errors },
        },
      },
      request => {
        const { callsPerSecond } = request.body
        return limitClient(deps.pool, { clientId: request.params.clientId, callsPerSecond })
      },
    )
    app.delete<{ Params: { clientId: string } }>(
      '/clients/:clientId',
      {
        schema: {
          tags,
          summary: 'Revoke an API client; seen within a second',
          params: Type.Object({ clientId: Type.String() }),
          response: { 204: Type.Null(), ...errors },
        },
      },
      async (request, reply) => {
        await revokeClient(deps.pool, { clientId: request.params.clientId, now: deps.clock.now() })
        return reply.code(204).send()
      },
    )
  }
