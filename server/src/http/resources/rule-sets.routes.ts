/** Rule sets: list, make, read, change, activate, deactivate, delete. */
import {
  IdParams,
  RuleSet,
  RuleSetCreate,
  RuleSetList,
  RuleSetListQuery,
  RuleSetPatch,
  type RuleSetStatus,
} from '@carillon/contract'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { readCursor, toPage } from '../../lib/cursor.ts'
import { listRuleSets, type RuleSetRecord } from '../../rules/rule-set.store.ts'
import {
  activateRuleSet,
  createRuleSet,
  deactivateRuleSet,
  getRuleSet,
  patchRuleSet,
  removeRuleSet,
} from '../../rules/rule-sets.ts'
import { actorOf, idOf, REFUSALS, type ResourceDeps, storable } from './deps.ts'

const tags = ['Rule sets']
type IdRequest = { Params: { id: string } }
type ListRequest = {
  Querystring: { limit: number; cursor?: string; search?: string; status?: RuleSetStatus }
}

const toRuleSet = (set: RuleSetRecord): RuleSet => ({
  ...set,
  rules: [...set.rules],
  createdAt: set.createdAt.toISOString(),
  modifiedAt: set.modifiedAt.toISOString(),
})

const ruleSetId = (request: { params: { id: string } }): string => idOf(request.params.id, 'rule set')

const readRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.get<ListRequest>(
    '/rule-sets',
    {
      schema: {
        tags,
        summary: 'Rule sets, newest first',
        querystring: RuleSetListQuery,
        response: { 200: RuleSetList, ...REFUSALS },
      },
    },
    async request => {
      const { limit, cursor, search, status } = storable(request.query)
      const { sandboxId } = actorOf(request, deps)
      const sets = await listRuleSets(deps.pool, {
        ...{ sandboxId, limit, after: readCursor(cursor), search, status },
      })
      return toPage(sets, limit, { id: set => set.id, item: toRuleSet })
    },
  )
  app.get<IdRequest>(
    '/rule-sets/:id',
    { schema: { tags, summary: 'A rule set', params: IdParams, response: { 200: RuleSet, ...REFUSALS } } },
    async request => toRuleSet(await getRuleSet(actorOf(request, deps), ruleSetId(request))),
  )
}

const writeRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  app.post<{ Body: RuleSetCreate }>(
    '/rule-sets',
    {
      schema: {
        tags,
        summary: 'Make a draft of a rule set',
        body: RuleSetCreate,
        response: { 201: RuleSet, ...REFUSALS },
      },
    },
    async (request, reply) =>
      reply.code(201).send(toRuleSet(await createRuleSet(actorOf(request, deps), storable(request.body)))),
  )
  app.patch<{ Params: { id: string }; Body: RuleSetPatch }>(
    '/rule-sets/:id',
    {
      schema: {
        tags,
        summary: 'Change a rule set; an active one is used as changed within seconds',
        params: IdParams,
        body: RuleSetPatch,
        response: { 200: RuleSet, ...REFUSALS },
      },
    },
    async request =>
      toRuleSet(await patchRuleSet(actorOf(request, deps), ruleSetId(request), storable(request.body))),
  )
  app.delete<IdRequest>(
    '/rule-sets/:id',
    {
      schema: {
        tags,
        summary: 'Delete a rule set that is not active',
        params: IdParams,
        response: { 204: Type.Null(), ...REFUSALS },
      },
    },
    async (request, reply) => {
      await removeRuleSet(actorOf(request, deps), ruleSetId(request))
      return reply.code(204).send()
    },
  )
}

const statusRoutes = (app: FastifyInstance, deps: ResourceDeps): void => {
  const deeds = [
    ['activate', 'Put a rule set in force for the campaigns that name it', activateRuleSet],
    ['deactivate', 'Take a rule set out of force; its counts stay', deactivateRuleSet],
  ] as const
  for (const [deed, summary, act] of deeds)
    app.post<IdRequest>(
      `/rule-sets/:id/${deed}`,
      { schema: { tags, summary, params: IdParams, response: { 200: RuleSet, ...REFUSALS } } },
      async request => toRuleSet(await act(actorOf(request, deps), ruleSetId(request))),
    )
}

/** Routes below `/api/v1`. */
export const ruleSetRoutes =
  (deps: ResourceDeps) =>
  async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, deps)
    writeRoutes(app, deps)
    statusRoutes(app, deps)
  }
