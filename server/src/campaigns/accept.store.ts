/**
 * The accept statement: idempotency key, execution, messages and sums of many calls in one transaction (delivery
 * mechanism §3.1). Rows are inserted only for keys that were won; losers are read by `readKeys`.
 */
import type { Db } from '../db/pool.ts'
import { type Lane, READY_CHANNEL } from '../messages/ledger.ts'

/** One call as the ledger takes it. */
export interface AcceptedCall {
  readonly sandboxId: string
  readonly requestId: string
  readonly bodyHash: Buffer
  readonly executionId: string
  readonly campaignId: string
  readonly versionId: string
  readonly kind: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly lane: Lane
  readonly expiresAt: Date | null
  readonly messages: readonly { readonly id: string; readonly recipient: string; readonly context: string }[]
}

/** What is stored under an idempotency key. */
export interface StoredKey {
  readonly sandboxId: string
  readonly requestId: string
  readonly bodyHash: Buffer
  readonly executionId: string
  readonly createdAt: Date
}

const ACCEPT = `with c as (
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[],
      $8::int[], $9::text[], $10::timestamptz[])
    as c (sandbox_id, request_id, body_hash, execution_id, campaign_id, version_id, kind, recipients, created_by, created_at)
  ), k as (
    insert into trigger_key (sandbox_id, request_id, body_hash, execution_id, created_at)
    select sandbox_id, request_id, decode(body_hash, 'hex'), execution_id, created_at from c
    on conflict do nothing returning execution_id
  ), won as (
    select c.* from c join k using (execution_id)
  ), e as (
    insert into execution (id, sandbox_id, campaign_id, campaign_version_id, kind, request_id, recipient_count,
      created_at, created_by)
    select execution_id, sandbox_id, campaign_id, version_id, kind, request_id, recipients, created_at, created_by
    from won
  ), m as (
    select m.*, won.sandbox_id, won.created_at from unnest($11::uuid[], $12::uuid[], $13::text[], $14::text[],
      $15::text[], $16::timestamptz[])
    as m (id, execution_id, recipient, context, lane, expires_at) join won using (execution_id)
  ), mi as (
    insert into message (id, execution_id, recipient, context)
    select id, execution_id, recipient::jsonb, context::jsonb from m
  ), d as (
    insert into delivery (message_id, sandbox_id, execution_id, lane, state, due_at, changed_at, expires_at)
    select id, sandbox_id, execution_id, lane, 'ready', created_at, created_at, expires_at from m
  ), sums as (
    insert into tally (scope, hour, state, reason, shard, n)
    select version_id, date_trunc('hour', created_at, 'UTC'), 'accepted', '', $17, sum(recipients) from won
    group by 1, 2 order by 1, 2
    on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
  ), wake as (
    select pg_notify('${READY_CHANNEL}', '') from won limit 1
  )
  select execution_id, (select count(*) from wake) as woken from won`

const compare = (a: AcceptedCall, b: AcceptedCall): number =>
  a.sandboxId.localeCompare(b.sandboxId) || (a.requestId < b.requestId ? -1 : 1)

/**
 * Stores calls with distinct keys; returns the execution ids of those whose key was won. Rows go in by order of
 * their keys, so that two batches cannot wait for each other in a circle. `shard` keeps concurrent batches on
 * different rows of the sums.
 */
export const insertAccepted = async (
  db: Db,
  calls: readonly AcceptedCall[],
  shard: number,
): Promise<Set<string>> => {
  const sorted = [...calls].sort(compare)
  const of = (pick: (call: AcceptedCall) => unknown): unknown[] => sorted.map(pick)
  const messages = sorted.flatMap(call => call.messages.map(message => ({ call, message })))
  const { rows } = await db.query<{ execution_id: string }>({
    name: 'accept',
    text: ACCEPT,
    values: [
      of(c => c.sandboxId),
      of(c => c.requestId),
      of(c => c.bodyHash.toString('hex')),
      of(c => c.executionId),
      of(c => c.campaignId),
      of(c => c.versionId),
      of(c => c.kind),
      of(c => c.messages.length),
      of(c => c.createdBy),
      of(c => c.createdAt),
      messages.map(m => m.message.id),
      messages.map(m => m.call.executionId),
      messages.map(m => m.message.recipient),
      messages.map(m => m.message.context),
      messages.map(m => m.call.lane),
      messages.map(m => m.call.expiresAt),
      shard,
    ],
  })
  return new Set(rows.map(row => row.execution_id))
}

/** The keys that exist among those asked for. */
export const readKeys = async (
  db: Db,
  keys: readonly { readonly sandboxId: string; readonly requestId: string }[],
): Promise<StoredKey[]> => {
  const { rows } = await db.query<{
    sandbox_id: string
    request_id: string
    body_hash: Buffer
    execution_id: string
    created_at: Date
  }>(
    `select k.sandbox_id, k.request_id, k.body_hash, k.execution_id, k.created_at
     from unnest($1::uuid[], $2::text[]) as asked (sandbox_id, request_id)
     join trigger_key k on k.sandbox_id = asked.sandbox_id and k.request_id = asked.request_id`,
    [keys.map(key => key.sandboxId), keys.map(key => key.requestId)],
  )
  return rows.map(row => ({
    sandboxId: row.sandbox_id,
    requestId: row.request_id,
    bodyHash: row.body_hash,
    executionId: row.execution_id,
    createdAt: row.created_at,
  }))
}
