/** Check: has the person refused marketing on this channel, or at this address? */
import { refusesMarketing } from '../consent/choice.ts'
import { type Check, isMarketing } from './check.ts'

/** AJO 050101. The profile says it, so nothing is read. */
export const consentCheck: Check = {
  name: 'consent',
  load: async () => one =>
    isMarketing(one) &&
    refusesMarketing(one.attributes, { channel: 'email', namespace: 'email', value: one.address })
      ? { kind: 'excluded', reason: 'email_no_consent' }
      : undefined,
}
