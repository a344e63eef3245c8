/** The shared state of the circuit breakers: one row for each transport that was ever in trouble. */
import type { Db } from '../db/pool.ts'

/** A breaker as all workers see it. `opened`: how often in a row; `code` and `answer` are those of the last failure. */
export interface BreakerRow {
  readonly transportId: string
  readonly failures: number
  readonly opened: number
  readonly openUntil: Date | null
  readonly code: string
  readonly answer: string
  readonly changedAt: Date
}

/** Writes a breaker, unless a later change is there already. */
export const writeBreaker = async (db: Db, row: BreakerRow): Promise<void> => {
  await db.query(
    `insert into breaker as b (transport_id, failures, opened, open_until, code, answer, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (transport_id) do update set failures = excluded.failures, opened = excluded.opened,
       open_until = excluded.open_until, code = excluded.code, answer = excluded.answer, changed_at = excluded.changed_at
     where b.changed_at < excluded.changed_at`,
    [row.transportId, row.failures, row.opened, row.openUntil, row.code, row.answer, row.changedAt],
  )
}

/** All breakers. */
export const readBreakers = async (db: Db): Promise<BreakerRow[]> => {
  const { rows } = await db.query<BreakerRow>({
    name: 'breakers',
    text: `select transport_id as "transportId", failures, opened, open_until as "openUntil", code, answer,
      changed_at as "changedAt" from breaker`,
  })
  return rows
}
