/** Feedback events in the database, and what is needed to know whom a report is about. It decides nothing. */
import type { CampaignChannel, FeedbackChannel, FeedbackKind, UnsubscribeLevel } from '@carillon/contract'
import type { BounceCode } from '../channels/email/codes.ts'
import type { Db } from '../db/pool.ts'
import type { StoredRecipient } from '../messages/ledger.ts'
import { todaysId } from '../profiles/known-as.store.ts'

/** A message that something is reported of, and its person as they are now. */
export interface Subject {
  readonly messageId: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly generation: number
  readonly attempt: number
  readonly recipient: StoredRecipient
  readonly acceptedAt: Date
  readonly unsubscribeLevel: UnsubscribeLevel
  /** The channel that it went by, and the country of numbers that do not say theirs. */
  readonly reached: { readonly channel: CampaignChannel; readonly country: string | null }
  /** Null: without a profile, or it is gone. */
  readonly profile: {
    readonly id: string
    readonly attributes: Readonly<Record<string, unknown>>
    readonly modifiedAt: Date
  } | null
}

interface SubjectRow {
  readonly message_id: string
  readonly sandbox_id: string
  readonly campaign_id: string
  readonly generation: number
  readonly attempt: number
  readonly recipient: StoredRecipient
  readonly accepted_at: Date
  readonly unsubscribe_level: UnsubscribeLevel | null
  readonly channel: CampaignChannel | null
  readonly country: string | null
  readonly profile_id: string | null
  readonly attributes: Record<string, unknown> | null
  readonly modified_at: Date | null
}

const profileOf = ({ profile_id, attributes, modified_at }: SubjectRow): Subject['profile'] =>
  profile_id === null || attributes === null || modified_at === null
    ? null
    : { id: profile_id, attributes, modifiedAt: modified_at }

/** The message of that id; undefined: there is none (any more). */
export const findSubject = async (db: Db, messageId: string): Promise<Subject | undefined> => {
  const { rows } = await db.query<SubjectRow>(
    `select d.message_id, d.sandbox_id, e.campaign_id, d.generation, d.attempt, m.recipient, e.created_at as accepted_at,
       f.settings ->> 'unsubscribeLevel' as unsubscribe_level,
       v.properties ->> 'channel' as channel, f.settings ->> 'country' as country, p.id as profile_id, p.attributes, p.modified_at
     from delivery d
     join message m on m.id = d.message_id
     join execution e on e.id = d.execution_id
     left join campaign_version v on v.id = e.campaign_version_id
     left join channel_configuration f on f.id::text = v.properties ->> 'channelConfigurationId'
     left join profile p on p.id = ${todaysId("(m.recipient ->> 'profileId')::uuid")} and p.sandbox_id = d.sandbox_id
     where d.message_id = $1 and m.id = $1`,
    [messageId],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return {
    ...{ messageId: row.message_id, sandboxId: row.sandbox_id, campaignId: row.campaign_id },
    ...{ generation: row.generation, attempt: row.attempt, recipient: row.recipient },
    acceptedAt: row.accepted_at,
    unsubscribeLevel: row.unsubscribe_level ?? 'channel',
    reached: { channel: row.channel ?? 'email', country: row.country },
    profile: profileOf(row),
  }
}

/** A report of a message. With `generation` and `attempt` 0 it is not known of which hand-over. */
export interface FeedbackEventRow {
  readonly messageId: string
  readonly generation: number
  readonly attempt: number
  readonly kind: FeedbackKind
  readonly key: string
  readonly at: Date
  readonly receivedAt: Date
  readonly source: FeedbackChannel
  readonly code: BounceCode | null
  readonly status: string
  readonly answer: string
  readonly remote: string
}

/**
 * Adds an event. False: it was reported before. Words of a server name whom it is about: of a message of an erased person
 * none is kept, nor of one that is being erased, for whose end this waits.
 */
export const insertFeedbackEvent = async (db: Db, event: FeedbackEventRow): Promise<boolean> => {
  const { rowCount } = await db.query(
    `insert into feedback_event
       (message_id, generation, attempt, kind, key, at, received_at, source, code, status, answer, remote)
     select $1::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10,
       case when m.recipient ? 'erased' then '' else $11 end, case when m.recipient ? 'erased' then '' else $12 end
     from (select recipient from message where id = $1 for share) m on conflict do nothing`,
    [
      ...[
        event.messageId,
        event.generation,
        event.attempt,
        event.kind,
        event.key,
        event.at,
        event.receivedAt,
      ],
      ...[event.source, event.code, event.status, event.answer, event.remote],
    ],
  )
  return rowCount === 1
}

/** Whether an event of that kind is there, of whatever attempt. */
export const hasFeedbackEvent = async (db: Db, messageId: string, kind: FeedbackKind): Promise<boolean> => {
  const { rows } = await db.query<{ readonly is: boolean }>(
    'select exists (select from feedback_event where message_id = $1 and kind = $2) as is',
    [messageId, kind],
  )
  return rows[0]?.is === true
}
