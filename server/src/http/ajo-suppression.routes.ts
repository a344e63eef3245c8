/** AJO's suppression routes: addresses and domains of either list, and emptying the suppression list. */
import {
  type AjoListType,
  AjoSuppression,
  AjoSuppressionAdded,
  AjoSuppressionCreate,
  AjoSuppressionListQuery,
  AjoSuppressionPage,
  AjoSuppressionQuery,
  type SuppressionType,
} from '@carillon/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { bounceStates } from '../consent/bounces.store.ts'
import { findSuppression, type SuppressionRecord } from '../consent/suppression.store.ts'
import { addEntries, missingEntry, removeEntry } from '../consent/suppression.ts'
import { listInOrder } from '../consent/suppression-page.store.ts'
import { askClearing } from '../consent/suppression-upload.store.ts'
import { listedValue } from '../consent/suppression-value.ts'
import { Fault } from '../lib/fault.ts'
import { AJO_REFUSALS, AJO_SUPPRESSION, type AjoSuppressionDeps, authorOf } from './ajo-suppression-deps.ts'
import {
  type AjoClient,
  readOrder,
  readProperties,
  readStart,
  toAjoEntry,
  toAjoPage,
  writeStart,
} from './ajo-suppression-view.ts'
import { ajoUploadRoutes } from './ajo-uploads.routes.ts'
import { ajoAuthentication } from './auth/hooks.ts'
import { callerOf } from './caller.ts'
import { storable } from './resources/deps.ts'

/** Addresses, or domains. */
interface Kind {
  readonly type: SuppressionType
  readonly path: string
  readonly parameter: string
}

const KINDS: readonly Kind[] = [
  { type: 'email', path: '/ajo/config/suppression/addresses', parameter: 'email' },
  { type: 'domain', path: '/ajo/config/suppression/domains', parameter: 'domain' },
]

type ListType = { type?: AjoListType }

const clientOf = (request: FastifyRequest, deps: AjoSuppressionDeps): AjoClient => ({
  imsOrgId: deps.organization,
  sandboxId: callerOf(request).sandbox.id,
})

// Of domains nothing bounces.
const statesOf = async (
  deps: AjoSuppressionDeps,
  sandboxId: string,
  entries: readonly SuppressionRecord[],
) =>
  entries[0]?.type === 'email'
    ? bounceStates(
        deps.pool,
        sandboxId,
        entries.map(entry => entry.value),
      )
    : undefined

const listRoute = (app: FastifyInstance, deps: AjoSuppressionDeps, kind: Kind): void => {
  app.get<{ Querystring: AjoSuppressionListQuery }>(
    kind.path,
    {
      schema: {
        ...AJO_SUPPRESSION,
        summary: `The ${kind.type} entries of a list`,
        querystring: AjoSuppressionListQuery,
        response: { 200: AjoSuppressionPage, ...AJO_REFUSALS },
      },
    },
    async request => {
      const { type: list = 'client', limit, start, orderby, property } = storable(request.query)
      const client = clientOf(request, deps)
      const { order, isDescending } = readOrder(orderby)
      const { created, isOther } = readProperties(typeof property === 'string' ? [property] : property)
      const page = { sandboxId: client.sandboxId, list, type: kind.type, order, isDescending, limit, created }
      const read = await listInOrder(deps.pool, { ...page, start: readStart(start, order) })
      const entries = isOther ? [] : read.slice(0, limit)
      const [last, following] = [entries.at(-1), read[limit]]
      const next = last && following && writeStart(last, following, order)
      const states = await statesOf(deps, client.sandboxId, entries)
      return toAjoPage(
        entries.map(entry => toAjoEntry(entry, client, states)),
        { url: request.url, orderby, next },
      )
    },
  )
}

const addRoute = (app: FastifyInstance, deps: AjoSuppressionDeps, kind: Kind): void => {
  const read = (body: AjoSuppressionCreate) => {
    const problems = body.flatMap(({ entity }, index) =>
      entity.type.toLowerCase() === kind.type
        ? []
        : [{ pointer: `/${index}/entity/type`, message: `must be ${kind.type}` }],
    )
    if (problems.length > 0) throw new Fault('payload_invalid', { problems: problems.slice(0, 50) })
    return body.map(({ entity, comment, user }) => ({
      ...{ type: kind.type, value: entity.entityValue, comment, by: user },
    }))
  }
  app.post<{ Body: AjoSuppressionCreate; Querystring: ListType }>(
    kind.path,
    {
      schema: {
        ...AJO_SUPPRESSION,
        summary: `Add ${kind.type} entries, all or none; one that is there already gets the comment`,
        querystring: AjoSuppressionQuery,
        body: AjoSuppressionCreate,
        response: { 201: AjoSuppressionAdded, ...AJO_REFUSALS },
      },
    },
    async (request, reply) => {
      const { type: list = 'client' } = request.query
      const entries = await addEntries(authorOf(request, deps), list, {
        wishes: read(storable(request.body)),
        pointerOf: index => `/${index}/entity/entityValue`,
      })
      return reply.code(201).send(entries.map(entry => toAjoEntry(entry, clientOf(request, deps))))
    },
  )
}

const oneRoutes = (app: FastifyInstance, deps: AjoSuppressionDeps, kind: Kind): void => {
  type One = { Params: Record<string, string>; Querystring: ListType }
  const path = `${kind.path}/:${kind.parameter}`
  const schema = {
    ...AJO_SUPPRESSION,
    params: Type.Object({ [kind.parameter]: Type.String() }),
    querystring: AjoSuppressionQuery,
  }
  const keyOf = (request: FastifyRequest<One>) => {
    const value = listedValue(kind.type, request.params[kind.parameter] ?? '')
    if (value === undefined) throw missingEntry()
    return { type: kind.type, value }
  }
  app.get<One>(
    path,
    { schema: { ...schema, summary: 'One entry', response: { 200: AjoSuppression, ...AJO_REFUSALS } } },
    async request => {
      const client = clientOf(request, deps)
      const listed = { sandboxId: client.sandboxId, list: request.query.type ?? 'client' }
      const entry = await findSuppression(deps.pool, listed, keyOf(request))
      if (entry === undefined) throw missingEntry()
      return toAjoEntry(entry, client, await statesOf(deps, client.sandboxId, [entry]))
    },
  )
  app.delete<One>(
    path,
    {
      schema: {
        ...schema,
        summary: 'Remove one entry and what was counted against it',
        response: { 204: Type.Null(), ...AJO_REFUSALS },
      },
    },
    async (request, reply) => {
      await removeEntry(authorOf(request, deps), request.query.type ?? 'client', keyOf(request))
      return reply.code(204).send()
    },
  )
}

const clearRoute = (app: FastifyInstance, deps: AjoSuppressionDeps): void => {
  app.delete<{ Params: { imsOrgId: string; sandboxId: string } }>(
    '/ajo/config/suppression/admin/:imsOrgId/:sandboxId',
    {
      schema: {
        ...AJO_SUPPRESSION,
        summary: 'Empty the suppression list of the sandbox, in the background',
        params: Type.Object({ imsOrgId: Type.String(), sandboxId: Type.String() }),
        response: { 202: Type.Null(), ...AJO_REFUSALS },
      },
    },
    async (request, reply) => {
      const { sandbox, name } = callerOf(request)
      const { imsOrgId, sandboxId } = request.params
      if (imsOrgId !== deps.organization)
        throw new Fault('organization_foreign', {
          problems: [{ pointer: '/imsOrgId', message: 'is not the organization of this instance' }],
        })
      if (sandboxId !== sandbox.name && sandboxId.toLowerCase() !== sandbox.id)
        throw new Fault('sandbox_forbidden', {
          problems: [{ pointer: '/sandboxId', message: 'is not the sandbox of the header x-sandbox-name' }],
        })
      await askClearing(deps.pool, { sandboxId: sandbox.id, by: name, now: deps.clock.now() })
      return reply.code(202).send()
    },
  )
}

/** The plugin; every route asks for AJO's four headers. */
export const ajoSuppressionRoutes =
  (deps: AjoSuppressionDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    app.addHook('onRequest', ajoAuthentication(deps.auth, deps.organization, { sandbox: true }))
    for (const kind of KINDS) {
      listRoute(app, deps, kind)
      addRoute(app, deps, kind)
      oneRoutes(app, deps, kind)
    }
    ajoUploadRoutes(app, deps)
    clearRoute(app, deps)
  }
