/** From a channel's answer to the message's next state: the one place where a retry ends and a dead letter begins. Pure. */
import type { SendOutcome } from '../channels/channel.ts'
import { backoffMs } from '../lib/backoff.ts'
import type { MessageResult } from '../messages/ledger.ts'

/**
 * The facts beside the answer. `attempt` counts the hand-overs of this generation, this one included; `transports` is how many its configuration has. `firstHandoverAt` begins the retry period; held time
 * does not count.
 */
export interface OutcomeFacts {
  readonly attempt: number
  readonly transports: number
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

/**
 * While a round over the transports is not complete the next one is tried at once: what the last provider said of its
 * own time does not bind another. After each full round the message waits, longer from round to round.
 */
const waitMs = ({ attempt, transports, random }: OutcomeFacts, atLeastMs: number): number =>
  attempt % transports === 0 ? backoffMs(attempt / transports, random, { atLeastMs }) : 0

const retryOrGiveUp = (reason: string, facts: OutcomeFacts, atLeastMs: number): NextState => {
  const dueAt = new Date(facts.now.getTime() + waitMs(facts, atLeastMs))
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
