/** Namespaces: the standard ones, and the order of a person's identities. Pure. */
import type { Identity, Namespace } from '@carillon/contract'

/** A namespace by itself, whoever has it. */
export type NamespaceFacts = Omit<Namespace, 'inUse'>
/** What a sandbox says of one. */
export type WrittenNamespace = Pick<Namespace, 'code' | 'name' | 'priority'>

const standard = (code: string, name: string, priority: number): NamespaceFacts => ({
  ...{ code, name, priority },
  ...{ standard: true, written: false },
})

/** The standard namespaces of AJO with our priorities: what people know each other by comes first, devices last. */
export const STANDARD_NAMESPACES: readonly NamespaceFacts[] = [
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
export const allNamespaces = (written: readonly WrittenNamespace[]): NamespaceFacts[] => {
  const byCode = new Map(STANDARD_NAMESPACES.map(one => [one.code, one]))
  for (const one of written) byCode.set(one.code, { ...one, standard: byCode.has(one.code), written: true })
  return [...byCode.values()].sort((a, b) => a.priority - b.priority || (a.code < b.code ? -1 : 1))
}

/** The priority of the namespace that comes first among some identities. */
export const rankOf = (identities: readonly Identity[], namespaces: readonly NamespaceFacts[]): number => {
  const priorities = new Map(namespaces.map(one => [one.code, one.priority]))
  return Math.min(
    UNKNOWN_PRIORITY,
    ...identities.map(one => priorities.get(one.namespace) ?? UNKNOWN_PRIORITY),
  )
}

/** Identities by the priority of their namespaces, then by value: the first one names the person. */
export const inOrder = (
  identities: readonly Identity[],
  namespaces: readonly NamespaceFacts[],
): Identity[] => {
  const priorities = new Map(namespaces.map(one => [one.code, one.priority]))
  const rank = (one: Identity): number => priorities.get(one.namespace) ?? UNKNOWN_PRIORITY
  return [...identities].sort((a, b) => rank(a) - rank(b) || (a.value < b.value ? -1 : 1))
}

/** One that is in use without anybody having named it. */
export const unnamed = (code: string): Namespace => ({
  ...{ code, name: code, priority: UNKNOWN_PRIORITY },
  ...{ standard: false, written: false, inUse: true },
})

/** The namespaces in a new order, with priorities that follow it; undefined when the codes are not all of them, each once. */
export const reordered = (
  known: readonly NamespaceFacts[],
  codes: readonly string[],
): WrittenNamespace[] | undefined => {
  const names = new Map(known.map(one => [one.code, one.name]))
  const isWhole = codes.length === names.size && new Set(codes).size === codes.length
  if (!isWhole || !codes.every(code => names.has(code))) return undefined
  const step = Math.min(100, Math.floor(UNKNOWN_PRIORITY / (codes.length + 1)))
  return codes.map((code, index) => ({ code, name: names.get(code) ?? code, priority: (index + 1) * step }))
}
