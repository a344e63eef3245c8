/** The shared rows behind the pacing: one for each limited thing, with its next free moment and its learned rate. */
import type { Db } from '../db/pool.ts'
import { LANES } from '../messages/ledger.ts'

/** A stretch of time that is asked for at one key. */
export interface Stretch {
  readonly key: string
  readonly seconds: number
}

const LEASE = `insert into pace as p (key, free_at)
  select a.key, $3::timestamptz + make_interval(secs => a.seconds)
  from unnest($1::text[], $2::float8[]) as a (key, seconds) order by a.key
  on conflict (key) do update set free_at = greatest(p.free_at, $3::timestamptz) + (excluded.free_at - $3::timestamptz)
  returning p.key, (extract(epoch from p.free_at) * 1000)::float8 as ends`

/**
 * Takes a stretch of each key's time, after all that was taken before and not before `now`; keys are locked in their
 * order, so that two workers never wait for each other. Answers when each stretch ends, in milliseconds since 1970.
 */
export const leaseStretches = async (
  db: Db,
  stretches: readonly Stretch[],
  now: Date,
): Promise<Map<string, number>> => {
  const { rows } = await db.query<{ key: string; ends: number }>({
    name: 'pace',
    text: LEASE,
    values: [stretches.map(stretch => stretch.key), stretches.map(stretch => stretch.seconds), now],
  })
  return new Map(rows.map(row => [row.key, row.ends]))
}

/** What is stored of a learned rate. */
export interface LearnedRow {
  readonly key: string
  readonly rate: number
  readonly at: Date
}

/** All learned rates. */
export const readLearned = async (db: Db): Promise<LearnedRow[]> => {
  const { rows } = await db.query<LearnedRow>({
    name: 'pace-learned',
    text: 'select key, learned_rate as rate, learned_at as at from pace where learned_rate is not null',
  })
  return rows
}

/** A change of a learned rate; null: it is forgotten. `was` is the moment of the state that it replaces. */
export interface LearnedChange {
  readonly key: string
  readonly learned: { readonly rate: number; readonly at: Date } | null
  readonly was: Date | null
  /** Nothing of this key may go before. */
  readonly notBefore: Date
}

/**
 * Writes a learned rate unless another worker changed it since `was`; the moment before which nothing may go is moved
 * on in any case.
 */
export const writeLearned = async (db: Db, change: LearnedChange): Promise<void> => {
  await db.query(
    `insert into pace as p (key, free_at, learned_rate, learned_at) values ($1, $2, $3, $4)
     on conflict (key) do update set free_at = greatest(p.free_at, excluded.free_at),
       learned_rate = case when p.learned_at is not distinct from $5 then excluded.learned_rate else p.learned_rate end,
       learned_at = case when p.learned_at is not distinct from $5 then excluded.learned_at else p.learned_at end`,
    [change.key, change.notBefore, change.learned?.rate ?? null, change.learned?.at ?? null, change.was],
  )
}

// In one go at most so many; the next rise takes the rest.
const MOST_FORWARD = 20_000

/**
 * After the learned rate of a key rose: what waits in the ledger for moments of the slower one, in the sandbox of its
 * transport, is due now and asks for new moments; those of the key begin anew. `key` is of a transport or a domain.
 */
export const bringForward = async (db: Db, key: string, now: Date): Promise<void> => {
  await db.query(
    `with freed as (
       update pace set free_at = $2 where key = $1 and free_at > $2
     ), waiting as (
       select d.message_id from delivery d
       where d.state = 'ready' and d.lane = any($3) and d.due_at > $2 and d.reason = 'paced'
         and d.sandbox_id = (select t.sandbox_id from transport t where t.id::text = split_part($1, ':', 2))
       order by d.due_at limit $4 for update of d skip locked
     )
     update delivery d set due_at = $2, reason = null from waiting w where d.message_id = w.message_id`,
    [key, now, LANES, MOST_FORWARD],
  )
}

/** Removes rows that say nothing any more. Rows that somebody holds are left for the next time. */
export const forgetIdle = async (db: Db, before: Date): Promise<void> => {
  await db.query(
    `delete from pace where key in (
       select key from pace where free_at < $1 and learned_rate is null for update skip locked
     )`,
    [before],
  )
}
