/** Schema parts that several resources share. */
import { type Static, type TSchema, Type } from 'typebox'

/** An object that refuses members it does not name: the rule on native routes. */
export const closed = <T extends Record<string, TSchema>>(members: T) =>
  Type.Object(members, { additionalProperties: false })

/** A value or null. */
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** A fixed choice of strings, as JSON Schema `enum`. */
export const choice = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] })

/** A rule of JSON Schema: where `when` fits, `shape` has to. */
const whenever = (when: object, shape: object): object => ({
  if: when,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: shape,
})
const tagged = (tag: string, value: string): object => ({
  properties: { [tag]: { const: value } },
  required: [tag],
})

/** One of several shapes, told apart by `kind`: only the shape that is meant is held against a value, so pointers are exact. */
export const byKind = <T extends Record<string, TSchema>>(kinds: T) =>
  Type.Unsafe<Static<T[keyof T]>>({
    type: 'object',
    required: ['kind'],
    properties: { kind: { type: 'string', enum: Object.keys(kinds) } },
    allOf: Object.entries(kinds).map(([kind, shape]) => whenever(tagged('kind', kind), shape)),
  })

/**
 * One of several shapes, told apart by `channel`, in the same way. Where it is left out, the shape of `fallback` is meant;
 * without a fallback nothing is held against the value then.
 */
export const byChannel = <T extends Record<string, TSchema>>(shapes: T, fallback?: keyof T & string) =>
  Type.Unsafe<Static<T[keyof T]>>({
    type: 'object',
    properties: { channel: { type: 'string', enum: Object.keys(shapes) } },
    allOf: [
      ...Object.entries(shapes).map(([channel, shape]) => whenever(tagged('channel', channel), shape)),
      ...(fallback === undefined
        ? []
        : [whenever({ not: { required: ['channel'] } }, shapes[fallback] ?? {})]),
    ],
  })

/** An id made by Carillon. */
export const Id = Type.String({ format: 'uuid' })
/** An instant, RFC 3339. */
export const Instant = Type.String({ format: 'date-time' })
/** Any JSON object: profile attributes and context take every member. */
export const JsonObject = Type.Record(Type.String(), Type.Unknown())
/** `{ id }` in a path. */
export const IdParams = closed({ id: Type.String() })
/** What every list takes. */
export const listQuery = <T extends Record<string, TSchema>>(filters: T) =>
  closed({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    cursor: Type.Optional(Type.String()),
    ...filters,
  })
/** What every list answers. `next` goes into `cursor` for the following page; null at the end. */
export const listOf = <T extends TSchema>(item: T) =>
  closed({ items: Type.Array(item), next: nullable(Type.String()) })

/** RFC 9457 problem, the answer of every refused native call. */
export const ProblemBody = Type.Object({
  type: Type.String(),
  code: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  instance: Type.String(),
  errors: Type.Array(closed({ pointer: Type.String(), message: Type.String() })),
})
