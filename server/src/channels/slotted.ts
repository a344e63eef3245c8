/** A channel of a function that hands one message over: slots, order, closing, and a fault of ours in the middle of it. */
import { type Channel, CLOSED_CODE, type SendOutcome, trimAnswer } from './channel.ts'
import { createGate } from './gate.ts'

/** How a message is handed over, and what ends with the channel. */
export interface SlottedOptions<Rendered> {
  readonly slots: number
  handOver(message: Rendered): Promise<SendOutcome>
  /** Ends connections, once nothing runs any more. */
  end(): void | Promise<void>
}

/** Makes the channel. */
export const createSlottedChannel = <Rendered>(options: SlottedOptions<Rendered>): Channel<Rendered> => {
  const gate = createGate(options.slots)
  const running = new Set<Promise<SendOutcome>>()
  let closed = false

  const inTurn = async (message: Rendered): Promise<SendOutcome> => {
    await gate.enter()
    try {
      return await options.handOver(message)
    } catch (error) {
      // A fault of ours in the middle of a hand-over: nobody can say how far it got.
      return { kind: 'unknown', code: 'EINTERNAL', answer: trimAnswer(String(error)) }
    } finally {
      gate.leave()
    }
  }
  return {
    slots: options.slots,
    send: async message => {
      if (closed) return { kind: 'retry', code: CLOSED_CODE, answer: 'The channel is closed' }
      const sending = inTurn(message)
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
