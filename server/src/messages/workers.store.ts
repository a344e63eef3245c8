/** Who works, for how long its word holds, and what happens to the work of a worker that died. */
import type pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import type { WorkerIdentity } from './ledger.ts'

/** What recovery did for one worker. */
export interface Recovery {
  readonly readyAgain: number
  readonly unknown: number
}

/** The moment of a recovery, and the sum row it counts in. */
export interface RecoveryOptions {
  readonly now: Date
  readonly hour: Date
  readonly shard: number
}

const GIVE_BACK = `update delivery set state = 'ready', worker_id = null, worker_epoch = null, changed_at = $2
  where worker_id = $1 and state = 'claimed'`

const TO_UNKNOWN = `with lost as (
    update delivery d set state = 'unknown', reason = 'worker_lost', worker_id = null, worker_epoch = null, changed_at = $2
    where d.worker_id = $1 and d.state = 'handing_over'
    returning d.message_id, d.generation, d.attempt, d.execution_id
  ), attempts as (
    insert into attempt (message_id, generation, n, transport_id, started_at, ended_at, outcome, code, answer)
    select message_id, generation, attempt, null, $2, $2, 'unknown', 'worker_lost', '' from lost
  ), sums as (
    insert into tally (scope, hour, state, reason, shard, n)
    select scope, $3, 'unknown', 'worker_lost', $4, count(*)
    from lost join execution e on e.id = lost.execution_id,
      unnest(array[e.campaign_version_id, case when e.kind = 'audience' then e.id end]) as scope
    where scope is not null
    group by scope order by 1
    on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
  )
  select count(*)::int as n from lost`

// The caller holds the lock of the worker's row, so nobody recovers the same worker at the same time.
const recoverLocked = async (tx: pg.PoolClient, id: string, options: RecoveryOptions): Promise<Recovery> => {
  await tx.query(`update worker set epoch = epoch + 1, heartbeat_at = '-infinity' where id = $1`, [id])
  const readyAgain = await tx.query(GIVE_BACK, [id, options.now])
  const unknown = await tx.query<{ n: number }>(TO_UNKNOWN, [id, options.now, options.hour, options.shard])
  return { readyAgain: readyAgain.rowCount ?? 0, unknown: unknown.rows[0]?.n ?? 0 }
}

/**
 * Registers a worker under its stable name: whatever an earlier life of that name left is recovered, the epoch is
 * raised, and the beat begins.
 */
export const registerWorker = async (
  pool: pg.Pool,
  options: RecoveryOptions & { readonly name: string; readonly newId: string },
): Promise<WorkerIdentity & { readonly recovery: Recovery }> =>
  transaction(pool, async tx => {
    await tx.query(
      `insert into worker (id, epoch, heartbeat_at, name) values ($1, 0, $2, $3) on conflict (name) do nothing`,
      [options.newId, options.now, options.name],
    )
    const { rows } = await tx.query<{ id: string }>('select id from worker where name = $1 for update', [
      options.name,
    ])
    const id = rows[0]?.id ?? options.newId
    const recovery = await recoverLocked(tx, id, options)
    const raised = await tx.query<{ epoch: number }>(
      'update worker set heartbeat_at = $2 where id = $1 returning epoch',
      [id, options.now],
    )
    return { id, epoch: raised.rows[0]?.epoch ?? 0, recovery }
  })

/** Prolongs the lease. False: the epoch was raised meanwhile, and this worker must register anew. */
export const beat = async (db: Db, worker: WorkerIdentity, now: Date): Promise<boolean> => {
  const { rowCount } = await db.query('update worker set heartbeat_at = $3 where id = $1 and epoch = $2', [
    worker.id,
    worker.epoch,
    now,
  ])
  return rowCount === 1
}

const recoverEach = async (
  tx: pg.PoolClient,
  ids: readonly string[],
  options: RecoveryOptions,
): Promise<Recovery> => {
  let total: Recovery = { readyAgain: 0, unknown: 0 }
  for (const id of ids) {
    const one = await recoverLocked(tx, id, options)
    total = { readyAgain: total.readyAgain + one.readyAgain, unknown: total.unknown + one.unknown }
  }
  return total
}

/** Recovers every worker whose last beat is older than `cutoff`; rows that another recoverer holds are skipped. */
export const recoverStale = async (
  pool: pg.Pool,
  options: RecoveryOptions & { readonly cutoff: Date },
): Promise<Recovery> =>
  transaction(pool, async tx => {
    const { rows } = await tx.query<{ id: string }>(
      `select id from worker where heartbeat_at < $1 and heartbeat_at > '-infinity' order by id for update skip locked`,
      [options.cutoff],
    )
    return recoverEach(
      tx,
      rows.map(row => row.id),
      options,
    )
  })

/** Recovers at once the workers whose name begins so: children that the supervisor saw die, or its previous run's. */
export const recoverNamed = async (
  pool: pg.Pool,
  options: RecoveryOptions & { readonly prefix: string },
): Promise<Recovery> =>
  transaction(pool, async tx => {
    const { rows } = await tx.query<{ id: string }>(
      'select id from worker where starts_with(name, $1) order by id for update',
      [options.prefix],
    )
    return recoverEach(
      tx,
      rows.map(row => row.id),
      options,
    )
  })
