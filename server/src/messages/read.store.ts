/** What people ask of the ledger about messages: lists, one message with its data, all of a person. Reads only. */
import type { MessageState, MessageSummary } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { type ExecutionKind, toExecutionId } from './execution-id.ts'
import type { StoredRecipient } from './ledger.ts'
import { reasonText } from './reason-text.ts'

/** A page of a list: rows of one sandbox below an id. */
export interface Page {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly campaignId: string | undefined
}

/** A row of `MESSAGE`. */
export interface MessageRow {
  readonly id: string
  readonly execution_id: string
  readonly kind: ExecutionKind
  readonly campaign_id: string
  readonly campaign_name: string | null
  readonly channel: string | null
  readonly recipient: StoredRecipient
  readonly context: Record<string, unknown>
  readonly state: MessageState
  readonly reason: string | null
  readonly generation: number
  readonly attempt: number
  readonly due_at: Date
  readonly changed_at: Date
  readonly created_at: Date
  readonly created_by: string
  readonly request_id: string | null
  readonly expires_at: Date | null
}

/** The columns of a message, from `d` (delivery), `m` (message), `e` (execution) and `v` (the version, or nothing). */
export const COLUMNS = `m.id, m.execution_id, e.kind, e.campaign_id, v.properties ->> 'name' as campaign_name,
  v.properties ->> 'channel' as channel, m.recipient, m.context, d.state, d.reason, d.generation, d.attempt, d.due_at,
  d.changed_at, e.created_at, e.created_by, e.request_id, d.expires_at`

/** What `COLUMNS` needs beside `delivery d`. */
export const JOINS = `join message m on m.id = d.message_id
  join execution e on e.id = d.execution_id
  left join campaign_version v on v.id = e.campaign_version_id`

const MESSAGE = `select ${COLUMNS} from delivery d ${JOINS}`

/** A row as a list shows it. */
export const toMessage = (row: MessageRow): MessageSummary => ({
  messageId: row.id,
  executionId: toExecutionId(row.kind, row.execution_id),
  campaignId: row.campaign_id,
  campaignName: row.campaign_name ?? '',
  channel: row.channel ?? '',
  userId: row.recipient.userId,
  namespace: row.recipient.namespace,
  state: row.state,
  reason: row.reason,
  reasonText: reasonText(row.reason),
  attempt: row.attempt,
  dueAt: row.due_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
})

/** The first messages of an execution, in the order of the call. */
export const messagesOfExecution = async (
  db: Db,
  execution: { readonly sandboxId: string; readonly id: string; readonly limit: number },
): Promise<MessageSummary[]> => {
  const { rows } = await db.query<MessageRow>(
    `${MESSAGE} where m.execution_id = $1 and d.sandbox_id = $2 order by m.id limit $3`,
    [execution.id, execution.sandboxId, execution.limit],
  )
  return rows.map(toMessage)
}

/** Which messages a list shows; all filters together. */
export interface MessagePage extends Page {
  readonly executionId: string | undefined
  readonly state: MessageState | undefined
  readonly reason: string | undefined
}

/** Messages, newest first; one row more than `limit` when there are more. */
export const listMessages = async (db: Db, page: MessagePage): Promise<MessageSummary[]> => {
  const { rows } = await db.query<MessageRow>(
    `${MESSAGE} where d.sandbox_id = $1 and ($2::uuid is null or d.message_id < $2) and ($3::uuid is null or e.campaign_id = $3)
       and ($4::uuid is null or m.execution_id = $4) and ($5::text is null or d.state = $5)
       and ($6::text is null or d.reason = $6)
     order by m.id desc limit $7`,
    [
      page.sandboxId,
      page.after,
      page.campaignId ?? null,
      page.executionId ?? null,
      page.state ?? null,
      page.reason ?? null,
      page.limit + 1,
    ],
  )
  return rows.map(toMessage)
}

/** A message with its data. */
export interface MessageDetail {
  readonly summary: MessageSummary
  readonly kind: ExecutionKind
  readonly acceptedAt: Date
  readonly acceptedBy: string
  readonly requestId: string | null
  readonly generation: number
  readonly dueAt: Date
  readonly changedAt: Date
  readonly expiresAt: Date | null
  readonly recipient: StoredRecipient
  readonly context: Record<string, unknown>
}

const toDetail = (row: MessageRow): MessageDetail => ({
  summary: toMessage(row),
  kind: row.kind,
  acceptedAt: row.created_at,
  acceptedBy: row.created_by,
  requestId: row.request_id,
  generation: row.generation,
  dueAt: row.due_at,
  changedAt: row.changed_at,
  expiresAt: row.expires_at,
  recipient: row.recipient,
  context: row.context,
})

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
  return rows[0] === undefined ? undefined : toDetail(rows[0])
}

/** These messages, in the order of their ids. */
export const messagesById = async (db: Db, ids: readonly string[]): Promise<MessageDetail[]> => {
  const { rows } = await db.query<MessageRow>(
    `${MESSAGE} where d.message_id = any($1::uuid[]) order by d.message_id`,
    [ids],
  )
  return rows.map(toDetail)
}

/** One address of record; the namespace is in lower case. */
export interface PersonKey {
  readonly namespace: string
  readonly value: string
}

/**
 * $1, $2: identities, each one's namespace and value; $3: campaigns; $4: how many. One identity at a time: the index
 * gives each one's messages newest first, so the rest is not read.
 */
export const TO_PERSON = `select ${COLUMNS} from unnest($1::text[], $2::text[]) as p (namespace, value)
  cross join lateral (
    select m.id from message m join execution e on e.id = m.execution_id
    where hashtextextended(lower(m.recipient ->> 'namespace') || ' ' || (m.recipient ->> 'userId'), 0)
        = hashtextextended(p.namespace || ' ' || p.value, 0)
      and lower(m.recipient ->> 'namespace') = p.namespace and m.recipient ->> 'userId' = p.value
      and e.campaign_id = any($3::uuid[])
    order by m.id desc limit $4
  ) found
  join delivery d on d.message_id = found.id ${JOINS}
  order by m.id desc limit $4`

/** The newest messages of some campaigns to a person under any of these identities. */
export const messagesToPerson = async (
  db: Db,
  asked: {
    readonly campaignIds: readonly string[]
    readonly identities: readonly PersonKey[]
    readonly limit: number
  },
): Promise<MessageDetail[]> => {
  const { rows } = await db.query<MessageRow>(TO_PERSON, [
    asked.identities.map(one => one.namespace),
    asked.identities.map(one => one.value),
    asked.campaignIds,
    asked.limit,
  ])
  return rows.map(toDetail)
}

/** The mail that a message became in the inbox, if it went there. */
export const inboxIdOf = async (db: Db, messageId: string): Promise<string | null> => {
  const { rows } = await db.query<{ id: string }>(
    'select id from inbox where message_id = $1 order by received_at limit 1',
    [messageId],
  )
  return rows[0]?.id ?? null
}
