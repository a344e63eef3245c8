/** Takes words out of texts and JSON, literally and in any case. Pure. */

/** What stands where a word was. */
export const REDACTED = '[erased]'

/** A regular expression, of JavaScript and of PostgreSQL, that finds any of the words; the longest comes first. */
export const patternOf = (words: readonly string[]): string =>
  [...words]
    .sort((a, b) => b.length - a.length)
    .map(word => word.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
    .join('|')

/** The JSON without what the pattern finds: in texts, in the names of members, in numbers that hold it. */
export const redactJson = (value: unknown, pattern: string): unknown => {
  const expression = new RegExp(pattern, 'gi')
  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') return one.replaceAll(expression, REDACTED)
    if (typeof one === 'number') return String(one).search(expression) === -1 ? one : REDACTED
    if (Array.isArray(one)) return one.map(walk)
    if (typeof one !== 'object' || one === null) return one
    // Defined as own members: one called `__proto__` is data like any other.
    return Object.fromEntries(
      Object.entries(one).map(([name, member]) => [name.replaceAll(expression, REDACTED), walk(member)]),
    )
  }
  return walk(value)
}
