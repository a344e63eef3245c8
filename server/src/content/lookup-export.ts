/**
 * The rows of a lookup table as a file that the import reads back without a loss, page by page. The columns are those of
 * the schema, or the plain members that the first rows have; what does not fit stands as JSON in the last column.
 */
import { type LookupColumn, type LookupRow, MAX_LOOKUP_COLUMNS } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { csvLine, plainCell } from '../lib/csv.ts'
import { findLookupTable, type LookupTableRecord } from './lookup.store.ts'
import { isName } from './lookup-columns.ts'
import { listLookupRows } from './lookup-row.store.ts'

const PAGE = 5_000

/** The rows were replaced while they were read: a file of half of them must not look whole. */
export class RowsReplaced extends Error {}

async function* pagesOf(
  db: Db,
  sandboxId: string,
  table: LookupTableRecord,
): AsyncGenerator<readonly LookupRow[]> {
  for (let after: string | null = null; ; ) {
    const found: LookupRow[] = await listLookupRows(db, table.rowsId, {
      limit: PAGE,
      after,
      prefix: undefined,
    })
    const now = await findLookupTable(db, sandboxId, { id: table.id })
    if (now?.rowsId !== table.rowsId) throw new RowsReplaced('The rows were replaced during the export.')
    const page = found.slice(0, PAGE)
    yield page
    const last = page.at(-1)
    if (found.length <= PAGE || last === undefined) return
    after = last.key
  }
}

/** JSON Lines: `{ key, row }` each. */
export async function* exportRowsJsonl(
  db: Db,
  sandboxId: string,
  table: LookupTableRecord,
): AsyncGenerator<string> {
  for await (const page of pagesOf(db, sandboxId, table))
    yield page.map(({ key, row }) => `${JSON.stringify({ key, row })}\n`).join('')
}

type Kind = 'text' | 'number' | 'boolean' | 'json'
interface Column {
  readonly name: string
  readonly kind: Kind
}

// An empty text would read as nothing.
const kindOf = (value: unknown): Kind | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : 'text'
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : undefined
}

const declared = ({ name, type }: LookupColumn): Column => {
  if (type === 'object') return { name, kind: 'json' }
  return { name, kind: type === 'number' || type === 'boolean' ? type : 'text' }
}

// A header of such a name is read back as it was written.

const found = (rows: readonly LookupRow[]): Column[] => {
  const kinds = new Map<string, Kind>()
  for (const { row } of rows)
    for (const [name, value] of Object.entries(row)) {
      const kind = kindOf(value)
      if (kind !== undefined && isName(name) && !kinds.has(name)) kinds.set(name, kind)
    }
  return [...kinds].slice(0, MAX_LOOKUP_COLUMNS).map(([name, kind]) => ({ name, kind }))
}

// Undefined: the value does not fit its column, and stands in the last one.
const cellOf = (value: unknown, kind: Kind): string | undefined => {
  if (kind === 'json') return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined
  if (kindOf(value) !== kind) return undefined
  return kind === 'text' ? plainCell(String(value)) : String(value)
}

const lineOf = ({ key, row }: LookupRow, columns: readonly Column[]): string => {
  const left = new Map(Object.entries(row))
  const cells = columns.map(({ name, kind }) => {
    const cell = cellOf(left.get(name), kind)
    if (cell !== undefined) left.delete(name)
    return cell ?? ''
  })
  const rest = left.size === 0 ? '' : JSON.stringify(Object.fromEntries(left))
  return csvLine([plainCell(key), ...cells, rest])
}

const headerOf = (columns: readonly Column[]): string =>
  csvLine(['key', ...columns.map(({ name, kind }) => (kind === 'text' ? name : `${name}:${kind}`)), '*'])

/** CSV with a header, UTF-8 with a byte order mark. */
export async function* exportRowsCsv(
  db: Db,
  sandboxId: string,
  table: LookupTableRecord,
): AsyncGenerator<string> {
  let columns: readonly Column[] | undefined
  for await (const page of pagesOf(db, sandboxId, table)) {
    if (columns === undefined) {
      columns = table.columns.length > 0 ? table.columns.map(declared) : found(page)
      yield `\uFEFF${headerOf(columns)}`
    }
    const all = columns
    yield page.map(row => lineOf(row, all)).join('')
  }
}
