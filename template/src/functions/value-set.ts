/** Which values of lists count as the same: equal scalars, dates of the same instant, the same object. */
import { isDateTime, type Value } from '../values.ts'

/** True when a list holds only one of the two. */
export const isSameItem = (left: Value, right: Value): boolean =>
  isDateTime(left) ? isDateTime(right) && left.compareTo(right) === 0 : left === right

/** A set of values by that rule, in order of addition. */
export interface ValueSet {
  readonly items: readonly Value[]
  /** Adds what it does not hold. */
  add(value: Value): void
  has(value: Value): boolean
}

/** Makes a set of the items of a list; what is missing counts as null. */
export const createValueSet = (list: readonly Value[]): ValueSet => {
  const items: Value[] = []
  const plain = new Set<Value>()
  const instants = new Set<string>()
  const has = (value: Value): boolean =>
    isDateTime(value) ? instants.has(`${value.epochSecond}.${value.nano}`) : plain.has(value)
  const add = (value: Value): void => {
    if (has(value)) return
    items.push(value)
    if (isDateTime(value)) instants.add(`${value.epochSecond}.${value.nano}`)
    else plain.add(value)
  }
  for (const item of list) add(item ?? null)
  return { items, add, has }
}
