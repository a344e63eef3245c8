/** The calls about what was sent: executions, messages, holds and dead letters. */
import type {
  DeadLetter,
  DeadLetterActed,
  DeadLetterAction,
  DeadLetterFilter,
  DeadLetterSummary,
  Execution,
  ExecutionSummary,
  HeldDecided,
  HeldDecision,
  Hold,
  HoldLift,
  HoldRequest,
  Message,
  MessageSettle,
  MessageState,
  MessageSummary,
  Traffic,
  Why,
  WhyQuery,
} from '@carillon/contract'
import type { Page, Request } from './api.ts'
import { at } from './api-path.ts'

/** Executions, their messages, and why somebody got one or not. */
export const executionCalls = ({ json }: Request) => ({
  list: (query: { campaignId?: string; cursor?: string }) =>
    json<Page<ExecutionSummary>>('/executions', { query }),
  get: (id: string) => json<Execution>(at`/executions/${id}`),
  messages: (query: MessageQuery) => json<Page<MessageSummary>>('/messages', { query: { ...query } }),
  message: (id: string) => json<Message>(at`/messages/${id}`),
  pause: (id: string, body: HoldRequest) =>
    json<unknown>(at`/executions/${id}/pause`, { method: 'POST', body }),
  cancel: (id: string, body: HoldRequest) =>
    json<unknown>(at`/executions/${id}/cancel`, { method: 'POST', body }),
  /** What a person says about a message of which nobody could say whether it left. */
  settle: (id: string, body: MessageSettle) =>
    json<MessageSummary>(at`/messages/${id}/settle`, { method: 'POST', body }),
  why: (query: WhyQuery) => json<Why>('/why', { query }),
  traffic: () => json<Traffic>('/traffic'),
})

/** What messages can be listed by. */
interface MessageQuery {
  readonly campaignId?: string
  readonly executionId?: string
  readonly state?: MessageState
  readonly reason?: string
  readonly cursor?: string
  readonly limit?: number
}

/** What keeps messages back. */
export const holdCalls = ({ json }: Request) => ({
  /** The open ones. */
  list: () => json<Page<Hold>>('/holds', { query: { limit: 200 } }),
  stop: (body: HoldRequest) => json<unknown>('/stop', { method: 'POST', body }),
  lift: (id: string, body: HoldLift) => json<unknown>(at`/holds/${id}/lift`, { method: 'POST', body }),
  /** What becomes of messages that were kept back because they were late. */
  decide: (body: HeldDecision) => json<HeldDecided>('/held/decide', { method: 'POST', body }),
})

/** What could not be sent. */
export const deadLetterCalls = ({ json }: Request) => ({
  list: (query: DeadLetterFilter & { discarded?: boolean; cursor?: string; limit?: number }) =>
    json<Page<DeadLetter>>('/dead-letters', { query }),
  summary: () => json<DeadLetterSummary>('/dead-letters/summary'),
  redrive: (body: DeadLetterAction) =>
    json<DeadLetterActed>('/dead-letters/redrive', { method: 'POST', body }),
  discard: (body: DeadLetterAction) =>
    json<DeadLetterActed>('/dead-letters/discard', { method: 'POST', body }),
})
