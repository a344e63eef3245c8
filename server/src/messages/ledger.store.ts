/**
 * The statements that move messages through the ledger (delivery mechanism: claim, mark, record, release). Each is
 * one statement and therefore one transaction. Times are given; every change is fenced by worker, epoch and state.
 */
import type { Db } from '../db/pool.ts'
import type { ClaimedMessage, Lane, MessageResult, StoredRecipient, WorkerIdentity } from './ledger.ts'

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
  readonly campaign_id: string
  readonly campaign_version_id: string
  readonly generation: number
  readonly attempt: number
  readonly claims: number
  readonly first_handover_at: Date | null
  readonly expires_at: Date | null
  readonly recipient: StoredRecipient
  readonly context: Record<string, unknown>
}

const toClaimed = (row: ClaimedRow): ClaimedMessage => ({
  messageId: row.message_id,
  sandboxId: row.sandbox_id,
  executionId: row.execution_id,
  campaignId: row.campaign_id,
  versionId: row.campaign_version_id,
  generation: row.generation,
  attempt: row.attempt,
  claims: row.claims,
  firstHandoverAt: row.first_handover_at,
  expiresAt: row.expires_at,
  recipient: row.recipient,
  context: row.context,
})

/**
 * Takes up due messages for this worker, the longest due first, skipping what others are taking. A worker whose
 * epoch was raised takes nothing.
 */
export const claimMessages = async (db: Db, options: ClaimOptions): Promise<ClaimedMessage[]> => {
  const { rows } = await db.query<ClaimedRow>(
    `with me as (
       -- Locked against recovery until this commits: a claim can never land after its worker was recovered.
       select 1 from worker w where w.id = $4 and w.epoch = $5 for key share
     ), due as (
       select d.message_id from delivery d
       where d.lane = $1 and d.state = 'ready' and d.due_at <= $2 and exists (select 1 from me)
       order by d.due_at limit $3 for update of d skip locked
     ), claimed as (
       update delivery d
       set state = 'claimed', claims = d.claims + 1, worker_id = $4, worker_epoch = $5, changed_at = $2
       from due where d.message_id = due.message_id
       returning d.message_id, d.sandbox_id, d.execution_id, d.generation, d.attempt, d.claims,
         d.first_handover_at, d.expires_at
     )
     select c.*, e.campaign_id, e.campaign_version_id, m.recipient, m.context
     from claimed c
     join message m on m.id = c.message_id
     join execution e on e.id = c.execution_id`,
    [options.lane, options.now, options.limit, options.worker.id, options.worker.epoch],
  )
  return rows.map(toClaimed)
}

/**
 * The permit to hand over: returns the ids that may go to a provider now, with the number of the attempt. This one
 * statement is the fence for a worker that slept, and the big stop.
 */
export const markMessages = async (
  db: Db,
  options: { readonly worker: WorkerIdentity; readonly messageIds: readonly string[]; readonly now: Date },
): Promise<Map<string, number>> => {
  const { rows } = await db.query<{ message_id: string; attempt: number }>(
    `update delivery d
     set state = 'handing_over', attempt = d.attempt + 1, claims = 0, changed_at = $4,
       first_handover_at = coalesce(d.first_handover_at, $4)
     where d.message_id = any($1::uuid[]) and d.worker_id = $2 and d.worker_epoch = $3 and d.state = 'claimed'
       and not exists (select 1 from control c where c.sandbox_id = d.sandbox_id and c.stopped)
     returning d.message_id, d.attempt`,
    [options.messageIds, options.worker.id, options.worker.epoch, options.now],
  )
  return new Map(rows.map(row => [row.message_id, row.attempt]))
}

/** Gives claimed messages back, due again at `dueAt`; not counted against them as a claim without a mark. */
export const releaseMessages = async (
  db: Db,
  options: {
    readonly worker: WorkerIdentity
    readonly messageIds: readonly string[]
    readonly dueAt: Date
    readonly now: Date
  },
): Promise<void> => {
  await db.query(
    `update delivery d
     set state = 'ready', due_at = $4, changed_at = $5, claims = greatest(d.claims - 1, 0),
       worker_id = null, worker_epoch = null
     where d.message_id = any($1::uuid[]) and d.worker_id = $2 and d.worker_epoch = $3 and d.state = 'claimed'`,
    [options.messageIds, options.worker.id, options.worker.epoch, options.dueAt, options.now],
  )
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
  const of = (pick: (result: MessageResult) => unknown): unknown[] => options.results.map(pick)
  return [
    of(r => r.messageId),
    of(r => r.versionId),
    of(r => r.generation),
    of(r => r.attempt),
    of(r => r.state),
    of(r => r.reason),
    of(r => r.dueAt),
    of(r => r.handOver !== null),
    of(r => r.handOver?.transportId ?? null),
    of(r => r.handOver?.startedAt ?? null),
    of(r => r.handOver?.endedAt ?? null),
    of(r => r.handOver?.outcome ?? null),
    of(r => r.handOver?.code ?? null),
    of(r => r.handOver?.answer ?? null),
    of(r => (r.handOver?.metadata ? JSON.stringify(r.handOver.metadata) : null)),
    options.worker.id,
    options.worker.epoch,
    options.now,
    options.hour,
    options.shard,
  ]
}

const RESULTS = `r as (
  select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::text[], $6::text[], $7::timestamptz[],
    $8::boolean[], $9::uuid[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[], $14::text[], $15::jsonb[])
  as r (message_id, version_id, generation, attempt, state, reason, due_at,
    handed_over, transport_id, started_at, ended_at, outcome, code, answer, metadata)
)`

const RECORD = `with ${RESULTS},
  changed as (
    update delivery d
    set state = r.state, reason = r.reason, due_at = coalesce(r.due_at, d.due_at), changed_at = $18,
      worker_id = null, worker_epoch = null
    from r
    where d.message_id = r.message_id and d.message_id = any($1::uuid[])
      and d.worker_id = $16 and d.worker_epoch = $17 and d.generation = r.generation and d.attempt = r.attempt
      and d.state = case when r.handed_over then 'handing_over' else 'claimed' end
    returning d.message_id
  ), attempts as (
    insert into attempt (message_id, generation, n, transport_id, started_at, ended_at, outcome, code, answer, metadata)
    select message_id, generation, attempt, transport_id, started_at, ended_at, outcome, code, answer, metadata
    from r where handed_over
  ), sums as (
    insert into tally (scope, hour, state, reason, shard, n)
    select r.version_id, $19, r.state, coalesce(r.reason, ''), $20, count(*)
    from r join changed using (message_id)
    where r.state in ('sent', 'excluded', 'failed', 'unknown')
    group by r.version_id, r.state, r.reason order by 1, 3, 4
    on conflict (scope, hour, state, reason, shard) do update set n = tally.n + excluded.n
  )
  select message_id from changed`

/**
 * Records a batch: the states, the attempt rows and the sums, in one transaction. Returns the ids that changed; the
 * others had been taken from this worker (see `settleLateResults`).
 */
export const recordResults = async (db: Db, options: RecordOptions): Promise<Set<string>> => {
  const { rows } = await db.query<{ message_id: string }>(RECORD, resultColumns(options))
  return new Set(rows.map(row => row.message_id))
}

const SETTLE_LATE = `with r as (
    select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::text[], $6::text[])
    as r (message_id, version_id, generation, attempt, state, reason)
  ), before as (
    select d.message_id, d.reason from delivery d join r using (message_id)
    where d.message_id = any($1::uuid[]) and d.state = 'unknown' and d.generation = r.generation
      and d.attempt = r.attempt and r.state in ('sent', 'failed')
    order by d.message_id for update of d
  ), changed as (
    update delivery d set state = r.state, reason = r.reason, changed_at = $7
    from r join before b using (message_id) where d.message_id = r.message_id and d.message_id = any($1::uuid[])
    returning d.message_id, b.reason as old_reason
  ), moves as (
    select r.version_id, r.state, coalesce(r.reason, '') as reason, 1 as n from r join changed using (message_id)
    union all
    select r.version_id, 'unknown', coalesce(c.old_reason, ''), -1 from r join changed c using (message_id)
  ), sums as (
    insert into tally (scope, hour, state, reason, shard, n)
    select version_id, $8, state, reason, $9, sum(n) from moves
    group by version_id, state, reason order by 1, 3, 4
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
