/**
 * The clocks of sandboxes in the database: how far each is ahead of the machine, and the one statement per table that
 * moves what waits in a sandbox. What is stored stays on the machine's time: a clock that goes forward by a day brings
 * every waiting moment of its sandbox a day nearer.
 */
import type { Db } from '../db/pool.ts'
import { READY_CHANNEL } from '../messages/ledger.ts'

/** The payload on `READY_CHANNEL` that says: a sandbox was marked, or its clock was moved. */
export const CLOCKS_CHANGED = 'clocks'

/** The clock of one sandbox. `offsetMs` is how far it is ahead of the machine's; 0 unless it is marked for tests. */
export interface SandboxClockRow {
  readonly name: string
  readonly production: boolean
  readonly testClock: boolean
  readonly offsetMs: number
}

const COLUMNS = 's.name, s.production, s.test_clock as "testClock", s.clock_offset_ms as "offsetMs"'

/** The ids of the sandboxes that are marked for tests. */
export const markedSandboxes = async (db: Db): Promise<Set<string>> => {
  const { rows } = await db.query<{ id: string }>('select s.id from sandbox s where s.test_clock')
  return new Set(rows.map(row => row.id))
}

/** How far the clocks of these sandboxes are ahead, in milliseconds. */
export const clockOffsets = async (db: Db, sandboxIds: readonly string[]): Promise<Map<string, number>> => {
  const { rows } = await db.query<{ id: string; ms: number }>(
    'select s.id, s.clock_offset_ms as ms from sandbox s where s.id = any($1::uuid[])',
    [sandboxIds],
  )
  return new Map(rows.map(row => [row.id, row.ms]))
}

/** The clock of a sandbox. */
export const findClock = async (db: Db, sandboxId: string): Promise<SandboxClockRow | undefined> => {
  const { rows } = await db.query<SandboxClockRow>(`select ${COLUMNS} from sandbox s where s.id = $1`, [
    sandboxId,
  ])
  return rows[0]
}

/** The same, locked until the end of the transaction: two moves follow each other. */
export const lockClock = async (tx: Db, sandboxId: string): Promise<SandboxClockRow | undefined> => {
  const { rows } = await tx.query<SandboxClockRow>(
    `select ${COLUMNS} from sandbox s where s.id = $1 for no key update`,
    [sandboxId],
  )
  return rows[0]
}

/**
 * From here on this transaction waits at most so long for a row. It locks rows that workers lock in another order;
 * giving way before PostgreSQL looks for deadlocks (after 1 s) makes the move the one that is repeated, never a worker.
 */
export const giveWayAfter = async (tx: Db, ms: number): Promise<void> => {
  await tx.query(`select set_config('lock_timeout', $1, true)`, [`${ms}ms`])
}

/** Writes a clock, and tells every process with the commit. */
export const writeClock = async (
  tx: Db,
  sandboxId: string,
  clock: { readonly testClock: boolean; readonly offsetMs: number },
): Promise<void> => {
  await tx.query('update sandbox set test_clock = $2, clock_offset_ms = $3 where id = $1', [
    sandboxId,
    clock.testClock,
    clock.offsetMs,
  ])
  await tx.query('select pg_notify($1, $2)', [READY_CHANNEL, CLOCKS_CHANGED])
}

// One statement, so that each open row is moved once, whatever a worker does to it meanwhile: a row that was ready when
// the statement began and is claimed when it gets there is moved as a claimed one. What is in a worker's hands was due
// already, so only its ends move. Each part of the condition has its partial index: settled messages are not read, but
// those that can be sent again; their ends stay in step, and they are not counted.
const MOVE_MESSAGES = `with moved as (
    update delivery d
    set due_at = case when d.state in ('ready', 'held') then d.due_at - $2 * interval '1 millisecond' else d.due_at end,
      expires_at = d.expires_at - $2 * interval '1 millisecond',
      first_handover_at = d.first_handover_at - $2 * interval '1 millisecond'
    where d.sandbox_id = $1
      and (d.state = 'ready' or d.state in ('claimed', 'handing_over') or d.state in ('failed', 'unknown', 'held'))
    returning d.state
  )
  select count(*) as n from moved where state in ('ready', 'held')`

// By whole minutes. Taken out and put in again: moved in place, a minute would meet its not yet moved neighbour.
const MOVE_MINUTES = `with gone as (
    delete from campaign_minute n using campaign c where c.id = n.campaign_id and c.sandbox_id = $1
    returning n.campaign_id, n.minute, n.n
  )
  insert into campaign_minute (campaign_id, minute, n)
  select campaign_id, minute - $2 * interval '1 minute', n from gone order by 1, 2
  on conflict (campaign_id, minute) do update set n = campaign_minute.n + excluded.n`

// What is told apart by a key of text belongs to a campaign, a transport, or a domain of a transport.
const MOVE_PACES = `update pace p set free_at = p.free_at - $2 * interval '1 millisecond'
  where split_part(p.key, ':', 2) in (
    select c.id::text from campaign c where c.sandbox_id = $1
    union all select t.id::text from transport t where t.sandbox_id = $1
  )`

const MOVE_BREAKERS = `update breaker b set open_until = b.open_until - $2 * interval '1 millisecond'
  from transport t where t.id = b.transport_id and t.sandbox_id = $1 and b.open_until is not null`

const MOVE_USES = `update recipient_use u set at = u.at - $2 * interval '1 millisecond'
  where u.scope_id in (
    select c.id from campaign c where c.sandbox_id = $1
    union all
    select (rule ->> 'id')::uuid from rule_set s, jsonb_array_elements(s.rules) rule where s.sandbox_id = $1
  )`

const MOVE_SCHEDULES = `update audience_schedule s set execute_at = s.execute_at - $2 * interval '1 millisecond'
  where s.sandbox_id = $1 and s.status = 'scheduled'`

const MINUTE_MS = 60_000

/** How far a sandbox's clock was ahead, and is now. */
export interface OffsetChange {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Brings everything that waits in a sandbox as much nearer as its clock moves (further away, where it goes back):
 * messages, scheduled runs, the windows of its campaigns, its rates and its breakers. Answers how many waiting messages moved.
 */
export const moveWaiting = async (
  tx: Db,
  sandboxId: string,
  { fromMs, toMs }: OffsetChange,
): Promise<number> => {
  const ms = toMs - fromMs
  const { rows } = await tx.query<{ n: number }>(MOVE_MESSAGES, [sandboxId, ms])
  for (const statement of [MOVE_USES, MOVE_PACES, MOVE_BREAKERS, MOVE_SCHEDULES])
    await tx.query(statement, [sandboxId, ms])
  // Of the whole offsets, so that many small steps come to the same as one.
  const minutes = Math.floor(toMs / MINUTE_MS) - Math.floor(fromMs / MINUTE_MS)
  if (minutes !== 0) await tx.query(MOVE_MINUTES, [sandboxId, minutes])
  return rows[0]?.n ?? 0
}
