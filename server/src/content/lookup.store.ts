/** Lookup tables and their rows in the database: made for millions of rows that are read by key. */
import type { LookupRow } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** A lookup table. */
export interface LookupTableRecord {
  readonly id: string
  readonly name: string
  readonly description: string
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
  rowCount: row.row_count,
  createdAt: row.created_at,
  createdBy: row.created_by,
  modifiedAt: row.modified_at,
  modifiedBy: row.modified_by,
})

const COLUMNS = 'id, name, description, row_count, created_at, created_by, modified_at, modified_by'
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

/** What is written, by whom, when. */
export interface LookupTableChange {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly by: string
  readonly now: Date
}

/** Makes an empty table. */
export const insertLookupTable = async (
  db: Db,
  change: LookupTableChange & { readonly sandboxId: string },
): Promise<void> => {
  await db.query(
    `insert into lookup_table (id, sandbox_id, name, description, created_at, created_by, modified_at, modified_by)
     values ($1, $2, $3, $4, $5, $6, $5, $6)`,
    [change.id, change.sandboxId, change.name, change.description, change.now, change.by],
  )
}

/** Changes name and description. */
export const writeLookupTable = async (tx: Db, change: LookupTableChange): Promise<void> => {
  await tx.query(
    'update lookup_table set name = $2, description = $3, modified_at = $4, modified_by = $5 where id = $1',
    [change.id, change.name, change.description, change.now, change.by],
  )
}

/** Removes a table with all its rows. */
export const deleteLookupTable = async (tx: Db, id: string): Promise<void> => {
  await tx.query('delete from lookup_table where id = $1', [id])
}

/** A row that is written. */
export interface RowToWrite {
  readonly key: string
  readonly row: Readonly<Record<string, unknown>>
}

/** Adds rows and replaces those of equal keys, in the order of the keys so that two writers never wait in a circle. */
export const upsertLookupRows = async (
  tx: Db,
  tableId: string,
  write: { readonly rows: readonly RowToWrite[]; readonly now: Date },
): Promise<{ readonly inserted: number; readonly replaced: number }> => {
  // A row that an insert made has no deleting transaction: xmax is 0.
  const { rows } = await tx.query<{ readonly inserted: boolean }>(
    `insert into lookup_row (table_id, key, row, modified_at)
     select $1, given.key, given.row, $4 from unnest($2::text[], $3::jsonb[]) as given (key, row)
     order by given.key collate "C"
     on conflict (table_id, key) do update set row = excluded.row, modified_at = excluded.modified_at
     returning xmax = 0 as inserted`,
    [tableId, write.rows.map(one => one.key), write.rows.map(one => JSON.stringify(one.row)), write.now],
  )
  const inserted = rows.filter(row => row.inserted).length
  return { inserted, replaced: rows.length - inserted }
}

/** Removes a row. False: there is none of that key. */
export const deleteLookupRow = async (tx: Db, tableId: string, key: string): Promise<boolean> => {
  const { rowCount } = await tx.query('delete from lookup_row where table_id = $1 and key = $2', [
    tableId,
    key,
  ])
  return rowCount === 1
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

/** Which rows a list shows; `prefix` is the beginning of the key. */
export interface LookupRowFilter {
  readonly limit: number
  readonly after: string | null
  readonly prefix: string | undefined
}

interface StoredRow {
  readonly key: string
  readonly row: Record<string, unknown>
  readonly modified_at: Date
}

const toRow = (row: StoredRow): LookupRow => ({
  key: row.key,
  row: row.row,
  modifiedAt: row.modified_at.toISOString(),
})

/** Rows by key; one more than `limit` when there are more. */
export const listLookupRows = async (
  db: Db,
  tableId: string,
  filter: LookupRowFilter,
): Promise<LookupRow[]> => {
  const { rows } = await db.query<StoredRow>(
    `select r.key, r.row, r.modified_at from lookup_row r
     where r.table_id = $1 and ($2::text is null or r.key > $2) and ($3::text is null or starts_with(r.key, $3))
     order by r.key limit $4`,
    [tableId, filter.after, filter.prefix ?? null, filter.limit + 1],
  )
  return rows.map(toRow)
}

/** One row. */
export const findLookupRow = async (db: Db, tableId: string, key: string): Promise<LookupRow | undefined> => {
  const { rows } = await db.query<StoredRow>(
    'select key, row, modified_at from lookup_row where table_id = $1 and key = $2',
    [tableId, key],
  )
  return rows[0] === undefined ? undefined : toRow(rows[0])
}

/** One question of content: a table by its name, and a key. */
export interface LookupQuestion {
  readonly dataset: string
  readonly key: string
}

/** A row that was found. */
export interface LookupAnswer extends LookupQuestion {
  readonly row: Readonly<Record<string, unknown>>
}

/** The answers to many questions: what was found, and the tables that there are none of. */
export interface LookupAnswers {
  readonly found: readonly LookupAnswer[]
  readonly unknownDatasets: readonly string[]
}

// A key that content computed may hold what no key can: one such question must not fail the others of the query.
const storableOrNull = (key: string): string | null => (key.includes('\0') ? null : key)

/** Answers any number of questions in one query. A question of a known table without an answer has no row. */
export const lookupRows = async (
  db: Db,
  sandboxId: string,
  questions: readonly LookupQuestion[],
): Promise<LookupAnswers> => {
  if (questions.length === 0) return { found: [], unknownDatasets: [] }
  const { rows } = await db.query<LookupQuestion & { known: boolean; row: LookupAnswer['row'] | null }>(
    `select asked.dataset, asked.key, t.id is not null as known, r.row
     from (select distinct * from unnest($2::text[], $3::text[])) as asked (dataset, key)
     left join lookup_table t on t.sandbox_id = $1 and t.name = asked.dataset
     left join lookup_row r on r.table_id = t.id and r.key = asked.key`,
    [sandboxId, questions.map(one => one.dataset), questions.map(one => storableOrNull(one.key))],
  )
  return {
    found: rows.flatMap(({ dataset, key, row }) => (row === null ? [] : [{ dataset, key, row }])),
    unknownDatasets: [...new Set(rows.filter(row => !row.known).map(row => row.dataset))],
  }
}
