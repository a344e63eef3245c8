/** The fake passes the suite of the real ones. */

import { describeChannel } from './channel.contract.ts'
import type { SendOutcome } from './channel.ts'
import { createMemoryChannel } from './memory.ts'

describeChannel('the memory channel', async () => {
  let answer: () => Promise<SendOutcome> | SendOutcome = () => ({
    kind: 'accepted',
    code: '250',
    answer: 'ok',
  })
  const channel = createMemoryChannel<string>({ answer: () => answer() })
  return {
    channel,
    message: () => 'hello',
    answer: kind => {
      answer = () => ({ kind, code: 'TEST', answer: 'é'.repeat(400) })
    },
    hold: () => {
      let release = (): void => undefined
      const held = new Promise<void>(resolve => {
        release = resolve
      })
      answer = async () => {
        await held
        return { kind: 'accepted', code: '250', answer: 'ok' }
      }
      return () => release()
    },
    received: () => channel.sent.length,
    stop: async () => undefined,
  }
})
