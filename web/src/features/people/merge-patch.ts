/** The change that turns one JSON object into another, as a merge patch (RFC 7396). Pure. */
import type { Json } from '../../api.ts'

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** What has to be said so that `before` becomes `after`: null for what is gone, nothing for what stays. */
export const mergePatch = (before: Json, after: Json): Json => {
  const gone = Object.keys(before).filter(name => !Object.hasOwn(after, name))
  const said = Object.entries(after).flatMap(([name, value]): [string, unknown][] => {
    const was = Object.hasOwn(before, name) ? before[name] : undefined
    if (isObject(was) && isObject(value)) {
      const inner = mergePatch(was, value)
      return Object.keys(inner).length === 0 ? [] : [[name, inner]]
    }
    return isSame(was, value) ? [] : [[name, value]]
  })
  return Object.fromEntries([...gone.map((name): [string, unknown] => [name, null]), ...said])
}
