/** Scheduled runs in the database. Moments are kept on the machine's time; callers turn them into the sandbox's. */
import type { ScheduleStatus } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

/** A scheduled run as it is stored. */
export interface ScheduleRow {
  readonly id: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly campaignName: string
  readonly audienceId: string | null
  readonly requestId: string | null
  readonly context: Readonly<Record<string, unknown>>
  readonly executeAt: Date
  readonly status: ScheduleStatus
  readonly executionId: string | null
  readonly detail: string
  readonly createdAt: Date
  readonly createdBy: string
  readonly modifiedAt: Date
  readonly modifiedBy: string
}

/** A run to come. */
export type NewSchedule = Pick<
  ScheduleRow,
  'id' | 'sandboxId' | 'campaignId' | 'audienceId' | 'requestId' | 'context' | 'executeAt'
> & { readonly now: Date; readonly by: string }

const COLUMNS = `s.id, s.sandbox_id as "sandboxId", s.campaign_id as "campaignId",
  coalesce((select coalesce(v.properties ->> 'name', c.draft ->> 'name') from campaign c
    left join campaign_version v on v.id = c.live_version_id where c.id = s.campaign_id), '') as "campaignName",
  s.audience_id as "audienceId", s.request_id as "requestId", s.context, s.execute_at as "executeAt", s.status,
  s.execution_id as "executionId", s.detail, s.created_at as "createdAt", s.created_by as "createdBy",
  s.modified_at as "modifiedAt", s.modified_by as "modifiedBy"`

/** Stores a run to come. */
export const insertSchedule = async (db: Db, one: NewSchedule): Promise<void> => {
  await db.query(
    `insert into audience_schedule (id, sandbox_id, campaign_id, audience_id, request_id, context, execute_at, status,
       detail, created_at, created_by, modified_at, modified_by)
     values ($1, $2, $3, $4, $5, $6, $7, 'scheduled', '', $8, $9, $8, $9)`,
    [
      ...[one.id, one.sandboxId, one.campaignId, one.audienceId, one.requestId, one.context, one.executeAt],
      ...[one.now, one.by],
    ],
  )
}

/** A schedule of this sandbox; with `forUpdate` locked until the end of the transaction. */
export const findSchedule = async (
  db: Db,
  at: { readonly sandboxId: string; readonly id: string; readonly forUpdate?: boolean },
): Promise<ScheduleRow | undefined> => {
  const { rows } = await db.query<ScheduleRow>(
    `select ${COLUMNS} from audience_schedule s where s.id = $1 and s.sandbox_id = $2
     ${at.forUpdate === true ? 'for update of s' : ''}`,
    [at.id, at.sandboxId],
  )
  return rows[0]
}

/** Which schedules a list shows. */
export interface ScheduleFilter {
  readonly sandboxId: string
  readonly limit: number
  readonly after: string | null
  readonly status: ScheduleStatus | undefined
  readonly campaignId: string | undefined
}

/** Schedules, newest first; one more than `limit` when there are more. */
export const listSchedules = async (db: Db, filter: ScheduleFilter): Promise<ScheduleRow[]> => {
  const { rows } = await db.query<ScheduleRow>(
    `select ${COLUMNS} from audience_schedule s
     where s.sandbox_id = $1 and ($2::uuid is null or s.id < $2) and ($3::text is null or s.status = $3)
       and ($4::uuid is null or s.campaign_id = $4)
     order by s.id desc limit $5`,
    [filter.sandboxId, filter.after, filter.status ?? null, filter.campaignId ?? null, filter.limit + 1],
  )
  return rows
}

/** The next schedule whose moment has come and that nobody is at, locked. */
export const lockDueSchedule = async (tx: Db, now: Date): Promise<ScheduleRow | undefined> => {
  const { rows } = await tx.query<ScheduleRow>(
    `select ${COLUMNS} from audience_schedule s
     where s.status = 'scheduled' and s.execute_at <= $1 order by s.execute_at limit 1 for update of s skip locked`,
    [now],
  )
  return rows[0]
}

/** What changes of a schedule. */
export interface ScheduleChange {
  readonly id: string
  readonly status: ScheduleStatus
  readonly executeAt: Date
  readonly executionId: string | null
  readonly detail: string
  readonly now: Date
  readonly by: string
}

/** Changes a schedule that the caller has locked. */
export const writeSchedule = async (tx: Db, change: ScheduleChange): Promise<void> => {
  await tx.query(
    `update audience_schedule set status = $2, execute_at = $3, execution_id = $4, detail = $5, modified_at = $6,
       modified_by = $7 where id = $1`,
    [
      ...[change.id, change.status, change.executeAt, change.executionId, change.detail],
      ...[change.now, change.by],
    ],
  )
}
