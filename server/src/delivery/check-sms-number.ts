/** Check: did the number itself refuse marketing by SMS, by a word that it wrote? It concerns whoever has the number. */
import { refusedSince } from '../consent/sms-refusal.store.ts'
import { type Check, isMarketing } from './check.ts'
import { agreedSince } from './known.ts'

/** AJO 050104. Other channels are not asked about, nor is what is no marketing. */
export const smsNumberCheck: Check = {
  name: 'SMS number',
  load: async (db, asked) => {
    const mine = asked.filter(one => one.version.properties.channel === 'sms' && isMarketing(one))
    if (mine.length === 0) return () => undefined
    const moments = await refusedSince(
      db,
      mine.map(({ sandboxId, address }) => ({ sandboxId, number: address })),
    )
    const refused = mine.flatMap((one, index) => {
      const since = moments[index]
      return since ? [{ one, since }] : []
    })
    // Who said yes by another way after that word is written to again.
    const agreed = await agreedSince(db, refused)
    const left = new Map(refused.map(({ one, since }) => [one, since]))
    return one => {
      const at = left.get(one)
      if (at === undefined || agreed.has(one)) return undefined
      const detail = `The number wrote on ${at.toISOString().slice(0, 10)} that it wants no marketing`
      return { kind: 'excluded', reason: 'sms_no_consent', detail }
    }
  },
}
