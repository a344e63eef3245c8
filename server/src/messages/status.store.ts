/** The state of one unitary execution, recipient by recipient, in AJO's words. */
import type { MessageState, UnitaryStatus } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { parseExecutionId } from './execution-id.ts'
import type { StoredRecipient } from './ledger.ts'

interface Row {
  readonly campaign_id: string
  readonly request_id: string | null
  readonly created_at: Date
  readonly message_id: string
  readonly recipient: StoredRecipient
  readonly state: MessageState
  readonly reason: string | null
}

const OPEN: readonly MessageState[] = ['ready', 'claimed', 'handing_over', 'held']

const statusOf = (rows: readonly Row[]): UnitaryStatus['status'] => {
  if (rows.some(row => OPEN.includes(row.state))) return 'InProgress'
  return rows.some(row => row.state === 'failed' || row.state === 'unknown') ? 'Failed' : 'Succeeded'
}

/** The status of an execution of this sandbox that a call made; 404 for any other id, an audience run's included. */
export const unitaryStatus = async (
  db: Db,
  sandboxId: string,
  executionId: string,
): Promise<UnitaryStatus> => {
  const id = parseExecutionId(executionId)
  const { rows } =
    id === undefined
      ? { rows: [] }
      : await db.query<Row>(
          `select e.campaign_id, e.request_id, e.created_at, m.id as message_id, m.recipient, d.state, d.reason
     from execution e
     join message m on m.execution_id = e.id
     join delivery d on d.message_id = m.id
     where e.id = $1 and e.sandbox_id = $2 and e.kind <> 'audience' order by m.id`,
          [id, sandboxId],
        )
  const [first] = rows
  if (first === undefined)
    throw new Fault('not_found', { detail: 'There is no such execution in this sandbox.' })
  return {
    executionId,
    requestId: first.request_id,
    campaignId: first.campaign_id,
    status: statusOf(rows),
    createdAt: first.created_at.toISOString(),
    recipients: rows.map(row => ({
      messageId: row.message_id,
      userId: row.recipient.userId,
      namespace: row.recipient.namespace,
      state: row.state,
      reason: row.reason,
    })),
  }
}
