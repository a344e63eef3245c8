/** What a person is called, as far as the profile says. Pure. */
import type { Profile } from '@carillon/contract'

const at = (tree: unknown, ...path: readonly string[]): unknown => {
  let found = tree
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Readonly<Record<string, unknown>>)[name]
  }
  return found
}

/** First and last name; empty when the profile has neither. */
export const nameOf = (attributes: Readonly<Record<string, unknown>>): string =>
  ['firstName', 'lastName']
    .map(part => at(attributes, 'person', 'name', part))
    .filter(part => typeof part === 'string')
    .join(' ')

/** Name and first identity, to tell people apart in a list. */
export const labelOf = (person: Profile): string =>
  [nameOf(person.attributes), person.identities[0]?.value ?? person.id].filter(Boolean).join(' · ')
