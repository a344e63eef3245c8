/** How deep JSON may be nested. Whatever walks a tree by recursion (hashing, storing, merging) is safe below this. */

/** Deepest nesting that is taken from outside. */
export const DEEPEST = 100

/** Whether a tree is nested deeper than `DEEPEST`; walks level by level, because recursion is what deep JSON exhausts. */
export const isTooDeep = (value: unknown): boolean => {
  let level: unknown[] = [value]
  for (let depth = 0; depth <= DEEPEST; depth++) {
    level = level.flatMap(one => (typeof one === 'object' && one !== null ? Object.values(one) : []))
    if (level.length === 0) return false
  }
  return true
}
