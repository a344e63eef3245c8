/** What people ask of the ledger: executions, messages, attempts and sums. Reads only. */
import type { Attempt, Counts, ExecutionSummary, MessageState, MessageSummary } from '@carillon/contract'
import { REASONS, type ReasonCode } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { type ExecutionKind, toExecutionId } from './execution-id.ts'
import type { StoredRecipient } from './ledger.ts'

/** A page of a list: rows of one sandbox below an id. */
export interface Page {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly campaignId: string | undefined
}

interface ExecutionRow {
  readonly id: string
  readonly campaign_id: string
  readonly campaign_name: string | null
  readonly number: number | null
  readonly kind: ExecutionKind
  readonly request_id: string | null
  readonly created_at: Date
  readonly created_by: string
  readonly counts: Partial<Record<MessageState, number>>
}

const SETTLED = ['sent', 'excluded', 'failed', 'cancelled', 'unknown'] as const

const toCounts = (states: Partial<Record<string, number>>): Counts => {
  const of = (state: string): number => states[state] ?? 0
  const accepted = Object.values(states).reduce<number>((sum, n) => sum + (n ?? 0), 0)
  const settled = SETTLED.reduce((sum, state) => sum + of(state), 0)
  return {
    accepted,
    sent: of('sent'),
    excluded: of('excluded'),
    failed: of('failed'),
    cancelled: of('cancelled'),
    unknown: of('unknown'),
    open: accepted - settled,
  }
}

const toExecution = (row: ExecutionRow): ExecutionSummary => {
  const counts = toCounts(row.counts)
  return {
    executionId: toExecutionId(row.kind, row.id),
    campaignId: row.campaign_id,
    campaignName: row.campaign_name ?? '',
    campaignVersion: row.number,
    kind: row.kind,
    requestId: row.request_id,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    finished: counts.open === 0,
    counts,
  }
}

// The name of the version that was used, not of what the campaign is called today.
const EXECUTION = `select e.id, e.campaign_id, v.properties ->> 'name' as campaign_name, v.number, e.kind, e.request_id, e.created_at, e.created_by,
    (select coalesce(jsonb_object_agg(s.state, s.n), '{}') from (
      select d.state, count(*) as n from message m join delivery d on d.message_id = m.id where m.execution_id = e.id group by d.state
    ) s) as counts
  from execution e left join campaign_version v on v.id = e.campaign_version_id`

/** Executions, newest first; one row more than `limit` when there are more. `id` is the bare UUID, for cursors. */
export const listExecutions = async (
  db: Db,
  page: Page,
): Promise<{ id: string; execution: ExecutionSummary }[]> => {
  const { rows } = await db.query<ExecutionRow>(
    `${EXECUTION} where e.sandbox_id = $1 and ($2::uuid is null or e.id < $2) and ($3::uuid is null or e.campaign_id = $3)
     order by e.id desc limit $4`,
    [page.sandboxId, page.after, page.campaignId ?? null, page.limit + 1],
  )
  return rows.map(row => ({ id: row.id, execution: toExecution(row) }))
}

/** One execution of this sandbox. */
export const findExecution = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<ExecutionSummary | undefined> => {
  const { rows } = await db.query<ExecutionRow>(`${EXECUTION} where e.id = $1 and e.sandbox_id = $2`, [
    id,
    sandboxId,
  ])
  return rows[0] === undefined ? undefined : toExecution(rows[0])
}

interface MessageRow {
  readonly id: string
  readonly execution_id: string
  readonly kind: ExecutionKind
  readonly campaign_id: string
  readonly campaign_name: string | null
  readonly recipient: StoredRecipient
  readonly context: Record<string, unknown>
  readonly state: MessageState
  readonly reason: string | null
  readonly attempt: number
  readonly due_at: Date
  readonly changed_at: Date
  readonly created_at: Date
  readonly expires_at: Date | null
}

const MESSAGE = `select m.id, m.execution_id, e.kind, e.campaign_id, v.properties ->> 'name' as campaign_name, m.recipient, m.context,
    d.state, d.reason, d.attempt, d.due_at, d.changed_at, e.created_at, d.expires_at
  from delivery d
  join message m on m.id = d.message_id
  join execution e on e.id = d.execution_id
  left join campaign_version v on v.id = e.campaign_version_id`

/** A reason in words; a reason that has none is shown as it is. */
export const reasonText = (reason: string | null): string | null =>
  reason === null ? null : Object.hasOwn(REASONS, reason) ? REASONS[reason as ReasonCode].title : reason

const toMessage = (row: MessageRow): MessageSummary => ({
  messageId: row.id,
  executionId: toExecutionId(row.kind, row.execution_id),
  campaignId: row.campaign_id,
  campaignName: row.campaign_name ?? '',
  userId: row.recipient.userId,
  namespace: row.recipient.namespace,
  state: row.state,
  reason: row.reason,
  reasonText: reasonText(row.reason),
  attempt: row.attempt,
  dueAt: row.due_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
})

/** The messages of an execution, in the order of the call. */
export const messagesOfExecution = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<MessageSummary[]> => {
  const { rows } = await db.query<MessageRow>(
    `${MESSAGE} where m.execution_id = $1 and d.sandbox_id = $2 order by m.id`,
    [id, sandboxId],
  )
  return rows.map(toMessage)
}

/** Messages, newest first; one row more than `limit` when there are more. */
export const listMessages = async (
  db: Db,
  page: Page & { readonly state: MessageState | undefined },
): Promise<MessageSummary[]> => {
  const { rows } = await db.query<MessageRow>(
    `${MESSAGE} where d.sandbox_id = $1 and ($2::uuid is null or d.message_id < $2) and ($3::uuid is null or e.campaign_id = $3)
       and ($4::text is null or d.state = $4)
     order by d.message_id desc limit $5`,
    [page.sandboxId, page.after, page.campaignId ?? null, page.state ?? null, page.limit + 1],
  )
  return rows.map(toMessage)
}

/** A message with its data. */
export interface MessageDetail {
  readonly summary: MessageSummary
  readonly acceptedAt: Date
  readonly expiresAt: Date | null
  readonly recipient: StoredRecipient
  readonly context: Record<string, unknown>
}

/** One message of this sandbox. */
export const findMessage = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<MessageDetail | undefined> => {
  const { rows } = await db.query<MessageRow>(`${MESSAGE} where d.message_id = $1 and d.sandbox_id = $2`, [
    id,
    sandboxId,
  ])
  const [row] = rows
  if (row === undefined) return undefined
  return {
    summary: toMessage(row),
    acceptedAt: row.created_at,
    expiresAt: row.expires_at,
    recipient: row.recipient,
    context: row.context,
  }
}

/** All hand-overs of a message, in order. */
export const attemptsOf = async (db: Db, messageId: string): Promise<Attempt[]> => {
  const { rows } = await db.query<
    Omit<Attempt, 'startedAt' | 'endedAt'> & { readonly started_at: Date; readonly ended_at: Date }
  >(
    `select a.generation, a.n, a.started_at, a.ended_at, t.name as transport, a.outcome, a.code, a.answer, a.metadata
     from attempt a left join transport t on t.id = a.transport_id
     where a.message_id = $1 order by a.generation, a.n, a.started_at`,
    [messageId],
  )
  return rows.map(({ started_at, ended_at, ...row }) => ({
    ...row,
    startedAt: started_at.toISOString(),
    endedAt: ended_at.toISOString(),
  }))
}

/** The mail that a message became in the inbox, if it went there. */
export const inboxIdOf = async (db: Db, messageId: string): Promise<string | null> => {
  const { rows } = await db.query<{ id: string }>(
    'select id from inbox where message_id = $1 order by received_at limit 1',
    [messageId],
  )
  return rows[0]?.id ?? null
}

const NOTHING: Counts = { accepted: 0, sent: 0, excluded: 0, failed: 0, cancelled: 0, unknown: 0, open: 0 }

/** The sums of campaigns over all their versions, test sends included. */
export const countsOfCampaigns = async (
  db: Db,
  campaignIds: readonly string[],
): Promise<(campaignId: string) => Counts> => {
  const { rows } = await db.query<{ campaign_id: string; counts: Record<string, number> }>(
    `select s.campaign_id, jsonb_object_agg(s.state, s.n) as counts from (
       select v.campaign_id, t.state, sum(t.n)::bigint as n from campaign_version v join tally t on t.scope = v.id
       where v.campaign_id = any($1::uuid[]) group by v.campaign_id, t.state
     ) s group by s.campaign_id`,
    [campaignIds],
  )
  const byId = new Map(
    rows.map(({ campaign_id, counts: { accepted = 0, ...settled } }) => {
      const done = toCounts(settled)
      return [campaign_id, { ...done, accepted, open: accepted - done.accepted }]
    }),
  )
  return campaignId => byId.get(campaignId) ?? NOTHING
}
