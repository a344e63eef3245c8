/** A channel of a function that hands one message over: slots, order, closing, and a fault of ours in the middle of it. */
import { type Channel, CLOSED_CODE, NOT_BEGUN, type SendOutcome, trimAnswer } from './channel.ts'
import { createGate, type Gate } from './gate.ts'

/** How a message is handed over, and what ends with the channel. */
export interface SlottedOptions<Rendered> {
  readonly slots: number
  /** A gate of its own that a message waits at before its slot. */
  gateOf?(message: Rendered): Gate | undefined
  /** `mayBegin` was asked already, and is there for what takes its time before the hand-over. */
  handOver(message: Rendered, mayBegin: () => boolean): Promise<SendOutcome>
  /** Ends connections, once nothing runs any more. */
  end(): void | Promise<void>
}

const always = (): boolean => true

/** Makes the channel. */
export const createSlottedChannel = <Rendered>(options: SlottedOptions<Rendered>): Channel<Rendered> => {
  const gate = createGate(options.slots)
  const running = new Set<Promise<SendOutcome>>()
  let closed = false

  const inTurn = async (message: Rendered, mayBegin: () => boolean): Promise<SendOutcome> => {
    const own = options.gateOf?.(message)
    await own?.enter()
    await gate.enter()
    try {
      return mayBegin() ? await options.handOver(message, mayBegin) : NOT_BEGUN
    } catch (error) {
      // A fault of ours in the middle of a hand-over: nobody can say how far it got.
      return { kind: 'unknown', code: 'EINTERNAL', answer: trimAnswer(String(error)) }
    } finally {
      gate.leave()
      own?.leave()
    }
  }
  return {
    slots: options.slots,
    send: async (message, mayBegin = always) => {
      if (closed) return { kind: 'retry', code: CLOSED_CODE, answer: 'The channel is closed' }
      const sending = inTurn(message, mayBegin)
      running.add(sending)
      return sending.finally(() => running.delete(sending))
    },
    close: async () => {
      closed = true
      await Promise.all(running)
      await options.end()
    },
  }
}
