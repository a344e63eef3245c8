/** Namespaces: the standard ones, and the order of a person's identities. Pure. */
import type { Identity, Namespace } from '@carillon/contract'

const standard = (code: string, name: string, priority: number): Namespace => ({
  code,
  name,
  priority,
  standard: true,
})

/** The standard namespaces of AJO with our priorities: what people know each other by comes first, devices last. */
export const STANDARD_NAMESPACES: readonly Namespace[] = [
  standard('email', 'Email', 100),
  standard('phone', 'Phone', 200),
  standard('core', 'Adobe Audience Manager (CORE)', 300),
  standard('ecid', 'Experience Cloud ID (ECID)', 400),
  standard('tntid', 'Adobe Target (TNTID)', 500),
  standard('adcloud', 'Advertising Cloud (AdCloud)', 600),
  standard('waid', 'Windows AID (WAID)', 700),
  standard('gaid', 'Google Ad ID (GAID)', 800),
  standard('idfa', 'Apple ID for Advertisers (IDFA)', 900),
]

/** The place of a namespace to which nobody gave a priority. */
const UNKNOWN_PRIORITY = 10_000

/** The standard namespaces with what a sandbox changed or added, by priority. */
export const allNamespaces = (written: readonly Omit<Namespace, 'standard'>[]): Namespace[] => {
  const byCode = new Map(STANDARD_NAMESPACES.map(one => [one.code, one]))
  for (const one of written) byCode.set(one.code, { ...one, standard: byCode.has(one.code) })
  return [...byCode.values()].sort((a, b) => a.priority - b.priority || (a.code < b.code ? -1 : 1))
}

/** Identities by the priority of their namespaces, then by value: the first one names the person. */
export const inOrder = (identities: readonly Identity[], namespaces: readonly Namespace[]): Identity[] => {
  const priorities = new Map(namespaces.map(one => [one.code, one.priority]))
  const rank = (one: Identity): number => priorities.get(one.namespace) ?? UNKNOWN_PRIORITY
  return [...identities].sort((a, b) => rank(a) - rank(b) || (a.value < b.value ? -1 : 1))
}
