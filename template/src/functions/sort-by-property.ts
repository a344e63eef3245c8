/** The order of list elements by a property of theirs, for `topN` and `bottomN`. */
import { createStep, readMember } from '../members.ts'
import { type Run, spend } from '../run.ts'
import { isDateTime, isList, type Value } from '../values.ts'

const keysFrom = (value: Value): readonly string[] =>
  isList(value) ? value.filter((key): key is string => typeof key === 'string') : []

// Values of different types never compare; a type at a time keeps the order a total one.
const rankOf = (value: Value): number => {
  if (typeof value === 'number') return 0
  if (isDateTime(value)) return 1
  if (typeof value === 'string') return 2
  return typeof value === 'boolean' ? 3 : 4
}

/** Negative, zero or positive; values of different types are equal. */
const compare = (left: Value, right: Value): number => {
  if (isDateTime(left)) return isDateTime(right) ? left.compareTo(right) : 0
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : left > right ? 1 : 0
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  return Number(left) - Number(right)
}

interface Sorting {
  readonly run: Run
  readonly offset: number
  /** The keys that lead to the property. */
  readonly path: Value
  readonly sign: 1 | -1
}

/**
 * The elements in the order of their property: numbers, then dates, then texts, then booleans, each upwards (`sign`
 * 1) or downwards; elements without the property stand last. Equal ones stay in the order of the list.
 */
export const sortByProperty = (list: readonly Value[], sorting: Sorting): readonly Value[] => {
  const { run, offset, path, sign } = sorting
  const steps = keysFrom(path).map(key => createStep(key, offset))
  spend(run, list.length * (steps.length + Math.ceil(Math.log2(list.length + 1))), offset)
  const keyed = list.map(element => {
    const value = steps.reduce((at, step) => readMember(run, at, step), element)
    return { element, value, rank: rankOf(value) }
  })
  keyed.sort((a, b) => {
    if (a.rank !== b.rank) return a.rank - b.rank
    return a.rank === 4 ? 0 : sign * compare(a.value, b.value)
  })
  return keyed.map(({ element }) => element)
}
