/** Imports in the database: the file in pieces of one size, how far it is done, and the lines that were refused. */
import { IMPORT_PIECE_BYTES, type ImportOutcome, type ImportState } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** The size of a piece, the last one apart. */
export const CHUNK_BYTES = IMPORT_PIECE_BYTES

/** What the rows of a file become. */
export type ImportKindName = 'people' | 'lookup_rows'

/** Whose imports are meant: those of one kind in a sandbox, and of one target where the kind has targets. */
export interface ImportScope {
  readonly kind: ImportKindName
  readonly sandboxId: string
  readonly targetId: string | null
}

/** An import as it is stored. `mapping` is what its kind made of the columns; null: not started. */
export interface ImportRecord {
  readonly id: string
  readonly kind: ImportKindName
  readonly sandbox_id: string
  readonly target_id: string | null
  readonly name: string
  readonly format: 'csv' | 'jsonl'
  readonly state: ImportState
  readonly bytes: number
  /** Of the whole file; null: it was not told. */
  readonly size: number | null
  readonly delimiter: string
  readonly columns: readonly string[]
  readonly mapping: unknown
  readonly position: number
  readonly line: number
  readonly skipping: boolean
  readonly created_count: number
  readonly updated_count: number
  readonly skipped_count: number
  readonly refused_count: number
  readonly created_at: Date
  readonly created_by: string
  readonly started_at: Date | null
  readonly finished_at: Date | null
}

const first = async (db: Db, text: string, values: readonly unknown[]): Promise<ImportRecord | undefined> => {
  const { rows } = await db.query<ImportRecord>(text, [...values])
  return rows[0]
}

/** Makes an import without a byte. */
export const insertImport = async (
  db: Db,
  scope: ImportScope,
  made: Pick<ImportRecord, 'id' | 'name' | 'format' | 'size' | 'created_at' | 'created_by'>,
): Promise<void> => {
  await db.query(
    `insert into import (id, kind, sandbox_id, target_id, name, format, size, state, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, 'uploading', $8, $9)`,
    [
      ...[made.id, scope.kind, scope.sandboxId, scope.targetId],
      ...[made.name, made.format, made.size, made.created_at, made.created_by],
    ],
  )
}

// $1 sandbox, $2 kind, $3 target.
const OF_SCOPE = 'sandbox_id = $1 and kind = $2 and target_id is not distinct from $3::uuid'
const scopeValues = (scope: ImportScope) => [scope.sandboxId, scope.kind, scope.targetId]

/** One of a scope. */
export const findImport = (db: Db, scope: ImportScope, id: string): Promise<ImportRecord | undefined> =>
  first(db, `select * from import where ${OF_SCOPE} and id = $4`, [...scopeValues(scope), id])

/** Newest first; one more than `limit` when there are more. */
export const listImports = async (
  db: Db,
  scope: ImportScope,
  page: { readonly limit: number; readonly after: string | null },
): Promise<ImportRecord[]> => {
  const { rows } = await db.query<ImportRecord>(
    `select * from import where ${OF_SCOPE} and ($4::uuid is null or id < $4) order by id desc limit $5`,
    [...scopeValues(scope), page.after, page.limit + 1],
  )
  return rows
}

/** Adds a piece where the file ends. False: it does not end there, or takes no more. */
export const appendChunk = async (
  db: Db,
  id: string,
  piece: { readonly offset: number; readonly bytes: Buffer },
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `with grown as (
       update import set bytes = bytes + $3 where id = $1 and state = 'uploading' and bytes = $2 returning id
     )
     insert into import_chunk (import_id, n, bytes) select id, $4, $5 from grown`,
    [id, piece.offset, piece.bytes.length, Math.floor(piece.offset / CHUNK_BYTES), piece.bytes],
  )
  return rowCount === 1
}

/** The bytes from a position on, three pieces at most: never less than two, unless the file ends. */
export const readPiece = async (db: Db, id: string, position: number): Promise<Buffer> => {
  const n = Math.floor(position / CHUNK_BYTES)
  const { rows } = await db.query<{ bytes: Buffer }>(
    'select bytes from import_chunk where import_id = $1 and n between $2 and $2 + 2 order by n',
    [id, n],
  )
  return Buffer.concat(rows.map(row => row.bytes)).subarray(position - n * CHUNK_BYTES)
}

/** All bytes are here. Undefined: it was not uploading. */
export const completeUpload = (
  db: Db,
  id: string,
  found: { readonly delimiter: string; readonly columns: readonly string[] },
): Promise<ImportRecord | undefined> =>
  first(
    db,
    `update import set state = 'uploaded', delimiter = $2, columns = $3
     where id = $1 and state = 'uploading' returning *`,
    [id, found.delimiter, JSON.stringify(found.columns)],
  )

/** Sets it going. Undefined: it did not wait for that. */
export const beginImport = (
  db: Db,
  id: string,
  start: { readonly mapping: unknown; readonly now: Date },
): Promise<ImportRecord | undefined> =>
  first(
    db,
    `update import set state = 'running', mapping = $2, started_at = $3
     where id = $1 and state = 'uploaded' returning *`,
    [id, JSON.stringify(start.mapping), start.now],
  )

/** The oldest running one of a kind that nobody else is at, locked until the end of the transaction. */
export const lockRunning = (tx: Db, kind: ImportKindName): Promise<ImportRecord | undefined> =>
  first(
    tx,
    `select * from import where kind = $1 and state = 'running' order by id limit 1 for update skip locked`,
    [kind],
  )

const dropFile = async (tx: Db, id: string): Promise<void> => {
  await tx.query('delete from import_chunk where import_id = $1', [id])
}

/** Ends one that has not ended, and drops its file. Undefined: it had ended. Within a transaction. */
export const cancelImport = async (tx: Db, id: string, now: Date): Promise<ImportRecord | undefined> => {
  const cancelled = await first(
    tx,
    `update import set state = 'cancelled', finished_at = $2
     where id = $1 and state in ('uploading', 'uploaded', 'running') returning *`,
    [id, now],
  )
  if (cancelled !== undefined) await dropFile(tx, id)
  return cancelled
}

/** Removes one that does not run, with its report. False: it runs, or is not there. */
export const deleteImport = async (db: Db, id: string): Promise<boolean> => {
  const { rowCount } = await db.query(`delete from import where id = $1 and state <> 'running'`, [id])
  return rowCount === 1
}

/** Removes all imports of a target, running ones too. Answers the ids of those that had begun and not ended. */
export const dropImportsOf = async (tx: Db, targetId: string): Promise<string[]> => {
  const { rows } = await tx.query<Pick<ImportRecord, 'id' | 'state'>>(
    'delete from import where target_id = $1 returning id, state',
    [targetId],
  )
  return rows.flatMap(row => (row.state === 'running' ? [row.id] : []))
}

/** Whether there are imports of a target. */
export const hasImportsOf = async (db: Db, targetId: string): Promise<boolean> => {
  const { rowCount } = await db.query('select from import where target_id = $1 limit 1', [targetId])
  return rowCount === 1
}

/** What a step did; the position is that of the next one. */
export interface ImportProgress {
  readonly position: number
  readonly line: number
  readonly skipping: boolean
  readonly created: number
  readonly updated: number
  readonly skipped: number
  /** Where it began. */
  readonly from: number
  /** The people of its rows by what became of them, where the rows are people. */
  readonly people?: Readonly<Record<ImportOutcome, readonly string[]>> | undefined
  readonly refused: readonly { readonly line: number; readonly reason: string }[]
  /** When and how it ended; null: there is more. */
  readonly ended: { readonly at: Date; readonly as: 'done' | 'failed' } | null
}

const insertStep = async (tx: Db, id: string, { from, people }: ImportProgress): Promise<void> => {
  const { created = [], updated = [], skipped = [] } = people ?? {}
  if (created.length + updated.length + skipped.length === 0) return
  await tx.query(
    'insert into import_step (import_id, position, created, updated, skipped) values ($1, $2, $3, $4, $5)',
    [id, from, created, updated, skipped],
  )
}

/** Writes what a step did, in the transaction of its rows. */
export const recordProgress = async (tx: Db, id: string, step: ImportProgress): Promise<void> => {
  await insertStep(tx, id, step)
  if (step.refused.length > 0)
    await tx.query(
      `insert into import_refusal (import_id, line, reason)
       select $1, line, reason from unnest($2::bigint[], $3::text[]) as given (line, reason)`,
      [id, step.refused.map(one => one.line), step.refused.map(one => one.reason)],
    )
  await tx.query(
    `update import set position = $2, line = $3, skipping = $4, created_count = created_count + $5,
       updated_count = updated_count + $6, skipped_count = skipped_count + $7, refused_count = refused_count + $8,
       state = coalesce($9, state), finished_at = $10
     where id = $1`,
    [
      ...[id, step.position, step.line, step.skipping],
      ...[step.created, step.updated, step.skipped, step.refused.length],
      ...[step.ended?.as ?? null, step.ended?.at ?? null],
    ],
  )
  if (step.ended !== null) await dropFile(tx, id)
}

/** Refused lines after a line, in their order. */
export const readRefusals = async (
  db: Db,
  id: string,
  page: { readonly after: number; readonly limit: number },
): Promise<{ line: number; reason: string }[]> => {
  const { rows } = await db.query<{ line: number; reason: string }>(
    'select line, reason from import_refusal where import_id = $1 and line > $2 order by line limit $3',
    [id, page.after, page.limit],
  )
  return rows
}

/** A row of people that was taken, by its place among the rows of its count. */
export interface TakenRow {
  readonly position: number
  readonly n: number
  readonly profile_id: string
}

/** The rows of one count after a place, in the order of the file; one more than `limit` when there are more. */
export const readTaken = async (
  db: Db,
  id: string,
  page: {
    readonly outcome: ImportOutcome
    readonly after: Pick<TakenRow, 'position' | 'n'>
    readonly limit: number
  },
): Promise<TakenRow[]> => {
  const { rows } = await db.query<TakenRow>(
    `select s.position, u.n, u.profile_id from import_step s
       cross join lateral unnest(case $2 when 'created' then s.created when 'updated' then s.updated else s.skipped end)
         with ordinality as u (profile_id, n)
     where s.import_id = $1 and s.position >= $3 and (s.position > $3 or u.n > $4)
     order by s.position, u.n limit $5`,
    [id, page.outcome, page.after.position, page.after.n, page.limit + 1],
  )
  return rows
}
