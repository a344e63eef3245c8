/** Which fragments a text names by a literal id. Pure. */

interface Named {
  readonly id: string
  readonly key: string
}

const REFERENCE = /\{\{~?\s*fragment\s[^}]*?\bid\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** What a reference names: an id or a key, without `ajo:` and without a variant. */
const nameOf = (reference: string): string =>
  (reference.trim().replace(/^ajo:/i, '').split('/')[0] ?? '').trim()

/** The fragment that a reference names. */
export const fragmentNamed = <T extends Named>(reference: string, fragments: readonly T[]): T | undefined => {
  const name = nameOf(reference)
  return fragments.find(({ id, key }) => key === name || id === name.toLowerCase())
}

/** The fragments of the list that the texts name, each once. An id that data decides names none. */
export const namedFragments = <T extends Named>(
  texts: readonly string[],
  fragments: readonly T[],
): readonly T[] => {
  const references = texts.flatMap(text =>
    [...text.matchAll(REFERENCE)].map(found => found[1] ?? found[2] ?? ''),
  )
  const named = references.map(reference => fragmentNamed(reference, fragments))
  return [...new Set(named.filter(one => one !== undefined))]
}
