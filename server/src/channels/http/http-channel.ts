/**
 * A channel over a provider's HTTP API: slots, order, closing. What a call looks like and what an answer means is the
 * adapter's; a cut is the same for all.
 */
import { type Channel, type SendOutcome, trimAnswer } from '../channel.ts'
import { createSlottedChannel } from '../slotted.ts'
import { type ClientTls, createHttpCaller, type HttpCall, type HttpOutcome } from './call.ts'

/** One provider. */
export interface HttpProvider<Rendered> {
  readonly connections: number
  readonly timeoutMs?: number
  readonly tls?: ClientTls
  /** Gets what a call needs, such as a token; an outcome: it cannot be had, and nothing is handed over. Never rejects. */
  ready?(): Promise<SendOutcome | undefined>
  callOf(message: Rendered): HttpCall
  outcomeOf(answer: Extract<HttpOutcome, { kind: 'answered' }>): SendOutcome
}

/** The outcome of a cut: the first byte of a request is its point of no return. */
export const outcomeOfCut = ({ began, code, words }: Extract<HttpOutcome, { kind: 'cut' }>): SendOutcome =>
  began
    ? { kind: 'unknown', code, answer: trimAnswer(words) }
    : { kind: 'retry', code, answer: trimAnswer(words), ofRecipient: false }

/** When a provider asks to come back: seconds, or a date (RFC 9110 §10.2.3); at most a day. */
export const retryAfterOf = (
  value: string | undefined,
  nowMs: number,
): { readonly retryAfterMs?: number } => {
  if (value === undefined) return {}
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs
  return ms > 0 ? { retryAfterMs: Math.min(ms, 86_400_000) } : {}
}

/** Makes the channel. Opens no connection until the first send. */
export const createHttpChannel = <Rendered>(provider: HttpProvider<Rendered>): Channel<Rendered> => {
  const caller = createHttpCaller(provider)
  return createSlottedChannel<Rendered>({
    slots: provider.connections,
    handOver: async message => {
      const obstacle = await provider.ready?.()
      if (obstacle !== undefined) return obstacle
      const answer = await caller.call(provider.callOf(message))
      return answer.kind === 'cut' ? outcomeOfCut(answer) : provider.outcomeOf(answer)
    },
    end: () => caller.close(),
  })
}
