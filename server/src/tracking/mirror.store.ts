/** Mirror pages in the database: compressed HTML by message. */
import type { Db } from '../db/pool.ts'

/** Keeps pages; a message that is rendered again has its last one. */
export const saveMirrorPages = async (
  db: Db,
  pages: readonly { readonly messageId: string; readonly html: Buffer }[],
  now: Date,
): Promise<void> => {
  await db.query(
    `insert into mirror_page (message_id, html, at) select p.*, $3 from unnest($1::uuid[], $2::bytea[]) as p
     order by 1 on conflict (message_id) do update set html = excluded.html, at = excluded.at`,
    [pages.map(page => page.messageId), pages.map(page => page.html), now],
  )
}

/** The page of a message; undefined: there is none (any more). */
export const findMirrorPage = async (db: Db, messageId: string): Promise<Buffer | undefined> => {
  const { rows } = await db.query<{ readonly html: Buffer }>(
    'select html from mirror_page where message_id = $1',
    [messageId],
  )
  return rows[0]?.html
}

/** Removes some pages from before a moment; answers how many. */
export const removeOldMirrorPages = async (db: Db, before: Date, limit: number): Promise<number> => {
  const { rowCount } = await db.query(
    `delete from mirror_page where message_id in (
       select message_id from mirror_page where at < $1 order by at limit $2 for update skip locked)`,
    [before, limit],
  )
  return rowCount ?? 0
}
