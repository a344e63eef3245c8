/** Fragments: list, make, read, change, delete, publish, archive, and who uses them. */
import {
  ContentUseList,
  Fragment,
  FragmentCreate,
  FragmentList,
  FragmentListQuery,
  FragmentPatch,
  type FragmentStatus,
  FragmentVersionList,
  IdParams,
  ValidationResult,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { fragmentUses, removeFragment } from '../../campaigns/content-uses.ts'
import type { Author } from '../../content/author.ts'
import { listFragments, listFragmentVersions } from '../../content/fragment.store.ts'
import type { FragmentRecord } from '../../content/fragment.ts'
import {
  archiveFragment,
  createFragment,
  discardFragmentDraft,
  getFragment,
  patchFragment,
  publishFragment,
  unarchiveFragment,
  validateFragment,
} from '../../content/fragments.ts'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'
import { toFragment, toFragmentSummary, toFragmentVersion } from './fragment-view.ts'

const tags = ['Fragments']
type IdRequest = { Params: { id: string } }
type ListRequest = {
  Querystring: { limit: number; cursor?: string; status?: FragmentStatus; search?: string }
}

const listRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<ListRequest>(
    '/fragments',
    {
      schema: {
        tags,
        summary: 'Fragments, newest first; archived ones when asked for',
        querystring: FragmentListQuery,
        response: { 200: FragmentList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, status, search } = storable(request.query)
      const { sandboxId } = actorOf(request, deps)
      const filter = { sandboxId, limit, after: readCursor(cursor), status, search }
      return toPage(await listFragments(deps.pool, filter), limit, {
        id: fragment => fragment.id,
        item: toFragmentSummary,
      })
    },
  )
}

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<IdRequest>(
    '/fragments/:id',
    {
      schema: {
        tags,
        summary: 'A fragment, its draft and its live version',
        params: IdParams,
        response: { 200: Fragment, ...REFUSALS },
      },
    },
    async request =>
      toFragment(await getFragment(actorOf(request, deps), idOf(request.params.id, 'fragment'))),
  )
  app.get<IdRequest>(
    '/fragments/:id/versions',
    {
      schema: {
        tags,
        summary: 'All published versions, newest first',
        params: IdParams,
        response: { 200: FragmentVersionList, ...REFUSALS },
      },
    },
    async request => {
      const { id, sandboxId } = await getFragment(actorOf(request, deps), idOf(request.params.id, 'fragment'))
      return {
        items: (await listFragmentVersions(deps.pool, sandboxId, id)).map(toFragmentVersion),
        next: null,
      }
    },
  )
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: FragmentCreate }>(
    '/fragments',
    {
      schema: {
        tags,
        summary: 'Make a draft; a name is enough',
        body: FragmentCreate,
        response: { 201: Fragment, ...REFUSALS },
      },
    },
    async (request, reply) =>
      reply.code(201).send(toFragment(await createFragment(actorOf(request, deps), storable(request.body)))),
  )
  app.patch<{ Params: { id: string }; Body: FragmentPatch }>(
    '/fragments/:id',
    {
      schema: {
        tags,
        summary: 'Change the draft; a live fragment gets one',
        params: IdParams,
        body: FragmentPatch,
        response: { 200: Fragment, ...REFUSALS },
      },
    },
    async request => {
      const id = idOf(request.params.id, 'fragment')
      return toFragment(await patchFragment(actorOf(request, deps), id, storable(request.body)))
    },
  )
}

const removeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.delete<IdRequest>(
    '/fragments/:id',
    {
      schema: {
        tags,
        summary: 'Delete a fragment that nothing uses',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeFragment(actorOf(request, deps), idOf(request.params.id, 'fragment'))
      return reply.code(204).send()
    },
  )
  app.delete<IdRequest>(
    '/fragments/:id/draft',
    {
      schema: {
        tags,
        summary: 'Give up the draft beside a live version',
        params: IdParams,
        response: { 200: Fragment, ...REFUSALS },
      },
    },
    async request =>
      toFragment(await discardFragmentDraft(actorOf(request, deps), idOf(request.params.id, 'fragment'))),
  )
}

const steps: readonly {
  readonly path: string
  readonly summary: string
  readonly act: (author: Author, id: string) => Promise<FragmentRecord>
}[] = [
  { path: 'publish', summary: 'Freeze the draft as the next version and make it live', act: publishFragment },
  { path: 'archive', summary: 'Keep it out of lists; what uses it goes on', act: archiveFragment },
  { path: 'unarchive', summary: 'Bring an archived fragment back', act: unarchiveFragment },
]

const stepRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  for (const { path, summary, act } of steps)
    app.post<IdRequest>(
      `/fragments/:id/${path}`,
      { schema: { tags, summary, params: IdParams, response: { 200: Fragment, ...REFUSALS } } },
      async request => toFragment(await act(actorOf(request, deps), idOf(request.params.id, 'fragment'))),
    )
}

const questionRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<IdRequest>(
    '/fragments/:id/validate',
    {
      schema: {
        tags,
        summary: 'Everything that stands against publishing',
        params: IdParams,
        response: { 200: ValidationResult, ...REFUSALS },
      },
    },
    async request => {
      const author = actorOf(request, deps)
      const fragment = await getFragment(author, idOf(request.params.id, 'fragment'))
      const findings = await validateFragment(author, fragment)
      return { valid: findings.every(one => one.severity !== 'error'), findings }
    },
  )
  app.get<IdRequest>(
    '/fragments/:id/references',
    {
      schema: {
        tags,
        summary: 'Campaigns and fragments that use it',
        params: IdParams,
        response: { 200: ContentUseList, ...REFUSALS },
      },
    },
    async request => {
      const author = actorOf(request, deps)
      const fragment = await getFragment(author, idOf(request.params.id, 'fragment'))
      return { items: await fragmentUses(author, fragment), next: null }
    },
  )
}

/** Routes below `/api/v1`. */
export const fragmentRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    listRoute(app, deps)
    readRoutes(app, deps)
    writeRoutes(app, deps)
    removeRoutes(app, deps)
    stepRoutes(app, deps)
    questionRoutes(app, deps)
  }
