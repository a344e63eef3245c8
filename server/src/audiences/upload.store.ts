/** Files of members on their way in: the account of each, and its rows in parts until they are taken up. */
import type { AudienceUpload, MemberRefusal } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** A row of a file: a person to be, or why it is none. */
export type UploadRow =
  | { readonly line: number; readonly value: string; readonly extra: Readonly<Record<string, string>> }
  | { readonly line: number; readonly reason: MemberRefusal }

/** An upload that begins. */
export interface NewUpload {
  readonly id: string
  readonly sandboxId: string
  readonly audienceId: string
  readonly namespace: string
  readonly createProfiles: boolean
  readonly by: string
  readonly now: Date
}

interface Row extends Omit<AudienceUpload, 'createdAt' | 'modifiedAt'> {
  readonly createdAt: Date
  readonly modifiedAt: Date
}

const COLUMNS = `u.id, u.audience_id as "audienceId", u.namespace, u.create_profiles as "createProfiles", u.state,
  u.rows_received as "rowsReceived", u.rows_done as "rowsDone", u.added, u.replaced, u.refused, u.refusals,
  u.created_at as "createdAt", u.created_by as "createdBy", u.modified_at as "modifiedAt"`

const toUpload = (row: Row): AudienceUpload => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  modifiedAt: row.modifiedAt.toISOString(),
})

/** Begins an upload, in the state `receiving`. */
export const insertUpload = async (db: Db, upload: NewUpload): Promise<void> => {
  await db.query(
    `insert into audience_upload (id, sandbox_id, audience_id, namespace, create_profiles, state, created_at, created_by, modified_at)
     values ($1, $2, $3, $4, $5, 'receiving', $6, $7, $6)`,
    [
      ...[upload.id, upload.sandboxId, upload.audienceId, upload.namespace],
      ...[upload.createProfiles, upload.now, upload.by],
    ],
  )
}

/** Keeps a part of the rows. */
export const insertPart = async (
  db: Db,
  part: {
    readonly uploadId: string
    readonly n: number
    readonly rows: readonly UploadRow[]
    readonly now: Date
  },
): Promise<void> => {
  await db.query(
    `with part as (insert into audience_upload_part (upload_id, n, rows) values ($1, $2, $3))
     update audience_upload set rows_received = rows_received + $4, modified_at = $5 where id = $1`,
    [part.uploadId, part.n, JSON.stringify(part.rows), part.rows.length, part.now],
  )
}

/** The file is here as a whole: from now on its rows are taken up. */
export const markReceived = async (db: Db, uploadId: string, now: Date): Promise<void> => {
  await db.query(`update audience_upload set state = 'waiting', modified_at = $2 where id = $1`, [
    uploadId,
    now,
  ])
}

/** Forgets an upload whose file did not arrive. */
export const deleteUpload = async (db: Db, uploadId: string): Promise<void> => {
  await db.query('delete from audience_upload where id = $1', [uploadId])
}

/** Forgets the uploads of which nothing came since a moment. */
export const deleteAbandoned = async (db: Db, before: Date): Promise<void> => {
  await db.query(`delete from audience_upload where state = 'receiving' and modified_at < $1`, [before])
}

/** An upload of an audience. */
export const findUpload = async (
  db: Db,
  audienceId: string,
  uploadId: string,
): Promise<AudienceUpload | undefined> => {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from audience_upload u where u.id = $1 and u.audience_id = $2`,
    [uploadId, audienceId],
  )
  return rows[0] === undefined ? undefined : toUpload(rows[0])
}

/** Uploads of an audience, newest first; one more than `limit` when there are more. */
export const listUploads = async (
  db: Db,
  audienceId: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<AudienceUpload[]> => {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from audience_upload u where u.audience_id = $1 and ($2::uuid is null or u.id < $2)
     order by u.id desc limit $3`,
    [audienceId, page.after, page.limit + 1],
  )
  return rows.map(toUpload)
}

/** What a step needs to know of the upload it takes up, and the audience's columns. */
export interface OpenUpload {
  readonly id: string
  readonly sandboxId: string
  readonly audienceId: string
  readonly columns: readonly string[]
  readonly namespace: string
  readonly createProfiles: boolean
}

/** The oldest upload that waits and whose audience nobody else writes to now; the audience is locked with it. */
export const takeUpload = async (tx: Db): Promise<OpenUpload | undefined> => {
  const { rows } = await tx.query<OpenUpload>(
    `select u.id, u.sandbox_id as "sandboxId", a.id as "audienceId", a.columns, u.namespace,
       u.create_profiles as "createProfiles"
     from audience_upload u join audience a on a.id = u.audience_id
     where u.state = 'waiting' order by u.id limit 1 for update of a skip locked`,
  )
  return rows[0]
}

/** The next rows of an upload, which are gone with the transaction; undefined: there are none. */
export const takePart = async (tx: Db, uploadId: string): Promise<readonly UploadRow[] | undefined> => {
  const { rows } = await tx.query<{ rows: readonly UploadRow[] }>(
    `delete from audience_upload_part where upload_id = $1
       and n = (select min(n) from audience_upload_part where upload_id = $1) returning rows`,
    [uploadId],
  )
  return rows[0]?.rows
}

/** What a step did. */
export interface UploadStep {
  readonly uploadId: string
  readonly rows: number
  readonly added: number
  readonly replaced: number
  readonly refusals: AudienceUpload['refusals']
  readonly now: Date
}

/** Counts a step; of the refusals the first `most` of all are kept. */
export const countStep = async (tx: Db, step: UploadStep, most: number): Promise<void> => {
  await tx.query(
    `update audience_upload set rows_done = rows_done + $2, added = added + $3, replaced = replaced + $4,
       refused = refused + jsonb_array_length($5::jsonb), modified_at = $6,
       refusals = case when jsonb_array_length(refusals) < $7 then jsonb_path_query_array(refusals || $5::jsonb,
         '$[0 to $last]', jsonb_build_object('last', $7 - 1)) else refusals end
     where id = $1`,
    [
      ...[step.uploadId, step.rows, step.added, step.replaced],
      ...[JSON.stringify(step.refusals), step.now, most],
    ],
  )
}

/** All rows are taken up. */
export const markDone = async (tx: Db, uploadId: string, now: Date): Promise<void> => {
  await tx.query(`update audience_upload set state = 'done', modified_at = $2 where id = $1`, [uploadId, now])
}
