/**
 * People as the rows of a CSV file that the import reads back without a loss: a column for each namespace and for each
 * plain attribute that the first people have; what does not fit stands as JSON in the last two columns. Pure.
 */
import type { Identity, Profile } from '@carillon/contract'
import { csvCell, plainCell } from '../lib/csv.ts'
import { isTree, type Tree } from '../lib/tree.ts'
import { valueAt } from './attributes.ts'

type Leaf = 'text' | 'number' | 'boolean'

/** One attribute's column. */
interface AttributeColumn {
  readonly header: string
  readonly path: readonly string[]
  readonly leaf: Leaf
}

/** The columns of one file. */
export interface ExportColumns {
  readonly namespaces: readonly string[]
  readonly attributes: readonly AttributeColumn[]
}

const MOST_COLUMNS = 300

// An empty text would read as nothing, and a blank one too.
const leafOf = (value: unknown): Leaf | undefined => {
  if (typeof value === 'string') return value.trim() === '' ? undefined : 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : undefined
}

// A header of such names is read back as it was written, whatever reads it.
const isPlain = (name: string): boolean =>
  name.length <= 100 && /^[\p{L}\p{N}_$@][\p{L}\p{N}_$@ -]*$/u.test(name)
const DEEPEST_PATH = 10
const LONGEST_HEADER = 400

const columnsOf = (tree: Tree, path: readonly string[] = []): AttributeColumn[] =>
  Object.entries(tree).flatMap(([name, value]): AttributeColumn[] => {
    if (!isPlain(name)) return []
    const here = [...path, name]
    if (isTree(value)) return here.length < DEEPEST_PATH ? columnsOf(value, here) : []
    const leaf = leafOf(value)
    if (leaf === undefined) return []
    const header = `attribute.${here.join('.')}${leaf === 'text' ? '' : `:${leaf}`}`
    return [{ header, path: here, leaf }]
  })

/** The columns for a file whose first people these are. */
export const exportColumns = (people: readonly Profile[], namespaces: readonly string[]): ExportColumns => {
  const byHeader = new Map(
    people
      .flatMap(person => columnsOf(person.attributes))
      .filter(column => column.header.length <= LONGEST_HEADER)
      .map(column => [column.header, column]),
  )
  return { namespaces: namespaces.filter(isPlain), attributes: [...byHeader.values()].slice(0, MOST_COLUMNS) }
}

const cellOf = (text: string): string => csvCell(plainCell(text))

/** The first line of the file. */
export const exportHeader = (columns: ExportColumns): string =>
  [
    'id',
    ...columns.namespaces.map(namespace => `identity.${namespace}`),
    ...columns.attributes.map(one => one.header),
    'identities',
    'attributes',
  ]
    .map(csvCell)
    .join(',')

// The tree without what the columns show; undefined when nothing is left of it.
const rest = (tree: Tree, shown: ReadonlySet<string>, path: readonly string[] = []): Tree | undefined => {
  const left = Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
    const here = [...path, name]
    if (isTree(value) && Object.keys(value).length > 0) {
      const inner = rest(value, shown, here)
      return inner === undefined ? [] : [[name, inner]]
    }
    return shown.has(JSON.stringify(here)) ? [] : [[name, value]]
  })
  return left.length === 0 ? undefined : Object.fromEntries(left)
}

const identityCells = (
  identities: readonly Identity[],
  namespaces: readonly string[],
): { cells: string[]; others: Identity[] } => {
  const firsts = new Map<string, Identity>()
  for (const one of identities) if (!firsts.has(one.namespace)) firsts.set(one.namespace, one)
  const known = new Set(namespaces)
  const others = identities.filter(one => firsts.get(one.namespace) !== one || !known.has(one.namespace))
  return { cells: namespaces.map(namespace => cellOf(firsts.get(namespace)?.value ?? '')), others }
}

/** The line of a person. */
export const exportLine = (person: Profile, columns: ExportColumns): string => {
  const shown = new Set<string>()
  const attributes = columns.attributes.map(({ path, leaf }) => {
    const value = valueAt(person.attributes, ...path)
    if (leafOf(value) !== leaf) return ''
    shown.add(JSON.stringify(path))
    return leaf === 'text' ? cellOf(String(value)) : String(value)
  })
  const { cells, others } = identityCells(person.identities, columns.namespaces)
  const left = rest(person.attributes, shown)
  return [
    person.id,
    ...cells,
    ...attributes,
    others.length === 0 ? '' : csvCell(JSON.stringify(others)),
    left === undefined ? '' : csvCell(JSON.stringify(left)),
  ].join(',')
}
