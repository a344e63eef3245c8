/** The attributes that a column can become: those of the profile schema, and those that every sandbox knows. Pure. */
import type { ColumnMapping } from '@carillon/contract'
import type { Json } from '../../api.ts'

/** How the text of a column is read. */
export type ColumnType = ColumnMapping['type']

// What the server guesses from common names, and what delivery reads of a profile.
const COMMON: readonly (readonly [string, ColumnType])[] = [
  ...(['person.name.firstName', 'person.name.lastName', 'person.gender'] as const).map(
    path => [path, 'text'] as const,
  ),
  ['person.birthDate', 'date'],
  ...(['personalEmail.address', 'mobilePhone.number', 'preferredLanguage', 'timeZone'] as const).map(
    path => [path, 'text'] as const,
  ),
  ...(['homeAddress.city', 'homeAddress.country', 'homeAddress.postalCode'] as const).map(
    path => [path, 'text'] as const,
  ),
  ['testProfile', 'boolean'],
]

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const typeOf = (schema: Json): ColumnType => {
  const types = [schema['type']].flat()
  if (types.includes('number') || types.includes('integer')) return 'number'
  if (types.includes('boolean')) return 'boolean'
  if (types.includes('array') || types.includes('object')) return 'json'
  return ['date', 'date-time'].includes(String(schema['format'])) ? 'date' : 'text'
}

const DEEPEST = 20
const MOST = 2_000

const walk = (schema: Json, path: readonly string[]): (readonly [string, ColumnType])[] => {
  const parts = schema['properties']
  if (!isObject(parts) || path.length >= DEEPEST)
    return path.length === 0 ? [] : [[path.join('.'), typeOf(schema)]]
  return Object.entries(parts).flatMap(([name, part]) =>
    isObject(part) && !name.includes('.') ? walk(part, [...path, name]) : [],
  )
}

/** The paths in the order they are offered, each with the type that its column would have. */
export const attributePaths = (schema: Json | null): ReadonlyMap<string, ColumnType> => {
  const own = schema === null ? [] : walk(schema, []).slice(0, MOST)
  return new Map([...COMMON.filter(([path]) => !own.some(([one]) => one === path)), ...own].sort(byPath))
}

const byPath = ([a]: readonly [string, ColumnType], [b]: readonly [string, ColumnType]): number =>
  a < b ? -1 : a > b ? 1 : 0
