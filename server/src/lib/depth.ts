/** How deep JSON may be nested. Whatever walks a tree by recursion (hashing, storing, merging) is safe below this. */

/** Deepest nesting that is taken from outside. */
export const DEEPEST = 100

// Goes down no further than asked, so that deep JSON cannot exhaust the stack.
const isDeeper = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return Object.keys(value).length > 0
  if (Array.isArray(value)) return value.some(item => isDeeper(item, levels - 1))
  for (const name in value)
    if (isDeeper((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return true
  return false
}

/** Whether a tree of plain JSON is nested deeper than `DEEPEST`. */
export const isTooDeep = (value: unknown): boolean => isDeeper(value, DEEPEST)
