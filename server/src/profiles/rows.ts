/** From a record of a file to a person, or the reason why not. A reason never shows a value of the file. Pure. */
import type { ColumnMapping, Identity, ImportMapping, ProfileUpsert } from '@carillon/contract'
import {
  parseJson,
  Refused,
  readValue,
  refuseOtherCount,
  treeOf,
  withoutApostrophe,
} from '../imports/cells.ts'
import type { FileRecord } from '../imports/records.ts'
import { isTree, put, type Tree } from '../lib/tree.ts'
import { mergeAttributes } from './attributes.ts'
import { pathOf } from './columns.ts'

/** A person, or why the row is none. */
export type Row =
  | { readonly kind: 'person'; readonly line: number; readonly person: ProfileUpsert }
  | { readonly kind: 'refused'; readonly line: number; readonly reason: string; readonly column?: number }

const attributeOf = (cell: string, one: ColumnMapping): Tree => {
  const names = pathOf(one.to) ?? []
  return names.reduceRight<unknown>(
    (inner, name) => {
      const outer: Tree = {}
      put(outer, name, inner)
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
  refuseOtherCount(fields.length, mapping.columns.length)
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
