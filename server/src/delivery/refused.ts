/** The result of a message that ends before its hand-over. Pure. */
import { type ClaimedMessage, type MessageResult, runOf } from '../messages/ledger.ts'
import type { Refusal } from './govern.ts'

/** Excluded, held, failed or cancelled, with the reason and, where there is one, its detail. */
export const refused = (
  message: ClaimedMessage,
  { state, reason }: Pick<Refusal, 'state'> & { readonly reason: string },
  detail: string | null = null,
): MessageResult => ({
  messageId: message.messageId,
  versionId: message.versionId,
  generation: message.generation,
  attempt: message.attempt,
  state,
  reason,
  detail,
  runId: runOf(message),
  dueAt: null,
  handOver: null,
})
