/** All long work of an instance, in the order in which it takes turns. */
import type pg from 'pg'
import type { BackgroundTask } from '../lib/background.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { importTask } from '../profiles/import-task.ts'

/** What tasks are made of. `shard` is their own row of every sum. */
export interface TaskDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => string
  readonly secret: string
  readonly shard: number
}

/** The tasks; one process runs them all, and any number of processes may run at once. */
export const backgroundTasks = (deps: TaskDeps): readonly BackgroundTask[] => [importTask(deps)]
