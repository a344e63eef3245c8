/**
 * Later evidence about an attempt whose outcome nobody knew. It settles that very attempt: what is said of an earlier
 * hand-over, or of an earlier generation, says nothing of the one that is unknown now.
 */
import type { Db } from '../db/pool.ts'
import { sums } from './redrive.store.ts'

/** What is known now of an attempt; the sums are counted in `hour` and `shard`. */
export interface Evidence {
  readonly messageId: string
  readonly generation: number
  readonly attempt: number
  readonly state: 'sent' | 'failed'
  readonly reason: 'bounced' | null
  readonly detail: string
  readonly now: Date
  readonly hour: Date
  readonly shard: number
}

const SETTLE = `with before as (
    select d.message_id, d.reason, d.generation, d.execution_id from delivery d
    where d.message_id = $1 and d.generation = $2 and d.attempt = $3 and d.state = 'unknown' for update of d
  ), changed as (
    update delivery d set state = $4, reason = $5, changed_at = $6 from before b
    where d.message_id = b.message_id and d.message_id = $1
    returning d.message_id, b.reason as old_reason, b.generation, b.execution_id
  ), events as (
    insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
    select message_id, $6, 'settled', generation, $4, $5, $7, 'carillon' from changed
  ), moves as (
    select execution_id, $4::text as state, coalesce($5::text, '') as reason, 1 as n from changed
    union all
    select execution_id, 'unknown', coalesce(old_reason, ''), -1 from changed
  ), sums as (
    ${sums('$8', '$9')}
  )
  select message_id from changed`

/** Settles an unknown attempt. False: it is not unknown (any more), or the message is at another attempt. */
export const settleByEvidence = async (db: Db, evidence: Evidence): Promise<boolean> => {
  const { messageId, generation, attempt, state, reason, detail, now, hour, shard } = evidence
  const values = [messageId, generation, attempt, state, reason, now, detail, hour, shard]
  const { rowCount } = await db.query(SETTLE, values)
  return rowCount === 1
}
