/** From a channel's answer to the message's next state: the one place where a retry ends and a dead letter begins. Pure. */
import type { SendOutcome } from '../channels/channel.ts'
import { backoffMs } from '../lib/backoff.ts'
import type { MessageResult } from '../messages/ledger.ts'

/** The facts beside the answer. `firstHandoverAt` begins the retry period; held time does not count. */
export interface OutcomeFacts {
  readonly attempt: number
  readonly firstHandoverAt: Date
  readonly now: Date
  readonly retryPeriodMs: number
  readonly random: number
}

/** The next state of a message. */
export type NextState = Pick<MessageResult, 'state' | 'reason' | 'dueAt'>

/** A message whose permit ran out before the hand-over is due again at once: nothing was wrong with it. */
export const notHandedOver = (now: Date): NextState => ({
  state: 'ready',
  reason: 'not_handed_over',
  dueAt: now,
})

const retryOrGiveUp = (reason: string, facts: OutcomeFacts, atLeastMs: number): NextState => {
  const dueAt = new Date(facts.now.getTime() + backoffMs(facts.attempt, facts.random, { atLeastMs }))
  if (dueAt.getTime() - facts.firstHandoverAt.getTime() > facts.retryPeriodMs)
    return { state: 'failed', reason: 'retry_period_over', dueAt: null }
  return { state: 'ready', reason, dueAt }
}

/** What becomes of a message after a provider's answer. */
export const nextState = (outcome: SendOutcome, facts: OutcomeFacts): NextState => {
  switch (outcome.kind) {
    case 'accepted':
      return { state: 'sent', reason: null, dueAt: null }
    case 'reject':
      return { state: 'failed', reason: 'rejected', dueAt: null }
    case 'unknown':
      return { state: 'unknown', reason: 'connection_cut', dueAt: null }
    case 'retry':
      return retryOrGiveUp('temporary_refusal', facts, outcome.retryAfterMs ?? 0)
    case 'throttle':
      return retryOrGiveUp('throttled', facts, outcome.retryAfterMs ?? 0)
  }
}
