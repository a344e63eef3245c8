/** Check: does the number want nothing from this sender? It concerns every short message, codes and tests too. */
import { optedOutOf } from '../consent/sms-opt-out.store.ts'
import type { Asked, Check } from './check.ts'

const senderOf = ({ version: { configuration } }: Asked): string | undefined =>
  configuration?.channel === 'sms' ? configuration.sender : undefined

/** AJO 050104. Other channels are not asked about. */
export const smsSenderCheck: Check = {
  name: 'SMS sender',
  load: async (db, asked) => {
    const mine = asked.flatMap(one => {
      const sender = senderOf(one)
      return sender === undefined ? [] : [{ one, sandboxId: one.sandboxId, sender, number: one.address }]
    })
    const out = mine.length === 0 ? [] : await optedOutOf(db, mine)
    const left = new Set(mine.flatMap(({ one }, index) => (out[index] === true ? [one] : [])))
    return one => (left.has(one) ? { kind: 'excluded', reason: 'sms_sender_opted_out' } : undefined)
  },
}
