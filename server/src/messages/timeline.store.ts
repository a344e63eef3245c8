/** What the story of a message is made of: its hand-overs and the events beside them, for many messages at once. */
import type { Attempt, InteractionKind } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { linkOf } from '../tracking/link-view.ts'
import type { MessageDetail } from './read.store.ts'
import type { StoredEvent, StoredFeedback, StoredInteraction, Story } from './story.ts'

type AttemptRow = Omit<Attempt, 'startedAt' | 'endedAt'> & {
  readonly message_id: string
  readonly started_at: Date
  readonly ended_at: Date
}

const byMessage = <Row extends { readonly message_id: string }, Item>(
  rows: readonly Row[],
  toItem: (row: Row) => Item,
): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>()
  for (const row of rows) {
    const group = groups.get(row.message_id)
    if (group === undefined) groups.set(row.message_id, [toItem(row)])
    else group.push(toItem(row))
  }
  return groups
}

/** All hand-overs of these messages, each message's in order. */
export const attemptsOf = async (db: Db, messageIds: readonly string[]): Promise<Map<string, Attempt[]>> => {
  const { rows } = await db.query<AttemptRow>(
    `select a.message_id, a.generation, a.n, a.started_at, a.ended_at, t.name as transport, a.outcome, a.code, a.answer,
       a.metadata
     from attempt a left join transport t on t.id = a.transport_id
     where a.message_id = any($1::uuid[]) order by a.generation, a.n, a.started_at`,
    [messageIds],
  )
  return byMessage(rows, ({ message_id, started_at, ended_at, ...row }) => ({
    ...row,
    startedAt: started_at.toISOString(),
    endedAt: ended_at.toISOString(),
  }))
}

/** What happened to these messages beside their hand-overs, each message's in order. */
export const eventsOf = async (
  db: Db,
  messageIds: readonly string[],
): Promise<Map<string, StoredEvent[]>> => {
  const { rows } = await db.query<StoredEvent & { readonly message_id: string }>(
    `select v.message_id, v.at, v.kind, v.generation, v.state, v.reason, v.detail, v.actor
     from message_event v where v.message_id = any($1::uuid[]) order by v.at, v.generation`,
    [messageIds],
  )
  return byMessage(rows, ({ message_id, ...event }) => event)
}

/** What was reported of these messages later, each message's in order. */
export const feedbackOf = async (
  db: Db,
  messageIds: readonly string[],
): Promise<Map<string, StoredFeedback[]>> => {
  const { rows } = await db.query<StoredFeedback & { readonly message_id: string }>(
    `select message_id, at, generation, kind, source, code, status, answer, remote, of_copy as "ofCopy"
     from feedback_event where message_id = any($1::uuid[]) order by at, received_at`,
    [messageIds],
  )
  return byMessage(rows, ({ message_id, ...event }) => event)
}

interface InteractionRow {
  readonly message_id: string
  readonly kind: InteractionKind
  readonly machine: boolean
  readonly n: number
  readonly first_at: Date
  readonly last_at: Date
  readonly link_id: string
  readonly url: string | null
  readonly label: string | null
}

/** What was done with these messages, each message's in order. */
export const interactionsOf = async (
  db: Db,
  messageIds: readonly string[],
): Promise<Map<string, StoredInteraction[]>> => {
  const { rows } = await db.query<InteractionRow>(
    `select i.message_id, i.kind, i.machine, i.n, i.first_at, i.last_at, i.link_id::text, l.url, l.label
     from interaction i left join tracked_link l on l.campaign_id = i.campaign_id and l.link_id = i.link_id
     where i.message_id = any($1::uuid[]) and i.n > 0 order by i.first_at, i.kind, i.link_id`,
    [messageIds],
  )
  return byMessage(rows, ({ message_id: _, first_at, last_at, link_id, url, label, ...row }) => ({
    ...row,
    firstAt: first_at,
    lastAt: last_at,
    link: linkOf({ link_id, url, label }),
  }))
}

/** The stories of these messages, in their order. */
export const storiesOf = async (db: Db, messages: readonly MessageDetail[]): Promise<Story[]> => {
  const ids = messages.map(message => message.summary.messageId)
  if (ids.length === 0) return []
  const [attempts, events] = [await attemptsOf(db, ids), await eventsOf(db, ids)]
  const [feedback, interactions] = [await feedbackOf(db, ids), await interactionsOf(db, ids)]
  return messages.map(message => ({
    ...message,
    state: message.summary.state,
    reason: message.summary.reason,
    events: events.get(message.summary.messageId) ?? [],
    attempts: attempts.get(message.summary.messageId) ?? [],
    feedback: feedback.get(message.summary.messageId) ?? [],
    interactions: interactions.get(message.summary.messageId) ?? [],
  }))
}

/** When a message was put away by a person; null when it was not. */
export const discardedAtOf = async (db: Db, messageId: string): Promise<Date | null> => {
  const { rows } = await db.query<{ at: Date }>('select at from discarded where message_id = $1', [messageId])
  return rows[0]?.at ?? null
}
