/** The functions on lists, their sums, and on objects used as maps. */
import { isList, isObject, ownProperty, type Value } from '../values.ts'
import { argument, type FunctionSpec, type FunctionTable } from './legacy.ts'

/** A list argument; null is the empty list and a scalar a list of one. */
const listOf = (args: readonly Value[], position: number): readonly Value[] => {
  const value = argument(args, position)
  if (value === null) return []
  return isList(value) ? value : [value]
}

const isPresent = (value: Value): boolean => value !== null && value !== undefined

const onList = (signature: string, compute: (list: readonly Value[]) => Value): FunctionSpec => ({
  signature,
  min: 1,
  max: 1,
  lists: [0],
  call: args => compute(listOf(args, 0)),
})

/** Over the numbers of a list, what else is in it is passed over; null where there is none. */
const onNumbers = (compute: (numbers: readonly number[]) => number): FunctionSpec => ({
  ...onList('(list of number) number', list => {
    const numbers = list.filter((item): item is number => typeof item === 'number')
    return numbers.length === 0 ? null : compute(numbers)
  }),
  numbers: [0],
})

const total = (numbers: readonly number[]): number => numbers.reduce((sum, next) => sum + next, 0)

const includes = (list: readonly Value[], value: Value): boolean => value !== null && list.includes(value)

const onTwoLists = (
  test: (left: ReadonlySet<Value>, right: ReadonlySet<Value>) => boolean,
): FunctionSpec => ({
  signature: '(list, list) boolean',
  min: 2,
  max: 2,
  lists: [0, 1],
  call: args => test(new Set(listOf(args, 0)), new Set(listOf(args, 1))),
})

const isWithin = (part: ReadonlySet<Value>, all: ReadonlySet<Value>): boolean => {
  for (const item of part) if (!all.has(item)) return false
  return true
}

const share = (left: ReadonlySet<Value>, right: ReadonlySet<Value>): boolean => {
  for (const item of left) if (right.has(item)) return true
  return false
}

const getMember = (args: readonly Value[]): Value => {
  const map = argument(args, 0)
  const key = argument(args, 1)
  return isObject(map) && (typeof key === 'string' || typeof key === 'number')
    ? ownProperty(map, String(key))
    : null
}

const keysOf = (value: Value): readonly string[] =>
  isObject(value) ? Object.keys(value).filter(key => key !== '__proto__') : []

const valuesOf = (value: Value): readonly Value[] =>
  isObject(value) ? keysOf(value).map(key => ownProperty(value, key)) : []

const onMap = (compute: (map: Value) => Value): FunctionSpec => ({
  signature: '(map) list',
  min: 1,
  max: 1,
  call: args => compute(argument(args, 0)),
})

/** The list and map functions by name. */
export const LIST_FUNCTIONS: FunctionTable = {
  count: onList('(list) number', list => list.filter(isPresent).length),
  countOnlyNull: onList('(list) number', list => list.filter(item => !isPresent(item)).length),
  countWithNull: onList('(list) number', list => list.length),
  distinct: onList('(list) list', list => [...new Set(list)]),
  distinctCountWithNull: onList('(list) number', list => new Set(list).size),
  head: { ...onList('(list) item', list => list[0] ?? null), yields: 'element' },
  // Of nothing the sum is 0, so that a running total prints; the least and the greatest of nothing are blank.
  sum: { ...onNumbers(total), call: args => total(listOf(args, 0).filter(item => typeof item === 'number')) },
  average: onNumbers(numbers => total(numbers) / numbers.length),
  min: onNumbers(numbers => numbers.reduce((least, next) => Math.min(least, next))),
  max: onNumbers(numbers => numbers.reduce((greatest, next) => Math.max(greatest, next))),
  in: {
    signature: '(value, list) boolean',
    min: 2,
    max: 2,
    lists: [1],
    call: args => includes(listOf(args, 1), argument(args, 0)),
  },
  notIn: {
    signature: '(value, list) boolean',
    min: 2,
    max: 2,
    lists: [1],
    // False when either side is null, as AJO documents: it is not the opposite of `in`.
    call: args => {
      const [value, list] = [argument(args, 0), argument(args, 1)]
      return value !== null && list !== null && !includes(listOf(args, 1), value)
    },
  },
  includes: {
    signature: '(list, item) boolean',
    min: 2,
    max: 2,
    lists: [0],
    call: args => includes(listOf(args, 0), argument(args, 1)),
  },
  intersects: onTwoLists(share),
  subsetOf: onTwoLists(isWithin),
  supersetOf: onTwoLists((left, right) => isWithin(right, left)),
  get: { signature: '(map, key) value', min: 2, max: 2, yields: 'member', call: getMember },
  keys: onMap(keysOf),
  values: onMap(valuesOf),
}
