/**
 * The accept statement: idempotency key, execution, messages and sums of many calls in one transaction (delivery
 * mechanism §3.1). Rows are inserted only for keys that were won; losers are read by `readKeys`.
 */
import { byteaArray, intArray, jsonbArray, textArray, timestampArray, uuidArray } from '../db/binary-array.ts'
import { type Db, within } from '../db/pool.ts'
import type { Lane } from '../messages/ledger.ts'

/** One message of a call. `identity`: the person must have a profile, whose id is stored with the recipient. */
export interface AcceptedMessage {
  readonly id: string
  readonly recipient: string
  readonly context: string
  /** Its namespace is in lower case. */
  readonly identity?: { readonly namespace: string; readonly value: string }
}

/** One call as the ledger takes it; recipients and contexts are JSON texts. */
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
  readonly messages: readonly AcceptedMessage[]
}

/** What is stored under an idempotency key. */
export interface StoredKey {
  readonly sandboxId: string
  readonly requestId: string
  readonly bodyHash: Buffer
  readonly executionId: string
  readonly createdAt: Date
}

// `m` looks up every profile; a call with a person who has none stores nothing. The parameters are binary arrays.
const ACCEPT = `with c as (
    select * from unnest($1::uuid[], $2::text[], $3::bytea[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[],
      $8::int[], $9::text[], $10::timestamptz[], $11::text[], $12::timestamptz[])
    as c (sandbox_id, request_id, body_hash, execution_id, campaign_id, version_id, kind, recipients, created_by,
      created_at, lane, expires_at)
  ), m as materialized (
    select m.*, i.profile_id
    from unnest($13::uuid[], $14::uuid[], $15::uuid[], $16::jsonb[], $17::jsonb[], $18::text[], $19::text[])
      as m (id, execution_id, sandbox_id, recipient, context, namespace, value)
    left join identity i on i.sandbox_id = m.sandbox_id and i.namespace = m.namespace and i.value = m.value
  ), k as (
    insert into trigger_key (sandbox_id, request_id, body_hash, execution_id, created_at)
    select sandbox_id, request_id, body_hash, execution_id, created_at from c
    where execution_id not in (select execution_id from m where namespace is not null and profile_id is null)
    on conflict do nothing returning execution_id
  ), won as (
    select c.* from c join k using (execution_id)
  ), e as (
    insert into execution (id, sandbox_id, campaign_id, campaign_version_id, kind, request_id, recipient_count,
      created_at, created_by)
    select execution_id, sandbox_id, campaign_id, version_id, kind, request_id, recipients, created_at, created_by
    from won
  ), mi as (
    insert into message (id, execution_id, recipient, context)
    select id, execution_id,
      case when profile_id is null then recipient
        else recipient || jsonb_build_object('profileId', profile_id) end, context
    from m join k using (execution_id)
  ), d as (
    insert into delivery (message_id, sandbox_id, execution_id, lane, state, due_at, changed_at, expires_at)
    select m.id, won.sandbox_id, execution_id, lane, 'ready', created_at, created_at, expires_at
    from m join won using (execution_id)
  ), sums as (
    insert into tally (scope, hour, state, reason, shard, n)
    select version_id, date_trunc('hour', created_at, 'UTC'), 'accepted', '', $20, sum(recipients) from won
    group by 1, 2 order by 1, 2
    on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
  )
  select execution_id from won`

const compare = (a: AcceptedCall, b: AcceptedCall): number =>
  a.sandboxId === b.sandboxId ? (a.requestId < b.requestId ? -1 : 1) : a.sandboxId < b.sandboxId ? -1 : 1

const columnsOf = (calls: readonly AcceptedCall[]): Buffer[] => [
  uuidArray(calls.map(call => call.sandboxId)),
  textArray(calls.map(call => call.requestId)),
  byteaArray(calls.map(call => call.bodyHash)),
  uuidArray(calls.map(call => call.executionId)),
  uuidArray(calls.map(call => call.campaignId)),
  uuidArray(calls.map(call => call.versionId)),
  textArray(calls.map(call => call.kind)),
  intArray(calls.map(call => call.messages.length)),
  textArray(calls.map(call => call.createdBy)),
  timestampArray(calls.map(call => call.createdAt)),
  textArray(calls.map(call => call.lane)),
  timestampArray(calls.map(call => call.expiresAt)),
]

const messageColumnsOf = (calls: readonly AcceptedCall[]): Buffer[] => {
  const messages = calls.flatMap(call => call.messages)
  return [
    uuidArray(messages.map(message => message.id)),
    uuidArray(calls.flatMap(call => call.messages.map(() => call.executionId))),
    uuidArray(calls.flatMap(call => call.messages.map(() => call.sandboxId))),
    jsonbArray(messages.map(message => message.recipient)),
    jsonbArray(messages.map(message => message.context)),
    textArray(messages.map(message => message.identity?.namespace ?? null)),
    textArray(messages.map(message => message.identity?.value ?? null)),
  ]
}

/** The longest that a statement may take before its connection is given up and its calls are answered. */
export const STATEMENT_MS = 8_000

/**
 * Stores calls with distinct keys; returns the execution ids of those that are stored: their key was won, and each of
 * their people who needs a profile has one. Rows go in by order of their keys, so that two batches cannot wait for
 * each other in a circle. `shard` keeps concurrent batches on different rows of the sums.
 */
export const insertAccepted = async (
  db: Db,
  calls: readonly AcceptedCall[],
  shard: number,
): Promise<Set<string>> => {
  const sorted = [...calls].sort(compare)
  const { rows } = await db.query<{ execution_id: string }>(
    within(STATEMENT_MS, {
      name: 'accept',
      text: ACCEPT,
      values: [...columnsOf(sorted), ...messageColumnsOf(sorted), shard],
    }),
  )
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
    within(STATEMENT_MS, {
      name: 'read-keys',
      text: `select k.sandbox_id, k.request_id, k.body_hash, k.execution_id, k.created_at
        from unnest($1::uuid[], $2::text[]) as asked (sandbox_id, request_id)
        join trigger_key k on k.sandbox_id = asked.sandbox_id and k.request_id = asked.request_id`,
      values: [uuidArray(keys.map(key => key.sandboxId)), textArray(keys.map(key => key.requestId))],
    }),
  )
  return rows.map(row => ({
    sandboxId: row.sandbox_id,
    requestId: row.request_id,
    bodyHash: row.body_hash,
    executionId: row.execution_id,
    createdAt: row.created_at,
  }))
}
