/** Check: is the address, or its domain, on the suppression list? It concerns every message, tests and high throughput too. */
import { findSuppressed, type Suppressed } from '../consent/suppression.store.ts'
import { domainOf, listedAddress } from '../consent/suppression-value.ts'
import type { Asked, Check, Objection } from './check.ts'

/** A message's address and domain as the lists have them. */
export const addresseeOf = ({ sandboxId, address }: Pick<Asked, 'sandboxId' | 'address'>) => {
  const listed = listedAddress(address)
  return { sandboxId, address: listed, domain: domainOf(listed) }
}

const keyOf = (sandboxId: string, value: string): string => `${sandboxId} ${value}`

// A complaint may be put up with where the configuration says so, and only for what people need to get.
const putsUpWith = ({ version }: Asked, { reason }: Suppressed): boolean =>
  reason === 'Spam Complaint' &&
  version.properties.category === 'transactional' &&
  version.configuration?.sendToComplaints === true

const excluded = (reason: 'email_suppressed' | 'domain_suppressed'): Objection => ({
  kind: 'excluded',
  reason,
})

/** AJO 050102 (address) and 050105 (domain). */
export const suppressionCheck: Check = {
  name: 'suppression',
  load: async (db, asked) => {
    const found = await findSuppressed(db, asked.map(addresseeOf))
    const entries = new Map(found.map(entry => [keyOf(entry.sandboxId, entry.value), entry]))
    return one => {
      const { sandboxId, address, domain } = addresseeOf(one)
      const own = entries.get(keyOf(sandboxId, address))
      if (own !== undefined && !putsUpWith(one, own)) return excluded('email_suppressed')
      return entries.has(keyOf(sandboxId, domain)) ? excluded('domain_suppressed') : undefined
    }
  },
}
