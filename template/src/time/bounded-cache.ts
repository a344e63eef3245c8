/** A small memory for what is dear to make and often wanted again: patterns, formatters. Knows nothing of what it holds. */

/** Makes each value once, as long as it is remembered. */
export interface BoundedCache<Value> {
  /** The value of the key; made, and remembered, where it is not there. */
  get(key: string, make: () => Value): Value
}

// A key this long was hardly typed by an author: it comes from data, and would not come again.
const LONGEST_KEY = 200

/** A cache of at most `size` values; the one that was made first goes first. */
export const createBoundedCache = <Value>(size: number): BoundedCache<Value> => {
  const values = new Map<string, { readonly value: Value }>()
  const remember = (key: string, value: Value): Value => {
    const oldest = values.size >= size ? values.keys().next().value : undefined
    if (oldest !== undefined) values.delete(oldest)
    values.set(key, { value })
    return value
  }
  return {
    get: (key, make) => {
      if (key.length > LONGEST_KEY) return make()
      const found = values.get(key)
      return found === undefined ? remember(key, make()) : found.value
    },
  }
}
