/**
 * What holds leave behind is moved here, in small statements: messages under a cancel end, messages of a lifted hold
 * become ready again, and what was held too long is left out. Every statement is a transaction that has locked its hold, so a crash loses nothing and two
 * sweepers never work on one hold at the same moment.
 *
 * A hold waits to be swept until nothing of it is left: a cancel until it is marked lifted, another one, after its lift,
 * until its `before_id` is `NOTHING_BELOW`. An open pause with a million held messages therefore costs a sweep nothing.
 */
import type { HoldLift, HoldScope } from '@carillon/contract'
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import { NOTHING_BELOW } from './holds.store.ts'
import { HELD_AT_MOST_MS } from './ledger.ts'
import {
  type Choice,
  cancelChosen,
  type Decision,
  excludeChosen,
  type Moved,
  releaseChosen,
} from './moves.store.ts'
import { isLeft, type PendingHold, type Walk, walksOf } from './swept.store.ts'

/** The moment of a sweep, the sum row it counts in, and the most rows of one statement. */
export interface SweepOptions {
  readonly now: Date
  readonly hour: Date
  readonly shard: number
  readonly limit: number
}

/**
 * A worker may act for a moment on holds as they were (its copy is at most half a second old), and a call may be in the
 * middle of its commit: for so long after the decision the hold goes on to be swept.
 */
const GRACE_MS = 5_000
/** Statements of one walk and call; the next sweep goes on. */
const MOST_STATEMENTS = 10

/** No id is higher: the bound of a cancel that has none. */
const ALL_BELOW = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const PENDING = `case h.kind when 'cancel' then h.lifted_at is null
    else h.lifted_at is not null and h.before_id is distinct from '${NOTHING_BELOW}' end`

interface PendingRow {
  readonly sandbox_id: string
  readonly cancels: boolean
  readonly scope: HoldScope
  readonly scope_id: string
  readonly before_id: string
  readonly detail: string
  readonly by: string
  readonly since: Date
  readonly recipients: number | null
}

const findPending = async (db: Db): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(`select h.id from hold h where ${PENDING} order by h.id`)
  return rows.map(row => row.id)
}

// Undefined: it was swept meanwhile, or, with `skip locked`, another sweeper is at it.
const lockPending = async (
  tx: Db,
  id: string,
  wait: '' | 'skip locked',
): Promise<PendingHold | undefined> => {
  const { rows } = await tx.query<PendingRow>(
    `select h.sandbox_id, h.kind = 'cancel' as cancels, h.scope, h.scope_id, coalesce(h.before_id, $2) as before_id, h.detail,
       coalesce(h.lifted_by, h.created_by) as by, coalesce(h.lifted_at, h.created_at) as since,
       (select e.recipient_count from execution e where e.id = h.scope_id and h.scope = 'execution') as recipients
     from hold h where h.id = $1 and ${PENDING} for update of h ${wait}`,
    [id, ALL_BELOW],
  )
  const [row] = rows
  if (row === undefined) return undefined
  const { cancels, scope, detail, by, since, recipients } = row
  const ids = { id, sandboxId: row.sandbox_id, scopeId: row.scope_id, beforeId: row.before_id }
  return { ...ids, cancels, scope, detail, by, since, recipients }
}

const move = (db: Db, choice: Choice, by: Decision & { readonly cancels: boolean }): Promise<Moved> =>
  by.cancels ? cancelChosen(db, choice, by) : releaseChosen(db, choice, by)

const walkOn = async (
  pool: pg.Pool,
  walk: Walk,
  at: SweepOptions & { readonly holdId: string },
): Promise<number> => {
  let [moved, mark] = [0, walk.start]
  for (let n = 0; n < MOST_STATEMENTS; n++) {
    const from = mark
    const step = await transaction(pool, async tx => {
      const hold = await lockPending(tx, at.holdId, '')
      return hold && move(tx, walk.choose(from, at.limit), { ...at, ...hold })
    })
    moved += step?.moved ?? 0
    if (step === undefined || step.moved < at.limit) break
    mark = step.last ?? mark
  }
  return moved
}

const finish = (pool: pg.Pool, id: string, now: Date): Promise<void> =>
  transaction(pool, async tx => {
    const hold = await lockPending(tx, id, '')
    if (hold === undefined) return
    const until = new Date(hold.since.getTime() + GRACE_MS)
    if (now < until || (await isLeft(tx, hold, until))) return
    await (hold.cancels
      ? tx.query(`update hold set lifted_at = $2, lifted_by = 'carillon' where id = $1`, [id, now])
      : tx.query('update hold set before_id = $2 where id = $1', [id, NOTHING_BELOW]))
  })

const sweepOne = async (pool: pg.Pool, id: string, options: SweepOptions): Promise<number> => {
  const hold = await transaction(pool, tx => lockPending(tx, id, 'skip locked'))
  let moved = 0
  for (const walk of hold === undefined ? [] : walksOf(hold))
    moved += await walkOn(pool, walk, { ...options, holdId: id })
  if (moved === 0) await finish(pool, id, options.now)
  return moved
}

/**
 * Moves what cancels and lifted holds have left behind, at most `limit` rows in each statement, and answers how many;
 * there may be more. Any number of sweepers may run at the same time.
 */
export const sweepHolds = async (pool: pg.Pool, options: SweepOptions): Promise<number> => {
  let moved = 0
  for (const id of await findPending(pool)) moved += await sweepOne(pool, id, options)
  return moved
}

/**
 * Leaves out what has been held for too long, whatever holds it, at most `limit` rows in each statement, and answers how
 * many; there may be more. Of a held message `due_at` is since when: a test clock moves it with everything that waits.
 */
export const excludeOverdue = async (pool: pg.Pool, options: SweepOptions): Promise<number> => {
  const choice: Choice = {
    select: `select d.message_id, d.reason, d.due_at from delivery d where d.state = 'held' and d.due_at < $1
      order by d.due_at limit $2 for update of d skip locked`,
    mark: 'due_at',
    values: [new Date(options.now.getTime() - HELD_AT_MOST_MS), options.limit],
  }
  let all = 0
  for (let n = 0; n < MOST_STATEMENTS; n++) {
    const { moved } = await excludeChosen(pool, choice, { ...options, by: 'carillon', detail: '' })
    all += moved
    if (moved < options.limit) break
  }
  return all
}

/** Which held messages are meant; all members that are given apply together. Ids are bare. */
export interface HeldFilter {
  readonly messageIds?: readonly string[] | undefined
  readonly executionId?: string | undefined
  readonly campaignId?: string | undefined
}

/** Held messages that no hold covers, and that a person decides about by themselves. */
export interface HeldChoice {
  readonly sandboxId: string
  readonly filter: HeldFilter
  readonly reason: 'stale'
}

const HELD = `from delivery d where d.sandbox_id = $1 and d.state = 'held' and d.reason = $2
    and ($3::uuid[] is null or d.message_id = any($3)) and ($4::uuid is null or d.execution_id = $4)
    and ($5::uuid is null or (select e.campaign_id from execution e where e.id = d.execution_id) = $5)`
const heldValues = ({ sandboxId, filter, reason }: HeldChoice): unknown[] => [
  ...[sandboxId, reason],
  ...[filter.messageIds ?? null, filter.executionId ?? null, filter.campaignId ?? null],
]

/** Releases or cancels held messages that a person decided about, at most `limit`; answers how many. */
export const decideHeld = async (
  db: Db,
  options: HeldChoice & SweepOptions & { readonly decision: HoldLift['decision']; readonly by: string },
): Promise<number> => {
  const choice: Choice = {
    select: `select d.message_id, d.reason ${HELD} order by d.message_id limit $6 for update of d skip locked`,
    mark: 'message_id',
    values: [...heldValues(options), options.limit],
  }
  const { moved } = await move(db, choice, { ...options, detail: '', cancels: options.decision === 'cancel' })
  return moved
}

/** Whether there are such held messages. */
export const hasHeld = async (db: Db, choice: HeldChoice): Promise<boolean> => {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (select 1 ${HELD}) as found`,
    heldValues(choice),
  )
  return rows[0]?.found ?? false
}
