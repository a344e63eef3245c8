/** All paths of a schema, as an author writes them: what an editor completes and explains. Knows no template. */
import { writePath } from '../variable-uses.ts'
import { type Part, partOf } from './paths.ts'
import { type JsonSchema, typeOfSchema, visitedBy } from './schema-type.ts'
import type { Type } from './types.ts'

/** One path; `[]` stands for any element of a list. */
export interface SchemaPath {
  readonly path: string
  readonly type: Type['kind']
  readonly description?: string
  /** The only values it can have, where the schema lists them. */
  readonly values?: readonly string[]
}

const MAX_PATHS = 2_000
const MAX_STEPS = 12

interface Spot {
  readonly steps: readonly (string | null)[]
  readonly type: Type
}

/** The paths under a namespace, the shortest first, at most two thousand. */
export const schemaPaths = (schema: JsonSchema | unknown, root: string): readonly SchemaPath[] => {
  const paths: SchemaPath[] = []
  let level: readonly Spot[] = [{ steps: [], type: typeOfSchema(schema) }]
  for (let depth = 0; depth < MAX_STEPS && level.length > 0; depth += 1) {
    const next: Spot[] = []
    for (const spot of level) next.push(...partsOf(spot, MAX_PATHS - paths.length - next.length))
    for (const spot of next) paths.push(toPath(root, spot))
    level = next
  }
  return paths
}

const partsOf = (spot: Spot, room: number): readonly Spot[] => {
  const { type, steps } = spot
  if (room <= 0) return []
  if (type.kind === 'list') {
    const { item } = type
    return item.kind === 'any' ? [] : [{ steps: [...steps, null], type: item }]
  }
  if (type.kind !== 'object') return []
  const { shape } = type
  return shape
    .names()
    .slice(0, room)
    .flatMap(name => {
      const member = shape.member(name)
      return member === undefined ? [] : [{ steps: [...steps, name], type: member }]
    })
}

const toPath = (root: string, { steps, type }: Spot): SchemaPath => ({
  path: writePath(root, steps),
  type: type.kind,
  ...(type.description === undefined ? {} : { description: type.description }),
  ...(type.kind === 'text' && type.values !== undefined ? { values: type.values } : {}),
})

/** The type at one path, given as its steps (`null` is an element of a list); null where the schema has none. */
export const typeAtPath = (
  schema: JsonSchema | unknown,
  steps: readonly (string | null)[],
): Pick<SchemaPath, 'type' | 'description'> | null => {
  let type = typeOfSchema(schema)
  for (const step of steps) {
    const part: Part = step === null ? { found: true, type: visitedBy(type) } : partOf(type, step)
    if (!part.found) return null
    type = part.type
  }
  const { kind, description } = type
  return description === undefined ? { type: kind } : { type: kind, description }
}
