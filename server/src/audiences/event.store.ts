/** What people did, in the database. */
import type { PersonEvent } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** An event that is written; `key` is the caller's id. */
export interface EventRow {
  readonly id: string
  readonly profileId: string
  readonly type: string
  readonly key: string | null
  readonly at: Date
  readonly data: Readonly<Record<string, unknown>>
}

// The people who were there; each is locked against removal before a row refers to it.
const insertOnce = async (db: Db, sandboxId: string, events: readonly EventRow[]): Promise<Set<string>> => {
  const { rows } = await db.query<{ profile_id: string }>(
    `with person as (
       select given.profile_id, p.id as today, given.id, given.type, given.event_key, given.at, given.data, given.n
       from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::jsonb[])
         with ordinality as given (id, profile_id, type, event_key, at, data, n)
       left join merged_profile gone on gone.id = given.profile_id
       join profile p on p.id = coalesce(gone.profile_id, given.profile_id) order by given.n for key share of p
     ), added as (
       insert into person_event (id, sandbox_id, profile_id, type, event_key, at, data)
       select id, $1, today, type, event_key, at, data from person order by n
       on conflict (sandbox_id, event_key) where event_key is not null do nothing
     )
     select distinct profile_id from person`,
    [
      ...[sandboxId, events.map(one => one.id), events.map(one => one.profileId)],
      ...[events.map(one => one.type), events.map(one => one.key), events.map(one => one.at)],
      events.map(one => JSON.stringify(one.data)),
    ],
  )
  return new Set(rows.map(row => row.profile_id))
}

/**
 * Adds events. One whose key is known already changes nothing; that of a person who is gone is left out. Give them in
 * the order of their keys.
 */
export const insertEvents = async (db: Db, sandboxId: string, events: readonly EventRow[]): Promise<void> => {
  const found = await insertOnce(db, sandboxId, events)
  // Who was merged away while the statement waited is found by one that begins afterwards.
  const missed = events.filter(one => !found.has(one.profileId))
  if (missed.length > 0) await insertOnce(db, sandboxId, missed)
}

/** The last event of a page: events are listed by their time, and by id within one. */
export interface EventMark {
  readonly at: Date
  readonly id: string
}

interface Row {
  readonly id: string
  readonly type: string
  readonly at: Date
  readonly data: Record<string, unknown>
}

/** A person's events, newest first; one more than `limit` when there are more. */
export const listEvents = async (
  db: Db,
  person: { readonly sandboxId: string; readonly profileId: string },
  page: { readonly limit: number; readonly after: EventMark | null },
): Promise<PersonEvent[]> => {
  const { rows } = await db.query<Row>(
    `select id, type, at, data from person_event
     where profile_id = $1 and sandbox_id = $2
       and ($3::timestamptz is null or (at, id) < ($3::timestamptz, $4::uuid))
     order by at desc, id desc limit $5`,
    [person.profileId, person.sandboxId, page.after?.at ?? null, page.after?.id ?? null, page.limit + 1],
  )
  return rows.map(({ id, type, at, data }) => ({ eventId: id, type, at: at.toISOString(), data }))
}
