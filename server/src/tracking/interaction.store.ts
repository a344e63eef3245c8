/** What was done with messages, in the database. It decides nothing. */

import type pg from 'pg'
import { intArray, textArray, timestampArray, uuidArray } from '../db/binary-array.ts'
import { type Db, transaction } from '../db/pool.ts'
import { todaysId } from '../profiles/known-as.store.ts'

/** What can be done with a message. */
export type InteractionKind = 'open' | 'click' | 'unsubscribe' | 'mirror'

/** How often a thing of a message was done. `n` below 0 takes back what was counted. `linkId` 0: no link. */
export interface InteractionCount {
  readonly messageId: string
  readonly kind: InteractionKind
  readonly linkId: bigint
  readonly machine: boolean
  readonly n: number
  readonly firstAt: Date
  readonly lastAt: Date
}

const INSERT = `insert into interaction as kept (message_id, kind, link_id, machine, n, first_at, last_at, sandbox_id,
    campaign_id, execution_id, profile_id)
  select c.message_id, c.kind, c.link_id, c.machine, c.n, c.first_at, c.last_at, e.sandbox_id, e.campaign_id,
    m.execution_id, ${todaysId("(m.recipient ->> 'profileId')::uuid")}
  from unnest($1::uuid[], $2::text[], $3::text[]::bigint[], $4::text[]::boolean[], $5::int[], $6::timestamptz[], $7::timestamptz[])
    as c (message_id, kind, link_id, machine, n, first_at, last_at)
  join message m on m.id = c.message_id join execution e on e.id = m.execution_id
  order by c.message_id, c.kind, c.link_id, c.machine
  on conflict (message_id, kind, link_id, machine) do update
    set n = least(greatest(kept.n::bigint + excluded.n, 0), 2000000000), last_at = greatest(kept.last_at, excluded.last_at)`

// People of the messages who are there, locked so that nobody merges or erases them before the rows are in. Whoever is
// gone when the lock comes is somebody else by now: then it is asked again.
const LOCK = `with named as (
    select distinct ${todaysId("(m.recipient ->> 'profileId')::uuid")} as id from message m
    where m.id = any($1::uuid[]) and m.recipient ? 'profileId'
  ), there as materialized (
    select p.id from profile p join named using (id)
  ), locked as (
    select p.id from profile p where p.id in (select id from there) order by p.id for key share
  )
  select (select count(*) from there) = (select count(*) from locked) as "isWhole"`

const lockPeople = async (tx: Db, messageIds: Buffer): Promise<void> => {
  for (let isWhole = false; !isWhole; ) {
    const values = [messageIds]
    const { rows } = await tx.query<{ isWhole: boolean }>({ name: 'lock-who-did', text: LOCK, values })
    isWhole = rows[0]?.isWhole !== false
  }
}

/**
 * Adds counts, each thing of a message at most once in the list. What is of no message is left out. Rows go in by order
 * of their keys, so that two writers cannot wait for each other in a circle.
 */
export const addInteractions = async (pool: pg.Pool, counts: readonly InteractionCount[]): Promise<void> => {
  const messageIds = uuidArray(counts.map(one => one.messageId))
  const values = [
    messageIds,
    textArray(counts.map(one => one.kind)),
    textArray(counts.map(one => String(one.linkId))),
    textArray(counts.map(one => String(one.machine))),
    intArray(counts.map(one => one.n)),
    timestampArray(counts.map(one => one.firstAt)),
    timestampArray(counts.map(one => one.lastAt)),
  ]
  await transaction(pool, async tx => {
    await lockPeople(tx, messageIds)
    await tx.query({ name: 'add-interactions', text: INSERT, values })
  })
}

/** A link to be stored. `fromData`: no template has it. */
export interface NewLink {
  readonly linkId: bigint
  readonly url: string
  readonly label: string
  readonly fromData: boolean
}

/**
 * Adds links of a campaign; those that are known stay as they are. Of those that no template has, `most` at all: answers
 * the ids that are too many. Two writers at a time may go a little beyond.
 */
export const saveLinks = async (
  db: Db,
  campaign: { readonly campaignId: string; readonly links: readonly NewLink[]; readonly now: Date },
  most: number,
): Promise<ReadonlySet<bigint>> => {
  const { campaignId, links, now } = campaign
  const { rows } = await db.query<{ link_id: string }>(
    `with fresh as materialized (
       select g.*, row_number() over (partition by g.from_data order by g.link_id) as n
       from unnest($2::bigint[], $3::text[], $4::text[], $5::boolean[]) as g (link_id, url, label, from_data)
       where not exists (select from tracked_link k where k.campaign_id = $1 and k.link_id = g.link_id)
     ), room as materialized (
       select $6 - count(*) as n from tracked_link where campaign_id = $1 and from_data
     ), added as (
       insert into tracked_link (campaign_id, link_id, url, label, created_at, from_data)
       select $1, f.link_id, f.url, f.label, $7, f.from_data from fresh f, room
       where not f.from_data or f.n <= room.n order by f.link_id on conflict do nothing
     )
     select f.link_id::text from fresh f, room where f.from_data and f.n > room.n`,
    [
      campaignId,
      links.map(link => String(link.linkId)),
      links.map(link => link.url),
      links.map(link => link.label),
      links.map(link => link.fromData),
      ...[most, now],
    ],
  )
  return new Set(rows.map(row => BigInt(row.link_id)))
}
