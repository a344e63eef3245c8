/** Numbers that want nothing from a sender, and whose a number is, as sending reads and writes them. */
import type { Db } from '../db/pool.ts'

/** A number and who would write to it. */
export interface SenderAndNumber {
  readonly sandboxId: string
  readonly sender: string
  readonly number: string
}

/** For each, whether it wants nothing from that sender. */
export const optedOutOf = async (db: Db, asked: readonly SenderAndNumber[]): Promise<boolean[]> => {
  const { rows } = await db.query<{ is: boolean }>({
    name: 'sms-opted-out',
    text: `select exists (
       select from sms_opt_out o
       where o.sandbox_id = a.sandbox_id and o.sender = a.sender and o.number = a.number) as is
     from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as a (sandbox_id, sender, number, n) order by a.n`,
    values: [asked.map(one => one.sandboxId), asked.map(one => one.sender), asked.map(one => one.number)],
  })
  return rows.map(row => row.is)
}

/** A message on its way to a number. */
export interface ContactRow {
  readonly sandboxId: string
  readonly number: string
  readonly profileId: string | null
  readonly messageId: string
  readonly campaignId: string
}

/**
 * Remembers whose the numbers are, in the order of the key: two batches never wait for each other in a circle. A message
 * that an erasure ended while a worker had it in preparation tells nothing any more.
 */
export const saveContacts = async (db: Db, rows: readonly ContactRow[], now: Date): Promise<void> => {
  const last = new Map(rows.map(row => [`${row.sandboxId} ${row.number}`, row]))
  const sorted = [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  await db.query({
    name: 'save-sms-contacts',
    text: `with alive as materialized (
       select d.message_id from delivery d where d.message_id = any($4::uuid[]) and d.state = 'claimed'
       order by d.message_id for share)
     insert into sms_contact as c (sandbox_id, number, profile_id, message_id, campaign_id, at)
     select l.*, $6 from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[])
       as l (sandbox_id, number, profile_id, message_id, campaign_id)
     where l.message_id in (select message_id from alive) order by l.sandbox_id, l.number
     on conflict (sandbox_id, number) do update set message_id = excluded.message_id,
       campaign_id = excluded.campaign_id, at = excluded.at,
       profile_id = coalesce(excluded.profile_id, c.profile_id)`,
    values: [
      sorted.map(row => row.sandboxId),
      sorted.map(row => row.number),
      sorted.map(row => row.profileId),
      sorted.map(row => row.messageId),
      sorted.map(row => row.campaignId),
      now,
    ],
  })
}
