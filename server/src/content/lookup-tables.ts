/** Lookup tables as people and imports change them: each call is whole or refused. It does not know who reads them. */
import type {
  LookupColumn,
  LookupRow,
  LookupRowsWrite,
  LookupRowsWritten,
  LookupTableCreate,
} from '@carillon/contract'
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import { type Author, missing, orMissing, withFreeName } from './author.ts'
import {
  countLookupRows,
  findLookupTable,
  insertLookupTable,
  type LookupTableRecord,
} from './lookup.store.ts'
import { deleteLookupRow, findLookupRow, upsertLookupRows } from './lookup-row.store.ts'
import { columnProblems, rowProblems } from './lookup-schema.ts'

/** A table of the author's sandbox; 404 when there is none. */
export const getLookupTable = async (author: Author, id: string): Promise<LookupTableRecord> =>
  orMissing(await findLookupTable(author.pool, author.sandboxId, { id }), 'lookup table')

/** Refuses a schema that names a column twice. */
export const refuseColumns = (columns: readonly LookupColumn[]): void => {
  const problems = columnProblems(columns)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
}

/** Makes an empty table. */
export const createLookupTable = async (
  author: Author,
  { name, description = '', columns = [] }: LookupTableCreate,
): Promise<LookupTableRecord> => {
  const { pool, sandboxId, by, now } = author
  const id = author.newId()
  refuseColumns(columns)
  await withFreeName(insertLookupTable(pool, { id, sandboxId, name, description, columns, by, now }))
  return getLookupTable(author, id)
}

/** The same, which stays until the end of the transaction. */
export const holdLookupTable = async (tx: Db, sandboxId: string, id: string): Promise<LookupTableRecord> =>
  orMissing(await findLookupTable(tx, sandboxId, { id, lock: 'rows' }), 'lookup table')

type RowWork<T> = (tx: pg.PoolClient, table: LookupTableRecord) => Promise<T>

// The table's lock comes first: it keeps the table from being removed under the rows.
const changeRows = <T>(author: Author, tableId: string, work: RowWork<T>): Promise<T> =>
  transaction(author.pool, async tx => {
    const table = await holdLookupTable(tx, author.sandboxId, tableId)
    return work(tx, table)
  })

const repeatProblems = (rows: LookupRowsWrite['rows']): Problem[] => {
  const firsts = new Map<string, number>()
  return rows.flatMap(({ key }, index): Problem[] => {
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, index)
    return first === undefined
      ? []
      : [{ pointer: `/rows/${index}/key`, message: `is also the key of row ${first}` }]
  })
}

const MOST_PROBLEMS = 50

const refuse = (problems: readonly Problem[]): void => {
  if (problems.length > 0) throw new Fault('payload_invalid', { problems: problems.slice(0, MOST_PROBLEMS) })
}

const misfits = (rows: LookupRowsWrite['rows'], columns: readonly LookupColumn[]): Problem[] =>
  rows.flatMap(({ row }, index) =>
    rowProblems(row, columns).map(({ pointer, message }) => ({
      pointer: `/rows/${index}/row${pointer}`,
      message,
    })),
  )

/** Adds and replaces rows, all or none. A key that comes twice is refused: which of the two is meant is not ours to say. */
export const writeLookupRows = async (
  author: Author,
  tableId: string,
  { rows }: LookupRowsWrite,
): Promise<LookupRowsWritten> => {
  refuse(repeatProblems(rows))
  const { by, now } = author
  return changeRows(author, tableId, async (tx, { rowsId, columns }) => {
    refuse(misfits(rows, columns))
    const { inserted, replaced } = await upsertLookupRows(tx, rowsId, { rows, now })
    const rowCount = await countLookupRows(tx, tableId, { added: inserted, by, now })
    return { inserted, replaced, rowCount }
  })
}

/** Removes a row; 404 when there is none of that key. */
export const removeLookupRow = (author: Author, tableId: string, key: string): Promise<void> =>
  changeRows(author, tableId, async (tx, { rowsId }) => {
    if (!(await deleteLookupRow(tx, rowsId, key))) throw missing('row')
    await countLookupRows(tx, tableId, { added: -1, by: author.by, now: author.now })
  })

/** A row of a table; 404 when there is none. */
export const getLookupRow = async (author: Author, tableId: string, key: string): Promise<LookupRow> => {
  const table = await getLookupTable(author, tableId)
  return orMissing(await findLookupRow(author.pool, table.rowsId, key), 'row')
}
