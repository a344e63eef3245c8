/** Says what is wrong with a declared JSON Schema, so that a bad one is refused where it is declared. */
import { isKeywords, type JsonSchema, keyword, resolveReference } from './schema-type.ts'

/** One mistake in a schema; `pointer` is a JSON pointer to it. */
export interface SchemaMistake {
  readonly pointer: string
  readonly message: string
}

interface Inspection {
  readonly root: unknown
  readonly mistakes: SchemaMistake[]
  nodes: number
}

const MAX_MISTAKES = 100
const MAX_NODES = 10_000
const MAX_DEPTH = 64

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']

/** Everything that is wrong with a schema; empty when it is understood. Keywords that it does not know are left alone. */
export const checkSchema = (schema: JsonSchema | unknown): readonly SchemaMistake[] => {
  const inspection: Inspection = { root: schema, mistakes: [], nodes: 0 }
  if (isKeywords(schema)) inspect(inspection, schema, [])
  else complain(inspection, [], 'A schema is an object')
  return inspection.mistakes
}

type Path = readonly (string | number)[]

const toPointer = (path: Path): string =>
  path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const complain = (inspection: Inspection, path: Path, message: string): void => {
  if (inspection.mistakes.length < MAX_MISTAKES)
    inspection.mistakes.push({ pointer: toPointer(path), message })
}

const inspect = (inspection: Inspection, node: unknown, path: Path): void => {
  if (typeof node === 'boolean') return
  if (!isKeywords(node)) {
    complain(inspection, path, 'A schema is an object, true or false')
    return
  }
  inspection.nodes += 1
  if (inspection.nodes === MAX_NODES + 1)
    complain(inspection, path, `A schema has at most ${MAX_NODES} parts`)
  if (inspection.nodes > MAX_NODES) return
  if (path.length > MAX_DEPTH) {
    complain(inspection, path, 'This schema is nested too deeply')
    return
  }
  inspectType(inspection, node, path)
  inspectValues(inspection, node, path)
  inspectReference(inspection, node, path)
  for (const name of ['properties', '$defs', 'definitions']) inspectMap(inspection, node, [...path, name])
  for (const name of ['items', 'additionalProperties']) {
    const part = keyword(node, name)
    if (part !== undefined) inspect(inspection, part, [...path, name])
  }
  for (const name of ['allOf', 'anyOf', 'oneOf']) inspectList(inspection, node, [...path, name])
}

const inspectType = (
  inspection: Inspection,
  node: { readonly [name: string]: unknown },
  path: Path,
): void => {
  const type = keyword(node, 'type')
  const names = Array.isArray(type) ? type : type === undefined ? [] : [type]
  if (Array.isArray(type) && type.length === 0)
    complain(inspection, [...path, 'type'], 'This list of types is empty')
  for (const name of names.slice(0, 20)) {
    if (typeof name === 'string' && TYPES.includes(name)) continue
    const message = `There is no type ${JSON.stringify(name) ?? ''}: known are ${TYPES.join(', ')}`
    complain(inspection, [...path, 'type'], message)
  }
}

const inspectValues = (
  inspection: Inspection,
  node: { readonly [name: string]: unknown },
  path: Path,
): void => {
  const values = keyword(node, 'enum')
  if (values !== undefined && !(Array.isArray(values) && values.length > 0))
    complain(inspection, [...path, 'enum'], 'enum is a list of values')
  for (const name of ['title', 'description', 'format', '$ref']) {
    const text = keyword(node, name)
    if (text !== undefined && typeof text !== 'string')
      complain(inspection, [...path, name], `${name} is a text`)
  }
}

const inspectReference = (
  inspection: Inspection,
  node: { readonly [name: string]: unknown },
  path: Path,
): void => {
  const reference = keyword(node, '$ref')
  if (typeof reference !== 'string') return
  if (!reference.startsWith('#')) {
    complain(
      inspection,
      [...path, '$ref'],
      'Only references within the schema are followed, such as #/$defs/name',
    )
    return
  }
  const found = resolveReference(inspection.root, reference)
  if (!isKeywords(found) && typeof found !== 'boolean')
    complain(inspection, [...path, '$ref'], `There is no schema at ${reference.slice(0, 200)}`)
}

/** A map from names to schemas; the last step of the path is its keyword. */
const inspectMap = (inspection: Inspection, node: { readonly [name: string]: unknown }, path: Path): void => {
  const name = String(path.at(-1))
  const map = keyword(node, name)
  if (map === undefined) return
  if (!isKeywords(map)) {
    complain(inspection, path, `${name} is an object`)
    return
  }
  for (const key of Object.keys(map)) {
    if (inspection.nodes > MAX_NODES) return
    if (key === '__proto__') complain(inspection, [...path, key], 'This name cannot be used')
    else inspect(inspection, map[key], [...path, key])
  }
}

const inspectList = (
  inspection: Inspection,
  node: { readonly [name: string]: unknown },
  path: Path,
): void => {
  const name = String(path.at(-1))
  const list = keyword(node, name)
  if (list === undefined) return
  if (!Array.isArray(list) || list.length === 0) {
    complain(inspection, path, `${name} is a list of schemas`)
    return
  }
  for (const [index, item] of list.entries()) {
    if (inspection.nodes > MAX_NODES) return
    inspect(inspection, item, [...path, index])
  }
}
