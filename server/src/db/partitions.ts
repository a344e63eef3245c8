/** The weekly partitions of the ledger. Knows the ledger's table names and nothing of their columns. */
import pg from 'pg'
import { uuidv7Floor } from '../lib/ids.ts'
import type { Db } from './pool.ts'

const WEEK_MS = 7 * 86_400_000
// 1970-01-01 was a Thursday; weeks begin on Monday.
const MONDAY_MS = 4 * 86_400_000

// Rows that are written once need neither a vacuum nor new statistics for every twentieth of growth: at a few thousand
// messages a second that is all the time, and it costs a third of a core.
const WRITTEN_ONCE = 'autovacuum_vacuum_insert_scale_factor = 1, autovacuum_analyze_scale_factor = 1'

const TABLES = [
  { name: 'execution', storage: WRITTEN_ONCE },
  { name: 'message', storage: WRITTEN_ONCE },
  {
    name: 'delivery',
    storage: `fillfactor = 60, autovacuum_vacuum_scale_factor = 0.2, ${WRITTEN_ONCE}`,
  },
  { name: 'attempt', storage: WRITTEN_ONCE },
  { name: 'message_event', storage: WRITTEN_ONCE },
  { name: 'feedback_event', storage: WRITTEN_ONCE },
  { name: 'interaction', storage: WRITTEN_ONCE },
] as const

// Every statement that is not prepared plans for each of them.
const WEEKS_AHEAD = 2

const mondayOf = (ms: number): number => Math.floor((ms - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS

// Rows of that week are in the default partition already: there they stay, and are found.
const CHECK_VIOLATION = '23514'

const createPartition = async (
  db: Db,
  { name, storage }: (typeof TABLES)[number],
  from: number,
): Promise<boolean> => {
  const day = new Date(from).toISOString().slice(0, 10).replaceAll('-', '')
  // One simple query is one transaction.
  const text = `select pg_advisory_xact_lock(7202);
    create table if not exists ${name}_${day} partition of ${name}
      for values from ('${uuidv7Floor(from)}') to ('${uuidv7Floor(from + WEEK_MS)}') with (${storage})`
  try {
    await db.query(text)
    return true
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === CHECK_VIOLATION) return false
    throw error
  }
}

/**
 * Makes the partitions of this week and the two that come that do not exist yet. Several processes may call it at once.
 * Answers those that cannot be made any more, because their rows came before them.
 */
export const ensurePartitions = async (db: Db, nowMs: number): Promise<readonly string[]> => {
  const late: string[] = []
  for (let week = 0; week <= WEEKS_AHEAD; week++) {
    const from = mondayOf(nowMs) + week * WEEK_MS
    for (const table of TABLES)
      if (!(await createPartition(db, table, from)))
        late.push(`${table.name}, ${new Date(from).toISOString()}`)
  }
  return late
}
