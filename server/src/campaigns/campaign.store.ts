/** Campaigns and their versions in the database. Every statement is held to one sandbox; versions are never updated. */
import type { CampaignProperties, CampaignStatus } from '@carillon/contract'
import { type Db, within } from '../db/pool.ts'
import {
  type CampaignRecord,
  type CampaignVersionRecord,
  fromStored,
  type StoredProperties,
} from './campaign.ts'
import type { TriggerTarget } from './campaign-cache.ts'

interface VersionRow {
  readonly id: string
  readonly campaign_id: string
  readonly sandbox_id: string
  readonly number: number | null
  readonly properties: StoredProperties
  readonly created_at: Date
  readonly created_by: string
}

interface CampaignRow {
  readonly id: string
  readonly sandbox_id: string
  readonly revision: number
  readonly draft: StoredProperties | null
  readonly stopped_at: Date | null
  readonly created_at: Date
  readonly created_by: string
  readonly modified_at: Date
  readonly modified_by: string
  readonly live: VersionRow | null
}

const toVersion = (row: VersionRow): CampaignVersionRecord => ({
  id: row.id,
  campaignId: row.campaign_id,
  sandboxId: row.sandbox_id,
  number: row.number,
  properties: fromStored(row.properties),
  createdAt: new Date(row.created_at),
  createdBy: row.created_by,
})

const toRecord = (row: CampaignRow): CampaignRecord => ({
  id: row.id,
  sandboxId: row.sandbox_id,
  revision: row.revision,
  draft: row.draft === null ? null : fromStored(row.draft),
  live: row.live === null ? null : toVersion(row.live),
  stoppedAt: row.stopped_at,
  createdAt: row.created_at,
  createdBy: row.created_by,
  modifiedAt: row.modified_at,
  modifiedBy: row.modified_by,
})

const COLUMNS = `c.id, c.sandbox_id, c.revision, c.draft, c.stopped_at, c.created_at, c.created_by, c.modified_at, c.modified_by,
  case when v.id is null then null else to_jsonb(v.*) end as live`
const FROM = 'from campaign c left join campaign_version v on v.id = c.live_version_id'

/** A campaign of this sandbox. */
export const findCampaign = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<CampaignRecord | undefined> => {
  // Every call waits for this look-up: a database that went silent must end in an answer.
  const { rows } = await db.query<CampaignRow>(
    within(10_000, {
      text: `select ${COLUMNS} ${FROM} where c.id = $1 and c.sandbox_id = $2`,
      values: [id, sandboxId],
    }),
  )
  return rows[0] === undefined ? undefined : toRecord(rows[0])
}

/** The same, locked until the end of the transaction. */
export const lockCampaign = async (
  tx: Db,
  sandboxId: string,
  id: string,
): Promise<CampaignRecord | undefined> => {
  await tx.query('select 1 from campaign c where c.id = $1 and c.sandbox_id = $2 for update', [id, sandboxId])
  return findCampaign(tx, sandboxId, id)
}

/** Which campaigns a list shows. */
export interface CampaignFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly search: string | undefined
  readonly status: CampaignStatus | undefined
  readonly now: Date
}

// The same rule as `statusOf`, in SQL, so that a filtered list pages correctly; a test compares the two.
const STATUS = `case
  when c.stopped_at is not null then 'stopped'
  when v.id is null then 'draft'
  when (v.properties ->> 'endAt')::timestamptz <= $5 then 'completed'
  when (v.properties ->> 'startAt')::timestamptz > $5 then 'scheduled'
  else 'live' end`

/** Campaigns, newest first; one row more than `limit` when there are more. */
export const listCampaigns = async (db: Db, filter: CampaignFilter): Promise<CampaignRecord[]> => {
  const { rows } = await db.query<CampaignRow>(
    `select ${COLUMNS} ${FROM}
     where c.sandbox_id = $1 and ($2::uuid is null or c.id < $2)
       and ($3::text is null or position(lower($3) in lower(coalesce(c.draft, v.properties) ->> 'name')) > 0)
       and ($4::text is null or ${STATUS} = $4)
     order by c.id desc limit $6`,
    [
      filter.sandboxId,
      filter.after,
      filter.search ?? null,
      filter.status ?? null,
      filter.now,
      filter.limit + 1,
    ],
  )
  return rows.map(toRecord)
}

/** Who changes what, when. */
export interface Change {
  readonly id: string
  readonly by: string
  readonly now: Date
}

/** Makes a campaign with a draft. */
export const insertCampaign = async (
  db: Db,
  change: Change & { readonly sandboxId: string; readonly draft: CampaignProperties },
): Promise<void> => {
  await db.query(
    `insert into campaign (id, sandbox_id, draft, created_at, created_by, modified_at, modified_by) values ($1, $2, $3, $4, $5, $4, $5)`,
    [change.id, change.sandboxId, change.draft, change.now, change.by],
  )
}

/** Replaces the draft; null discards it. */
export const writeDraft = async (
  db: Db,
  change: Change & { readonly draft: CampaignProperties | null },
): Promise<void> => {
  await db.query(
    'update campaign set draft = $2, revision = revision + 1, modified_at = $3, modified_by = $4 where id = $1',
    [change.id, change.draft, change.now, change.by],
  )
}

/** Freezes properties as a version; `numbered` gives it the next number, a test's snapshot has none. */
export const insertVersion = async (
  tx: Db,
  change: Change & {
    readonly sandboxId: string
    readonly campaignId: string
    readonly properties: CampaignProperties
    readonly numbered: boolean
  },
): Promise<void> => {
  await tx.query(
    `insert into campaign_version (id, campaign_id, sandbox_id, number, properties, created_at, created_by)
     select $1, $2, $3, case when $4 then coalesce(max(v.number), 0) + 1 end, $5, $6, $7
     from campaign_version v where v.campaign_id = $2`,
    [
      change.id,
      change.campaignId,
      change.sandboxId,
      change.numbered,
      change.properties,
      change.now,
      change.by,
    ],
  )
}

/** Makes a version the live one and ends the draft. */
export const setLive = async (tx: Db, change: Change & { readonly versionId: string }): Promise<void> => {
  await tx.query(
    'update campaign set live_version_id = $2, draft = null, revision = revision + 1, modified_at = $3, modified_by = $4 where id = $1',
    [change.id, change.versionId, change.now, change.by],
  )
}

/** Stops a campaign for good. */
export const setStopped = async (tx: Db, change: Change): Promise<void> => {
  await tx.query(
    'update campaign set stopped_at = $2, revision = revision + 1, modified_at = $2, modified_by = $3 where id = $1',
    [change.id, change.now, change.by],
  )
}

/** Removes a campaign that was never live. */
export const deleteCampaign = async (tx: Db, id: string): Promise<void> => {
  await tx.query('delete from campaign where id = $1', [id])
}

/** All numbered versions of a campaign, newest first. */
export const listVersions = async (
  db: Db,
  sandboxId: string,
  campaignId: string,
): Promise<CampaignVersionRecord[]> => {
  const { rows } = await db.query<VersionRow>(
    `select v.* from campaign_version v where v.campaign_id = $1 and v.sandbox_id = $2 and v.number is not null order by v.number desc`,
    [campaignId, sandboxId],
  )
  return rows.map(toVersion)
}

/** A version by its id, whatever its sandbox: for the engine, which got the id from the ledger. */
export const versionById = async (db: Db, id: string): Promise<CampaignVersionRecord | undefined> => {
  const { rows } = await db.query<VersionRow>('select v.* from campaign_version v where v.id = $1', [id])
  return rows[0] === undefined ? undefined : toVersion(rows[0])
}

/** The facts that decide whether a campaign can be triggered, in one query. */
export const triggerTarget = async (
  db: Db,
  sandboxId: string,
  campaignId: string,
): Promise<TriggerTarget | undefined> => {
  const campaign = await findCampaign(db, sandboxId, campaignId)
  if (campaign === undefined) return undefined
  const { live } = campaign
  return {
    campaignId,
    stoppedAt: campaign.stoppedAt,
    version: live === null ? null : { id: live.id, number: live.number, properties: live.properties },
  }
}
