/** Runs over audiences and their schedules, as AJO shows them and as people change them. */
import type { AudienceRun, AudienceSchedule, AudienceStatus, Schedule } from '@carillon/contract'
import { transaction } from '../db/pool.ts'
import { Fault } from '../lib/fault.ts'
import { isUuid } from '../lib/ids.ts'
import { countsOfRuns } from '../messages/counts.store.ts'
import { parseExecutionId, toExecutionId } from '../messages/execution-id.ts'
import { findRun, type RunRow } from './audience-run.store.ts'
import { type AudienceRunDeps, momentAhead } from './audience-run.ts'
import { findSchedule, type ScheduleRow, writeSchedule } from './audience-schedule.store.ts'

/** What reading needs. */
export type AudienceReadDeps = Pick<AudienceRunDeps, 'pool' | 'clock' | 'clocks'>

const missing = (what: string): Fault =>
  new Fault('not_found', { detail: `There is no such ${what} in this sandbox.` })

/** How far a run is. */
export const toAudienceRun = (run: RunRow): AudienceRun => ({
  audienceId: run.audienceId,
  audienceName: run.audienceName,
  state: run.state,
  members: run.members,
  taken: run.position,
  detail: run.detail,
})

const isGrowing = ({ state }: RunRow): boolean => state === 'counting' || state === 'adding'

// AJO has three words: a run that a person cancelled has not succeeded.
const statusOf = (run: RunRow, open: number): AudienceStatus['status'] => {
  if (run.state === 'failed' || run.state === 'cancelled') return 'Failed'
  return isGrowing(run) || open > 0 ? 'InProgress' : 'Succeeded'
}

/** The state of a run by its bare id; undefined: there is none in this sandbox. */
const statusById = async (
  deps: AudienceReadDeps,
  sandboxId: string,
  id: string,
): Promise<AudienceStatus | undefined> => {
  const run = await findRun(deps.pool, sandboxId, id)
  if (run === undefined) return undefined
  const { open } = (await countsOfRuns(deps.pool, [id]))(id)
  return {
    executionId: toExecutionId('audience', id),
    status: statusOf(run, open),
    createdAt: run.createdAt.toISOString(),
    campaignId: run.campaignId,
    audienceId: run.audienceId,
    targetedProfileCount: run.members,
  }
}

/** AJO's `GET /im/executions/audience/{executionId}`. */
export const audienceStatus = async (
  deps: AudienceReadDeps,
  sandboxId: string,
  executionId: string,
): Promise<AudienceStatus> => {
  const id = executionId.startsWith('CMA-') ? parseExecutionId(executionId) : undefined
  const status = id === undefined ? undefined : await statusById(deps, sandboxId, id)
  if (status === undefined) throw missing('audience execution')
  return status
}

// What is stored is on the machine's time; a sandbox whose clock was moved has its own.
const localMoment = async (deps: AudienceReadDeps, row: ScheduleRow): Promise<string> =>
  new Date(row.executeAt.getTime() + (await deps.clocks.offsetMs(row.sandboxId))).toISOString()

/** A schedule as AJO shows it: one that failed or was taken back after its moment counts as triggered. */
export const toAjoSchedule = async (deps: AudienceReadDeps, row: ScheduleRow): Promise<AudienceSchedule> => {
  const { executionId } = row
  const execution = executionId === null ? undefined : await statusById(deps, row.sandboxId, executionId)
  return {
    scheduleId: row.id,
    scheduleStatus: row.status === 'scheduled' ? 'Scheduled' : 'Triggered',
    ...(row.audienceId === null ? {} : { audience: { id: row.audienceId } }),
    campaignId: row.campaignId,
    executeAt: await localMoment(deps, row),
    ...(execution === undefined ? {} : { executionDetails: execution }),
  }
}

/** A schedule as the native API shows it. */
export const toSchedule = async (deps: AudienceReadDeps, row: ScheduleRow): Promise<Schedule> => ({
  id: row.id,
  campaignId: row.campaignId,
  campaignName: row.campaignName,
  audienceId: row.audienceId,
  requestId: row.requestId,
  executeAt: await localMoment(deps, row),
  status: row.status,
  detail: row.detail,
  executionId: row.executionId === null ? null : toExecutionId('audience', row.executionId),
  createdAt: row.createdAt.toISOString(),
  createdBy: row.createdBy,
  modifiedAt: row.modifiedAt.toISOString(),
  modifiedBy: row.modifiedBy,
})

/** A schedule of this sandbox that AJO's route asks for; one that was taken back is gone. */
export const ajoSchedule = async (
  deps: AudienceReadDeps,
  sandboxId: string,
  scheduleId: string,
): Promise<AudienceSchedule> => {
  const row = isUuid(scheduleId)
    ? await findSchedule(deps.pool, { sandboxId, id: scheduleId.toLowerCase() })
    : undefined
  if (row === undefined || row.status === 'cancelled') throw missing('schedule')
  return toAjoSchedule(deps, row)
}

/** A change of a schedule by a person: another moment, or null to take it back. */
export interface ScheduleEdit {
  readonly sandboxId: string
  readonly id: string
  readonly executeAt: string | null
  readonly by: string
}

/** Moves a schedule or takes it back; refused once it was triggered, taken back or failed. */
export const editSchedule = async (deps: AudienceReadDeps, edit: ScheduleEdit): Promise<ScheduleRow> => {
  const { sandboxId, id, executeAt, by } = edit
  await transaction(deps.pool, async tx => {
    const row = isUuid(id)
      ? await findSchedule(tx, { sandboxId, id: id.toLowerCase(), forUpdate: true })
      : undefined
    if (row === undefined) throw missing('schedule')
    if (row.status !== 'scheduled')
      throw new Fault('schedule_over', { detail: `The schedule is ${row.status} already.` })
    const moment =
      executeAt === null
        ? row.executeAt
        : await momentAhead(deps, { sandboxId, text: executeAt, pointer: '/executeAt' })
    await writeSchedule(tx, {
      ...{ id: row.id, executeAt: moment, executionId: null, detail: '', now: deps.clock.now(), by },
      status: executeAt === null ? 'cancelled' : 'scheduled',
    })
  })
  const changed = await findSchedule(deps.pool, { sandboxId, id: id.toLowerCase() })
  if (changed === undefined) throw missing('schedule')
  return changed
}
