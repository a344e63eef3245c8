/** From what a provider said to what the ledger records: the new state with all that belongs to the attempt. Pure. */
import type { SendOutcome } from '../channels/channel.ts'
import { type BounceCode, bounceOfRecipient } from '../channels/email/codes.ts'
import { type MessageResult, runOf } from '../messages/ledger.ts'
import type { Marked } from './line.ts'
import { nextState, notHandedOver } from './outcome.ts'

/** What came of a permit. `tooLate`: it had expired, and nothing was handed over; `random` is in [0, 1). */
export interface Sent {
  readonly outcome: SendOutcome
  readonly startedAt: Date
  readonly now: Date
  readonly tooLate: boolean
  readonly random: number
}

// Only a server's own refusal says something of the recipient, not a lost connection (ECONNRESET).
const bounceOf = ({ kind, code, answer, ofRecipient }: SendOutcome): BounceCode | null =>
  kind === 'accepted' || kind === 'unknown' || ofRecipient === false || !/^[45]\d\d/.test(code)
    ? null
    : bounceOfRecipient(/^[45]\d\d/.test(answer) ? answer : `${code} ${answer}`)

/** What is recorded of a message that had its permit. */
export const resultOf = (marked: Marked, sent: Sent): MessageResult => {
  const { message, transportId, transports, retryPeriodMs, metadata, rendered } = marked.item
  const { outcome, startedAt, now, random } = sent
  const facts = {
    attempt: marked.attempt,
    transports,
    now,
    retryPeriodMs,
    random,
    firstHandoverAt: message.firstHandoverAt ?? startedAt,
  }
  const next = sent.tooLate ? notHandedOver(now) : nextState(outcome, facts)
  const result: MessageResult = {
    messageId: message.messageId,
    versionId: message.versionId,
    generation: message.generation,
    attempt: marked.attempt,
    state: next.state,
    reason: next.reason,
    dueAt: next.dueAt,
    detail: null,
    runId: runOf(message),
    handOver: {
      transportId,
      startedAt,
      endedAt: now,
      outcome: outcome.kind,
      code: outcome.code,
      answer: outcome.answer.includes('\0') ? outcome.answer.replaceAll('\0', '') : outcome.answer,
      metadata,
    },
  }
  // What is told of an address is for the suppression list, which is of email.
  if (!('envelope' in rendered)) return result
  const { to: address } = rendered.envelope
  const bounce = sent.tooLate ? null : bounceOf(outcome)
  return { ...result, recipient: { sandboxId: message.sandboxId, address, bounce } }
}
