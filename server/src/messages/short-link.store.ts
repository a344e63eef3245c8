/** Links of short messages in the database: a code each, which leads on for thirty days. It decides nothing. */
import type { Db } from '../db/pool.ts'

/** A link of one message. */
export interface ShortLinkRow {
  readonly code: string
  readonly messageId: string
  readonly url: string
  /** The link of the campaign as which it is counted; null: it is not followed. */
  readonly linkId: bigint | null
}

/**
 * Keeps links of messages that a worker has in preparation, until a moment; one that is kept already is kept until then. A
 * message that an erasure ended meanwhile gets none: the lock on its delivery, which the erasure has as well, puts them in
 * an order. Rejects when a code is another message's.
 */
export const saveShortLinks = async (db: Db, links: readonly ShortLinkRow[], until: Date): Promise<void> => {
  await db.query({
    name: 'save-short-links',
    text: `with alive as materialized (
       select d.message_id from delivery d where d.message_id = any($2::uuid[]) and d.state = 'claimed'
       order by d.message_id for share)
     insert into short_link (code, message_id, url, link_id, expires_at)
     select l.code, l.message_id, l.url, l.link_id, $5
     from unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[]) as l (code, message_id, url, link_id)
     join alive using (message_id)
     on conflict (code) do update set expires_at = excluded.expires_at,
       -- None, which the column refuses, when it is not this message's: its links lead nowhere else.
       message_id = case when short_link.message_id = excluded.message_id then excluded.message_id end`,
    values: [
      links.map(link => link.code),
      links.map(link => link.messageId),
      links.map(link => link.url),
      links.map(link => link.linkId?.toString() ?? null),
      until,
    ],
  })
}

/** A link as it was made. */
export type MadeShortLink = Omit<ShortLinkRow, 'linkId'>

/** The links that were made for these messages before, in an order that does not change. */
export const shortLinksMade = async (db: Db, messageIds: readonly string[]): Promise<MadeShortLink[]> => {
  const { rows } = await db.query<MadeShortLink>({
    name: 'short-links-made',
    text: `select code, message_id as "messageId", url from short_link where message_id = any($1::uuid[]) order by code`,
    values: [messageIds],
  })
  return rows
}

/** Where a short link leads, and as what it is counted; null: it is not. */
export interface FollowedShortLink {
  readonly url: string
  readonly messageId: string
  readonly linkId: bigint | null
}

/** Where a link leads now; undefined: there is none, or not any more. */
export const followShortLink = async (
  db: Db,
  code: string,
  now: Date,
): Promise<FollowedShortLink | undefined> => {
  const { rows } = await db.query<{ url: string; message_id: string; link_id: string | null }>(
    'select url, message_id, link_id::text from short_link where code = $1 and expires_at > $2',
    [code, now],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return {
    url: row.url,
    messageId: row.message_id,
    linkId: row.link_id === null ? null : BigInt(row.link_id),
  }
}

/** How often people followed a link of a message. Those of a message that are one link of its campaign share their sum. */
export interface ShortLinkClicks {
  readonly url: string
  readonly clicks: number
  readonly firstClickAt: Date | null
  readonly lastClickAt: Date | null
}

// When it was first and last followed says nothing once all of that was a machine's.
const CLICKS = `coalesce(i.n, 0) as clicks, case when i.n > 0 then i.first_at end as "firstClickAt",
    case when i.n > 0 then i.last_at end as "lastClickAt"`
const WITH_CLICKS = `left join interaction i
    on i.message_id = l.message_id and i.kind = 'click' and i.link_id = l.link_id and not i.machine`

/** The links of a message of a sandbox. */
export const shortLinksOf = async (
  db: Db,
  sandboxId: string,
  messageId: string,
): Promise<ShortLinkClicks[]> => {
  const { rows } = await db.query<ShortLinkClicks>(
    `select l.url, ${CLICKS}
     from short_link l join delivery d on d.message_id = l.message_id ${WITH_CLICKS}
     where l.message_id = $2 and d.sandbox_id = $1 order by l.code`,
    [sandboxId, messageId],
  )
  return rows
}

/** The links of each of these messages, with the message that has it. */
export const shortLinksOfAll = async (
  db: Db,
  messageIds: readonly string[],
): Promise<(ShortLinkClicks & { readonly messageId: string; readonly expiresAt: Date })[]> => {
  const { rows } = await db.query<ShortLinkClicks & { messageId: string; expiresAt: Date }>(
    `select l.message_id as "messageId", l.url, ${CLICKS}, l.expires_at as "expiresAt"
     from short_link l ${WITH_CLICKS}
     where l.message_id = any($1::uuid[]) order by l.message_id, l.code`,
    [messageIds],
  )
  return rows
}

/** Removes links that lead nowhere any more; answers how many. */
export const sweepShortLinks = async (db: Db, now: Date): Promise<number> => {
  const { rowCount } = await db.query('delete from short_link where expires_at <= $1', [now])
  return rowCount ?? 0
}
