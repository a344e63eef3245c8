/** The calls of rule sets. */
import type { RuleSet, RuleSetCreate, RuleSetPatch, RuleSetStatus } from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** Calls of rule sets. */
export const ruleCalls = ({ json }: Request) => ({
  list: (query: { status?: RuleSetStatus; cursor?: string; limit?: number }) =>
    json<Page<RuleSet>>('/rule-sets', { query }),
  get: (id: string) => json<RuleSet>(at`/rule-sets/${id}`),
  create: (body: RuleSetCreate) => json<RuleSet>('/rule-sets', { method: 'POST', body }),
  patch: (id: string, body: RuleSetPatch) => json<RuleSet>(at`/rule-sets/${id}`, { method: 'PATCH', body }),
  activate: (id: string) => json<RuleSet>(at`/rule-sets/${id}/activate`, { method: 'POST' }),
  deactivate: (id: string) => json<RuleSet>(at`/rule-sets/${id}/deactivate`, { method: 'POST' }),
  remove: (id: string) => json<unknown>(at`/rule-sets/${id}`, { method: 'DELETE' }),
})
