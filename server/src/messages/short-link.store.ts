/** Links of short messages in the database: a code each, which leads on for thirty days. It decides nothing. */
import type { Db } from '../db/pool.ts'

/** A link of one message. */
export interface ShortLinkRow {
  readonly code: string
  readonly messageId: string
  readonly url: string
}

/**
 * Keeps links of messages that a worker has in preparation, until a moment. A message that an erasure ended meanwhile gets
 * none: the lock on its delivery, which the erasure has as well, puts them in an order.
 */
export const saveShortLinks = async (db: Db, links: readonly ShortLinkRow[], until: Date): Promise<void> => {
  await db.query({
    name: 'save-short-links',
    text: `with alive as materialized (
       select d.message_id from delivery d where d.message_id = any($2::uuid[]) and d.state = 'claimed'
       order by d.message_id for share)
     insert into short_link (code, message_id, url, expires_at)
     select l.code, l.message_id, l.url, $4 from unnest($1::text[], $2::uuid[], $3::text[]) as l (code, message_id, url)
     join alive using (message_id)`,
    values: [
      links.map(link => link.code),
      links.map(link => link.messageId),
      links.map(link => link.url),
      until,
    ],
  })
}

/** Follows a link: where it leads; undefined: there is none, or not any more. `isLook`: it is not counted as a click. */
export const followShortLink = async (
  db: Db,
  code: string,
  at: { readonly now: Date; readonly isLook: boolean },
): Promise<string | undefined> => {
  const { rows } = await db.query<{ url: string }>(
    at.isLook
      ? 'select url from short_link where code = $1 and expires_at > $2'
      : `update short_link set clicks = clicks + 1, first_click_at = coalesce(first_click_at, $2), last_click_at = $2
         where code = $1 and expires_at > $2 returning url`,
    [code, at.now],
  )
  return rows[0]?.url
}

/** How often a link of a message was followed. */
export interface ShortLinkClicks {
  readonly url: string
  readonly clicks: number
  readonly firstClickAt: Date | null
  readonly lastClickAt: Date | null
}

/** The links of a message of a sandbox. */
export const shortLinksOf = async (
  db: Db,
  sandboxId: string,
  messageId: string,
): Promise<ShortLinkClicks[]> => {
  const { rows } = await db.query<ShortLinkClicks>(
    `select l.url, l.clicks, l.first_click_at as "firstClickAt", l.last_click_at as "lastClickAt"
     from short_link l join delivery d on d.message_id = l.message_id
     where l.message_id = $2 and d.sandbox_id = $1 order by l.code`,
    [sandboxId, messageId],
  )
  return rows
}

/** Removes links that lead nowhere any more; answers how many. */
export const sweepShortLinks = async (db: Db, now: Date): Promise<number> => {
  const { rowCount } = await db.query('delete from short_link where expires_at <= $1', [now])
  return rowCount ?? 0
}
