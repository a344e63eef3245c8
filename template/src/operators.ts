/**
 * What the operators of PQL compute. Types are strict as in PQL: "5" is not 5, and text is turned into a number only
 * by `stringToNumber`. An operation without a meaning gives null, which prints blank. Knows no syntax.
 */
import type { BinaryOperator } from './ast.ts'
import { isDateTime, isList, type Value } from './values.ts'

export type Comparison = Extract<BinaryOperator, '=' | '!=' | '>' | '>=' | '<' | '<='>
export type Arithmetic = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%'>

const sameScalar = (left: Value, right: Value): boolean => {
  if (isDateTime(left)) return isDateTime(right) && left.compareTo(right) === 0
  return left === right && typeof left !== 'object'
}

/**
 * `=`: null equals only null; a list equals a scalar when any element does (the cart sample of AJO), and another
 * list when the elements are equal one by one. Objects equal nothing.
 */
export const equals = (left: Value, right: Value): boolean => {
  if (left === null || right === null) return left === right
  if (isList(left)) return isList(right) ? sameLists(left, right) : left.some(item => sameScalar(item, right))
  return isList(right) ? right.some(item => sameScalar(item, left)) : sameScalar(left, right)
}

const sameLists = (left: readonly Value[], right: readonly Value[]): boolean =>
  left.length === right.length &&
  left.every(
    (item, index) => sameScalar(item, right[index] ?? null) || (item === null && right[index] === null),
  )

const isOrdered = (left: Value, right: Value): boolean =>
  (typeof left === 'number' && typeof right === 'number') ||
  (typeof left === 'string' && typeof right === 'string')

type Order = (left: number | string, right: number | string) => boolean

/** Numbers with numbers, texts with texts, dates with dates; anything else, null too, is false. Of a list, any element may fit. */
const ordered = (order: Order) => {
  const fits = (left: Value, right: Value): boolean => {
    if (isDateTime(left)) return isDateTime(right) && order(left.compareTo(right), 0)
    return isOrdered(left, right) && order(left as number, right as number)
  }
  return (left: Value, right: Value): boolean => {
    if (isList(left)) return left.some(item => fits(item, right))
    return isList(right) ? right.some(item => fits(left, item)) : fits(left, right)
  }
}

/** `!=` is exactly the opposite of `=`, so `missing != "x"` is true. */
export const COMPARISONS: Readonly<Record<Comparison, (left: Value, right: Value) => boolean>> = {
  '=': equals,
  '!=': (left, right) => !equals(left, right),
  '>': ordered((left, right) => left > right),
  '>=': ordered((left, right) => left >= right),
  '<': ordered((left, right) => left < right),
  '<=': ordered((left, right) => left <= right),
}

type Compute = (left: number, right: number) => number

const onNumbers =
  (compute: Compute) =>
  (left: Value, right: Value): Value => {
    if (typeof left !== 'number' || typeof right !== 'number') return null
    const result = compute(left, right)
    return Number.isFinite(result) ? result : null
  }

/** On doubles; null where a side is no number, and for a division by zero. */
export const ARITHMETIC: Readonly<Record<Arithmetic, (left: Value, right: Value) => Value>> = {
  '+': onNumbers((left, right) => left + right),
  '-': onNumbers((left, right) => left - right),
  '*': onNumbers((left, right) => left * right),
  '/': onNumbers((left, right) => left / right),
  '%': onNumbers((left, right) => left % right),
}
