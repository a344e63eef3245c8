/** Lookup tables as people and imports change them: each call is whole or refused. It does not know who reads them. */
import {
  type LookupRow,
  type LookupRowsWrite,
  type LookupRowsWritten,
  type LookupTableCreate,
  MAX_LOOKUP_ROW_BYTES,
} from '@carillon/contract'
import type pg from 'pg'
import { transaction } from '../db/pool.ts'
import { Fault, type Problem } from '../lib/fault.ts'
import { type Author, missing, orMissing, withFreeName } from './author.ts'
import {
  countLookupRows,
  deleteLookupRow,
  findLookupRow,
  findLookupTable,
  insertLookupTable,
  type LookupTableRecord,
  upsertLookupRows,
} from './lookup.store.ts'

/** A table of the author's sandbox; 404 when there is none. */
export const getLookupTable = async (author: Author, id: string): Promise<LookupTableRecord> =>
  orMissing(await findLookupTable(author.pool, author.sandboxId, { id }), 'lookup table')

/** Makes an empty table. */
export const createLookupTable = async (
  author: Author,
  { name, description = '' }: LookupTableCreate,
): Promise<LookupTableRecord> => {
  const { pool, sandboxId, by, now } = author
  const id = author.newId()
  await withFreeName(insertLookupTable(pool, { id, sandboxId, name, description, by, now }))
  return getLookupTable(author, id)
}

type RowWork<T> = (tx: pg.PoolClient) => Promise<T>

// The table's lock comes first: it keeps the table from being removed under the rows.
const changeRows = <T>(author: Author, tableId: string, work: RowWork<T>): Promise<T> =>
  transaction(author.pool, async tx => {
    const table = await findLookupTable(tx, author.sandboxId, { id: tableId, lock: 'rows' })
    orMissing(table, 'lookup table')
    return work(tx)
  })

const rowProblems = (rows: LookupRowsWrite['rows']): Problem[] => {
  const firsts = new Map<string, number>()
  return rows.flatMap(({ key, row }, index): Problem[] => {
    const first = firsts.get(key)
    if (first === undefined) firsts.set(key, index)
    return [
      ...(first === undefined
        ? []
        : [{ pointer: `/rows/${index}/key`, message: `is also the key of row ${first}` }]),
      ...(Buffer.byteLength(JSON.stringify(row)) > MAX_LOOKUP_ROW_BYTES
        ? [{ pointer: `/rows/${index}/row`, message: `must have at most ${MAX_LOOKUP_ROW_BYTES} bytes` }]
        : []),
    ]
  })
}

/** Adds and replaces rows, all or none. A key that comes twice is refused: which of the two is meant is not ours to say. */
export const writeLookupRows = async (
  author: Author,
  tableId: string,
  { rows }: LookupRowsWrite,
): Promise<LookupRowsWritten> => {
  const problems = rowProblems(rows).slice(0, 50)
  if (problems.length > 0) throw new Fault('payload_invalid', { problems })
  const { by, now } = author
  return changeRows(author, tableId, async tx => {
    const { inserted, replaced } = await upsertLookupRows(tx, tableId, { rows, now })
    const rowCount = await countLookupRows(tx, tableId, { added: inserted, by, now })
    return { inserted, replaced, rowCount }
  })
}

/** Removes a row; 404 when there is none of that key. */
export const removeLookupRow = (author: Author, tableId: string, key: string): Promise<void> =>
  changeRows(author, tableId, async tx => {
    if (!(await deleteLookupRow(tx, tableId, key))) throw missing('row')
    await countLookupRows(tx, tableId, { added: -1, by: author.by, now: author.now })
  })

/** A row of a table; 404 when there is none. */
export const getLookupRow = async (author: Author, tableId: string, key: string): Promise<LookupRow> => {
  const table = await getLookupTable(author, tableId)
  return orMissing(await findLookupRow(author.pool, table.id, key), 'row')
}
