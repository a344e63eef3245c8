/**
 * What runs over audiences do in the background, a step at a time: begin what was scheduled, write down the members,
 * make them into messages. A step is one transaction that has locked its run or schedule.
 */
import type pg from 'pg'
import { memberQuery } from '../audiences/members.ts'
import { type Db, transaction } from '../db/pool.ts'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import {
  isCancelled,
  lockOpenRun,
  type OpenRun,
  type RunMember,
  readMembers,
  writeMembers,
  writeStep,
} from './audience-run.store.ts'
import { beginAudienceRun, runTarget } from './audience-run.ts'
import { lockDueSchedule, type ScheduleRow, writeSchedule } from './audience-schedule.store.ts'
import { versionById } from './campaign.store.ts'
import type { CampaignCache } from './campaign-cache.ts'
import { addToRun, MOST_IN_CHUNK, type RunPerson, runMessageId } from './run.ts'
import type { SandboxClocks } from './sandbox-clock.ts'

/** What the tasks need. `shard` is the caller's own row of every sum. */
export interface AudienceTaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly clocks: SandboxClocks
  readonly newId: () => string
  readonly campaigns: CampaignCache
  readonly shard: number
}

// A merge is written down by another process, whose clock may be behind.
const CLOCK_LEEWAY_MS = 60_000

const toPerson = (run: OpenRun, namespace: string, member: RunMember): RunPerson => {
  const { profileId, userId, extra, position } = member
  return {
    messageId: runMessageId(run.executionId, position),
    recipient: {
      ...{ type: 'aep', userId: userId ?? profileId, namespace, profileId },
      ...(userId === null ? { lacksIdentity: true } : {}),
    },
    context: extra === null ? {} : { audience: extra },
  }
}

const count = async (tx: Db, deps: AudienceTaskDeps, run: OpenRun): Promise<void> => {
  const step = { executionId: run.executionId, position: 0, now: deps.clock.now() }
  try {
    const at = { sandboxId: run.sandboxId, id: run.audienceId, now: await deps.clocks.nowIn(run.sandboxId) }
    const query = await memberQuery(tx, at)
    if (query === undefined) throw new Fault('audience_unknown')
    const members = await writeMembers(tx, run.executionId, query)
    await writeStep(tx, { ...step, state: members === 0 ? 'added' : 'adding', members, detail: '' })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    await writeStep(tx, { ...step, state: 'failed', members: 0, detail: error.message })
  }
}

const add = async (tx: Db, deps: AudienceTaskDeps, run: OpenRun): Promise<void> => {
  const now = deps.clock.now()
  const properties = (await versionById(tx, run.versionId))?.properties
  const namespace = properties?.identityNamespace.toLowerCase() ?? 'email'
  const seconds = properties?.messageExpirySeconds ?? null
  const { executionId, position } = run
  const since = new Date(run.createdAt.getTime() - CLOCK_LEEWAY_MS)
  const members = await readMembers(tx, { executionId, position, limit: MOST_IN_CHUNK, namespace, since })
  await addToRun(tx, {
    executionId,
    people: members.filter(one => !one.isTwice).map(member => toPerson(run, namespace, member)),
    expiresAt: seconds === null ? null : new Date(now.getTime() + seconds * 1_000),
    now,
    shard: deps.shard,
  })
  const done = position + members.length
  const isOver = done >= run.members || members.length === 0
  await writeStep(tx, {
    ...{ executionId, members: run.members, position: done, now, detail: '' },
    state: isOver ? 'added' : 'adding',
  })
}

const advanceRun = (deps: AudienceTaskDeps): Promise<boolean> =>
  transaction(deps.pool, async tx => {
    const run = await lockOpenRun(tx)
    if (run === undefined) return false
    const { executionId, members, position } = run
    if (await isCancelled(tx, run))
      await writeStep(tx, {
        ...{ executionId, members, position, now: deps.clock.now(), state: 'cancelled' },
        detail: `cancelled when ${position} of ${members} were messages`,
      })
    else await (run.state === 'counting' ? count : add)(tx, deps, run)
    return true
  })

const trigger = async (tx: Db, deps: AudienceTaskDeps, schedule: ScheduleRow): Promise<void> => {
  const { sandboxId, campaignId, requestId, context, createdBy, executeAt } = schedule
  const now = deps.clock.now()
  const change = { id: schedule.id, executeAt, now, by: 'carillon' }
  const target = await runTarget(tx, deps, {
    ...{ sandboxId, campaignId, audienceId: schedule.audienceId ?? undefined },
    now: await deps.clocks.nowIn(sandboxId),
  })
  if (target instanceof Fault) {
    await writeSchedule(tx, { ...change, status: 'failed', executionId: null, detail: target.message })
    return
  }
  const executionId = deps.newId()
  await beginAudienceRun(tx, { ...target, executionId, sandboxId, requestId, context, createdBy, now })
  await writeSchedule(tx, { ...change, status: 'triggered', executionId, detail: '' })
}

const advanceSchedule = (deps: AudienceTaskDeps): Promise<boolean> =>
  transaction(deps.pool, async tx => {
    const schedule = await lockDueSchedule(tx, deps.clock.now())
    if (schedule === undefined) return false
    await trigger(tx, deps, schedule)
    return true
  })

/** Schedules whose moment has come, then runs with members left. */
export const audienceTasks = (deps: AudienceTaskDeps): readonly BackgroundTask[] => [
  { name: 'schedules', advance: () => advanceSchedule(deps) },
  { name: 'runs', advance: () => advanceRun(deps) },
]
