/** Choices in the database, and the evidence of them read. */
import type { ConsentSource } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { ConsentEventRecord } from '../profiles/consent-event.store.ts'
import { idsOfPerson, todaysId } from '../profiles/known-as.store.ts'

/** A person with the id it has today and the attributes. */
export interface PersonRecord {
  readonly id: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A person, to look at; by its id or that of somebody who was merged into it. */
export const readPerson = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<PersonRecord | undefined> => {
  const { rows } = await db.query<PersonRecord>(
    `select id, attributes from profile where id = ${todaysId('$1::uuid')} and sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0]
}

/** A subscription; `eventId` is the choice it comes from. */
export interface SubscriptionRecord {
  readonly value: 'y' | 'n' | 'p'
  readonly eventId: string
}

/** What a person said about a topic. */
export const findSubscription = async (
  tx: Db,
  profileId: string,
  topicId: string,
): Promise<SubscriptionRecord | undefined> => {
  const { rows } = await tx.query<{ readonly value: SubscriptionRecord['value']; readonly event_id: string }>(
    'select value, event_id from topic_subscription where profile_id = $1 and topic_id = $2',
    [profileId, topicId],
  )
  const [row] = rows
  return row === undefined ? undefined : { value: row.value, eventId: row.event_id }
}

/** Writes what a locked person says about a topic. */
export const writeSubscription = async (
  tx: Db,
  of: { readonly profileId: string; readonly topicId: string; readonly now: Date },
  { value, eventId }: SubscriptionRecord,
): Promise<void> => {
  await tx.query(
    `insert into topic_subscription (profile_id, topic_id, value, event_id, modified_at) values ($1, $2, $3, $4, $5)
     on conflict (profile_id, topic_id) do update
       set value = excluded.value, event_id = excluded.event_id, modified_at = excluded.modified_at`,
    [of.profileId, of.topicId, value, eventId, of.now],
  )
}

/** Which evidence a list shows; that of a person with that of everybody who was merged into it. */
export interface ConsentEventFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly profileId?: string | undefined
  readonly topicId?: string | undefined
  readonly source?: ConsentSource | undefined
}

/** Evidence, newest first; one row more than `limit` when there is more. */
export const listConsentEvents = async (
  db: Db,
  filter: ConsentEventFilter,
): Promise<ConsentEventRecord[]> => {
  const { rows } = await db.query<ConsentEventRecord>(
    `select id, sandbox_id as "sandboxId", profile_id as "profileId", level, channel, namespace,
       identity_value as "identityValue", topic_id as "topicId", value_before as before, value_after as after,
       source, by_name as by, shown, shown_version as "shownVersion", language, ip, user_agent as "userAgent",
       message_id as "messageId", campaign_id as "campaignId", at
     from consent_event
     where sandbox_id = $1 and ($2::uuid is null or id < $2) and ($3::uuid is null or profile_id = any(${idsOfPerson('$3::uuid')}))
       and ($4::uuid is null or topic_id = $4) and ($5::text is null or source = $5)
     order by id desc limit $6`,
    [
      ...[filter.sandboxId, filter.after, filter.profileId ?? null, filter.topicId ?? null],
      ...[filter.source ?? null, filter.limit + 1],
    ],
  )
  return rows
}
