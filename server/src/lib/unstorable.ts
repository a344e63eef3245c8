/** Finds the text that PostgreSQL cannot keep: U+0000 anywhere, half a surrogate pair in jsonb. */

const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** A member name as one segment of a JSON pointer (RFC 6901 §3). */
export const escapeSegment = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** The JSON pointers (RFC 6901) of all strings and member names that cannot be stored; the root is "". */
export const unstorablePointers = (value: unknown, pointer = ''): string[] => {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? [pointer] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const at = `${pointer}/${escapeSegment(name)}`
    return [...(UNSTORABLE.test(name) ? [at] : []), ...unstorablePointers(member, at)]
  })
}
