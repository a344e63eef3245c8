/**
 * A channel over a provider's HTTP API: slots, order, closing. What a call looks like and what an answer means is the
 * adapter's; a cut is the same for all.
 */
import { type Channel, NOT_BEGUN, type SendOutcome, trimAnswer } from '../channel.ts'
import type { Gate } from '../gate.ts'
import { createSlottedChannel } from '../slotted.ts'
import { type ClientTls, createHttpCaller, type HttpCall, type HttpOutcome } from './call.ts'

/** One provider. */
export interface HttpProvider<Rendered> {
  readonly connections: number
  readonly timeoutMs?: number
  readonly tls?: ClientTls
  /** Gets what a call needs, such as a token; an outcome: it cannot be had, and nothing is handed over. Never rejects. */
  ready?(): Promise<SendOutcome | undefined>
  /** An answer says enough by its status and its header: one whose body was lost is read without it. */
  readonly isSaidByHead?: true
  /** A gate of its own that a message waits at before its slot: calls at once for some recipients. */
  gateOf?(message: Rendered): Gate | undefined
  callOf(message: Rendered): HttpCall
  outcomeOf(answer: Extract<HttpOutcome, { kind: 'answered' }>): SendOutcome
}

/** The outcome of a cut: the first byte of a request is its point of no return. */
export const outcomeOfCut = ({ began, code, words }: Extract<HttpOutcome, { kind: 'cut' }>): SendOutcome =>
  began
    ? { kind: 'unknown', code, answer: trimAnswer(words) }
    : { kind: 'retry', code, answer: trimAnswer(words), ofRecipient: false }

/** A gateway on the way gave up waiting for the provider, which may have taken the message (RFC 9110 §15). */
export const MAYBE_TAKEN: ReadonlySet<number> = new Set([408, 502, 504])

/** When a provider asks to come back: seconds, or a date (RFC 9110 §10.2.3); at most a day. */
export const retryAfterOf = (
  value: string | undefined,
  nowMs: number,
): { readonly retryAfterMs?: number } => {
  if (value === undefined) return {}
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs
  return ms > 0 ? { retryAfterMs: Math.min(ms, 86_400_000) } : {}
}

// A call that cannot be made was not begun: it is ours to mend, and nothing about the number.
const callFor = <Rendered>(provider: HttpProvider<Rendered>, message: Rendered): HttpCall | SendOutcome => {
  try {
    return provider.callOf(message)
  } catch (error) {
    const answer = trimAnswer(`The call cannot be made: ${String(error)}`)
    return { kind: 'retry', code: 'ECALL', answer, ofRecipient: false }
  }
}

/** Makes the channel. Opens no connection until the first send. */
export const createHttpChannel = <Rendered>(provider: HttpProvider<Rendered>): Channel<Rendered> => {
  const caller = createHttpCaller(provider)
  return createSlottedChannel<Rendered>({
    slots: provider.connections,
    gateOf: message => provider.gateOf?.(message),
    handOver: async (message, mayBegin) => {
      const obstacle = await provider.ready?.()
      if (obstacle !== undefined) return obstacle
      // A token may have taken its time.
      if (!mayBegin()) return NOT_BEGUN
      const call = callFor(provider, message)
      if ('kind' in call) return call
      const answer = await caller.call(call)
      if (answer.kind === 'answered') return provider.outcomeOf(answer)
      return provider.isSaidByHead === true && answer.head !== undefined
        ? provider.outcomeOf({ kind: 'answered', ...answer.head, body: '' })
        : outcomeOfCut(answer)
    },
    end: () => caller.close(),
  })
}
