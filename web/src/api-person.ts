/** The calls of what hangs on one person. */
import type {
  Identity,
  Membership,
  MergeResult,
  MergeRule,
  MessageState,
  MessageSummary,
  Profile,
} from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** One person's messages, audiences and identities, and people who become one. */
export const personCalls = ({ json }: Request) => ({
  messages: (id: string, query: { state?: MessageState; cursor?: string; limit?: number }) =>
    json<Page<MessageSummary>>(at`/profiles/${id}/messages`, { query }),
  audiences: (id: string, query: { cursor?: string; limit?: number }) =>
    json<Page<Membership>>(at`/profiles/${id}/audiences`, { query }),
  addIdentity: (id: string, body: Identity) =>
    json<Profile>(at`/profiles/${id}/identities`, { method: 'POST', body }),
  removeIdentity: (id: string, { namespace, value }: Identity) =>
    json<Profile>(at`/profiles/${id}/identities/${namespace}/${value}`, { method: 'DELETE' }),
  /** Who has an identity. */
  owner: async ({ namespace, value }: Identity) =>
    (await json<Page<Profile>>('/profiles', { query: { namespace, value: value.trim(), limit: 1 } }))
      .items[0],
  merge: (id: string, from: string, dryRun: boolean) =>
    json<MergeResult>(at`/profiles/${id}/merge`, { method: 'POST', body: { from }, query: { dryRun } }),
  mergeRule: () => json<MergeRule>('/merge-rule'),
  putMergeRule: (body: MergeRule) => json<MergeRule>('/merge-rule', { method: 'PUT', body }),
})
