/** What the checker knows of a value before it is there. Knows neither schemas nor expressions. */
import { isTruthy } from '../values.ts'

/**
 * The type of a value. Every value may also be missing (null), so a type says what it is where it is there. `value`
 * is set where the template itself says which one it is.
 */
export type Type = Described &
  (AnyType | NullType | TextType | NumberType | BooleanType | DateType | ListType | ObjectType)

interface Described {
  /** What a schema says about it, for a person. */
  readonly description?: string
}

/** Nothing is known, so nothing is wrong. */
export interface AnyType {
  readonly kind: 'any'
}

/** The literal null. */
export interface NullType {
  readonly kind: 'null'
}

export interface TextType {
  readonly kind: 'text'
  /** True where the text is written as a date. */
  readonly dateLike: boolean
  /** True where every character was written by the author of the template. */
  readonly authored: boolean
  readonly value?: string
  /** The only values it can have. */
  readonly values?: readonly string[]
}

export interface NumberType {
  readonly kind: 'number'
  readonly value?: number
}

export interface BooleanType {
  readonly kind: 'boolean'
  readonly value?: boolean
}

/** A date-time, as the date functions make it. */
export interface DateType {
  readonly kind: 'date'
}

export interface ListType {
  readonly kind: 'list'
  readonly item: Type
  /** Known for a list that is written out. */
  readonly length?: number
}

export interface ObjectType {
  readonly kind: 'object'
  readonly shape: Shape
}

/** The properties of an object, read one at a time, because a schema may be endless. */
export interface Shape {
  /** The type of a declared property. */
  member(name: string): Type | undefined
  /** The declared names, at most a few thousand. */
  names(): readonly string[]
  /** The type of every other property; null where there are no others. */
  rest(): Type | null
}

export const ANY: AnyType = { kind: 'any' }
export const NULL: NullType = { kind: 'null' }
export const TEXT: TextType = { kind: 'text', dateLike: false, authored: false }
export const NUMBER: NumberType = { kind: 'number' }
export const BOOLEAN: BooleanType = { kind: 'boolean' }
export const DATE: DateType = { kind: 'date' }

/** A list of items of one type. */
export const listOf = (item: Type): ListType => ({ kind: 'list', item })

/** The type of a literal; a text that starts like an ISO date counts as one. */
export const typeOfLiteral = (value: string | number | boolean | null): Type => {
  if (value === null) return NULL
  if (typeof value === 'number') return { kind: 'number', value }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  return { kind: 'text', dateLike: /^\d{4}-\d{2}-\d{2}/.test(value), authored: true, value }
}

/** The literal that a type stands for, null for the literal null, undefined where it is not known. */
export const literalOf = (type: Type): string | number | boolean | null | undefined => {
  switch (type.kind) {
    case 'null':
      return null
    case 'text':
    case 'number':
    case 'boolean':
      return type.value
    default:
      return undefined
  }
}

/** Whether `if` takes it for true, where that is certain. */
export const truthOf = (type: Type): boolean | null => {
  if (type.kind === 'list') return type.length === undefined ? null : type.length > 0
  const literal = literalOf(type)
  return literal === undefined ? null : isTruthy(literal)
}

/** The type without what is only true of one literal. */
export const widen = (type: Type): Type => {
  switch (type.kind) {
    case 'null':
      return ANY
    case 'text':
      return { kind: 'text', dateLike: type.dateLike, authored: type.authored }
    case 'number':
      return NUMBER
    case 'boolean':
      return BOOLEAN
    case 'list':
      return type.length === undefined ? type : listOf(type.item)
    default:
      return type
  }
}

/** What is certain of a value that is of one of two types. */
export const unify = (left: Type, right: Type): Type => {
  if (left === right) return left
  if (left.kind === 'null') return right.kind === 'null' ? NULL : widen(right)
  if (right.kind === 'null') return widen(left)
  if (left.kind === 'text' && right.kind === 'text') {
    const authored = left.authored && right.authored
    return { kind: 'text', dateLike: left.dateLike && right.dateLike, authored }
  }
  if (left.kind === 'list' && right.kind === 'list') {
    if (left.length === 0) return widen(right)
    return right.length === 0 ? widen(left) : listOf(unifyItems(left.item, right.item))
  }
  if (left.kind !== right.kind) return ANY
  return left.kind === 'object' ? ANY : widen(left)
}

// The items of two lists within lists are not compared: a schema may nest lists without end.
const unifyItems = (left: Type, right: Type): Type => {
  if (left === right) return left
  return left.kind === 'list' || right.kind === 'list' ? ANY : unify(left, right)
}

/** The type of an element, for a list; of anything else itself. */
export const elementOf = (type: Type): Type => (type.kind === 'list' ? type.item : type)

const WORDS: Readonly<Record<Type['kind'], string>> = {
  any: 'any value',
  null: 'null',
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date',
  list: 'a list',
  object: 'an object',
}

/** The type as it stands in a sentence. */
export const inWords = (type: Type): string => {
  if (type.kind !== 'list') return WORDS[type.kind]
  switch (type.item.kind) {
    case 'text':
      return 'a list of texts'
    case 'number':
      return 'a list of numbers'
    case 'object':
      return 'a list of objects'
    default:
      return 'a list'
  }
}
