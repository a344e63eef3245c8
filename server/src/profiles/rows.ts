/** From a record of a file to a person, or the reason why not. A reason never shows a value of the file. Pure. */
import type { ColumnMapping, Identity, ImportMapping, ProfileUpsert } from '@carillon/contract'
import { DEEPEST, isTooDeep } from '../lib/depth.ts'
import { mergeAttributes } from './attributes.ts'
import { pathOf } from './columns.ts'
import type { FileRecord } from './records.ts'

/** A person, or why the row is none. */
export type Row =
  | { readonly kind: 'person'; readonly line: number; readonly person: ProfileUpsert }
  | { readonly kind: 'refused'; readonly line: number; readonly reason: string; readonly column?: number }

class Refused extends Error {
  /** The column at fault, when it is one. */
  column: number | undefined
}

type Tree = Record<string, unknown>

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// Our export puts one apostrophe before what a spreadsheet would run as a formula.
const ESCAPED = /^'+[=+\-@\t\r]/
const withoutApostrophe = (text: string): string => (ESCAPED.test(text) ? text.slice(1) : text)

const parseJson = (text: string, column: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused(`${column}: is not JSON`)
  }
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
}
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

const isDate = (text: string): boolean => {
  if (!DATE.test(text)) return false
  // A day that its month does not have is moved to the next month by the calendar.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  return !Number.isNaN(Date.parse(text)) && day.toISOString().startsWith(text.slice(0, 10))
}

const readValue = (text: string, { column, type }: ColumnMapping): unknown => {
  const bare = text.trim()
  switch (type) {
    case 'number':
      if (!NUMBER.test(bare) || !Number.isFinite(Number(bare)))
        throw new Refused(`${column}: is not a number`)
      return Number(bare)
    case 'boolean': {
      const value = Object.hasOwn(BOOLEANS, bare.toLowerCase()) ? BOOLEANS[bare.toLowerCase()] : undefined
      if (value === undefined) throw new Refused(`${column}: is neither true nor false`)
      return value
    }
    case 'date':
      if (!isDate(bare)) throw new Refused(`${column}: is not a date (2026-11-24, or with a time)`)
      return bare
    case 'json':
      return parseJson(text, column)
    default:
      return withoutApostrophe(text)
  }
}

const attributeOf = (cell: string, one: ColumnMapping): Tree => {
  const names = pathOf(one.to) ?? []
  return names.reduceRight<unknown>(
    (inner, name) => {
      const outer: Tree = {}
      Object.defineProperty(outer, name, {
        value: inner,
        enumerable: true,
        configurable: true,
        writable: true,
      })
      return outer
    },
    readValue(cell, one),
  ) as Tree
}

const isIdentity = (value: unknown): value is Identity =>
  isTree(value) &&
  typeof value['namespace'] === 'string' &&
  typeof value['value'] === 'string' &&
  value['namespace'].length <= 100 &&
  value['value'].length <= 512

// A list of identities, as texts with nothing else in them.
const identitiesOf = (value: unknown, at: string): Identity[] => {
  if (!Array.isArray(value) || !value.every(isIdentity))
    throw new Refused(`${at}: must be a list of { namespace, value } of at most 100 and 512 characters`)
  return value.map(({ namespace, value: text }) => ({ namespace, value: text }))
}

const treeOf = (value: unknown, at: string): Tree => {
  if (!isTree(value)) throw new Refused(`${at}: must be a JSON object`)
  if (isTooDeep(value)) throw new Refused(`${at}: is nested deeper than ${DEEPEST} levels`)
  return value
}

const counted = (person: ProfileUpsert): ProfileUpsert => {
  if (person.identities.length === 0) throw new Refused('has no identity')
  if (person.identities.length > 20) throw new Refused('has more than 20 identities')
  return person
}

type Part = { readonly identities: readonly Identity[] } | { readonly attributes: Tree }

const partOf = (cell: string, one: ColumnMapping): Part => {
  const { column } = one
  switch (one.kind) {
    case 'identity':
      return { identities: identitiesOf([{ namespace: one.to, value: withoutApostrophe(cell) }], column) }
    case 'identities':
      return { identities: identitiesOf(parseJson(cell, column), column) }
    case 'attributes':
      return { attributes: treeOf(parseJson(cell, column), column) }
    default:
      return { attributes: treeOf(attributeOf(cell, one), column) }
  }
}

const partAt = (index: number, cell: string, one: ColumnMapping): Part => {
  try {
    return partOf(cell, one)
  } catch (error) {
    if (error instanceof Refused) error.column = index
    throw error
  }
}

const fromFields = (fields: readonly string[], mapping: ImportMapping): ProfileUpsert => {
  if (fields.length !== mapping.columns.length)
    throw new Refused(
      `has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, the header has ${mapping.columns.length}`,
    )
  const identities: Identity[] = []
  let attributes: Tree = {}
  for (const [index, one] of mapping.columns.entries()) {
    const cell = fields[index] ?? ''
    if (one.kind === 'ignore' || cell.trim() === '') continue
    const part = partAt(index, cell, one)
    if ('identities' in part) identities.push(...part.identities)
    else attributes = mergeAttributes(attributes, part.attributes)
  }
  return counted({ identities, attributes })
}

const fromText = (text: string): ProfileUpsert => {
  const value = treeOf(parseJson(text, 'the line'), 'the line')
  return counted({
    identities: identitiesOf(value['identities'], 'identities'),
    attributes: treeOf(value['attributes'] ?? {}, 'attributes'),
  })
}

/** What a record becomes under a mapping. An empty cell says nothing: it neither sets nor removes. */
export const toRow = (record: FileRecord, mapping: ImportMapping): Row => {
  const { line } = record
  if (record.kind === 'broken') return { kind: 'refused', line, reason: record.reason }
  try {
    const person = record.kind === 'fields' ? fromFields(record.fields, mapping) : fromText(record.text)
    return { kind: 'person', line, person }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { message, column } = error
    return { kind: 'refused', line, reason: message, ...(column === undefined ? {} : { column }) }
  }
}
