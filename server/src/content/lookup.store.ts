/** Lookup tables in the database. Their rows, in sets, are in `lookup-row.store.ts`. */
import type { LookupColumn } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** A lookup table. */
export interface LookupTableRecord {
  readonly id: string
  readonly name: string
  readonly description: string
  /** The schema; none: any row fits. */
  readonly columns: readonly LookupColumn[]
  /** The set that its rows are in. */
  readonly rowsId: string
  readonly rowCount: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly modifiedAt: Date
  readonly modifiedBy: string
}

interface TableRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly columns: readonly LookupColumn[]
  readonly rows_id: string
  readonly row_count: number
  readonly created_at: Date
  readonly created_by: string
  readonly modified_at: Date
  readonly modified_by: string
}

const toRecord = (row: TableRow): LookupTableRecord => ({
  id: row.id,
  name: row.name,
  description: row.description,
  columns: row.columns,
  rowsId: row.rows_id,
  rowCount: row.row_count,
  createdAt: row.created_at,
  createdBy: row.created_by,
  modifiedAt: row.modified_at,
  modifiedBy: row.modified_by,
})

const COLUMNS = `id, name, description, columns, rows_id, row_count, created_at, created_by, modified_at,
  modified_by`
const LOCKS = { none: '', rows: 'for key share', change: 'for update' } as const

/** A table of this sandbox; locked until the end of the transaction for writing rows, or for changing it. */
export const findLookupTable = async (
  db: Db,
  sandboxId: string,
  asked: { readonly id: string; readonly lock?: keyof typeof LOCKS },
): Promise<LookupTableRecord | undefined> => {
  const { rows } = await db.query<TableRow>(
    `select ${COLUMNS} from lookup_table where id = $1 and sandbox_id = $2 ${LOCKS[asked.lock ?? 'none']}`,
    [asked.id, sandboxId],
  )
  return rows[0] === undefined ? undefined : toRecord(rows[0])
}

/** Which tables a list shows. */
export interface LookupTableFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly search: string | undefined
}

/** Tables, newest first; one row more than `limit` when there are more. */
export const listLookupTables = async (db: Db, filter: LookupTableFilter): Promise<LookupTableRecord[]> => {
  const { rows } = await db.query<TableRow>(
    `select ${COLUMNS} from lookup_table
     where sandbox_id = $1 and ($2::uuid is null or id < $2)
       and ($3::text is null or position(lower($3) in lower(name)) > 0)
     order by id desc limit $4`,
    [filter.sandboxId, filter.after, filter.search ?? null, filter.limit + 1],
  )
  return rows.map(toRecord)
}

/** Names and schemas of a sandbox's tables, `limit` at most. */
export const lookupColumns = async (
  db: Db,
  sandboxId: string,
  limit: number,
): Promise<Pick<LookupTableRecord, 'name' | 'columns'>[]> => {
  const { rows } = await db.query<Pick<LookupTableRecord, 'name' | 'columns'>>(
    'select name, columns from lookup_table where sandbox_id = $1 order by id limit $2',
    [sandboxId, limit],
  )
  return rows
}

/** What is written, by whom, when. */
export interface LookupTableChange {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly columns: readonly LookupColumn[]
  readonly by: string
  readonly now: Date
}

/** Makes an empty table. */
export const insertLookupTable = async (
  db: Db,
  change: LookupTableChange & { readonly sandboxId: string },
): Promise<void> => {
  await db.query(
    `insert into lookup_table (id, rows_id, sandbox_id, name, description, columns, created_at, created_by,
       modified_at, modified_by)
     values ($1, $1, $2, $3, $4, $5, $6, $7, $6, $7)`,
    [
      ...[change.id, change.sandboxId, change.name, change.description],
      ...[JSON.stringify(change.columns), change.now, change.by],
    ],
  )
}

/** Changes name, description and schema. */
export const writeLookupTable = async (tx: Db, change: LookupTableChange): Promise<void> => {
  await tx.query(
    `update lookup_table set name = $2, description = $3, columns = $4, modified_at = $5, modified_by = $6
     where id = $1`,
    [change.id, change.name, change.description, JSON.stringify(change.columns), change.now, change.by],
  )
}

/** Removes a table; its rows are out of sight at once and go in the background. */
export const deleteLookupTable = async (tx: Db, table: LookupTableRecord): Promise<void> => {
  await tx.query('delete from lookup_table where id = $1', [table.id])
  await leaveRows(tx, table.rowsId)
}

/** Gives a set of rows up: nothing reads it any more, and its rows go in the background. */
export const leaveRows = async (tx: Db, rowsId: string): Promise<void> => {
  await tx.query('insert into lookup_leftover (rows_id) values ($1)', [rowsId])
}

/** Makes another set the rows of a locked table. */
export const swapRows = async (
  tx: Db,
  table: LookupTableRecord,
  to: { readonly rowsId: string; readonly rowCount: number; readonly by: string; readonly now: Date },
): Promise<void> => {
  await tx.query(
    'update lookup_table set rows_id = $2, row_count = $3, modified_at = $4, modified_by = $5 where id = $1',
    [table.id, to.rowsId, to.rowCount, to.now, to.by],
  )
  await leaveRows(tx, table.rowsId)
}

/** Counts what a transaction added or removed; answers how many rows there are now. */
export const countLookupRows = async (
  tx: Db,
  tableId: string,
  change: { readonly added: number; readonly by: string; readonly now: Date },
): Promise<number> => {
  const { rows } = await tx.query<{ readonly row_count: number }>(
    `update lookup_table set row_count = row_count + $2, modified_at = $3, modified_by = $4 where id = $1
     returning row_count`,
    [tableId, change.added, change.now, change.by],
  )
  return rows[0]?.row_count ?? 0
}
