/** Profile attributes: how two trees become one. Pure. */

import { isTree, put, type Tree } from '../lib/tree.ts'

/** The value at a path of own members; undefined where a tree ends, arrays included. */
export const valueAt = (tree: unknown, ...path: readonly string[]): unknown => {
  let found = tree
  for (const name of path) {
    if (!isTree(found) || !Object.hasOwn(found, name)) return undefined
    found = found[name]
  }
  return found
}

/**
 * The tree `base` with `patch` laid over it (RFC 7396): objects merge member by member, null removes a member,
 * everything else, arrays included, replaces. Neither tree is changed.
 */
export const mergeAttributes = (base: Tree, patch: Tree): Record<string, unknown> => {
  const merged: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(base)) put(merged, name, value)
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else if (isTree(value))
      put(
        merged,
        name,
        mergeAttributes(Object.hasOwn(merged, name) && isTree(merged[name]) ? merged[name] : {}, value),
      )
    else put(merged, name, value)
  }
  return merged
}
