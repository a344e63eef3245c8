/** What seed lists still have to get: live versions, and runs of marketing campaigns. */
import type { CampaignProperties } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { fromStored, type StoredProperties } from './campaign.ts'

/** One copy of something for every address of a list. */
export interface SeedSend {
  /** The version or the run. */
  readonly subjectId: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly properties: CampaignProperties
  readonly addresses: readonly string[]
  readonly profile: Readonly<Record<string, unknown>>
  readonly context: Readonly<Record<string, unknown>>
}

interface SeedRow {
  readonly subject_id: string
  readonly sandbox_id: string
  readonly campaign_id: string
  readonly properties: StoredProperties
  readonly addresses: string[]
  readonly profile: Record<string, unknown>
  readonly context: Record<string, unknown>
}

// What is older than the choice of the list gets no copy: nobody asked for the past.
const LISTED = `join channel_configuration f on f.id = (v.properties ->> 'channelConfigurationId')::uuid
  join seed_list l on l.id = f.seed_list_id`

/** The oldest thing since a moment that a list has no copy of yet, without those that are put off. */
export const nextSeedSend = async (
  db: Db,
  since: Date,
  putOff: readonly string[] = [],
): Promise<SeedSend | undefined> => {
  const { rows } = await db.query<SeedRow>(
    `select s.* from (
       select v.id as subject_id, v.created_at, v.sandbox_id, v.campaign_id, v.properties, l.addresses, l.profile, l.context
       from campaign c join campaign_version v on v.id = c.live_version_id ${LISTED}
       where c.stopped_at is null and v.properties ->> 'category' <> 'marketing' and v.created_at >= greatest(f.seed_list_chosen_at, $1)
       union all
       select r.execution_id, r.created_at, v.sandbox_id, v.campaign_id, v.properties, l.addresses, l.profile, l.context || r.context
       from audience_run r join execution e on e.id = r.execution_id join campaign_version v on v.id = e.campaign_version_id ${LISTED}
       where r.created_at >= greatest(f.seed_list_chosen_at, $1) and r.state <> 'failed'
     ) s where not exists (select from seed_send d where d.subject_id = s.subject_id)
       and s.subject_id <> all($2::uuid[])
     order by s.created_at, s.subject_id limit 1`,
    [since, putOff],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return {
    subjectId: row.subject_id,
    sandboxId: row.sandbox_id,
    campaignId: row.campaign_id,
    properties: fromStored(row.properties),
    addresses: row.addresses,
    profile: row.profile,
    context: row.context,
  }
}

/** Notes that the copies are on their way. */
export const noteSeedSend = async (db: Db, subjectId: string, now: Date): Promise<void> => {
  await db.query('insert into seed_send (subject_id, sent_at) values ($1, $2) on conflict do nothing', [
    subjectId,
    now,
  ])
}

/** Marks a version as one for seeds: it is in no sum of its campaign. */
export const markForSeeds = async (db: Db, versionId: string): Promise<void> => {
  await db.query('update campaign_version set for_seeds = true where id = $1', [versionId])
}

/** Whether there is a version of that id. */
export const hasVersion = async (db: Db, versionId: string): Promise<boolean> => {
  const { rowCount } = await db.query('select from campaign_version where id = $1', [versionId])
  return rowCount === 1
}
