/**
 * A channel over a provider's HTTP API: slots, order, closing. What a call looks like and what an answer means is the
 * adapter's; a cut is the same for all.
 */
import { type Channel, CLOSED_CODE, NOT_BEGUN, type SendOutcome, trimAnswer } from '../channel.ts'
import { createGate, type Gate } from '../gate.ts'
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

const outcomeOfCut = ({ began, code, words }: Extract<HttpOutcome, { kind: 'cut' }>): SendOutcome =>
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

/** Makes the channel. Opens no connection until the first send. */
export const createHttpChannel = <Rendered>(provider: HttpProvider<Rendered>): Channel<Rendered> => {
  const { connections } = provider
  const gate = createGate(connections)
  const caller = createHttpCaller(provider)
  const running = new Set<Promise<SendOutcome>>()
  let closed = false

  const handOver = async (message: Rendered, mayBegin?: () => boolean): Promise<SendOutcome> => {
    const obstacle = await provider.ready?.()
    if (obstacle !== undefined) return obstacle
    if (mayBegin?.() === false) return NOT_BEGUN
    const call = provider.callOf(message)
    const answer = await caller.call(call)
    if (answer.kind === 'answered') return provider.outcomeOf(answer)
    return provider.isSaidByHead === true && answer.head !== undefined
      ? provider.outcomeOf({ kind: 'answered', ...answer.head, body: '' })
      : outcomeOfCut(answer)
  }
  const sendInTurn = async (message: Rendered, mayBegin?: () => boolean): Promise<SendOutcome> => {
    const own = provider.gateOf?.(message)
    if (own !== undefined) await own.enter()
    await gate.enter()
    try {
      return await handOver(message, mayBegin)
    } catch (error) {
      // A fault of ours in the middle of a hand-over: nobody can say how far it got.
      return { kind: 'unknown', code: 'EINTERNAL', answer: trimAnswer(String(error)) }
    } finally {
      gate.leave()
      own?.leave()
    }
  }
  return {
    slots: connections,
    send: async (message, mayBegin) => {
      if (closed) return { kind: 'retry', code: CLOSED_CODE, answer: 'The channel is closed' }
      const sending = sendInTurn(message, mayBegin)
      running.add(sending)
      return sending.finally(() => running.delete(sending))
    },
    close: async () => {
      closed = true
      await Promise.all(running)
      caller.close()
    },
  }
}
