/**
 * The statements of an audience run: its execution, and its people chunk by chunk. A chunk is one statement and
 * therefore one transaction; what an earlier one stored is left as it is and not counted again.
 */
import type { Db } from '../db/pool.ts'
import { READY_CHANNEL } from '../messages/ledger.ts'
import type { RunChunk, RunStart } from './run.ts'

/** Stores the execution of a run, once. */
export const insertRun = async (db: Db, run: RunStart): Promise<void> => {
  await db.query(
    `insert into execution (id, sandbox_id, campaign_id, campaign_version_id, kind, request_id, recipient_count,
       created_at, created_by)
     values ($1, $2, $3, $4, 'audience', $5, 0, $6, $7) on conflict do nothing`,
    [run.executionId, run.sandboxId, run.campaignId, run.versionId, run.requestId, run.now, run.createdBy],
  )
}

// The people are sorted by id, so that two overlapping chunks cannot wait for each other in a circle.
const ADD = `with run as (
    select id, sandbox_id, campaign_version_id from execution where id = $1 and kind = 'audience'
  ), added as (
    insert into message (id, execution_id, recipient, context)
    select p.id, run.id, p.recipient::jsonb, p.context::jsonb
    from run, unnest($2::uuid[], $3::text[], $4::text[]) as p (id, recipient, context) order by p.id
    on conflict do nothing returning id
  ), deliveries as (
    insert into delivery (message_id, sandbox_id, execution_id, lane, state, due_at, changed_at, expires_at)
    select added.id, run.sandbox_id, run.id, 'marketing', 'ready', $6, $6, $5 from added, run
  ), n as (
    select count(*)::int as n from added
  ), raised as (
    update execution e set recipient_count = e.recipient_count + n.n from n where e.id = $1 and n.n > 0
  ), sums as (
    insert into tally (scope, hour, state, reason, shard, n)
    select scope, date_trunc('hour', $6::timestamptz, 'UTC'), 'accepted', '', $7, n.n
    from n, run, unnest(array[run.campaign_version_id, run.id]) as scope where n.n > 0 order by scope
    on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
  ), wake as (
    select pg_notify('${READY_CHANNEL}', 'marketing') from n where n.n > 0
  )
  select n.n, (select count(*) from run) as runs, (select count(*) from wake) as woken from n`

/** Stores one chunk; answers how many people are new, or undefined when there is no such run. */
export const insertRunChunk = async (db: Db, chunk: RunChunk): Promise<number | undefined> => {
  const of = (pick: (person: RunChunk['people'][number]) => unknown): unknown[] => chunk.people.map(pick)
  const { rows } = await db.query<{ n: number; runs: number }>({
    name: 'add to run',
    text: ADD,
    values: [
      chunk.executionId,
      of(person => person.messageId),
      of(person => JSON.stringify(person.recipient)),
      of(person => JSON.stringify(person.context)),
      chunk.expiresAt,
      chunk.now,
      chunk.shard,
    ],
  })
  const [row] = rows
  return row === undefined || row.runs === 0 ? undefined : row.n
}
