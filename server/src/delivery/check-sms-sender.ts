/** Check: does the number want nothing from this sender? It concerns every short message, codes and tests too. */
import { refusesSender, type Written } from '../consent/sms-sender.ts'
import type { Asked, Check } from './check.ts'
import type { Known } from './known.ts'

const writtenOf = (one: Asked, known: Known): readonly (Written & { readonly one: Asked })[] => {
  const { sandboxId, address: number } = one
  const { configuration } = one.version
  return configuration?.channel === 'sms'
    ? [{ one, sandboxId, sender: configuration.sender, number, hash: known.erased(one)?.hash }]
    : []
}

/** AJO 050104. Other channels are not asked about. */
export const smsSenderCheck: Check = {
  name: 'SMS sender',
  load: async (db, asked, loading) => {
    const known = await loading
    const written = asked.flatMap(one => writtenOf(one, known))
    const refuses = await refusesSender(db, written)
    const left = new Set(written.flatMap(({ one }, index) => (refuses[index] === true ? [one] : [])))
    return one => (left.has(one) ? { kind: 'excluded', reason: 'sms_sender_opted_out' } : undefined)
  },
}
