/**
 * Runs over audiences in the database: begun with their key in one transaction, their members written down once, and
 * then made into messages chunk by chunk. Each step locks its run, so any number of processes may take steps.
 */
import type { AudienceRun } from '@carillon/contract'
import type { MemberQuery } from '../audiences/members.ts'
import type { Db } from '../db/pool.ts'

/** A run that was asked for. */
export interface NewRun {
  readonly executionId: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly audienceId: string
  readonly context: Readonly<Record<string, unknown>>
  readonly now: Date
}

/** A run in the middle of its work, locked until the end of the transaction. */
export interface OpenRun {
  readonly executionId: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly versionId: string
  readonly audienceId: string
  readonly state: 'counting' | 'adding'
  readonly members: number
  readonly position: number
  readonly createdAt: Date
}

/**
 * One member of a snapshot, with its identity in the campaign's namespace, if it has one. `isTwice`: it became one with
 * a member before it since the snapshot was made.
 */
export interface RunMember {
  readonly position: number
  readonly profileId: string
  readonly extra: Readonly<Record<string, unknown>> | null
  readonly userId: string | null
  readonly isTwice: boolean
}

/** Writes down what a run was asked for. */
export const insertAudienceRun = async (db: Db, run: NewRun): Promise<void> => {
  await db.query(
    `insert into audience_run (execution_id, sandbox_id, campaign_id, audience_id, context, state, members, position,
       detail, created_at, changed_at)
     values ($1, $2, $3, $4, $5, 'counting', 0, 0, '', $6, $6)`,
    [run.executionId, run.sandboxId, run.campaignId, run.audienceId, run.context, run.now],
  )
}

/** Takes an idempotency key; false: somebody has it. */
export const takeKey = async (
  db: Db,
  key: {
    readonly sandboxId: string
    readonly requestId: string
    readonly bodyHash: Buffer
    readonly id: string
    readonly now: Date
  },
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `insert into trigger_key (sandbox_id, request_id, body_hash, execution_id, created_at)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [key.sandboxId, key.requestId, key.bodyHash, key.id, key.now],
  )
  return rowCount === 1
}

/** The oldest run with work left that nobody is at. */
export const lockOpenRun = async (tx: Db): Promise<OpenRun | undefined> => {
  const { rows } = await tx.query<OpenRun>(
    `select r.execution_id as "executionId", r.sandbox_id as "sandboxId", r.campaign_id as "campaignId",
       e.campaign_version_id as "versionId", r.audience_id as "audienceId", r.state, r.members, r.position,
       r.created_at as "createdAt"
     from audience_run r join execution e on e.id = r.execution_id
     where r.state in ('counting', 'adding') order by r.execution_id limit 1 for update of r skip locked`,
  )
  return rows[0]
}

/** Writes the snapshot: every member once, in the order of the query. Answers how many they are. */
export const writeMembers = async (tx: Db, executionId: string, members: MemberQuery): Promise<number> => {
  const { rowCount } = await tx.query(
    `insert into run_member (execution_id, position, profile_id, extra)
     select $${members.values.length + 1}::uuid, (row_number() over ())::int - 1, m.profile_id, m.extra
     from (${members.text}) m`,
    [...members.values, executionId],
  )
  return rowCount ?? 0
}

/**
 * The next members of a snapshot, with their identity in a namespace: the one that sorts first, if there are several.
 * Who was merged into another person since `since` is that person; the snapshot is searched for these few alone.
 */
export const readMembers = async (
  tx: Db,
  from: {
    readonly executionId: string
    readonly position: number
    readonly limit: number
    readonly namespace: string
    readonly since: Date
  },
): Promise<RunMember[]> => {
  const { rows } = await tx.query<RunMember>(
    `select m.position, who.id as "profileId", m.extra,
       (select min(i.value) from identity i where i.profile_id = who.id and i.namespace = $4) as "userId",
       merged.ids is not null and exists (select from run_member other where other.execution_id = m.execution_id
         and other.position < m.position and other.profile_id = any(merged.ids || who.id)) as "isTwice"
     from (
       select * from run_member where execution_id = $1 and position >= $2 order by position limit $3
     ) m
     left join merged_profile gone on gone.id = m.profile_id
     cross join lateral (select coalesce(gone.profile_id, m.profile_id) as id) who
     left join lateral (
       select array_agg(one.id) as ids from merged_profile one where one.profile_id = who.id and one.merged_at >= $5
     ) merged on true
     order by m.position`,
    [from.executionId, from.position, from.limit, from.namespace, from.since],
  )
  return rows
}

/** Where a run stands after a step. */
export interface RunStep {
  readonly executionId: string
  readonly state: AudienceRun['state']
  readonly members: number
  readonly position: number
  readonly detail: string
  readonly now: Date
}

/** Writes where a run stands; of one that is over the snapshot is removed. */
export const writeStep = async (tx: Db, step: RunStep): Promise<void> => {
  await tx.query(
    `update audience_run set state = $2, members = $3, position = $4, detail = $5, changed_at = $6
     where execution_id = $1`,
    [step.executionId, step.state, step.members, step.position, step.detail, step.now],
  )
  if (step.state !== 'counting' && step.state !== 'adding')
    await tx.query('delete from run_member where execution_id = $1', [step.executionId])
}

/** Whether a person has cancelled the run, its campaign, or everything in the sandbox, since it began. */
export const isCancelled = async (tx: Db, run: OpenRun): Promise<boolean> => {
  const { rows } = await tx.query<{ found: boolean }>(
    `select exists (select 1 from hold h where h.kind = 'cancel' and h.created_at >= $2 and h.scope_id = any($1::uuid[]))
       as found`,
    [[run.executionId, run.campaignId, run.sandboxId], run.createdAt],
  )
  return rows[0]?.found ?? false
}

/** The shared context of runs, by execution. */
export const runContexts = async (
  db: Db,
  executionIds: readonly string[],
): Promise<Map<string, Readonly<Record<string, unknown>>>> => {
  const { rows } = await db.query<{ id: string; context: Record<string, unknown> }>(
    'select r.execution_id as id, r.context from audience_run r where r.execution_id = any($1::uuid[])',
    [executionIds],
  )
  return new Map(rows.map(row => [row.id, row.context]))
}

/** A run as it stands, with what AJO asks of it. */
export interface RunRow {
  readonly executionId: string
  readonly campaignId: string
  readonly audienceId: string
  readonly audienceName: string | null
  readonly requestId: string | null
  readonly state: AudienceRun['state']
  readonly members: number
  readonly position: number
  readonly detail: string
  readonly createdAt: Date
  readonly createdBy: string
}

/** A run of this sandbox. */
export const findRun = async (db: Db, sandboxId: string, id: string): Promise<RunRow | undefined> => {
  const { rows } = await db.query<RunRow>(
    `select r.execution_id as "executionId", r.campaign_id as "campaignId", r.audience_id as "audienceId",
       a.name as "audienceName", e.request_id as "requestId", r.state, r.members, r.position, r.detail,
       r.created_at as "createdAt", e.created_by as "createdBy"
     from audience_run r join execution e on e.id = r.execution_id
     left join audience a on a.id = r.audience_id
     where r.execution_id = $1 and r.sandbox_id = $2`,
    [id, sandboxId],
  )
  return rows[0]
}
