/** Steps from a value to a part of it. All reading of data goes through here and `ownProperty`. */
import { accountFor, checkLength, type Run, spend } from './run.ts'
import { isDateTime, isList, isObject, ownProperty, toValue, type Value } from './values.ts'

const DIGITS = /^[0-9]+$/

/** One step, prepared at compile time. */
export interface Step {
  readonly key: string
  /** The index when the key is all digits, else -1. */
  readonly index: number
  readonly offset: number
}

/** Prepares the step to `key`. */
export const createStep = (key: string, offset: number): Step => ({
  key,
  index: DIGITS.test(key) ? Number(key) : -1,
  offset,
})

/** The part of a value: an own property, or of a list what `projectList` says. Everything else has no parts. */
export const readMember = (run: Run, value: Value, step: Step): Value => {
  if (typeof value !== 'object' || value === null) return null
  if (isList(value)) return readOfList(run, value, step)
  return isDateTime(value) ? null : ownProperty(value, step.key)
}

/** `list.0` is an element and `list.length` the number of them (as in Handlebars); any other name projects. */
const readOfList = (run: Run, list: readonly Value[], step: Step): Value => {
  if (step.index >= 0) return toValue(list[step.index])
  if (step.key === 'length') return list.length
  const found: Value[] = []
  projectList(run, list, { step, found })
  return accountFor(run, found, step.offset)
}

/** Collects the property of every element; lists within are flattened, a missing property counts as null. */
const projectList = (
  run: Run,
  list: readonly Value[],
  into: { readonly step: Step; readonly found: Value[] },
): void => {
  const { step, found } = into
  spend(run, list.length, step.offset)
  for (const element of list) {
    if (typeof element === 'object' && element !== null && isList(element)) {
      projectList(run, element, into)
      continue
    }
    const part = isObject(element) ? ownProperty(element, step.key) : null
    if (isList(part)) {
      spend(run, part.length, step.offset)
      for (const inner of part) found.push(toValue(inner))
    } else found.push(part)
    checkLength(run, found.length, step.offset)
  }
}

/** `value[index]`: an element of a list by number, a property of an object by text or number. */
export const readIndex = (value: Value, index: Value): Value => {
  if (typeof value !== 'object' || value === null || isDateTime(value)) return null
  if (isList(value)) return typeof index === 'number' ? toValue(value[index]) : null
  return typeof index === 'string' || typeof index === 'number' ? ownProperty(value, String(index)) : null
}
