/**
 * What a decision about a dead letter changes in the ledger: another try, putting it away, or settling it by evidence.
 * Each is one statement and therefore one transaction, the sums included; rows are locked in the order of their ids.
 */
import type { Db } from '../db/pool.ts'
import { READY_CHANNEL } from './ledger.ts'

/** Who decides when; `shard` is the row of the sums that this process counts in. */
export interface Decision {
  readonly actor: string
  readonly now: Date
  readonly hour: Date
  readonly shard: number
}

/** Messages to send again. `redriven_by_policy` takes unknown ones only; `sandboxId` holds a person to a sandbox. */
export interface Redrive extends Decision {
  readonly messageIds: readonly string[]
  readonly reason: 'redriven' | 'redriven_by_policy'
  readonly sandboxId?: string
}

/** The sums of `moves`, whose rows are (execution_id, state, reason, n): a run over an audience has sums of its own. */
export const sums = (
  hour: string,
  shard: string,
): string => `insert into tally (scope, hour, state, reason, shard, n)
    select scope, ${hour}, moves.state, moves.reason, ${shard}, sum(moves.n)
    from moves join execution e on e.id = moves.execution_id,
      unnest(array[e.campaign_version_id, case when e.kind = 'audience' then e.id end]) as scope
    where scope is not null
    group by scope, moves.state, moves.reason order by 1, 3, 4
    on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n`

const REDRIVE = `with before as (
    select d.message_id, d.state, d.reason, d.generation, d.execution_id from delivery d
    where d.message_id = any($1::uuid[]) and ($2::uuid is null or d.sandbox_id = $2)
      and (d.state = 'unknown' or (d.state = 'failed' and $3 = 'redriven'))
      and (d.expires_at is null or d.expires_at > $4)
    order by d.message_id for update of d
  ), changed as (
    update delivery d
    set state = 'ready', reason = $3, due_at = $4, changed_at = $4, generation = d.generation + 1, attempt = 0,
      claims = 0, first_handover_at = null, worker_id = null, worker_epoch = null
    from before b where d.message_id = b.message_id and d.message_id = any($1::uuid[])
    returning d.message_id, b.state, b.reason, b.generation, b.execution_id
  ), events as (
    insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
    select message_id, $4, 'redriven', generation, state, reason, $3, $5 from changed
  ), put_back as (
    delete from discarded x using changed c where x.message_id = c.message_id
  ), moves as (
    select execution_id, state, coalesce(reason, '') as reason, -1 as n from changed
  ), sums as (
    ${sums('$6', '$7')}
  ), wake as (
    select pg_notify('${READY_CHANNEL}', '') from changed limit 1
  )
  select message_id, (select count(*) from wake) as woken from changed`

/**
 * Gives dead letters another try as their next generation, due now: the retry period begins anew, the sums lose the
 * old state, and a message that was put away is in the list again should it fail. Expired ones stay as they are: a
 * one-time code that comes late does harm. Returns the ids that changed; a late result of the old generation cannot
 * disturb the new one.
 */
export const redriveMessages = async (db: Db, redrive: Redrive): Promise<Set<string>> => {
  const { rows } = await db.query<{ message_id: string }>(REDRIVE, [
    redrive.messageIds,
    redrive.sandboxId ?? null,
    redrive.reason,
    redrive.now,
    redrive.actor,
    redrive.hour,
    redrive.shard,
  ])
  return new Set(rows.map(row => row.message_id))
}

/** Puts dead letters of a sandbox away: their state stays, the list leaves them out. Returns the ids put away now. */
export const discardMessages = async (
  db: Db,
  discard: {
    readonly messageIds: readonly string[]
    readonly sandboxId: string
    readonly actor: string
    readonly now: Date
  },
): Promise<Set<string>> => {
  const { rows } = await db.query<{ message_id: string }>(
    `with dead as (
       -- Locked: none of them can be re-driven in between.
       select d.message_id, d.sandbox_id, d.state, d.reason, d.generation from delivery d
       where d.message_id = any($1::uuid[]) and d.sandbox_id = $2 and d.state in ('failed', 'unknown')
       order by d.message_id for update of d
     ), put as (
       insert into discarded (message_id, sandbox_id, at, by) select message_id, sandbox_id, $3, $4 from dead
       on conflict do nothing returning message_id
     ), events as (
       insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
       select message_id, $3, 'discarded', generation, state, reason, '', $4 from dead join put using (message_id)
     )
     select message_id from put`,
    [discard.messageIds, discard.sandboxId, discard.now, discard.actor],
  )
  return new Set(rows.map(row => row.message_id))
}

const SETTLE = `with before as (
    select d.message_id, d.reason, d.generation, d.execution_id from delivery d
    where d.message_id = $1 and d.sandbox_id = $2 and d.state = 'unknown' for update of d
  ), changed as (
    update delivery d set state = $3, reason = $4, changed_at = $5 from before b
    where d.message_id = b.message_id and d.message_id = $1
    returning d.message_id, b.reason as old_reason, b.generation, b.execution_id
  ), events as (
    insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
    select message_id, $5, 'settled', generation, $3, $4, $6, $7 from changed
  ), moves as (
    select execution_id, $3::text as state, coalesce($4::text, '') as reason, 1 as n from changed
    union all
    select execution_id, 'unknown', coalesce(old_reason, ''), -1 from changed
  ), sums as (
    ${sums('$8', '$9')}
  )
  select message_id from changed`

/** Settles an unknown message by what a person knows. False: it is not unknown (any more), or not of this sandbox. */
export const settleMessage = async (
  db: Db,
  settle: Decision & {
    readonly messageId: string
    readonly sandboxId: string
    readonly state: 'sent' | 'failed'
    readonly detail: string
  },
): Promise<boolean> => {
  const { rowCount } = await db.query(SETTLE, [
    settle.messageId,
    settle.sandboxId,
    settle.state,
    settle.state === 'failed' ? 'settled_by_person' : null,
    settle.now,
    settle.detail,
    settle.actor,
    settle.hour,
    settle.shard,
  ])
  return rowCount === 1
}
