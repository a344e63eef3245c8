/** Check: is the address, or its domain, on the suppression list? It concerns every message, tests and high throughput too. */
import type { SuppressionReason } from '@carillon/contract'
import { type Asked, type Check, isEmail, type Objection } from './check.ts'
import { addresseeOf } from './known.ts'

// A complaint may be put up with where the configuration says so, and only for what people need to get.
const putsUpWith = ({ version }: Asked, reason: SuppressionReason): boolean =>
  reason === 'Spam Complaint' &&
  version.properties.category === 'transactional' &&
  version.configuration?.channel === 'email' &&
  version.configuration.sendToComplaints

const excluded = (reason: 'email_suppressed' | 'domain_suppressed'): Objection => ({
  kind: 'excluded',
  reason,
})

/** AJO 050102 (address) and 050105 (domain). The address of an erased person stays as suppressed as it was. */
export const suppressionCheck: Check = {
  name: 'suppression',
  load: async (_db, _asked, loading) => {
    const known = await loading
    return one => {
      if (!isEmail(one)) return undefined
      const { sandboxId, address, domain } = addresseeOf(one)
      const reasons = [known.suppressed(sandboxId, address)?.reason, known.erased(one)?.reason]
      if (reasons.some(reason => reason && !putsUpWith(one, reason))) return excluded('email_suppressed')
      return known.suppressed(sandboxId, domain) === undefined ? undefined : excluded('domain_suppressed')
    }
  },
}
