/** Check: has the person refused marketing on this channel, or at this address, or was the address erased? */
import { refusesMarketing } from '../consent/choice.ts'
import { type Asked, type Check, isMarketing, type Objection } from './check.ts'
import type { Known } from './known.ts'

// Whoever was erased is not written to until the person who has the address now says yes.
const erasedObjection = (one: Asked, known: Known): Objection | undefined => {
  const erased = known.erased(one)
  if (erased === undefined || erased.agreed) return undefined
  const day = erased.erasedAt.toISOString().slice(0, 10)
  return {
    kind: 'excluded',
    reason: 'email_no_consent',
    detail: `The address was erased on ${day}, and nobody agreed to marketing with it since`,
  }
}

/** AJO 050101. What the profile says is read already. */
export const consentCheck: Check = {
  name: 'consent',
  load: async (_db, _asked, loading) => {
    const known = await loading
    return one => {
      if (!isMarketing(one)) return undefined
      return refusesMarketing(one.attributes, { channel: 'email', namespace: 'email', value: one.address })
        ? { kind: 'excluded', reason: 'email_no_consent' }
        : erasedObjection(one, known)
    }
  },
}
