/** The columns of a file of rows: what they seem to be, what is wrong with a mapping, and what a record becomes. Pure. */
import {
  LOOKUP_COLUMN_NAME,
  type LookupColumn,
  type LookupColumnMapping,
  type LookupImportMapping,
  type LookupType,
  MAX_LOOKUP_COLUMN_NAME,
  MAX_LOOKUP_KEY,
} from '@carillon/contract'
import {
  parseJson,
  Refused,
  readValue,
  refuseOtherCount,
  treeOf,
  withoutApostrophe,
} from '../imports/cells.ts'
import type { FileRecord } from '../imports/records.ts'
import type { Problem } from '../lib/fault.ts'
import { put } from '../lib/tree.ts'
import { unstorablePointers } from '../lib/unstorable.ts'
import { rowProblems } from './lookup-schema.ts'

type Meaning = Omit<LookupColumnMapping, 'column'>
type CellType = LookupColumnMapping['type']
type Row = Record<string, unknown>

const TYPES: Readonly<Record<LookupType, CellType>> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean',
  date: 'date',
  object: 'json',
}

const NAME = new RegExp(LOOKUP_COLUMN_NAME, 'u')
/** Whether a text can name a column. */
export const isName = (text: string): boolean => text.length <= MAX_LOOKUP_COLUMN_NAME && NAME.test(text)

// What our own export writes behind a name: `price:number`.
const TYPED = /^(.+):(number|boolean|json)$/su
const KEYS: readonly string[] = ['key', 'id', 'sku', 'code', 'sleutel']

const folded = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

const toName = (header: string): string => {
  const name = header
    .trim()
    .replaceAll(
      /[^\p{L}\p{N}_]+(\p{L}|\p{N})?/gu,
      (_match, next: string | undefined) => next?.toUpperCase() ?? '',
    )
    .replace(/^\p{N}/u, '_$&')
  return name.slice(0, MAX_LOOKUP_COLUMN_NAME)
}

const memberOf = (header: string, columns: readonly LookupColumn[]): Meaning => {
  const [, plain = header, type = 'text'] = TYPED.exec(header) ?? []
  const known =
    columns.find(one => one.name === plain) ?? columns.find(one => folded(one.name) === folded(plain))
  if (known !== undefined) return { kind: 'member', to: known.name, type: TYPES[known.type] }
  const name = isName(plain) ? plain : toName(plain)
  return columns.length > 0 || !isName(name)
    ? { kind: 'ignore', to: '', type: 'text' }
    : { kind: 'member', to: name, type: type as CellType }
}

/** What each column of a header seems to be, in a table of these columns. */
export const guessLookupColumns = (
  header: readonly string[],
  columns: readonly LookupColumn[],
): LookupColumnMapping[] => {
  const keys = KEYS.map(word => header.findIndex(column => folded(column) === word))
  const keyAt = keys.find(index => index !== -1) ?? 0
  const seen = new Set<string>()
  return header.map((column, index) => {
    if (index === keyAt) return { column, kind: 'key', to: '', type: 'text' }
    if (column === '*') return { column, kind: 'row', to: '', type: 'json' }
    const meaning = memberOf(column, columns)
    if (meaning.kind === 'ignore' || seen.has(meaning.to))
      return { column, kind: 'ignore', to: '', type: 'text' }
    seen.add(meaning.to)
    return { column, ...meaning }
  })
}

const nameProblem = (to: string, columns: readonly LookupColumn[]): string | undefined => {
  if (!isName(to))
    return `must be a name of letters, digits and _, at most ${MAX_LOOKUP_COLUMN_NAME} characters`
  if (columns.length > 0 && !columns.some(column => column.name === to)) return 'is not a column of the table'
  return undefined
}

/** What is wrong with a mapping for a file with this header (none for JSON Lines) into a table of these columns. */
export const lookupMappingProblems = (
  mapping: LookupImportMapping,
  header: readonly string[],
  columns: readonly LookupColumn[],
): Problem[] => {
  const given = mapping.columns
  if (given.length !== header.length || given.some((one, index) => one.column !== header[index]))
    return [{ pointer: '/columns', message: 'must name the columns of the file, in their order' }]
  if (header.length === 0) return []
  const members = given.map(one => (one.kind === 'member' ? one.to : undefined))
  const problems = given.flatMap((one, index): Problem[] => {
    if (one.kind !== 'member') return []
    const pointer = `/columns/${index}/to`
    if (members.indexOf(one.to) < index) return [{ pointer, message: 'is named by another column too' }]
    const message = nameProblem(one.to, columns)
    return message === undefined ? [] : [{ pointer, message }]
  })
  const keys = given.filter(one => one.kind === 'key').length
  return keys === 1
    ? problems
    : [...problems, { pointer: '/columns', message: 'must have exactly one column that is the key' }]
}

/** A row to be written, or why the line is none. */
export type FileRow =
  | { readonly kind: 'row'; readonly line: number; readonly key: string; readonly row: Row }
  | { readonly kind: 'refused'; readonly line: number; readonly reason: string }

interface Made {
  key: string
  readonly row: Row
}

const addCell = (made: Made, cell: string, one: LookupColumnMapping): void => {
  if (one.kind === 'key') made.key = withoutApostrophe(cell)
  else if (one.kind === 'member') put(made.row, one.to, readValue(cell, one))
  else
    for (const [name, value] of Object.entries(treeOf(parseJson(cell, one.column), one.column)))
      put(made.row, name, value)
}

const fromFields = (fields: readonly string[], columns: readonly LookupColumnMapping[]): Made => {
  refuseOtherCount(fields.length, columns.length)
  const made: Made = { key: '', row: {} }
  for (const [index, one] of columns.entries()) {
    const cell = fields[index] ?? ''
    const isBlank = one.type === 'text' ? cell === '' : cell.trim() === ''
    if (one.kind !== 'ignore' && !isBlank) addCell(made, cell, one)
  }
  return made
}

const fromText = (text: string): Made => {
  const value = treeOf(parseJson(text, 'the line'), 'the line')
  const key = Object.hasOwn(value, 'key') ? value['key'] : undefined
  if (typeof key !== 'string') throw new Refused('key: must be a text')
  return { key, row: treeOf(Object.hasOwn(value, 'row') ? value['row'] : undefined, 'row') }
}

const checked = ({ key, row }: Made, columns: readonly LookupColumn[]): void => {
  if (key === '') throw new Refused('has no key')
  if (key.length > MAX_LOOKUP_KEY) throw new Refused(`has a key of more than ${MAX_LOOKUP_KEY} characters`)
  if (unstorablePointers([key, row]).length > 0)
    throw new Refused('holds a character that cannot be stored (U+0000)')
  const [problem] = rowProblems(row, columns)
  if (problem !== undefined)
    throw new Refused(
      `${problem.pointer.slice(1, 1 + MAX_LOOKUP_COLUMN_NAME) || 'the row'}: ${problem.message}`,
    )
}

/** How records are read: the mapping of the file, the columns of the table. */
export interface FileReading {
  readonly mapping: readonly LookupColumnMapping[]
  readonly columns: readonly LookupColumn[]
}

/** What a mapping means in a table: where the table has a column, its type is the table's. */
export const readingOf = (mapping: LookupImportMapping, columns: readonly LookupColumn[]): FileReading => {
  const types = new Map(columns.map(column => [column.name, TYPES[column.type]]))
  return {
    columns,
    mapping: mapping.columns.map(one => ({ ...one, type: types.get(one.to) ?? one.type })),
  }
}

/** What a record becomes. An empty cell says nothing: the row is without that member. */
export const toFileRow = (record: FileRecord, { mapping, columns }: FileReading): FileRow => {
  const { line } = record
  if (record.kind === 'broken') return { kind: 'refused', line, reason: record.reason }
  try {
    const made = record.kind === 'fields' ? fromFields(record.fields, mapping) : fromText(record.text)
    checked(made, columns)
    return { kind: 'row', line, ...made }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { kind: 'refused', line, reason: error.message }
  }
}
