/** The values a template computes with, and the one place that reads properties of data. Knows no syntax. */

import { DateTime } from './time/date-time.ts'

/** JSON data, and what the date functions make; `undefined` never occurs, what is missing is null. */
export type Value = string | number | boolean | null | DateTime | readonly Value[] | ValueObject
/** A JSON object. Its properties are read with `ownProperty` only. */
export interface ValueObject {
  readonly [key: string]: Value
}

/** True for arrays (the type guard that keeps `readonly`). */
export const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

/** True for what the date functions make. */
export const isDateTime = (value: Value): value is DateTime => value instanceof DateTime

/** True for objects of the data: neither null nor arrays nor dates. */
export const isObject = (value: Value): value is ValueObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof DateTime)

const hasOwn = Object.prototype.hasOwnProperty

/**
 * Reads an own data property, else null. This is the security boundary: nothing inherited, no function, no
 * `__proto__` and no symbol is ever reached, whatever name a template or a payload asks for.
 */
export const ownProperty = (object: object, key: string): Value => {
  if (!hasOwn.call(object, key) || key === '__proto__') return null
  return toValue((object as Record<string, unknown>)[key])
}

/** Takes what JSON knows, makes everything else (functions, symbols, bigints, undefined, NaN) null. */
export const toValue = (raw: unknown): Value => {
  switch (typeof raw) {
    case 'string':
    case 'boolean':
      return raw
    case 'number':
      return Number.isFinite(raw) ? raw : null
    case 'object':
      return raw as Value
    default:
      return null
  }
}

/** Null, the empty string, the empty list and the empty object: what `?:` replaces. Zero and false are not empty. */
export const isEmptyValue = (value: Value): boolean => {
  if (value === null || value === '') return true
  if (typeof value !== 'object') return false
  if (isList(value)) return value.length === 0
  if (isDateTime(value)) return false
  for (const _ in value) return false
  return true
}

/** The truth test of `if`, as in Handlebars: false, null, "", 0 and the empty list are false. */
export const isTruthy = (value: Value): boolean =>
  typeof value === 'object' ? value !== null && !(isList(value) && value.length === 0) : Boolean(value)

const scalarText = (value: Value): string => {
  if (typeof value === 'string') return value
  // An allow list: an element of a list of data may be anything, a host function too.
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return isDateTime(value) ? value.toString() : ''
}

/**
 * How a value prints: null blank, numbers in JavaScript's shortest form, a list as its scalars with commas between
 * (as Handlebars does), an object blank, because "[object Object]" helps nobody. Never recursive, so always linear.
 */
export const toText = (value: Value): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (value !== null && typeof value === 'object' && isList(value)) return value.map(scalarText).join(',')
  return scalarText(value)
}
