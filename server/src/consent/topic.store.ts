/** Topics in the database. */
import type { Db } from '../db/pool.ts'

/** A text in the languages of the public pages; the Dutch one may be empty. */
export interface Bilingual {
  readonly en: string
  readonly nl: string
}

/** A topic: a subscription list. */
export interface TopicRecord {
  readonly id: string
  readonly key: string
  readonly name: Bilingual
  readonly description: Bilingual
  readonly doubleOptIn: boolean
  readonly archivedAt: Date | null
  readonly createdAt: Date
  readonly createdBy: string
  readonly modifiedAt: Date
  readonly modifiedBy: string
}

interface TopicRow {
  readonly id: string
  readonly key: string
  readonly name_en: string
  readonly name_nl: string
  readonly description_en: string
  readonly description_nl: string
  readonly double_opt_in: boolean
  readonly archived_at: Date | null
  readonly created_at: Date
  readonly created_by: string
  readonly modified_at: Date
  readonly modified_by: string
}

const toRecord = (row: TopicRow): TopicRecord => ({
  id: row.id,
  key: row.key,
  name: { en: row.name_en, nl: row.name_nl },
  description: { en: row.description_en, nl: row.description_nl },
  doubleOptIn: row.double_opt_in,
  archivedAt: row.archived_at,
  createdAt: row.created_at,
  createdBy: row.created_by,
  modifiedAt: row.modified_at,
  modifiedBy: row.modified_by,
})

const COLUMNS = `id, key, name_en, name_nl, description_en, description_nl, double_opt_in, archived_at,
  created_at, created_by, modified_at, modified_by`

/** A topic of this sandbox. */
export const findTopic = async (db: Db, sandboxId: string, id: string): Promise<TopicRecord | undefined> => {
  const { rows } = await db.query<TopicRow>(
    `select ${COLUMNS} from topic where id = $1 and sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0] === undefined ? undefined : toRecord(rows[0])
}

/** Which topics a list shows; `archived` undefined: all. */
export interface TopicFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly archived: boolean | undefined
}

/** Topics, newest first; one row more than `limit` when there are more. */
export const listTopics = async (db: Db, filter: TopicFilter): Promise<TopicRecord[]> => {
  const { rows } = await db.query<TopicRow>(
    `select ${COLUMNS} from topic
     where sandbox_id = $1 and ($2::uuid is null or id < $2)
       and ($3::boolean is null or (archived_at is not null) = $3)
     order by id desc limit $4`,
    [filter.sandboxId, filter.after, filter.archived ?? null, filter.limit + 1],
  )
  return rows.map(toRecord)
}

/** What is written, by whom, when. */
export interface TopicChange {
  readonly id: string
  readonly name: Bilingual
  readonly description: Bilingual
  readonly doubleOptIn: boolean
  readonly by: string
  readonly now: Date
}

const valuesOf = (change: TopicChange): unknown[] => [
  change.id,
  change.name.en,
  change.name.nl,
  change.description.en,
  change.description.nl,
  change.doubleOptIn,
  change.now,
  change.by,
]

/** Makes a topic. */
export const insertTopic = async (
  db: Db,
  change: TopicChange & { readonly sandboxId: string; readonly key: string },
): Promise<void> => {
  await db.query(
    `insert into topic (id, name_en, name_nl, description_en, description_nl, double_opt_in,
       created_at, created_by, modified_at, modified_by, sandbox_id, key)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8, $9, $10)`,
    [...valuesOf(change), change.sandboxId, change.key],
  )
}

/** Changes texts and confirmation. */
export const writeTopic = async (tx: Db, change: TopicChange): Promise<void> => {
  await tx.query(
    `update topic set name_en = $2, name_nl = $3, description_en = $4, description_nl = $5, double_opt_in = $6,
       modified_at = $7, modified_by = $8 where id = $1`,
    valuesOf(change),
  )
}

/** Archives a topic, or takes it back into use. False: there is none of that id. */
export const setTopicArchived = async (
  db: Db,
  at: { readonly sandboxId: string; readonly id: string; readonly by: string; readonly now: Date },
  archived: boolean,
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update topic set archived_at = case when $5 then coalesce(archived_at, $3::timestamptz) end,
       modified_at = $3, modified_by = $4 where id = $1 and sandbox_id = $2`,
    [at.id, at.sandboxId, at.now, at.by, archived],
  )
  return rowCount === 1
}

/** A topic as a person has it; `value` null: nothing was said about it. */
export interface TopicOfPerson {
  readonly topicId: string
  readonly key: string
  readonly name: Bilingual
  readonly description: Bilingual
  readonly archived: boolean
  readonly value: 'y' | 'n' | 'p' | null
}

/** The topics of a sandbox as one person has them: those in use, and archived ones with a choice, oldest first. */
export const topicsOfPerson = async (
  db: Db,
  sandboxId: string,
  profileId: string,
): Promise<TopicOfPerson[]> => {
  const { rows } = await db.query<TopicRow & { readonly value: TopicOfPerson['value'] }>(
    `select t.id, t.key, t.name_en, t.name_nl, t.description_en, t.description_nl, t.archived_at, s.value
     from topic t left join topic_subscription s on s.topic_id = t.id and s.profile_id = $2
     where t.sandbox_id = $1 and (t.archived_at is null or s.value is not null) order by t.id limit 1000`,
    [sandboxId, profileId],
  )
  return rows.map(row => ({
    topicId: row.id,
    key: row.key,
    name: { en: row.name_en, nl: row.name_nl },
    description: { en: row.description_en, nl: row.description_nl },
    archived: row.archived_at !== null,
    value: row.value,
  }))
}

/** One question of a check: does this person get mail about this topic? */
export interface Subscription {
  readonly profileId: string
  readonly topicId: string
}

/** Those who are subscribed (`y`) to a topic in use, among the pairs asked, by the id that was asked for. */
export const subscribed = async (db: Db, asked: readonly Subscription[]): Promise<Subscription[]> => {
  const { rows } = await db.query<{ readonly profile_id: string; readonly topic_id: string }>(
    `select asked.profile_id, s.topic_id
     from (select distinct * from unnest($1::uuid[], $2::uuid[])) as asked (profile_id, topic_id)
     left join merged_profile gone on gone.id = asked.profile_id
     join topic_subscription s on s.profile_id = coalesce(gone.profile_id, asked.profile_id) and s.topic_id = asked.topic_id and s.value = 'y'
     join topic t on t.id = s.topic_id and t.archived_at is null`,
    [asked.map(one => one.profileId), asked.map(one => one.topicId)],
  )
  return rows.map(row => ({ profileId: row.profile_id, topicId: row.topic_id }))
}
