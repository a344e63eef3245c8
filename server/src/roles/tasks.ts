/** All long work of an instance, in the order in which it takes turns. */
import type pg from 'pg'
import { uploadTask } from '../audiences/upload-task.ts'
import { createIntake } from '../campaigns/accept.ts'
import { audienceTasks } from '../campaigns/audience-task.ts'
import { createCampaignCache } from '../campaigns/campaign-cache.ts'
import { createSandboxClocks } from '../campaigns/sandbox-clock.ts'
import { seedTask } from '../campaigns/seed-task.ts'
import { transportById } from '../campaigns/transport.store.ts'
import { createAddressHash } from '../consent/address-hash.ts'
import { suppressionTasks } from '../consent/suppression-upload.ts'
import { lookupImport, lookupSweep } from '../content/lookup-import.ts'
import type { SandboxPorts } from '../delivery/opener.ts'
import { createTransports, type Transports } from '../delivery/transports.ts'
import { smsAnswerTask } from '../feedback/sms/answer-task.ts'
import { importTask } from '../imports/import-task.ts'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { erasureTask } from '../privacy/erasure-task.ts'
import { peopleImport } from '../profiles/people-import.ts'
import { mirrorSweep } from '../tracking/mirror-sweep.ts'

/** What tasks are made of. `shard` is their own row of every sum. */
export interface TaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => string
  readonly secret: string
  readonly shard: number
  /** Where the sandbox's stand-ins listen. */
  readonly sinks: SandboxPorts
}

/** The tasks; one process runs them all, and any number of processes may run at once. */
export const backgroundTasks = (deps: TaskDeps): readonly BackgroundTask[] => {
  const { pool, clock } = deps
  const clocks = createSandboxClocks({ db: pool, clock })
  const campaigns = createCampaignCache(pool, clock)
  return [
    ...audienceTasks({ ...deps, clocks, campaigns }),
    ...suppressionTasks(deps),
    uploadTask(deps),
    erasureTask({ ...deps, addressHash: createAddressHash(deps.secret) }),
    importTask(deps, peopleImport(deps.newId)),
    importTask(deps, lookupImport),
    lookupSweep(deps),
    mirrorSweep(deps),
    seedTask({ ...deps, intake: createIntake({ pool, clock, newId: deps.newId, firstShard: deps.shard }) }),
  ]
}

/** Work that waits for providers, in a loop of its own: one that says nothing for a minute keeps nothing else. */
export const answeringTasks = (
  deps: TaskDeps,
): { readonly tasks: readonly BackgroundTask[]; readonly transports: Transports } => {
  const { pool, clock, sinks, secret } = deps
  const transports = createTransports({ sinks, clock, read: id => transportById(pool, id, secret) })
  return { transports, tasks: [smsAnswerTask({ pool, clock, transports })] }
}
