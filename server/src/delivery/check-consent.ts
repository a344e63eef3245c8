/** Check: has the person refused marketing on this channel, or at this address, or was the address erased? */
import { type CampaignChannel, IDENTITY_NAMESPACE, type ReasonCode } from '@carillon/contract'
import { refusesMarketing } from '../consent/choice.ts'
import { type Asked, type Check, isMarketing, type Objection } from './check.ts'
import type { Known } from './known.ts'

const REASONS: Readonly<Record<CampaignChannel, ReasonCode>> = {
  email: 'email_no_consent',
  sms: 'sms_no_consent',
  push: 'push_no_consent',
}

// Whoever was erased is not written to until the person who has the address now says yes.
const erasedObjection = (one: Asked, known: Known): Objection | undefined => {
  const erased = known.erased(one)
  if (erased === undefined || erased.agreed) return undefined
  const day = erased.erasedAt.toISOString().slice(0, 10)
  return {
    kind: 'excluded',
    reason: REASONS[one.version.properties.channel],
    detail: `The address was erased on ${day}, and nobody agreed to marketing with it since`,
  }
}

/** AJO 050101, 050104, 050111. What the profile says is read already. */
export const consentCheck: Check = {
  name: 'consent',
  load: async (_db, _asked, loading) => {
    const known = await loading
    return one => {
      if (!isMarketing(one)) return undefined
      const { channel } = one.version.properties
      const namespace = IDENTITY_NAMESPACE[channel]
      return refusesMarketing(one.attributes, { channel, namespace, value: one.address })
        ? { kind: 'excluded', reason: REASONS[channel] }
        : erasedObjection(one, known)
    }
  },
}
