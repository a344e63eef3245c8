/**
 * Which messages a hold has left behind, as the sweep walks through them. The statements begin at the rows that are
 * ready or held, by the partial indexes of these states, so that what a campaign sent in years costs nothing; only the
 * messages of a small execution are found from the execution.
 */
import type { HoldScope } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { NOTHING_BELOW } from './holds.store.ts'
import { LANES } from './ledger.ts'
import type { Choice } from './moves.store.ts'

/** A hold that waits to be swept. */
export interface PendingHold {
  readonly id: string
  readonly sandboxId: string
  readonly scope: HoldScope
  readonly scopeId: string
  /** What is left of it is cancelled; else released. */
  readonly cancels: boolean
  /** A cancel ends only messages with a lower id. */
  readonly beforeId: string
  readonly detail: string
  /** Who decided, and when. */
  readonly by: string
  readonly since: Date
  /** Of an execution; else null. */
  readonly recipients: number | null
}

/** One way through the messages of a hold: where it begins, and the next rows from a mark on. */
export interface Walk {
  readonly start: string
  readonly choose: (after: string, limit: number) => Choice
}

/** An execution of so many recipients is walked by its own index, whatever else is ready or held. */
const SMALL_EXECUTION = 10_000

// A campaign is compared by a scalar subquery: with `exists` the planner would read all of its executions first.
// $1 sandbox, $2 scope, $3 its id: every statement begins with these; then $4 mark and $5 limit, and of a cancel $6 bound.
const IN_SCOPE = `d.sandbox_id = $1 and case $2::text
    when 'execution' then d.execution_id = $3::uuid
    when 'campaign' then (select e.campaign_id from execution e where e.id = d.execution_id) = $3::uuid
    else true end`
const scopeOf = (hold: PendingHold): unknown[] => [hold.sandboxId, hold.scope, hold.scopeId]

const OPEN = `with open as materialized (
    select o.scope_id, o.before_id from hold o where o.sandbox_id = $1 and o.lifted_at is null
  )`
// What the stale guard holds is not here: it has no hold, and `decideHeld` alone releases it.
const FREE = `d.state = 'held' and d.reason in ('stopped', 'paused', 'runaway') and not exists (
    select 1 from open o where (o.before_id is null or d.message_id < o.before_id) and o.scope_id in
      (d.sandbox_id, d.execution_id, (select e.campaign_id from execution e where e.id = d.execution_id))
  )`
const LOCK = 'for update of d skip locked'

const isSmall = (hold: PendingHold): boolean => (hold.recipients ?? SMALL_EXECUTION + 1) <= SMALL_EXECUTION

// A release looks at held messages only, a cancel at ready ones too.
const heldChoice = (hold: PendingHold): Omit<Choice, 'values'> => {
  const small = isSmall(hold)
  const from = small ? 'message m join delivery d on d.message_id = m.id' : 'delivery d'
  const which = small ? 'm.execution_id = $3 and m.id > $4::uuid' : 'd.message_id > $4::uuid'
  const states = small ? `d.state in ('ready', 'held')` : `d.state = 'held'`
  const order = `order by ${small ? 'm.id' : 'd.message_id'} limit $5 ${LOCK}`
  const select = hold.cancels
    ? `select d.message_id, d.reason from ${from} where ${which} and ${states} and ${IN_SCOPE} and d.message_id < $6 ${order}`
    : `${OPEN} select d.message_id, d.reason from ${from} where ${which} and ${FREE} and ${IN_SCOPE} ${order}`
  return { select, mark: 'message_id' }
}

const walkOf = (hold: PendingHold, choice: Omit<Choice, 'values'>, start: string): Walk => ({
  start,
  choose: (after, limit) => ({
    ...choice,
    values: [...scopeOf(hold), after, limit, ...(hold.cancels ? [hold.beforeId] : [])],
  }),
})

// Rows that leave the index by being cancelled are not met again; those of other scopes before the mark neither.
const readyChoice = (lane: string): Omit<Choice, 'values'> => ({
  select: `select d.message_id, d.reason, d.due_at from delivery d
    where d.state = 'ready' and d.lane = '${lane}' and d.due_at >= $4::timestamptz and ${IN_SCOPE} and d.message_id < $6
    order by d.due_at limit $5 ${LOCK}`,
  mark: 'due_at',
})

/** All ways to walk until everything under the hold was met. */
export const walksOf = (hold: PendingHold): Walk[] => {
  const held = walkOf(hold, heldChoice(hold), NOTHING_BELOW)
  if (!hold.cancels || isSmall(hold)) return [held]
  return [held, ...LANES.map(lane => walkOf(hold, readyChoice(lane), '-infinity'))]
}

const LEFT_TO_RELEASE = `${OPEN} select
    exists (select 1 from delivery d where d.state = 'held' and ${FREE} and ${IN_SCOPE})
    or exists (select 1 from delivery d where d.state = 'claimed' and d.changed_at < $4 and ${IN_SCOPE}) as left`
const LEFT_TO_CANCEL = `select
    exists (select 1 from delivery d where d.state = 'held' and ${IN_SCOPE} and d.message_id < $4)
    or exists (select 1 from delivery d where d.state = 'ready' and ${IN_SCOPE} and d.message_id < $4)
    or exists (
      select 1 from delivery d where d.state in ('claimed', 'handing_over') and ${IN_SCOPE} and d.message_id < $4
    ) as left`
const SMALL_LEFT_TO_CANCEL = `select exists (
    select 1 from message m join delivery d on d.message_id = m.id
    where m.execution_id = $3 and d.state in ('ready', 'held', 'claimed', 'handing_over') and ${IN_SCOPE} and m.id < $4
  ) as left`

/**
 * Whether something is left under the hold. A message that was taken up before `until` counts: its worker may have
 * known the holds as they were, and may still hold it back.
 */
export const isLeft = async (db: Db, hold: PendingHold, until: Date): Promise<boolean> => {
  const toCancel = isSmall(hold) ? SMALL_LEFT_TO_CANCEL : LEFT_TO_CANCEL
  const { rows } = await db.query<{ left: boolean }>(hold.cancels ? toCancel : LEFT_TO_RELEASE, [
    ...scopeOf(hold),
    hold.cancels ? hold.beforeId : until,
  ])
  return rows[0]?.left ?? false
}
