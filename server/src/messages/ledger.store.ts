/**
 * The statements that move messages through the ledger (delivery mechanism: claim, mark, record, release). Each is
 * one statement and therefore one transaction. Times are given; every change is fenced by worker, epoch and state.
 */
import { intArray, jsonbArray, textArray, timestampArray, uuidArray } from '../db/binary-array.ts'
import type { Db } from '../db/pool.ts'
import type { ExecutionKind } from './execution-id.ts'
import {
  type ClaimedMessage,
  type Lane,
  type MessageResult,
  PACED_AHEAD_MS,
  type StoredRecipient,
  type WorkerIdentity,
} from './ledger.ts'

/** What a claim takes: one lane, at most `limit` rows that are due at `now`. */
export interface ClaimOptions {
  readonly worker: WorkerIdentity
  readonly lane: Lane
  readonly limit: number
  readonly now: Date
}

interface ClaimedRow {
  readonly message_id: string
  readonly sandbox_id: string
  readonly execution_id: string
  readonly lane: Lane
  readonly kind: ExecutionKind
  readonly campaign_id: string
  readonly campaign_version_id: string
  readonly accepted_at: Date
  readonly due_at: Date
  readonly reason: string | null
  readonly generation: number
  readonly attempt: number
  readonly claims: number
  readonly first_handover_at: Date | null
  readonly expires_at: Date | null
  readonly recipient: StoredRecipient
  readonly context: Record<string, unknown>
  readonly attributes: Record<string, unknown> | null
}

const toClaimed = (row: ClaimedRow): ClaimedMessage => ({
  messageId: row.message_id,
  sandboxId: row.sandbox_id,
  executionId: row.execution_id,
  lane: row.lane,
  kind: row.kind,
  campaignId: row.campaign_id,
  versionId: row.campaign_version_id,
  acceptedAt: row.accepted_at,
  dueAt: row.due_at,
  reason: row.reason,
  generation: row.generation,
  attempt: row.attempt,
  claims: row.claims,
  firstHandoverAt: row.first_handover_at,
  expiresAt: row.expires_at,
  recipient: row.recipient,
  context: row.context,
  attributes: row.attributes,
})

// Named, so that it is planned once: a plan over all partitions of three tables costs more than the claim itself. Its commit
// need not wait for the disk: one that is lost in a crash leaves its messages ready, and they get no permit by it; the mark's
// commit, which does wait, comes after it in the log.
const CLAIM = `with me as (
     -- Locked against recovery until this commits: a claim can never land after its worker was recovered.
     select set_config('synchronous_commit', 'off', true) from worker w where w.id = $4 and w.epoch = $5 for key share
   ), due as (
     select d.message_id from delivery d
     where d.lane = $1 and d.state = 'ready' and d.due_at <= $6 and (d.due_at <= $2 or d.reason = 'paced')
       and exists (select 1 from me)
     order by d.due_at limit $3 for update of d skip locked
   ), claimed as (
     update delivery d
     set state = 'claimed', claims = d.claims + 1, worker_id = $4, worker_epoch = $5, changed_at = $2
     from due where d.message_id = due.message_id
     returning d.message_id, d.sandbox_id, d.execution_id, d.lane, d.due_at, d.reason, d.generation, d.attempt, d.claims,
       d.first_handover_at, d.expires_at
   )
   select c.*, e.kind, e.campaign_id, e.campaign_version_id, e.created_at as accepted_at, m.recipient, m.context,
     null::jsonb as attributes
   from claimed c
   join message m on m.id = c.message_id
   join execution e on e.id = c.execution_id`

// One question less than asking for the profiles afterwards.
const CLAIM_WITH_PROFILES = `${CLAIM.replace('null::jsonb', 'p.attributes')}
   left join merged_profile gone on gone.id = (m.recipient ->> 'profileId')::uuid
   left join profile p on p.id = coalesce(gone.profile_id, (m.recipient ->> 'profileId')::uuid)`

const claimOf = (lane: Lane): { readonly name: string; readonly text: string } =>
  lane === 'high_throughput'
    ? { name: 'claim', text: CLAIM }
    : { name: 'claim-with-profiles', text: CLAIM_WITH_PROFILES }

/**
 * Takes up due messages for this worker, the longest due first, skipping what others are taking, and those whose leased
 * moment comes soon: a message taken up at its moment would miss it. A worker whose epoch was raised takes nothing.
 */
export const claimMessages = async (db: Db, options: ClaimOptions): Promise<ClaimedMessage[]> => {
  const { rows } = await db.query<ClaimedRow>({
    ...claimOf(options.lane),
    values: [
      ...[options.lane, options.now, options.limit, options.worker.id, options.worker.epoch],
      new Date(options.now.getTime() + PACED_AHEAD_MS),
    ],
  })
  return rows.map(toClaimed)
}

/** What is asked for a permit: messages in this worker's hands, and the campaigns they belong to. */
export interface MarkOptions {
  readonly worker: WorkerIdentity
  readonly messages: readonly { readonly messageId: string; readonly campaignId: string }[]
  readonly now: Date
}

// Open holds are few; read once for the statement, and compared with every message's sandbox, execution and campaign.
// Each is found by its id: "is not distinct from" matches no index, else the planner reads all that is in the worker's
// hands, hundreds of rows and the dead ones before them. On a pool `byIndex` it is planned once, however few are asked for.
const MARK = `with held as materialized (
    select h.scope_id, h.before_id from hold h where h.lifted_at is null
  ), asked as (
    select * from unnest($1::uuid[], $2::uuid[]) as asked (message_id, campaign_id)
  )
  update delivery d
  set state = 'handing_over', attempt = d.attempt + 1, claims = 0, changed_at = $5,
    first_handover_at = coalesce(d.first_handover_at, $5)
  from asked a
  where d.message_id = a.message_id
    and d.worker_id is not distinct from $3 and d.worker_epoch = $4 and d.state is not distinct from 'claimed'
    and not exists (
      select 1 from held h where h.scope_id in (d.sandbox_id, d.execution_id, a.campaign_id)
        and (h.before_id is null or d.message_id < h.before_id)
    )
  returning d.message_id, d.attempt`

/**
 * The permit to hand over: returns the ids that may go to a provider now, with the number of the attempt. This one
 * statement is the fence for a worker that slept, the big stop, and every other hold.
 */
export const markMessages = async (db: Db, options: MarkOptions): Promise<Map<string, number>> => {
  const { rows } = await db.query<{ message_id: string; attempt: number }>({
    name: 'mark',
    text: MARK,
    values: [
      uuidArray(options.messages.map(message => message.messageId)),
      uuidArray(options.messages.map(message => message.campaignId)),
      options.worker.id,
      options.worker.epoch,
      options.now,
    ],
  })
  return new Map(rows.map(row => [row.message_id, row.attempt]))
}

/**
 * A claimed message that goes back: when it is due again, and why it waits (null: as before). With `paced`, `dueAt` is
 * its leased moment; without, it has none any more.
 */
export interface Release {
  readonly messageId: string
  readonly dueAt: Date
  readonly reason: 'paced' | 'breaker_open' | 'quiet_hours_wait' | null
}

/** Gives claimed messages back; not counted against them as a claim without a mark. */
export const releaseMessages = async (
  db: Db,
  options: { readonly worker: WorkerIdentity; readonly messages: readonly Release[]; readonly now: Date },
): Promise<void> => {
  await db.query({
    name: 'release',
    text: `update delivery d
     set state = 'ready', due_at = r.due_at, reason = coalesce(r.reason, nullif(d.reason, 'paced')), changed_at = $6,
       claims = greatest(d.claims - 1, 0), worker_id = null, worker_epoch = null
     from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as r (message_id, due_at, reason)
     where d.message_id = r.message_id and d.message_id = any($1::uuid[])
       and d.worker_id is not distinct from $4 and d.worker_epoch = $5 and d.state is not distinct from 'claimed'`,
    values: [
      options.messages.map(message => message.messageId),
      options.messages.map(message => message.dueAt),
      options.messages.map(message => message.reason),
      options.worker.id,
      options.worker.epoch,
      options.now,
    ],
  })
}

/** A batch of results of one worker; `shard` is the worker's own row of every sum. */
export interface RecordOptions {
  readonly worker: WorkerIdentity
  readonly results: readonly MessageResult[]
  readonly now: Date
  readonly hour: Date
  readonly shard: number
}

const resultColumns = (options: RecordOptions): unknown[] => {
  const of = <T>(pick: (result: MessageResult) => T): T[] => options.results.map(pick)
  return [
    uuidArray(of(r => r.messageId)),
    uuidArray(of(r => r.versionId)),
    intArray(of(r => r.generation)),
    intArray(of(r => r.attempt)),
    textArray(of(r => r.state)),
    textArray(of(r => r.reason)),
    timestampArray(of(r => r.dueAt)),
    uuidArray(of(r => r.handOver?.transportId ?? null)),
    timestampArray(of(r => r.handOver?.startedAt ?? null)),
    timestampArray(of(r => r.handOver?.endedAt ?? null)),
    textArray(of(r => r.handOver?.outcome ?? null)),
    textArray(of(r => r.handOver?.code ?? null)),
    textArray(of(r => r.handOver?.answer ?? null)),
    jsonbArray(of(r => (r.handOver?.metadata ? JSON.stringify(r.handOver.metadata) : null))),
    textArray(of(r => r.detail)),
    uuidArray(of(r => r.runId)),
    options.worker.id,
    options.worker.epoch,
    options.now,
    options.hour,
    options.shard,
  ]
}

// The arrays are binary. What was handed over began at a time.
const RESULTS = `r as (
  select *, r.started_at is not null as handed_over
  from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],
    $8::uuid[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::jsonb[],
    $15::text[], $16::uuid[])
  as r (message_id, version_id, generation, attempt, state, reason, due_at,
    transport_id, started_at, ended_at, outcome, code, answer, metadata, detail, run_id)
)`

const RECORD = `with ${RESULTS},
  changed as (
    update delivery d
    set state = r.state, reason = r.reason, changed_at = $19,
      due_at = case r.state when 'held' then $19 else coalesce(r.due_at, d.due_at) end,
      worker_id = null, worker_epoch = null
    from r
    where d.message_id = r.message_id and d.message_id = any($1::uuid[])
      and d.worker_id = $17 and d.worker_epoch = $18 and d.generation = r.generation and d.attempt = r.attempt
      and d.state = case when r.handed_over then 'handing_over' else 'claimed' end
    returning d.message_id
  ), attempts as (
    insert into attempt (message_id, generation, n, transport_id, started_at, ended_at, outcome, code, answer, metadata)
    select message_id, generation, attempt, transport_id, started_at, ended_at, outcome, code, answer, metadata
    from r where handed_over
  ), events as (
    insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
    select r.message_id, $19, case r.state when 'held' then 'held' when 'cancelled' then 'cancelled' else 'refused' end,
      r.generation, r.state, r.reason, coalesce(r.detail, ''), 'carillon'
    from r join changed using (message_id)
    where not r.handed_over and r.state in ('excluded', 'failed', 'held', 'cancelled')
  ), counted as (
    select unnest(array[r.version_id, r.run_id]) as scope, r.state, coalesce(r.reason, '') as reason
    from r join changed using (message_id)
    where r.state in ('sent', 'excluded', 'failed', 'unknown', 'cancelled')
  ), sums as (
    insert into tally (scope, hour, state, reason, shard, n)
    select scope, $20, state, reason, $21, count(*) from counted where scope is not null
    group by scope, state, reason order by 1, 3, 4
    on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
  )
  select message_id from changed`

/**
 * Records a batch, in which no message is twice: the states, the attempt rows and the sums, in one transaction. Returns the ids that changed; the
 * others had been taken from this worker (see `settleLateResults`).
 */
export const recordResults = async (db: Db, options: RecordOptions): Promise<Set<string>> => {
  const { rows } = await db.query<{ message_id: string }>({
    name: 'record',
    text: RECORD,
    values: resultColumns(options),
  })
  return new Set(rows.map(row => row.message_id))
}

const SETTLE_LATE = `with r as (
    select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::text[], $6::text[], $10::uuid[])
    as r (message_id, version_id, generation, attempt, state, reason, run_id)
  ), before as (
    select d.message_id, d.reason from delivery d join r using (message_id)
    where d.message_id = any($1::uuid[]) and d.state = 'unknown' and d.generation = r.generation
      and d.attempt = r.attempt and r.state in ('sent', 'failed')
    order by d.message_id for update of d
  ), changed as (
    update delivery d set state = r.state, reason = r.reason, changed_at = $7
    from r join before b using (message_id) where d.message_id = r.message_id and d.message_id = any($1::uuid[])
    returning d.message_id, b.reason as old_reason
  ), events as (
    insert into message_event (message_id, at, kind, generation, state, reason, detail, actor)
    select r.message_id, $7, 'settled', r.generation, r.state, r.reason, 'late answer of the provider', 'carillon'
    from r join changed using (message_id)
  ), moves as (
    select unnest(array[r.version_id, r.run_id]) as scope, r.state, coalesce(r.reason, '') as reason, 1 as n
    from r join changed using (message_id)
    union all
    select unnest(array[r.version_id, r.run_id]), 'unknown', coalesce(c.old_reason, ''), -1
    from r join changed c using (message_id)
  ), sums as (
    insert into tally (scope, hour, state, reason, shard, n)
    select scope, $8, state, reason, $9, sum(n) from moves where scope is not null
    group by scope, state, reason order by 1, 3, 4
    on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
  )
  select message_id from changed`

/**
 * Evidence for messages that recovery had called unknown: a late result of the same attempt settles them. Returns
 * the ids settled; anything else stays as it is, its attempt row having been written by `recordResults`.
 */
export const settleLateResults = async (db: Db, options: RecordOptions): Promise<Set<string>> => {
  const columns = resultColumns(options).slice(0, 6)
  const { rows } = await db.query<{ message_id: string }>(SETTLE_LATE, [
    ...columns,
    options.now,
    options.hour,
    options.shard,
    uuidArray(options.results.map(result => result.runId)),
  ])
  return new Set(rows.map(row => row.message_id))
}

/** Of these results, the messages whose attempt row is there: the batch they were in had been committed. */
export const findRecorded = async (db: Db, results: readonly MessageResult[]): Promise<Set<string>> => {
  const { rows } = await db.query<{ message_id: string }>(
    `select a.message_id from unnest($1::uuid[], $2::int[], $3::int[], $4::timestamptz[])
       as r (message_id, generation, n, started_at)
     join attempt a on a.message_id = r.message_id and a.generation = r.generation and a.n = r.n
       and a.started_at = r.started_at
     where a.message_id = any($1::uuid[])`,
    [
      results.map(r => r.messageId),
      results.map(r => r.generation),
      results.map(r => r.attempt),
      results.map(r => r.handOver?.startedAt ?? null),
    ],
  )
  return new Set(rows.map(row => row.message_id))
}

/** Messages that this worker holds the permit for: asked when the answer to a mark was lost. */
export const findMarked = async (
  db: Db,
  worker: WorkerIdentity,
  messageIds: readonly string[],
): Promise<Map<string, number>> => {
  const { rows } = await db.query<{ message_id: string; attempt: number }>(
    `select d.message_id, d.attempt from delivery d
     where d.message_id = any($1::uuid[]) and d.worker_id = $2 and d.worker_epoch = $3 and d.state = 'handing_over'`,
    [messageIds, worker.id, worker.epoch],
  )
  return new Map(rows.map(row => [row.message_id, row.attempt]))
}

/** Gives back claims that this worker does not know of, because the answer to its claim was lost. */
export const releaseUnknownClaims = async (
  db: Db,
  options: { readonly worker: WorkerIdentity; readonly known: readonly string[]; readonly now: Date },
): Promise<number> => {
  const { rowCount } = await db.query(
    `update delivery d set state = 'ready', claims = greatest(d.claims - 1, 0), worker_id = null, worker_epoch = null,
       changed_at = $4
     where d.worker_id = $1 and d.worker_epoch = $2 and d.state = 'claimed' and d.message_id <> all($3::uuid[])`,
    [options.worker.id, options.worker.epoch, options.known, options.now],
  )
  return rowCount ?? 0
}
