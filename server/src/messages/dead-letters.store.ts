/** Reading dead letters: the list, the ids that an action takes, and the sums. */
import type { DeadLetter, DeadLetterFilter, DeadLetterSummary } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { COLUMNS, JOINS, type MessageRow, toMessage } from './read.store.ts'
import { reasonText } from './reason-text.ts'

/** Which dead letters of which sandbox, below which id; `executionId` of the filter is a bare UUID here. */
export interface DeadLetterQuery {
  readonly sandboxId: string
  readonly filter: DeadLetterFilter
  readonly discarded: boolean
  readonly after: string | null
  readonly limit: number
}

type Outcome = 'failed' | 'unknown'

// Each state is one range of the index of troubles and is read newest first until `limit` rows were found. The last
// attempt: the provider's own answer before the guess of a recovery about the same attempt.
const ofState = (
  state: Outcome,
  more: string,
): string => `select d.*, last.transport_id, last.code, last.answer,
    away.at as discarded_at, away.by as discarded_by
  from delivery d
  join execution x on x.id = d.execution_id
  left join lateral (
    select a.transport_id, a.code, a.answer from attempt a where a.message_id = d.message_id
    order by a.generation desc, a.n desc, (a.transport_id is null), a.started_at desc limit 1
  ) last on true
  left join discarded away on away.message_id = d.message_id
  where d.sandbox_id = $1 and d.state = '${state}' and ($2::text is null or $2 = '${state}')
    and ($3::uuid is null or d.message_id < $3) and ($4::text is null or d.reason = $4)
    and ($5::uuid is null or x.campaign_id = $5) and ($6::uuid is null or d.execution_id = $6)
    and ($7::uuid is null or last.transport_id = $7) and ($8::text is null or last.code = $8)
    and ($9::timestamptz is null or d.changed_at >= $9) and ($10::timestamptz is null or d.changed_at < $10)
    and (away.message_id is not null) = $11 ${more}
  order by d.message_id desc limit $12`

const found = (more = ''): string =>
  `(${ofState('failed', more)}) union all (${ofState('unknown', more)}) order by message_id desc limit $12`

const values = ({ sandboxId, filter, discarded, after, limit }: DeadLetterQuery): unknown[] => [
  sandboxId,
  filter.state ?? null,
  after,
  filter.reason ?? null,
  filter.campaignId ?? null,
  filter.executionId ?? null,
  filter.transportId ?? null,
  filter.code ?? null,
  filter.from ?? null,
  filter.to ?? null,
  discarded,
  limit,
]

interface DeadLetterRow extends MessageRow {
  readonly transport: string | null
  readonly code: string | null
  readonly answer: string | null
  readonly discarded_at: Date | null
  readonly discarded_by: string | null
}

const toDeadLetter = (row: DeadLetterRow): DeadLetter => ({
  ...toMessage(row),
  expiresAt: row.expires_at?.toISOString() ?? null,
  transport: row.transport,
  code: row.code,
  answer: row.answer,
  discardedAt: row.discarded_at?.toISOString() ?? null,
  discardedBy: row.discarded_by,
})

/** Dead letters, newest first; one row more than `limit` when there are more. */
export const listDeadLetters = async (db: Db, query: DeadLetterQuery): Promise<DeadLetter[]> => {
  const { rows } = await db.query<DeadLetterRow>(
    `select ${COLUMNS}, t.name as transport, d.code, d.answer, d.discarded_at, d.discarded_by
     from (${found()}) d ${JOINS} left join transport t on t.id = d.transport_id
     order by m.id desc`,
    values({ ...query, limit: query.limit + 1 }),
  )
  return rows.map(toDeadLetter)
}

/** The ids of dead letters, newest first, at most `limit`; with `openAt` only those that have not expired by then. */
export const deadLetterIds = async (
  db: Db,
  query: DeadLetterQuery & { readonly openAt: Date | null },
): Promise<string[]> => {
  const { rows } = await db.query<{ message_id: string }>(
    `select d.message_id
     from (${found('and ($13::timestamptz is null or d.expires_at is null or d.expires_at > $13)')}) d
     order by d.message_id desc`,
    [...values(query), query.openAt],
  )
  return rows.map(row => row.message_id)
}

/** How many of the dead letters had expired at a moment, counted up to `limit`. */
export const countExpired = async (
  db: Db,
  query: DeadLetterQuery & { readonly at: Date },
): Promise<number> => {
  const { rows } = await db.query<{ n: number }>(
    `select count(*) as n from (${found('and d.expires_at <= $13')}) expired`,
    [...values(query), query.at],
  )
  return rows[0]?.n ?? 0
}

interface GroupRow {
  readonly campaign_id: string
  readonly campaign_name: string | null
  readonly state: Outcome
  readonly reason: string
  readonly n: number
}

// From the running sums, minus the few that were put away: a million dead letters cost no more than one.
const SUMMARY = `with counted as (
    select v.campaign_id, t.state, t.reason, t.n
    from campaign_version v join tally t on t.scope = v.id
    where v.sandbox_id = $1 and t.state in ('failed', 'unknown')
    union all
    select e.campaign_id, d.state, coalesce(d.reason, ''), -1
    from discarded away join delivery d on d.message_id = away.message_id join execution e on e.id = d.execution_id
    where away.sandbox_id = $1 and d.state in ('failed', 'unknown')
  )
  select s.campaign_id, coalesce(c.draft, v.properties) ->> 'name' as campaign_name, s.state, s.reason, s.n
  from (
    select campaign_id, state, reason, sum(n)::bigint as n from counted
    group by campaign_id, state, reason having sum(n) > 0
  ) s
  left join campaign c on c.id = s.campaign_id left join campaign_version v on v.id = c.live_version_id
  order by s.n desc, campaign_name, s.campaign_id, s.state, s.reason`

/** How many dead letters a sandbox has that nobody put away. */
export const summarizeDeadLetters = async (db: Db, sandboxId: string): Promise<DeadLetterSummary> => {
  const { rows } = await db.query<GroupRow>(SUMMARY, [sandboxId])
  const groups = rows.map(row => ({
    state: row.state,
    reason: row.reason === '' ? null : row.reason,
    reasonText: reasonText(row.reason === '' ? null : row.reason),
    campaignId: row.campaign_id,
    campaignName: row.campaign_name ?? '',
    n: row.n,
  }))
  return { total: groups.reduce((sum, group) => sum + group.n, 0), groups }
}
