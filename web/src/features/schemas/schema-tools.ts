/** What is wrong with a JSON Schema, and a first schema made from what content uses. The one place that knows how both are done. */
import { checkSchema, inferSchema, parseTemplate, type SchemaMistake, variables } from '@carillon/template'
import type { Json } from '../../api.ts'

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The mistakes of a schema of data; empty when it can be used. */
export const schemaMistakes = (schema: Json): readonly SchemaMistake[] => [
  ...(schema['type'] === 'object' ? [] : [{ pointer: '/type', message: 'must be "object"' }]),
  ...checkSchema(schema),
]

// A schema that is declared is closed, so that a path which is not in it is found.
const closed = (schema: Json): Json =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) => {
      if (keyword === 'additionalProperties') return []
      if (keyword === 'items' && isObject(value)) return [[keyword, closed(value)]]
      if (keyword !== 'properties' || !isObject(value)) return [[keyword, value]]
      const parts = Object.entries(value).map(([name, part]) => [name, isObject(part) ? closed(part) : part])
      return [[keyword, Object.fromEntries(parts)]]
    }),
  )

/** What is there stays as it is; what is missing is taken from the other. */
const withMissing = (schema: Json, other: Json): Json => {
  const [own, more] = [schema['properties'], other['properties']]
  const properties =
    isObject(more) && (own === undefined || isObject(own))
      ? { properties: { ...more, ...own, ...mergedParts(own ?? {}, more) } }
      : {}
  const [items, otherItems] = [schema['items'], other['items']]
  const list = isObject(items) && isObject(otherItems) ? { items: withMissing(items, otherItems) } : {}
  return { ...other, ...schema, ...properties, ...list }
}

const mergedParts = (own: Json, more: Json): Json =>
  Object.fromEntries(
    Object.entries(own).flatMap(([name, part]) => {
      const other = Object.hasOwn(more, name) ? more[name] : undefined
      return isObject(part) && isObject(other) ? [[name, withMissing(part, other)]] : []
    }),
  )

/** A schema of everything that the texts use of `context`, on top of the one that is there. */
export const contextSchemaOf = (texts: readonly string[], known: Json | null): Json => {
  const used = texts.flatMap(text => variables(parseTemplate(text).ast))
  const found: Json = { type: 'object', properties: {}, ...closed(inferSchema(used, 'context')) }
  return known === null ? found : withMissing(known, found)
}
