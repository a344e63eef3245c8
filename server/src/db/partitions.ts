/** The weekly partitions of the ledger. Knows the ledger's table names and nothing of their columns. */
import { uuidv7Floor } from '../lib/ids.ts'
import type { Db } from './pool.ts'

const WEEK_MS = 7 * 86_400_000
// 1970-01-01 was a Thursday; weeks begin on Monday.
const MONDAY_MS = 4 * 86_400_000

const TABLES = [
  { name: 'execution', storage: '' },
  { name: 'message', storage: '' },
  { name: 'delivery', storage: ' with (fillfactor = 60)' },
  { name: 'attempt', storage: '' },
  { name: 'message_event', storage: '' },
] as const

const mondayOf = (ms: number): number => Math.floor((ms - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS

/** Makes the partitions from a week ago to five weeks ahead that do not exist yet. Several processes may call it at once. */
export const ensurePartitions = async (db: Db, nowMs: number): Promise<void> => {
  const statements = ['select pg_advisory_xact_lock(7202)']
  for (let week = -1; week <= 5; week++) {
    const from = mondayOf(nowMs) + week * WEEK_MS
    const day = new Date(from).toISOString().slice(0, 10).replaceAll('-', '')
    for (const { name, storage } of TABLES)
      statements.push(
        `create table if not exists ${name}_${day} partition of ${name} for values from ('${uuidv7Floor(from)}') to ('${uuidv7Floor(from + WEEK_MS)}')${storage}`,
      )
  }
  // One simple query is one transaction.
  await db.query(statements.join(';\n'))
}
