/** The calls of what hangs on one person. */
import type { Membership, MessageState, MessageSummary } from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** One person's messages and audiences. */
export const personCalls = ({ json }: Request) => ({
  messages: (id: string, query: { state?: MessageState; cursor?: string; limit?: number }) =>
    json<Page<MessageSummary>>(at`/profiles/${id}/messages`, { query }),
  audiences: (id: string, query: { cursor?: string; limit?: number }) =>
    json<Page<Membership>>(at`/profiles/${id}/audiences`, { query }),
})
