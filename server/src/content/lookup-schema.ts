/** The schema of a lookup table: whether rows fit it. Pure. */
import { type LookupColumn, type LookupType, MAX_LOOKUP_ROW_BYTES } from '@carillon/contract'
import { isDate } from '../imports/cells.ts'
import type { Problem } from '../lib/fault.ts'

type Row = Readonly<Record<string, unknown>>

const WANTED: Readonly<Record<LookupType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date as text (2026-11-24, or with a time)',
  object: 'an object or a list',
}

const fits = (value: unknown, type: LookupType): boolean => {
  if (type === 'object') return typeof value === 'object'
  if (type === 'date') return typeof value === 'string' && isDate(value)
  return typeof value === type
}

const pointerTo = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`

const columnProblem = (row: Row, { name, type, required }: LookupColumn): Problem[] => {
  const value = Object.hasOwn(row, name) ? row[name] : null
  const pointer = pointerTo(name)
  if (value === null || value === undefined) return required ? [{ pointer, message: 'is missing' }] : []
  return fits(value, type) ? [] : [{ pointer, message: `must be ${WANTED[type]}` }]
}

const MOST_UNKNOWN = 10

/** Why a row cannot be one of a table of these columns, by its members. A table without columns takes any row. */
export const rowProblems = (row: Row, columns: readonly LookupColumn[]): Problem[] => {
  if (Buffer.byteLength(JSON.stringify(row)) > MAX_LOOKUP_ROW_BYTES)
    return [{ pointer: '', message: `must have at most ${MAX_LOOKUP_ROW_BYTES} bytes` }]
  if (columns.length === 0) return []
  const names = new Set(columns.map(column => column.name))
  const unknown = Object.keys(row).filter(name => !names.has(name))
  return [
    ...columns.flatMap(column => columnProblem(row, column)),
    ...unknown.slice(0, MOST_UNKNOWN).map(name => ({
      pointer: pointerTo(name),
      message: 'is not a column of the table',
    })),
  ]
}

/** What is wrong with a schema: a name that comes twice. */
export const columnProblems = (columns: readonly LookupColumn[]): Problem[] => {
  const firsts = new Map<string, number>()
  return columns.flatMap(({ name }, index): Problem[] => {
    const first = firsts.get(name)
    if (first === undefined) firsts.set(name, index)
    return first === undefined
      ? []
      : [{ pointer: `/columns/${index}/name`, message: `is also the name of column ${first}` }]
  })
}
