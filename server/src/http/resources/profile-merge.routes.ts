/** A person's identities, people who become one, and what the sandbox does by itself about that. */
import {
  Identity,
  IdentityParams,
  IdParams,
  MergeResult,
  MergeRule,
  Profile,
  ProfileMerge,
  ProfileMergeQuery,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Fault } from '../../lib/fault.ts'
import { isUuid } from '../../lib/ids.ts'
import { addIdentity, removeIdentity } from '../../profiles/identities.ts'
import { readMergeRule, writeMergeRule } from '../../profiles/merge-rule.store.ts'
import { mergeProfiles } from '../../profiles/merging.ts'
import { readNamespaces } from '../../profiles/namespace.store.ts'
import { allNamespaces, inOrder } from '../../profiles/namespaces.ts'
import { callerOf } from '../caller.ts'
import { actorOf, idOf, orNotFound, peopleActorOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Profiles']

const named = async (deps: ResourceDeps, sandboxId: string, person: Profile): Promise<Profile> => ({
  ...person,
  identities: inOrder(person.identities, allNamespaces(await readNamespaces(deps.pool, sandboxId))),
})

const identityRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Params: { id: string }; Body: Identity }>(
    '/profiles/:id/identities',
    {
      schema: {
        tags,
        summary: 'Give a person one more identity',
        params: IdParams,
        body: Identity,
        response: { 200: Profile, ...REFUSALS },
      },
    },
    async request => {
      const actor = peopleActorOf(request, deps)
      const id = idOf(request.params.id, 'profile')
      const changed = orNotFound(await addIdentity(actor, id, storable(request.body)), 'profile')
      return named(deps, actor.sandboxId, changed)
    },
  )
  app.delete<{ Params: { id: string } & Identity }>(
    '/profiles/:id/identities/:namespace/:value',
    {
      schema: {
        tags,
        summary: 'Take an identity from a person, who keeps at least one',
        params: IdentityParams,
        response: { 200: Profile, ...REFUSALS },
      },
    },
    async request => {
      const actor = peopleActorOf(request, deps)
      const { id, ...identity } = storable(request.params)
      const changed = orNotFound(await removeIdentity(actor, idOf(id, 'profile'), identity), 'profile')
      return named(deps, actor.sandboxId, changed)
    },
  )
}

const mergeRoute = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Params: { id: string }; Body: ProfileMerge; Querystring: { dryRun?: boolean } }>(
    '/profiles/:id/merge',
    {
      schema: {
        tags,
        summary: 'Make another person part of this one; `dryRun` says what would become of them',
        params: IdParams,
        querystring: ProfileMergeQuery,
        body: ProfileMerge,
        response: { 200: MergeResult, ...REFUSALS },
      },
    },
    async request => {
      const actor = peopleActorOf(request, deps)
      const ask = { into: idOf(request.params.id, 'profile'), from: request.body.from.toLowerCase() }
      if (!isUuid(ask.from) || ask.from === ask.into)
        throw new Fault('payload_invalid', {
          problems: [{ pointer: '/from', message: 'must be the id of another profile' }],
        })
      const result = await mergeProfiles(actor, ask, request.query.dryRun === true)
      return { ...result, profile: await named(deps, actor.sandboxId, result.profile) }
    },
  )
}

const ruleRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get(
    '/merge-rule',
    {
      schema: {
        tags,
        summary: 'What becomes of people whose identities come together',
        response: { 200: MergeRule, ...REFUSALS },
      },
    },
    request => readMergeRule(deps.pool, callerOf(request).sandbox.id),
  )
  app.put<{ Body: MergeRule }>(
    '/merge-rule',
    {
      schema: {
        tags,
        summary: 'Say what becomes of people whose identities come together',
        body: MergeRule,
        response: { 200: MergeRule, ...REFUSALS },
      },
    },
    async request => {
      const { pool, ...change } = actorOf(request, deps)
      await writeMergeRule(pool, request.body, change)
      return request.body
    },
  )
}

/** Routes below `/api/v1`. */
export const profileMergeRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    identityRoutes(app, deps)
    mergeRoute(app, deps)
    ruleRoutes(app, deps)
  }
