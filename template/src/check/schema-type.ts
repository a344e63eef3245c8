/**
 * Reads JSON Schemas (a subset of 2020-12) as types. A schema comes from a user and may be wrong, huge or endless:
 * what is not understood is "any", and everything is read when it is asked for. Knows no template.
 */
import { ANY, BOOLEAN, elementOf, listOf, NUMBER, type Shape, TEXT, type Type, unify } from './types.ts'

/** A JSON Schema as it is stored. Anything is accepted; `checkSchema` says what is wrong with it. */
export type JsonSchema = { readonly [keyword: string]: unknown } | boolean

type Keywords = { readonly [keyword: string]: unknown }

interface SchemaReader {
  readonly root: unknown
  readonly types: Map<object, Type>
  /** How many reads are going on within each other. */
  depth: number
}

// Far more than a schema that people declare, and little enough to read while somebody types.
const MAX_NODES = 20_000
const MAX_NAMES = 2_000
const MAX_PARTS = 100
const MAX_ALTERNATIVES = 50
const MAX_STEPS = 32
const MAX_DEPTH = 64

/** True for a plain JSON object. */
export const isKeywords = (value: unknown): value is Keywords =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads an own keyword, so that no name reaches a prototype. */
export const keyword = (node: Keywords, name: string): unknown =>
  Object.hasOwn(node, name) ? node[name] : undefined

/** The type that a schema declares. */
export const typeOfSchema = (schema: unknown): Type =>
  read({ root: schema, types: new Map(), depth: 0 }, schema)

/** The types that named schemas declare. */
export interface NamedTypes {
  /** Undefined: there is no schema of that name. */
  get(name: string): Type | undefined
  keys(): readonly string[]
}

/** Each is read when it is first asked for: a sandbox may have a thousand lookup tables, a template uses few. */
export const namedTypes = (schemas: { readonly [name: string]: JsonSchema }): NamedTypes => {
  const types = new Map<string, Type>()
  return {
    get: name => {
      if (!Object.hasOwn(schemas, name)) return undefined
      const type = types.get(name) ?? typeOfSchema(schemas[name])
      types.set(name, type)
      return type
    },
    keys: () => Object.keys(schemas),
  }
}

const read = (reader: SchemaReader, node: unknown): Type => {
  if (!isKeywords(node)) return ANY
  const known = reader.types.get(node)
  if (known !== undefined) return known
  if (reader.types.size >= MAX_NODES || reader.depth >= MAX_DEPTH) return ANY
  // Set before it is read: a schema that only refers to itself then means "any".
  reader.types.set(node, ANY)
  reader.depth += 1
  const type = described(combine(reader, collectParts(reader, node)), node)
  reader.depth -= 1
  reader.types.set(node, type)
  return type
}

const described = (type: Type, node: Keywords): Type => {
  const text = [keyword(node, 'description'), keyword(node, 'title')].find(word => typeof word === 'string')
  if (typeof text !== 'string' || text === '') return type
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(type),
      description: { value: text, enumerable: true },
    },
  ) as Type
}

/** The schema itself and everything that `$ref` and `allOf` add to it. */
const collectParts = (reader: SchemaReader, node: Keywords): readonly Keywords[] => {
  const parts = new Set<Keywords>([node])
  for (const part of parts) {
    const more: unknown[] = []
    const reference = keyword(part, '$ref')
    if (typeof reference === 'string') more.push(resolveReference(reader.root, reference))
    const all = keyword(part, 'allOf')
    if (Array.isArray(all)) more.push(...all.slice(0, MAX_PARTS))
    for (const next of more) if (isKeywords(next) && parts.size < MAX_PARTS) parts.add(next)
  }
  return [...parts]
}

/** What `#/$defs/name` points to, undefined where it leads nowhere or out of the schema. */
export const resolveReference = (root: unknown, reference: string): unknown => {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  const segments = reference.slice(2).split('/')
  if (segments.length > MAX_STEPS) return undefined
  let at: unknown = root
  for (const segment of segments) {
    const name = decodeSegment(segment)
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Keywords)[name]
  }
  return at
}

const decodeSegment = (segment: string): string => {
  const pointer = segment.replace(/%([0-9a-fA-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  return pointer.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The type that all parts agree on. A part that says nothing about the type does not count. */
const combine = (reader: SchemaReader, parts: readonly Keywords[]): Type => {
  const own = parts.map(part => typeOfPart(reader, part)).filter(type => type !== undefined)
  if (own.includes('object')) return { kind: 'object', shape: createShape(reader, parts) }
  const choices = parts.flatMap(part => alternatives(reader, part))
  const types = [...own.filter(type => type !== 'object'), ...choices].filter(type => type.kind !== 'any')
  const [first] = types
  return first !== undefined && types.every(type => type.kind === first.kind) ? first : ANY
}

/** One type for each `anyOf` and `oneOf`: what its members agree on. */
const alternatives = (reader: SchemaReader, part: Keywords): readonly Type[] =>
  ['anyOf', 'oneOf'].flatMap((name): readonly Type[] => {
    const members = keyword(part, name)
    if (!Array.isArray(members) || members.length === 0) return []
    if (members.length > MAX_ALTERNATIVES) return [ANY]
    const types = members.filter(member => !isNullSchema(member)).map(member => read(reader, member))
    return types.length === 0 ? [] : [types.reduce(unify)]
  })

const isNullSchema = (node: unknown): boolean => isKeywords(node) && keyword(node, 'type') === 'null'

/** The type that the keywords of one part tell; undefined where they tell none. Objects are made of all parts together. */
const typeOfPart = (reader: SchemaReader, part: Keywords): Type | 'object' | undefined => {
  const names = typeNames(part)
  if (names.length > 1) return ANY
  const values = valuesOf(part)
  switch (names[0] ?? impliedType(part, values)) {
    case 'string':
      return textType(part, values)
    case 'number':
      return NUMBER
    case 'boolean':
      return BOOLEAN
    case 'array':
      return listType(reader, keyword(part, 'items'))
    case 'object':
      return 'object'
    default:
      return names.length === 0 ? undefined : ANY
  }
}

/** The distinct names in `type`; null is left out, because everything may be missing, and an integer is a number. */
const typeNames = (part: Keywords): readonly string[] => {
  const type = keyword(part, 'type')
  const names = (Array.isArray(type) ? type.slice(0, 10) : [type]).filter(name => typeof name === 'string')
  return [
    ...new Set(names.filter(name => name !== 'null').map(name => (name === 'integer' ? 'number' : name))),
  ]
}

const impliedType = (part: Keywords, values: readonly unknown[]): string | undefined => {
  if (isKeywords(keyword(part, 'properties')) || keyword(part, 'additionalProperties') !== undefined)
    return 'object'
  if (keyword(part, 'items') !== undefined) return 'array'
  const [first] = values
  return values.every(value => typeof value === typeof first) && first !== null ? typeof first : undefined
}

const MAX_VALUES = 200

const valuesOf = (part: Keywords): readonly unknown[] => {
  const values = keyword(part, 'enum')
  const constant = keyword(part, 'const')
  if (constant !== undefined) return [constant]
  return Array.isArray(values) ? values.filter(value => value !== null) : []
}

const textType = (part: Keywords, values: readonly unknown[]): Type => {
  const format = keyword(part, 'format')
  const dateLike = format === 'date' || format === 'date-time'
  const texts = values.filter(value => typeof value === 'string')
  const listed = texts.length > 0 && texts.length === values.length && texts.length <= MAX_VALUES
  return { ...TEXT, dateLike, ...(listed ? { values: texts } : {}) }
}

// The item is read when it is asked for: a list may be a list of itself.
const listType = (reader: SchemaReader, items: unknown): Type => {
  if (!isKeywords(items)) return listOf(ANY)
  return {
    kind: 'list',
    get item() {
      return read(reader, items)
    },
  }
}

/** True where `anyOf` or `oneOf` may add properties; a choice of what is required adds none. */
const choosesProperties = (part: Keywords): boolean =>
  ['anyOf', 'oneOf'].some(name => {
    const members = keyword(part, name)
    if (!Array.isArray(members)) return false
    if (members.length > MAX_ALTERNATIVES) return true
    return members.some(member => isKeywords(member) && ADDING.some(key => Object.hasOwn(member, key)))
  })

const ADDING = ['properties', 'additionalProperties', 'patternProperties', '$ref', 'allOf', 'anyOf', 'oneOf']

// Keywords that add properties in ways that are not followed.
const OPENING = ['patternProperties', 'if', 'dependentSchemas', 'propertyNames', 'unevaluatedProperties']

const isOpening = (part: Keywords): boolean =>
  OPENING.some(name => {
    const value = keyword(part, name)
    return value !== undefined && value !== false
  })

const createShape = (reader: SchemaReader, parts: readonly Keywords[]): Shape => {
  const lists = parts.map(part => keyword(part, 'properties')).filter(isKeywords)
  const others = parts.map(part => keyword(part, 'additionalProperties'))
  const said = others.find(other => other === true || isKeywords(other))
  const isClosed = lists.length > 0 || others.includes(false)
  const rest = (): Type | null => {
    if (said !== undefined) return read(reader, said)
    return !isClosed || parts.some(part => isOpening(part) || choosesProperties(part)) ? ANY : null
  }
  const member = (name: string): Type | undefined => {
    const nodes = lists.filter(list => name !== '__proto__' && Object.hasOwn(list, name))
    const types = nodes.map(list => read(reader, list[name]))
    return types.find(type => type.kind !== 'any') ?? types[0]
  }
  const names = () => {
    const all = new Set(lists.flatMap(list => Object.keys(list).slice(0, MAX_NAMES)))
    all.delete('__proto__')
    return [...all].slice(0, MAX_NAMES)
  }
  return { member, names, rest }
}

/** The type of what `each` visits: an element of a list, a property of an object. */
export const visitedBy = (type: Type): Type => {
  if (type.kind !== 'object') return elementOf(type)
  return type.shape.names().length === 0 ? (type.shape.rest() ?? ANY) : ANY
}
