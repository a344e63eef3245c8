/**
 * What a person chose, as the profile says it (XDM: `consents.marketing`, `consents.idSpecific`). Only a refusal blocks:
 * no value is consent (delivery-and-governance: consent). Pure.
 */

/** Values of a choice. `n` and `dn` (no by default) refuse; all others, and none at all, do not. */
export const CHOICES = ['y', 'n', 'p', 'u', 'dy', 'dn', 'LI', 'CT', 'CP', 'VI', 'PI'] as const
/** A choice of a person. */
export type Choice = (typeof CHOICES)[number]

/** One address of record of a person, and the channel it is used for. */
export interface ChoiceOf {
  readonly channel: 'email' | 'sms' | 'push'
  readonly namespace: string
  readonly value: string
}

const REFUSALS: readonly unknown[] = ['n', 'dn'] satisfies Choice[]

const at = (tree: unknown, ...path: readonly string[]): unknown => {
  let found = tree
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found
}

// Namespaces compare without case, so the tree may name them otherwise than the ledger.
const ofNamespace = (tree: unknown, namespace: string): unknown => {
  if (typeof tree !== 'object' || tree === null) return undefined
  return Object.entries(tree).find(([name]) => name.toLowerCase() === namespace.toLowerCase())?.[1]
}

/**
 * Whether the person refuses marketing on this channel: at all (`consents.marketing.any`), on the channel
 * (`consents.marketing.email.val`), or at this very address (`consents.idSpecific.<namespace>.<value>.marketing…`).
 */
export const refusesMarketing = (attributes: unknown, of: ChoiceOf): boolean => {
  const all = at(attributes, 'consents')
  const own = at(ofNamespace(at(all, 'idSpecific'), of.namespace), of.value)
  return [at(all, 'marketing'), at(own, 'marketing')].some(
    marketing =>
      REFUSALS.includes(at(marketing, 'any', 'val')) || REFUSALS.includes(at(marketing, of.channel, 'val')),
  )
}
