/**
 * The rows of lookup tables in the database: made for millions of rows that are read by key. Rows are in sets; a table
 * names the set that is its own, and what no table names goes step by step.
 */
import type { LookupRow } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** A row that is written. */
export interface RowToWrite {
  readonly key: string
  readonly row: Readonly<Record<string, unknown>>
}

/** Adds rows and replaces those of equal keys, in the order of the keys so that two writers never wait in a circle. */
export const upsertLookupRows = async (
  tx: Db,
  rowsId: string,
  write: { readonly rows: readonly RowToWrite[]; readonly now: Date },
): Promise<{ readonly inserted: number; readonly replaced: number }> => {
  // A row that an insert made has no deleting transaction: xmax is 0.
  const { rows } = await tx.query<{ readonly inserted: boolean }>(
    `insert into lookup_row (rows_id, key, row, modified_at)
     select $1, given.key, given.row, $4 from unnest($2::text[], $3::jsonb[]) as given (key, row)
     order by given.key collate "C"
     on conflict (rows_id, key) do update set row = excluded.row, modified_at = excluded.modified_at
     returning xmax = 0 as inserted`,
    [rowsId, write.rows.map(one => one.key), write.rows.map(one => JSON.stringify(one.row)), write.now],
  )
  const inserted = rows.filter(row => row.inserted).length
  return { inserted, replaced: rows.length - inserted }
}

/** Removes a row. False: there is none of that key. */
export const deleteLookupRow = async (tx: Db, rowsId: string, key: string): Promise<boolean> => {
  const { rowCount } = await tx.query('delete from lookup_row where rows_id = $1 and key = $2', [rowsId, key])
  return rowCount === 1
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
  rowsId: string,
  filter: LookupRowFilter,
): Promise<LookupRow[]> => {
  const { rows } = await db.query<StoredRow>(
    `select r.key, r.row, r.modified_at from lookup_row r
     where r.rows_id = $1 and ($2::text is null or r.key > $2) and ($3::text is null or starts_with(r.key, $3))
     order by r.key limit $4`,
    [rowsId, filter.after, filter.prefix ?? null, filter.limit + 1],
  )
  return rows.map(toRow)
}

/** One row. */
export const findLookupRow = async (db: Db, rowsId: string, key: string): Promise<LookupRow | undefined> => {
  const { rows } = await db.query<StoredRow>(
    'select key, row, modified_at from lookup_row where rows_id = $1 and key = $2',
    [rowsId, key],
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
     left join lookup_row r on r.rows_id = t.rows_id and r.key = asked.key`,
    [sandboxId, questions.map(one => one.dataset), questions.map(one => storableOrNull(one.key))],
  )
  return {
    found: rows.flatMap(({ dataset, key, row }) => (row === null ? [] : [{ dataset, key, row }])),
    unknownDatasets: [...new Set(rows.filter(row => !row.known).map(row => row.dataset))],
  }
}

/** Removes at most `limit` rows of one set that was given up. False: there is none, or others are at it. */
export const sweepRows = async (tx: Db, limit: number): Promise<boolean> => {
  const { rows: left } = await tx.query<{ readonly rows_id: string; readonly swept_to: string }>(
    'select rows_id, swept_to from lookup_leftover order by rows_id limit 1 for update skip locked',
  )
  const [set] = left
  if (set === undefined) return false
  const { rows } = await tx.query<{ readonly count: number; readonly swept_to: string | null }>(
    `with next as (
       select key from lookup_row where rows_id = $1 and key >= $2 order by key limit $3
     ), gone as (
       delete from lookup_row r using next where r.rows_id = $1 and r.key = next.key
     )
     select count(*) as count, max(key) as swept_to from next`,
    [set.rows_id, set.swept_to, limit],
  )
  const [step] = rows
  if ((step?.count ?? 0) < limit)
    await tx.query('delete from lookup_leftover where rows_id = $1', [set.rows_id])
  else
    await tx.query('update lookup_leftover set swept_to = $2 where rows_id = $1', [
      set.rows_id,
      step?.swept_to,
    ])
  return true
}
