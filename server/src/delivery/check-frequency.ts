/**
 * Check: has the person had as many marketing messages as a rule allows? A look that spares the rest of the work; only
 * the mark, which reserves, decides.
 */
import { type Asked, type Check, isMarketing } from './check.ts'
import { capLimit, type PersonAsk, personKeyOf } from './person.ts'
import { lookAtUses } from './person-limits.store.ts'

/** No message has this id: a dry run has no use of its own. */
const NO_MESSAGE = '00000000-0000-0000-0000-000000000000'

const askOf = ({ messageId = NO_MESSAGE, recipient, version, aheadMs = 0 }: Asked): PersonAsk => ({
  messageId,
  personKey: personKeyOf(recipient),
  limits: version.rules.caps.map(rule => capLimit(rule, aheadMs)),
})

/** AJO 050002. Messages under no cap are not asked about. */
export const frequencyCheck: Check = {
  name: 'frequency caps',
  load: async (db, asked) => {
    const capped = asked.filter(one => isMarketing(one) && one.version.rules.caps.length > 0)
    const first = capped[0]
    if (first === undefined) return () => undefined
    // Each sandbox has its own time; uses are stored on the machine's, which is the same for all.
    const now = new Date(first.now.getTime() - (first.aheadMs ?? 0))
    const spent = await lookAtUses(db, capped.map(askOf), now)
    const limits = new Map(capped.map((one, index) => [one, spent[index]]))
    return one => {
      const limit = limits.get(one)
      return limit && { kind: 'excluded', reason: limit.reason, detail: limit.name ?? '' }
    }
  },
}
