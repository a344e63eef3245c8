/** A channel that keeps what it is given: the fake for tests of everything above the port. Opens no connection. */
import { type Channel, CLOSED_CODE, NOT_BEGUN, type SendOutcome, trimAnswer } from './channel.ts'

/** How the fake answers: `slots` (default 8) and, per message, an outcome of the caller's choice (default accepted). */
export interface MemoryChannelOptions<Rendered> {
  readonly slots?: number
  readonly answer?: (message: Rendered) => SendOutcome | Promise<SendOutcome>
}

/** The fake, with what it was given, in order of arrival. */
export interface MemoryChannel<Rendered> extends Channel<Rendered> {
  readonly sent: readonly Rendered[]
}

const ACCEPTED: SendOutcome = { kind: 'accepted', code: '250', answer: '250 kept in memory' }

/** Makes a fake channel. An `answer` that throws is an `unknown`, as a real cut would be. */
export const createMemoryChannel = <Rendered>(
  options: MemoryChannelOptions<Rendered> = {},
): MemoryChannel<Rendered> => {
  const sent: Rendered[] = []
  const running = new Set<Promise<SendOutcome>>()
  let closed = false

  const deliver = async (message: Rendered): Promise<SendOutcome> => {
    sent.push(message)
    try {
      const outcome = (await options.answer?.(message)) ?? ACCEPTED
      return { ...outcome, answer: trimAnswer(outcome.answer) }
    } catch (error) {
      return { kind: 'unknown', code: 'EFAKE', answer: trimAnswer(String(error)) }
    }
  }
  return {
    slots: options.slots ?? 8,
    sent,
    send: async (message, mayBegin) => {
      if (closed) return { kind: 'retry', code: CLOSED_CODE, answer: 'The channel is closed' }
      if (mayBegin?.() === false) return NOT_BEGUN
      const sending = deliver(message)
      running.add(sending)
      return sending.finally(() => running.delete(sending))
    },
    close: async () => {
      closed = true
      await Promise.all(running)
    },
  }
}
