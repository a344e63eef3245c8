/** The evidence of choices in the database: only ever added, in the transaction of the change that it proves. */
import type { ConsentChannel, ConsentLevel, ConsentSource } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** How a choice came in: the circumstances that evidence keeps. */
export interface Circumstances {
  readonly source: ConsentSource
  readonly shown: string | null
  readonly shownVersion: string | null
  readonly language: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  readonly messageId: string | null
  readonly campaignId: string | null
}

/** One piece of evidence. `before` null: nothing was said before; `after` null: what was said was taken away. */
export interface ConsentEventRecord extends Circumstances {
  readonly id: string
  readonly sandboxId: string
  readonly profileId: string
  readonly level: ConsentLevel
  readonly channel: ConsentChannel | null
  readonly namespace: string | null
  readonly identityValue: string | null
  readonly topicId: string | null
  readonly before: string | null
  readonly after: string | null
  readonly by: string
  readonly at: Date
}

/** Adds evidence. */
export const insertConsentEvents = async (tx: Db, events: readonly ConsentEventRecord[]): Promise<void> => {
  if (events.length === 0) return
  await tx.query(
    `insert into consent_event (id, sandbox_id, profile_id, level, channel, namespace, identity_value, topic_id,
       value_before, value_after, source, by_name, shown, shown_version, language, ip, user_agent,
       message_id, campaign_id, at)
     select id, "sandboxId", "profileId", level, channel, namespace, "identityValue", "topicId",
       before, after, source, by, shown, "shownVersion", language, ip, "userAgent", "messageId", "campaignId", at
     from jsonb_to_recordset($1::jsonb) as given (id uuid, "sandboxId" uuid, "profileId" uuid, level text,
       channel text, namespace text, "identityValue" text, "topicId" uuid, before text, after text, source text,
       by text, shown text, "shownVersion" text, language text, ip text, "userAgent" text, "messageId" uuid,
       "campaignId" uuid, at timestamptz)`,
    [JSON.stringify(events)],
  )
}
