/** What bounced, and how often in a row: rows that remember each answer once. What follows from them is decided in `bounces.ts`. */
import type { SuppressionCategory, SuppressionReason } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** One answer about an address; `code` is AJO's, null where there is none. */
export interface BounceEventRow {
  readonly sandboxId: string
  readonly address: string
  readonly messageId: string
  readonly generation: number
  readonly attempt: number
  readonly at: Date
  readonly kind: 'bounce' | 'complaint' | 'delivered'
  readonly class: 'HARD' | 'SOFT' | 'SUCCEEDED'
  readonly code: number | null
  readonly answer: string
}

/** An answer that was not known before. `softCount`: of its address now, null when it counts none. */
export interface FreshBounce {
  readonly sandboxId: string
  readonly address: string
  readonly class: 'HARD' | 'SOFT'
  readonly code: number | null
  readonly softCount: number | null
  readonly threshold: number | null
}

const eventColumns = (events: readonly BounceEventRow[]): unknown[] => [
  events.map(one => one.messageId),
  events.map(one => one.generation),
  events.map(one => one.attempt),
  events.map(one => one.kind),
  events.map(one => one.sandboxId),
  events.map(one => one.address),
  events.map(one => one.at),
  events.map(one => one.class),
  events.map(one => one.code),
  events.map(one => one.answer),
]

const EVENTS = `unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[],
  $8::text[], $9::int[], $10::text[])
  as e (message_id, generation, attempt, kind, sandbox_id, address, at, class, code, answer)`
const EVENT_COLUMNS = 'message_id, generation, attempt, kind, sandbox_id, address, at, class, code, answer'

/**
 * Remembers answers and counts the soft ones; what is known already changes nothing. A bounce that comes after its own
 * message was taken says that it was no delivery: the count that ended then goes on. `forgetBefore`: older answers about the
 * same addresses go.
 */
export const insertBounces = async (
  tx: Db,
  events: readonly BounceEventRow[],
  forgetBefore: Date,
): Promise<FreshBounce[]> => {
  const { rows } = await tx.query<{
    sandbox_id: string
    address: string
    class: 'HARD' | 'SOFT'
    code: number | null
    soft_count: number | null
    soft_threshold: number | null
  }>(
    `with forgotten as (
       delete from bounce_event b using (select distinct unnest($5::uuid[]) as sandbox_id) s
       where b.sandbox_id = s.sandbox_id and b.address = any($6::text[]) and b.at < $11
     ), fresh as (
       insert into bounce_event (${EVENT_COLUMNS}) select ${EVENT_COLUMNS} from ${EVENTS}
       order by 1, 2, 3, 4 on conflict do nothing returning *
     ), taken_back as (
       delete from bounce_event b using fresh f
       where b.message_id = f.message_id and b.generation = f.generation and b.attempt = f.attempt
         and b.kind = 'delivered' and f.kind = 'bounce'
       returning b.sandbox_id, b.address, b.code
     ), counted as (
       insert into bounce_count (sandbox_id, address, soft_count, last_at)
       select f.sandbox_id, f.address, count(*) + coalesce((
           select sum(t.code) from taken_back t where t.sandbox_id = f.sandbox_id and t.address = f.address
         ), 0), max(f.at)
       from fresh f where f.class = 'SOFT'
       group by f.sandbox_id, f.address order by 1, 2
       on conflict (sandbox_id, address) do update set
         soft_count = bounce_count.soft_count + excluded.soft_count,
         last_at = greatest(bounce_count.last_at, excluded.last_at)
       returning sandbox_id, address, soft_count
     )
     select f.sandbox_id, f.address, f.class, f.code, c.soft_count, st.soft_threshold
     from fresh f left join counted c using (sandbox_id, address)
     left join suppression_setting st using (sandbox_id) order by f.at`,
    [...eventColumns(events), forgetBefore],
  )
  return rows.map(row => ({
    sandboxId: row.sandbox_id,
    address: row.address,
    class: row.class,
    code: row.code,
    softCount: row.soft_count,
    threshold: row.soft_threshold,
  }))
}

/** An entry that nobody made by hand. */
export interface EarnedEntry {
  readonly id: string
  readonly sandboxId: string
  readonly address: string
  readonly category: SuppressionCategory
  readonly reason: SuppressionReason
}

/**
 * Suppresses addresses; each comes once. An entry that is there stays, except where the new one weighs more: a hard
 * bounce more than soft ones, and any bounce more than a complaint, which an option may let through.
 */
export const suppressAddresses = async (
  tx: Db,
  entries: readonly EarnedEntry[],
  write: { readonly by: string; readonly now: Date },
): Promise<void> => {
  await tx.query(
    `insert into suppression as s
       (id, sandbox_id, list, type, value, category, reason, comment, created_at, created_by, modified_at)
     select given.id, given.sandbox_id, 'client', 'email', given.value, given.category, given.reason, '', $6, $7, $6
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
       as given (id, sandbox_id, value, category, reason)
     order by given.sandbox_id, given.value collate "C"
     on conflict (sandbox_id, list, type, value) do update set
       category = excluded.category, reason = excluded.reason, modified_at = excluded.modified_at
     where excluded.reason <> 'Spam Complaint'
       and (s.reason = 'Spam Complaint' or (s.category = 'SOFT' and excluded.category = 'HARD'))`,
    [
      entries.map(entry => entry.id),
      entries.map(entry => entry.sandboxId),
      entries.map(entry => entry.address),
      entries.map(entry => entry.category),
      entries.map(entry => entry.reason),
      write.now,
      write.by,
    ],
  )
}

/** Whether any address at all has a count: asked now and then, so that nothing else is asked of every delivery. */
export const hasBounceCounts = async (db: Db): Promise<boolean> => {
  const { rows } = await db.query<{ readonly some: boolean }>(
    'select exists (select from bounce_count) as some',
  )
  return rows[0]?.some === true
}

/**
 * Ends the counts of addresses that were reached later than their last bounce; remembers it where there was one, with the
 * count that ended as its code: the message may yet bounce.
 */
export const endBounceCounts = async (tx: Db, events: readonly BounceEventRow[]): Promise<void> => {
  await tx.query(
    `with e as (select * from ${EVENTS}),
       ended as (
         delete from bounce_count c
         using (select sandbox_id, address, max(at) as at from e group by sandbox_id, address) as reached
         where c.sandbox_id = reached.sandbox_id and c.address = reached.address and c.last_at <= reached.at
         returning c.sandbox_id, c.address, c.soft_count
       )
     insert into bounce_event (${EVENT_COLUMNS})
     select message_id, generation, attempt, kind, sandbox_id, address, at, class, ended.soft_count, answer
     from e join ended using (sandbox_id, address) on conflict do nothing`,
    eventColumns(events),
  )
}

/** What is known of an address: the count, and the newest answers. */
export interface BounceState {
  readonly softCount: number
  readonly events: readonly Pick<BounceEventRow, 'messageId' | 'at' | 'class' | 'answer'>[]
}

/** The states of addresses; those of which nothing is known are left out. At most 20 answers each, newest first. */
export const bounceStates = async (
  db: Db,
  sandboxId: string,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, BounceState>> => {
  const { rows } = await db.query<{
    address: string
    soft_count: number | null
    message_id: string | null
    at: Date
    class: BounceEventRow['class']
    answer: string
  }>(
    `select a.address, c.soft_count, e.message_id, e.at, e.class, e.answer
     from unnest($2::text[]) as a (address)
     left join bounce_count c on c.sandbox_id = $1 and c.address = a.address
     left join lateral (
       select * from bounce_event b where b.sandbox_id = $1 and b.address = a.address
       order by b.at desc limit 20) as e on true`,
    [sandboxId, addresses],
  )
  const states = new Map<string, BounceState>()
  for (const row of rows) {
    const before = states.get(row.address)?.events ?? []
    const event =
      row.message_id === null
        ? []
        : [{ messageId: row.message_id, at: row.at, class: row.class, answer: row.answer }]
    states.set(row.address, { softCount: row.soft_count ?? 0, events: [...before, ...event] })
  }
  return states
}
