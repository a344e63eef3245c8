/** What is wrong with a JSON Schema, and a first schema made from what content uses. The one place that knows how both are done. */
import { parseTemplate, type TemplateVariable, variables } from '@carillon/template'
import type { Json } from '../../api.ts'

/** One mistake in a schema. */
export interface SchemaMistake {
  readonly pointer: string
  readonly message: string
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const inspect = (schema: unknown, pointer: string): readonly SchemaMistake[] => {
  if (typeof schema === 'boolean') return []
  if (!isObject(schema)) return [{ pointer, message: 'A schema is an object' }]
  const { properties, items } = schema
  const parts = isObject(properties)
    ? Object.entries(properties).flatMap(([name, part]) => inspect(part, `${pointer}/properties/${name}`))
    : properties === undefined
      ? []
      : [{ pointer: `${pointer}/properties`, message: 'must be an object' }]
  return [...parts, ...(items === undefined ? [] : inspect(items, `${pointer}/items`))]
}

/** The mistakes of a schema of data; empty when it can be used. */
export const schemaMistakes = (schema: Json): readonly SchemaMistake[] => [
  ...(schema['type'] === 'object' ? [] : [{ pointer: '/type', message: 'must be "object"' }]),
  ...inspect(schema, ''),
]

interface Branch {
  readonly parts: Map<string, Branch>
  element: Branch | null
  type: string | null
}

const TYPES: Readonly<Record<TemplateVariable['type'], string>> = {
  text: 'string',
  number: 'number',
  boolean: 'boolean',
}

const createBranch = (): Branch => ({ parts: new Map(), element: null, type: null })

const plant = (top: Branch, { steps, type, usage }: TemplateVariable): void => {
  let at = top
  for (const step of steps) {
    const next: Branch = (step === null ? at.element : at.parts.get(step)) ?? createBranch()
    if (step === null) at.element = next
    else at.parts.set(step, next)
    at = next
  }
  if (usage === 'list') at.element ??= createBranch()
  else at.type = TYPES[type]
}

const toSchema = ({ parts, element, type }: Branch): Json => {
  if (element !== null) return { type: 'array', items: toSchema(element) }
  if (parts.size === 0) return type === null ? {} : { type }
  return {
    type: 'object',
    properties: Object.fromEntries([...parts].map(([name, part]) => [name, toSchema(part)])),
  }
}

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
  const top = createBranch()
  for (const text of texts)
    for (const variable of variables(parseTemplate(text).ast))
      if (variable.root === 'context') plant(top, variable)
  const found: Json = { type: 'object', properties: {}, ...toSchema(top) }
  return known === null ? found : withMissing(known, found)
}
