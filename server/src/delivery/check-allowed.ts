/** Check: while the allowed list of the sandbox is on, is the address or its domain on it? It concerns every message. */
import { findNotAllowed } from '../consent/suppression.store.ts'
import { type Check, isEmail } from './check.ts'
import { addresseeOf } from './known.ts'

/** AJO 050103. On and empty, the list lets nothing through. */
export const allowedCheck: Check = {
  name: 'allowed',
  load: async (db, asked) => {
    const mails = asked.filter(isEmail)
    const left = mails.length === 0 ? [] : await findNotAllowed(db, mails.map(addresseeOf))
    const keys = new Set(left.map(one => `${one.sandboxId} ${one.address}`))
    return one =>
      isEmail(one) && keys.has(`${one.sandboxId} ${addresseeOf(one).address}`)
        ? { kind: 'excluded', reason: 'email_not_allowed' }
        : undefined
  },
}
