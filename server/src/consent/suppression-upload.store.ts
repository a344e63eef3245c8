/** Uploads in the database: the file as it came, how far it was worked off, and the records that were refused. */
import type { UploadStatus } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { ListName } from './suppression.store.ts'

/** An upload without its file. */
export interface UploadRecord {
  readonly id: string
  readonly sandboxId: string
  readonly list: ListName
  readonly filename: string
  readonly status: UploadStatus
  readonly problem: string
  readonly recordCount: number
  readonly handledCount: number
  readonly failedCount: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly endedAt: Date | null
}

interface UploadRow {
  readonly id: string
  readonly sandbox_id: string
  readonly list: ListName
  readonly filename: string
  readonly status: UploadStatus
  readonly problem: string
  readonly record_count: number
  readonly handled_count: number
  readonly failed_count: number
  readonly created_at: Date
  readonly created_by: string
  readonly ended_at: Date | null
}

const COLUMNS = `id, sandbox_id, list, filename, status, problem, record_count, handled_count, failed_count,
  created_at, created_by, ended_at`

const toUpload = (row: UploadRow): UploadRecord => ({
  id: row.id,
  sandboxId: row.sandbox_id,
  list: row.list,
  filename: row.filename,
  status: row.status,
  problem: row.problem,
  recordCount: row.record_count,
  handledCount: row.handled_count,
  failedCount: row.failed_count,
  createdAt: row.created_at,
  createdBy: row.created_by,
  endedAt: row.ended_at,
})

/** A file to be worked off. */
export interface NewUpload {
  readonly id: string
  readonly sandboxId: string
  readonly list: ListName
  readonly filename: string
  readonly content: Uint8Array
  readonly by: string
  readonly now: Date
}

/** Keeps a file; the background process works it off. */
export const insertUpload = async (db: Db, upload: NewUpload): Promise<UploadRecord> => {
  const { id, sandboxId, list, filename, content, by, now } = upload
  const { rows } = await db.query<UploadRow>(
    `insert into suppression_upload (id, sandbox_id, list, filename, content, status, created_at, created_by)
     values ($1, $2, $3, $4, $5, 'ACCEPTED', $6, $7) returning ${COLUMNS}`,
    [id, sandboxId, list, filename, content, now, by],
  )
  return toUpload(rows[0] as UploadRow)
}

/** Which uploads a list shows; without `list` those to both. */
export interface UploadFilter {
  readonly sandboxId: string
  readonly list?: ListName
  readonly limit: number
  readonly after: string | null
}

/** Uploads, newest first; one more than `limit` when there are more. */
export const listUploads = async (db: Db, filter: UploadFilter): Promise<UploadRecord[]> => {
  const { rows } = await db.query<UploadRow>(
    `select ${COLUMNS} from suppression_upload
     where sandbox_id = $1 and ($2::text is null or list = $2) and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [filter.sandboxId, filter.list ?? null, filter.after, filter.limit + 1],
  )
  return rows.map(toUpload)
}

/** One upload. */
export const findUpload = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<UploadRecord | undefined> => {
  const { rows } = await db.query<UploadRow>(
    `select ${COLUMNS} from suppression_upload where id = $1 and sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0] === undefined ? undefined : toUpload(rows[0])
}

/** Removes an upload and its report, not what it added; one that is not done goes no further. False: there is none. */
export const deleteUpload = async (db: Db, sandboxId: string, id: string): Promise<boolean> => {
  const { rowCount } = await db.query('delete from suppression_upload where id = $1 and sandbox_id = $2', [
    id,
    sandboxId,
  ])
  return rowCount === 1
}

/** A record that was refused, and why. */
export interface FailedRecord {
  readonly n: number
  readonly type: string
  readonly value: string
  readonly comment: string
  readonly reason: string
}

/** The refused records of an upload, from record `after` on. */
export const listFailures = async (
  db: Db,
  uploadId: string,
  page: { readonly after: number; readonly limit: number },
): Promise<FailedRecord[]> => {
  const { rows } = await db.query<FailedRecord>(
    `select n, type, value, comment, reason from suppression_upload_failure
     where upload_id = $1 and n > $2 order by n limit $3`,
    [uploadId, page.after, page.limit],
  )
  return rows
}

/** The oldest upload that is not done and that nobody else is at, with its file; locked for this transaction. */
export const takeUpload = async (
  tx: Db,
): Promise<(UploadRecord & { readonly content: Buffer }) | undefined> => {
  const { rows } = await tx.query<UploadRow & { readonly content: Buffer }>(
    `select ${COLUMNS}, content from suppression_upload where status in ('ACCEPTED', 'PENDING')
     order by id limit 1 for update skip locked`,
  )
  const [row] = rows
  return row === undefined ? undefined : { ...toUpload(row), content: row.content }
}

/** How far an upload got; a status that ends it removes the file. */
export interface UploadStep {
  readonly status: 'PENDING' | 'COMPLETE' | 'ERROR'
  readonly problem?: string
  readonly recordCount: number
  readonly handledCount: number
  readonly failures: readonly FailedRecord[]
  readonly now: Date
}

/** Writes a step. */
export const writeUploadStep = async (tx: Db, id: string, step: UploadStep): Promise<void> => {
  const { failures } = step
  const isDone = step.status !== 'PENDING'
  if (failures.length > 0)
    await tx.query(
      `insert into suppression_upload_failure (upload_id, n, type, value, comment, reason)
       select $1, * from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::text[])`,
      [
        ...[id, failures.map(one => one.n), failures.map(one => one.type), failures.map(one => one.value)],
        ...[failures.map(one => one.comment), failures.map(one => one.reason)],
      ],
    )
  await tx.query(
    `update suppression_upload set status = $2, problem = $3, record_count = $4, handled_count = $5,
       failed_count = failed_count + $6, ended_at = $7, content = case when $7::timestamptz is null then content end
     where id = $1`,
    [
      ...[id, step.status, step.problem ?? '', step.recordCount, step.handledCount, failures.length],
      isDone ? step.now : null,
    ],
  )
}

/** Asks that a suppression list be emptied of what it has now. */
export const askClearing = async (
  db: Db,
  ask: { readonly sandboxId: string; readonly by: string; readonly now: Date },
): Promise<void> => {
  await db.query(
    `insert into suppression_clearing (sandbox_id, asked_at, asked_by) values ($1, $2, $3)
     on conflict (sandbox_id) do update set asked_at = excluded.asked_at, asked_by = excluded.asked_by`,
    [ask.sandboxId, ask.now, ask.by],
  )
}

/** Removes at most `limit` entries of one list that is to be emptied. False: there is none, or others are at it. */
export const clearSome = async (tx: Db, limit: number): Promise<boolean> => {
  const { rows } = await tx.query<{ sandbox_id: string; asked_at: Date }>(
    'select sandbox_id, asked_at from suppression_clearing order by asked_at limit 1 for update skip locked',
  )
  const [asked] = rows
  if (asked === undefined) return false
  const { rowCount } = await tx.query(
    `with gone as (
       delete from suppression where id in (
         select id from suppression where sandbox_id = $1 and list = 'client' and created_at <= $2 limit $3)
       returning value
     ), forgotten as (
       delete from bounce_count c using gone where c.sandbox_id = $1 and c.address = gone.value
     )
     select from gone`,
    [asked.sandbox_id, asked.asked_at, limit],
  )
  if ((rowCount ?? 0) < limit)
    await tx.query('delete from suppression_clearing where sandbox_id = $1', [asked.sandbox_id])
  return true
}
