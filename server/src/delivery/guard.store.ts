/** The counts behind the runaway guard: messages of a campaign by minute, exact under many workers. */
import type pg from 'pg'
import type { Db } from '../db/pool.ts'

/** The class of our advisory locks; the second number is a hash of the campaign. */
const LOCK_CLASS = 7204
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** What a campaign's minute, day and hour have come to, the messages just counted included. */
export interface CampaignCount {
  readonly campaignId: string
  /** In this minute. */
  readonly minute: number
  /** In this day, in UTC. */
  readonly day: number
  /** In the sixty minutes before this one. */
  readonly hourBefore: number
  /** The first minute that is still kept; this one when there is none before. */
  readonly firstMinute: Date
}

/** The full minute of a moment. */
export const minuteOf = (now: Date): Date => new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS)

const COUNT = `with counted as (
    insert into campaign_minute (campaign_id, minute, n)
    select campaign_id, $3, n from unnest($1::uuid[], $2::int[]) as a (campaign_id, n) order by 1
    on conflict (campaign_id, minute) do update set n = campaign_minute.n + excluded.n
    returning campaign_id, n
  )
  select c.campaign_id, c.n as minute,
    c.n + coalesce(sum(m.n) filter (where m.minute >= $4), 0)::int as day,
    coalesce(sum(m.n) filter (where m.minute >= $5), 0)::int as hour_before,
    coalesce(min(m.minute), $3) as first_minute
  from counted c left join campaign_minute m on m.campaign_id = c.campaign_id and m.minute < $3
  group by c.campaign_id, c.n`

/**
 * Inside a transaction: adds messages to the minute of `now` and answers what it has come to. Other counters of these
 * campaigns wait until the transaction ends, also those that count in the minute before: the sums are exact.
 */
export const countMessages = async (
  tx: pg.PoolClient,
  counts: ReadonlyMap<string, number>,
  now: Date,
): Promise<CampaignCount[]> => {
  const ids = [...counts.keys()]
  await tx.query(
    `select pg_advisory_xact_lock($1::int, h) from (
       select distinct hashtext(id::text) as h from unnest($2::uuid[]) as id order by 1
     ) s`,
    [LOCK_CLASS, ids],
  )
  const day = new Date(Math.floor(now.getTime() / (24 * HOUR_MS)) * 24 * HOUR_MS)
  const minute = minuteOf(now)
  const { rows } = await tx.query<{
    campaign_id: string
    minute: number
    day: number
    hour_before: number
    first_minute: Date
  }>(COUNT, [ids, [...counts.values()], minute, day, new Date(minute.getTime() - HOUR_MS)])
  return rows.map(row => ({
    campaignId: row.campaign_id,
    minute: row.minute,
    day: row.day,
    hourBefore: row.hour_before,
    firstMinute: row.first_minute,
  }))
}

/** Removes the counts of minutes before a moment, of every campaign. */
export const removeCountsBefore = async (db: Db, before: Date): Promise<void> => {
  await db.query('delete from campaign_minute where minute < $1', [before])
}
