/**
 * The background process: imports, runs over audiences, schedules. Apart from API and workers, so that long work never
 * keeps a call or a message waiting. It gets everything by one message, as a worker does.
 */
import { pino } from 'pino'
import { createPool } from '../db/pool.ts'
import type { SandboxPorts } from '../delivery/opener.ts'
import { startBackground } from '../lib/background.ts'
import { systemClock } from '../lib/clock.ts'
import { uuidv7 } from '../lib/ids.ts'
import { obey } from './child.ts'
import { answeringTasks, backgroundTasks } from './tasks.ts'

/** What the supervisor tells the background process. `shard` is its own row of every sum. */
export interface BackgroundOrder {
  readonly kind: 'work'
  readonly databaseUrl: string
  readonly name: string
  readonly shard: number
  readonly secret: string
  readonly sinks: SandboxPorts
  readonly logLevel: string
}

const POOL = 4

const work = async (order: BackgroundOrder): Promise<() => Promise<void>> => {
  const log = pino({ level: order.logLevel, base: { role: 'background', name: order.name } })
  const pool = createPool({ url: order.databaseUrl, max: POOL, name: order.name })
  const deps = {
    ...{ pool, clock: systemClock, log, secret: order.secret, shard: order.shard },
    sinks: order.sinks,
    newId: () => uuidv7(Date.now()),
  }
  const answering = answeringTasks(deps)
  const loops = [backgroundTasks(deps), answering.tasks].map(tasks => startBackground(tasks, log))
  return async () => {
    await Promise.all(loops.map(loop => loop.stop()))
    await answering.transports.close()
    await pool.end()
  }
}

/** Waits for the order, works, and ends the process when asked to drain or when the supervisor is gone. */
export const runBackground = (): void => obey('background', work)
