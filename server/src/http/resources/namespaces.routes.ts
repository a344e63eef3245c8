/** Namespaces: list, write, order, remove. */
import {
  MAX_NAMESPACES,
  Namespace,
  NamespaceList,
  NamespaceListQuery,
  NamespaceOrder,
  NamespaceParams,
  NamespaceWrite,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readTextCursor, toPage } from '../../lib/cursor.ts'
import { Fault } from '../../lib/fault.ts'
import {
  deleteNamespace,
  hasNamespace,
  readNamespaces,
  writeNamespaces,
} from '../../profiles/namespace.store.ts'
import { listNamespaces, placeOf } from '../../profiles/namespace-list.ts'
import { allNamespaces, reordered, STANDARD_NAMESPACES } from '../../profiles/namespaces.ts'
import { callerOf } from '../caller.ts'
import { actorOf, notFound, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Profiles']
// Everything that has a priority.
const WHOLE = 200
const CODE = /^[a-z0-9][a-z0-9_.-]{0,99}$/

const codeOf = (text: string): string => {
  const code = text.trim().toLowerCase()
  if (CODE.test(code)) return code
  throw new Fault('payload_invalid', {
    problems: [
      {
        pointer: '/code',
        message: 'must be letters, digits, _ . or -, at most 100, beginning with the first two',
      },
    ],
  })
}

const isStandard = (code: string): boolean => STANDARD_NAMESPACES.some(one => one.code === code)

const pageOf = async (
  { pool }: ResourceDeps,
  sandboxId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<NamespaceList> => {
  const rows = await listNamespaces(pool, sandboxId, { limit, after: readTextCursor(cursor) })
  return toPage(rows, limit, { id: placeOf, item: one => one })
}

// Two that are made at once may both be the last one: the list takes any number.
const refuseTooMany = async ({ pool }: ResourceDeps, sandboxId: string, code: string): Promise<void> => {
  const own = (await readNamespaces(pool, sandboxId)).filter(one => !isStandard(one.code))
  if (isStandard(code) || own.length < MAX_NAMESPACES || own.some(one => one.code === code)) return
  throw new Fault('list_full', { detail: `A sandbox has at most ${MAX_NAMESPACES} namespaces of its own.` })
}

const readRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<{ Querystring: { limit: number; cursor?: string } }>(
    '/namespaces',
    {
      schema: {
        tags,
        summary:
          'Namespaces, by priority; behind them those that people have without anybody having named them',
        querystring: NamespaceListQuery,
        response: { 200: NamespaceList, ...REFUSALS },
      },
    },
    request => pageOf(deps, callerOf(request).sandbox.id, storable(request.query)),
  )
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.put<{ Params: { code: string }; Body: NamespaceWrite }>(
    '/namespaces/:code',
    {
      schema: {
        tags,
        summary: 'Make a namespace, or change the name and the priority of one',
        params: NamespaceParams,
        body: NamespaceWrite,
        response: { 200: Namespace, ...REFUSALS },
      },
    },
    async request => {
      const { pool, sandboxId, by, now } = actorOf(request, deps)
      const one = { code: codeOf(request.params.code), ...storable(request.body) }
      await refuseTooMany(deps, sandboxId, one.code)
      await writeNamespaces(pool, [one], { sandboxId, by, now })
      const inUse = await hasNamespace(pool, sandboxId, one.code)
      return { ...one, standard: isStandard(one.code), written: true, inUse }
    },
  )
  app.delete<{ Params: { code: string } }>(
    '/namespaces/:code',
    {
      schema: {
        tags,
        summary:
          'Remove a custom namespace that nobody has; a standard one gets its own name and priority again',
        params: NamespaceParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      const { sandboxId } = actorOf(request, deps)
      const code = codeOf(request.params.code)
      if (!isStandard(code) && (await hasNamespace(deps.pool, sandboxId, code)))
        throw new Fault('resource_in_use', { detail: 'Some people have an identity of this namespace.' })
      if (!(await deleteNamespace(deps.pool, sandboxId, code))) throw notFound('namespace')
      return reply.code(204).send()
    },
  )
}

const orderRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: NamespaceOrder }>(
    '/namespaces/reorder',
    {
      schema: {
        tags,
        summary:
          'Order the namespaces: the first names a person who has several; priorities follow the order',
        body: NamespaceOrder,
        response: { 200: NamespaceList, ...REFUSALS },
      },
    },
    async request => {
      const { pool, sandboxId, by, now } = actorOf(request, deps)
      const known = allNamespaces(await readNamespaces(pool, sandboxId))
      const order = reordered(known, storable(request.body).codes)
      if (order === undefined)
        throw new Fault('payload_invalid', {
          problems: [
            { pointer: '/codes', message: 'must name every standard and every written namespace once' },
          ],
        })
      await writeNamespaces(pool, order, { sandboxId, by, now })
      return pageOf(deps, sandboxId, { limit: WHOLE })
    },
  )
}

/** Routes below `/api/v1`. */
export const namespaceRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoute(app, deps)
    writeRoutes(app, deps)
    orderRoute(app, deps)
  }
