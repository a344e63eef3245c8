/**
 * Holds in the database: opened, lifted and listed. The mark asks the open ones (see `markMessages`); the rows that a
 * hold leaves behind are moved by `sweep.store.ts`.
 *
 * Of a cancel, `before_id` bounds what it ends: calls that come later are not hit. Of any other hold it is null, until
 * the sweep found nothing left to release after its lift; then it is `NOTHING_BELOW`: the hold covers no message.
 */
import type { Hold, HoldKind, HoldLift, HoldScope } from '@carillon/contract'
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { uuidv7Floor } from '../lib/ids.ts'
import { type ExecutionKind, toExecutionId } from './execution-id.ts'

/** The lowest id there is: no message has a lower one. */
export const NOTHING_BELOW = '00000000-0000-0000-0000-000000000000'

/** A hold to be opened. `scopeId` is the bare id, also of an execution; `beforeId` null: every message of the scope. */
export interface NewHold {
  readonly id: string
  readonly sandboxId: string
  readonly kind: HoldKind
  readonly scope: HoldScope
  readonly scopeId: string
  readonly beforeId: string | null
  readonly detail: string
  readonly now: Date
  readonly by: string
}

interface HoldRow {
  readonly id: string
  readonly kind: HoldKind
  readonly scope: HoldScope
  readonly scope_id: string
  readonly detail: string
  readonly created_at: Date
  readonly created_by: string
  readonly lifted_at: Date | null
  readonly lifted_by: string | null
  readonly scope_name: string | null
  readonly execution_kind: ExecutionKind | null
}

const HOLD = `select h.id, h.kind, h.scope, h.scope_id, h.detail, h.created_at, h.created_by, h.lifted_at, h.lifted_by,
    coalesce(s.name, v.properties ->> 'name', c.draft ->> 'name') as scope_name, e.kind as execution_kind
  from hold h
  left join sandbox s on h.scope = 'sandbox' and s.id = h.scope_id
  left join campaign c on h.scope = 'campaign' and c.id = h.scope_id
  left join campaign_version v on v.id = c.live_version_id
  left join execution e on h.scope = 'execution' and e.id = h.scope_id`

const toHold = (row: HoldRow): Hold => {
  const told = row.execution_kind === null ? row.scope_id : toExecutionId(row.execution_kind, row.scope_id)
  return {
    id: row.id,
    kind: row.kind,
    scope: row.scope,
    scopeId: told,
    scopeName: row.scope === 'execution' ? told : (row.scope_name ?? ''),
    detail: row.detail,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    liftedAt: row.lifted_at?.toISOString() ?? null,
    liftedBy: row.lifted_by,
  }
}

const findHold = async (db: Db, id: string): Promise<Hold | undefined> => {
  const { rows } = await db.query<HoldRow>(`${HOLD} where h.id = $1`, [id])
  return rows[0] === undefined ? undefined : toHold(rows[0])
}

const findOpen = async (db: Db, hold: NewHold): Promise<Hold | undefined> => {
  const { rows } = await db.query<HoldRow>(
    `${HOLD} where h.scope_id = $1 and h.kind = $2 and h.kind <> 'cancel' and h.lifted_at is null`,
    [hold.scopeId, hold.kind],
  )
  return rows[0] === undefined ? undefined : toHold(rows[0])
}

/**
 * Opens a hold. It takes effect with its commit. Of a stop, a pause or a runaway hold only one is open on a scope at a
 * time: the one that is open already is answered.
 */
export const openHold = async (db: Db, hold: NewHold): Promise<Hold> => {
  for (;;) {
    await db.query(
      `insert into hold (id, sandbox_id, kind, scope, scope_id, before_id, detail, created_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [
        ...[hold.id, hold.sandboxId, hold.kind, hold.scope, hold.scopeId],
        ...[hold.beforeId, hold.detail, hold.now, hold.by],
      ],
    )
    const opened = (await findHold(db, hold.id)) ?? (await findOpen(db, hold))
    // Neither: the one that stood in the way was lifted in between.
    if (opened !== undefined) return opened
  }
}

/** The bound of a cancel made now: what is accepted from the next millisecond on is not hit. */
export const cancelBound = (now: Date): string => uuidv7Floor(now.getTime() + 1)

/** How a person ends a hold. */
export interface Lift {
  readonly sandboxId: string
  readonly id: string
  readonly decision: HoldLift['decision']
  readonly now: Date
  readonly by: string
  readonly newId: () => string
}

type LockedRow = Pick<NewHold, 'kind' | 'scope' | 'detail'> & {
  readonly scope_id: string
  readonly lifted: boolean
}

const refuseUnliftable = (row: LockedRow): void => {
  if (row.kind === 'cancel')
    throw new Fault('resource_state', { detail: 'A cancel cannot be lifted: what it ended stays ended.' })
  if (row.lifted) throw new Fault('resource_state', { detail: 'The hold is lifted already.' })
}

const liftLocked = async (tx: pg.PoolClient, row: LockedRow, lift: Lift): Promise<void> => {
  // The guard's counts begin anew, or the next message would open the same hold again. Before the update: the guard
  // counts first and opens its hold then, and would wait for an updated row while we wait for its counts.
  if (row.kind === 'runaway')
    await tx.query('delete from campaign_minute where campaign_id = $1', [row.scope_id])
  await tx.query('update hold set lifted_at = $2, lifted_by = $3 where id = $1', [lift.id, lift.now, lift.by])
  if (lift.decision === 'release') return
  await openHold(tx, {
    id: lift.newId(),
    sandboxId: lift.sandboxId,
    kind: 'cancel',
    scope: row.scope,
    scopeId: row.scope_id,
    beforeId: cancelBound(lift.now),
    detail: row.detail,
    now: lift.now,
    by: lift.by,
  })
}

/**
 * Ends a hold of this sandbox and answers it: `release` lets its messages go on, `cancel` opens a cancel over the same
 * scope in the same transaction. Undefined: there is no such hold. Refused for a cancel, and when it was lifted before.
 */
export const liftHold = async (pool: pg.Pool, lift: Lift): Promise<Hold | undefined> =>
  transaction(pool, async tx => {
    const { rows } = await tx.query<LockedRow>(
      `select kind, scope, scope_id, detail, lifted_at is not null as lifted from hold
       where id = $1 and sandbox_id = $2 for update`,
      [lift.id, lift.sandboxId],
    )
    const [row] = rows
    if (row === undefined) return undefined
    refuseUnliftable(row)
    await liftLocked(tx, row, lift)
    return findHold(tx, lift.id)
  })

/** A page of holds; without `lifted` only the open ones. */
export interface HoldPage {
  readonly sandboxId: string
  readonly lifted: boolean
  readonly limit: number
  readonly after: string | null
}

/** Holds, newest first; one row more than `limit` when there are more. */
export const listHolds = async (db: Db, page: HoldPage): Promise<Hold[]> => {
  const { rows } = await db.query<HoldRow>(
    `${HOLD} where h.sandbox_id = $1 and ($2 or h.lifted_at is null) and ($3::uuid is null or h.id < $3)
     order by h.id desc limit $4`,
    [page.sandboxId, page.lifted, page.after, page.limit + 1],
  )
  return rows.map(toHold)
}

/** An open hold as workers compare it with messages. */
export interface OpenHold {
  readonly kind: HoldKind
  readonly scopeId: string
  readonly beforeId: string | null
}

/** Every open hold of every sandbox. */
export const openHolds = async (db: Db): Promise<OpenHold[]> => {
  const { rows } = await db.query<{ kind: HoldKind; scope_id: string; before_id: string | null }>(
    'select kind, scope_id, before_id from hold where lifted_at is null',
  )
  return rows.map(row => ({ kind: row.kind, scopeId: row.scope_id, beforeId: row.before_id }))
}

/** The open holds that cover an execution of this sandbox, given by its bare id: its own, its campaign's, the sandbox's. */
export const holdsOfExecution = async (db: Db, sandboxId: string, executionId: string): Promise<Hold[]> => {
  const { rows } = await db.query<HoldRow>(
    `${HOLD} join execution x on h.scope_id in (x.id, x.campaign_id, x.sandbox_id)
     where x.id = $1 and x.sandbox_id = $2 and h.lifted_at is null
       -- The messages of an execution have higher ids than itself.
       and (h.before_id is null or x.id < h.before_id)
     order by h.id desc`,
    [executionId, sandboxId],
  )
  return rows.map(toHold)
}

/** Whether this sandbox has an execution of this bare id. */
export const hasExecution = async (db: Db, sandboxId: string, executionId: string): Promise<boolean> => {
  const { rowCount } = await db.query('select 1 from execution where id = $1 and sandbox_id = $2', [
    executionId,
    sandboxId,
  ])
  return rowCount === 1
}
