/** Starts the worker processes, replaces those that die, and recovers their work at once. */
import { type ChildProcess, fork } from 'node:child_process'
import type pg from 'pg'
import { hourOf } from '../delivery/recorder.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { recoverNamed } from '../messages/workers.store.ts'
import type { WorkerOrder, WorkerReport } from './worker.ts'

/** What the supervisor needs. `order` makes the order of the n-th worker; `script` is the program, asked for `worker`. */
export interface SupervisorDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly count: number
  readonly script: string
  /** Names of this instance's workers begin so. */
  readonly namePrefix: string
  readonly order: (index: number) => WorkerOrder
}

/** Running workers. */
export interface Supervisor {
  /** Asks all workers to drain and resolves when they are gone; after `deadlineMs` they are killed. */
  stop(deadlineMs: number): Promise<void>
}

/** The sum row of recoveries that the supervisor makes; workers and intakes have their own. */
const SUPERVISOR_SHARD = 999
const RESTART_MS = 500

class WorkerGroup implements Supervisor {
  readonly #deps: SupervisorDeps
  readonly #children = new Map<number, ChildProcess>()
  #stopping = false
  #onEmpty: (() => void) | undefined

  constructor(deps: SupervisorDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await this.#recover(this.#deps.namePrefix)
    await Promise.all(Array.from({ length: this.#deps.count }, (_, index) => this.#launch(index)))
  }

  stop(deadlineMs: number): Promise<void> {
    this.#stopping = true
    if (this.#children.size === 0) return Promise.resolve()
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        for (const child of this.#children.values()) child.kill('SIGKILL')
      }, deadlineMs)
      this.#onEmpty = () => {
        clearTimeout(timer)
        resolve()
      }
      for (const child of this.#children.values()) if (child.connected) child.send({ kind: 'drain' })
    })
  }

  async #recover(prefix: string): Promise<void> {
    const now = this.#deps.clock.now()
    const options = { now, hour: hourOf(now), shard: SUPERVISOR_SHARD, prefix }
    const { readyAgain, unknown } = await recoverNamed(this.#deps.pool, options)
    if (readyAgain + unknown > 0)
      this.#deps.log.warn({ readyAgain, unknown }, 'recovered the work of dead workers')
  }

  // Resolves when the worker is ready, or is gone before it was.
  #launch(index: number): Promise<void> {
    const child = fork(this.#deps.script, ['worker'], { execArgv: process.execArgv, stdio: 'inherit' })
    this.#children.set(index, child)
    return new Promise(resolve => {
      child.on('message', (message: WorkerReport) => message.kind === 'ready' && resolve())
      child.on('error', error => this.#deps.log.error({ err: error }, 'a worker could not be started'))
      child.on('exit', (code, signal) => {
        resolve()
        void this.#ended(index, { code, signal })
      })
      child.send(this.#deps.order(index))
    })
  }

  async #ended(
    index: number,
    how: { readonly code: number | null; readonly signal: string | null },
  ): Promise<void> {
    this.#children.delete(index)
    if (this.#stopping) {
      if (this.#children.size === 0) this.#onEmpty?.()
      return
    }
    const { log, order } = this.#deps
    log.error(
      { worker: order(index).name, ...how },
      'a worker died; its work is recovered and it is started anew',
    )
    await this.#recover(order(index).name).catch((error: unknown) =>
      log.error({ err: error }, 'recovery waits for the lease'),
    )
    setTimeout(() => {
      if (!this.#stopping) void this.#launch(index)
    }, RESTART_MS)
  }
}

/** Recovers what the previous run left, then starts the workers; resolves when they work. */
export const startSupervisor = async (deps: SupervisorDeps): Promise<Supervisor> => {
  const group = new WorkerGroup(deps)
  await group.start()
  return group
}
