/** Files that go with a campaign's mail. */
import type { CampaignFile } from '@carillon/contract'
import { type Attachment, encodeAttachment } from '../channels/email/mime.ts'
import type { Db } from '../db/pool.ts'

interface FileRow {
  readonly id: string
  readonly name: string
  readonly media_type: string
  readonly size: number
  readonly created_at: Date
}

const toFile = (row: FileRow): CampaignFile => ({
  id: row.id,
  name: row.name,
  mediaType: row.media_type,
  size: row.size,
  createdAt: row.created_at.toISOString(),
})

/** The files of a campaign, the oldest first; without those of other sandboxes. */
export const listCampaignFiles = async (
  db: Db,
  sandboxId: string,
  campaignId: string,
): Promise<CampaignFile[]> => {
  const { rows } = await db.query<FileRow>(
    `select id, name, media_type, size, created_at from campaign_file
     where sandbox_id = $1 and campaign_id = $2 order by id`,
    [sandboxId, campaignId],
  )
  return rows.map(toFile)
}

/** Removes a file that neither the draft of its campaign nor any version names. False: it is named, or not there. */
export const deleteCampaignFile = async (
  db: Db,
  {
    sandboxId,
    campaignId,
    id,
  }: { readonly sandboxId: string; readonly campaignId: string; readonly id: string },
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `delete from campaign_file f where f.sandbox_id = $1 and f.campaign_id = $2 and f.id = $3
       and not exists (select from campaign c where c.id = f.campaign_id and c.draft -> 'attachmentIds' ? f.id::text)
       and not exists (
         select from campaign_version v where v.campaign_id = f.campaign_id and v.properties -> 'attachmentIds' ? f.id::text)`,
    [sandboxId, campaignId, id],
  )
  return rowCount === 1
}

/** A file to keep. */
export interface NewCampaignFile {
  readonly id: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly name: string
  readonly mediaType: string
  readonly content: Buffer
  readonly now: Date
}

/** Keeps a file. */
export const insertCampaignFile = async (db: Db, file: NewCampaignFile): Promise<void> => {
  await db.query(
    `insert into campaign_file (id, sandbox_id, campaign_id, name, media_type, size, content, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[file.id, file.sandboxId, file.campaignId, file.name, file.mediaType],
      ...[file.content.length, file.content, file.now],
    ],
  )
}

/** Files by id in the order given, ready to go with a mail. */
export const attachmentsOf = async (db: Db, ids: readonly string[]): Promise<Attachment[]> => {
  const { rows } = await db.query<FileRow & { readonly content: Buffer }>(
    'select id, name, media_type, content from campaign_file where id = any($1::uuid[])',
    [ids],
  )
  return ids.flatMap(id => {
    const row = rows.find(one => one.id === id)
    if (row === undefined) return []
    return [{ name: row.name, mediaType: row.media_type, base64: encodeAttachment(row.content) }]
  })
}

/** Copies files for another campaign of the sandbox; the new ids, in the order given. */
export const copyCampaignFiles = async (
  db: Db,
  ids: readonly string[],
  to: { readonly sandboxId: string; readonly campaignId: string; readonly newId: () => string },
): Promise<string[]> => {
  const copies = ids.map(() => to.newId())
  const { rows } = await db.query<{ id: string }>(
    `insert into campaign_file (id, sandbox_id, campaign_id, name, media_type, size, content, created_at)
     select c.id, f.sandbox_id, $3, f.name, f.media_type, f.size, f.content, f.created_at
     from unnest($1::uuid[], $2::uuid[]) as c (id, source) join campaign_file f on f.id = c.source
     where f.sandbox_id = $4 returning id`,
    [copies, ids, to.campaignId, to.sandboxId],
  )
  const made = new Set(rows.map(row => row.id))
  return copies.filter(id => made.has(id))
}
