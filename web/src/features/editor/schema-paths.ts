/** The paths that a JSON Schema promises, as a template names them. The one place that knows how schemas are read. */

/** One path below a root. A list's elements are written `items[]`. */
export interface SchemaPath {
  readonly path: string
  readonly type: string
  readonly description?: string
}

type Schema = Readonly<Record<string, unknown>>

const MAX_DEPTH = 12
const MAX_PATHS = 5_000

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// The words of the language, as the signatures of its functions use them.
const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
}

const typeOf = (schema: Schema): string => {
  const { type } = schema
  const name = Array.isArray(type) ? type.find(one => one !== 'null') : type
  if (typeof name === 'string' && Object.hasOwn(WORDS, name)) return WORDS[name] ?? 'any'
  return isObject(schema['properties']) ? 'object' : isObject(schema['items']) ? 'list' : 'any'
}

const PLAIN = /^[\p{L}_$][\p{L}\p{N}_$]*$/u

const collect = (schema: Schema, path: string, into: { paths: SchemaPath[]; depth: number }): void => {
  if (into.depth > MAX_DEPTH || into.paths.length >= MAX_PATHS) return
  const deeper = { ...into, depth: into.depth + 1 }
  const items = schema['items']
  if (isObject(items)) collect(items, `${path}[]`, deeper)
  const properties = schema['properties']
  if (!isObject(properties)) return
  for (const [name, part] of Object.entries(properties)) {
    if (!isObject(part)) continue
    const own = `${path}.${PLAIN.test(name) ? name : `[${name}]`}`
    const { description } = part
    into.paths.push({
      path: own,
      type: typeOf(part),
      ...(typeof description === 'string' ? { description } : {}),
    })
    collect(part, own, deeper)
  }
}

/** All paths of a schema, parents before children; empty for what is no schema. */
export const schemaPaths = (schema: object, root: string): readonly SchemaPath[] => {
  const paths: SchemaPath[] = []
  if (isObject(schema)) collect(schema, root, { paths, depth: 0 })
  return paths
}
