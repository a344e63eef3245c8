/** Mirror pages in the database: compressed HTML by message. */
import type { Db } from '../db/pool.ts'

/**
 * Keeps pages of messages that a worker has in preparation; one that is rendered again has its last page. A message that
 * an erasure ended meanwhile gets none: the lock on its delivery, which the erasure has as well, puts them in an order.
 */
export const saveMirrorPages = async (
  db: Db,
  pages: readonly { readonly messageId: string; readonly html: Buffer }[],
  now: Date,
): Promise<void> => {
  await db.query(
    `with alive as materialized (
       select d.message_id from delivery d where d.message_id = any($1::uuid[]) and d.state = 'claimed'
       order by d.message_id for share)
     insert into mirror_page (message_id, html, at)
     select p.message_id, p.html, $3 from unnest($1::uuid[], $2::bytea[]) as p (message_id, html) join alive using (message_id)
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

/** The pages of these messages, as far as there are any, by message. */
export const mirrorPagesOf = async (
  db: Db,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> => {
  const { rows } = await db.query<{ readonly message_id: string; readonly html: Buffer }>(
    'select message_id, html from mirror_page where message_id = any($1::uuid[])',
    [messageIds],
  )
  return new Map(rows.map(row => [row.message_id, row.html]))
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
