/** Starts the worker processes and the background process, replaces those that die, and recovers their work at once. */
import { type ChildProcess, fork } from 'node:child_process'
import type pg from 'pg'
import { hourOf } from '../delivery/recorder.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { recoverNamed } from '../messages/workers.store.ts'
import type { BackgroundOrder } from './background.ts'
import type { ChildReport } from './child.ts'
import type { WorkerOrder } from './worker.ts'

/** A process to keep alive. */
export type ChildPlan =
  | { readonly role: 'worker'; readonly order: WorkerOrder }
  | { readonly role: 'background'; readonly order: BackgroundOrder }

/** What the supervisor needs. `script` is the program, asked for a role. */
export interface SupervisorDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly script: string
  /** Names of this instance's workers begin so. */
  readonly namePrefix: string
  readonly plans: readonly ChildPlan[]
}

/** Running processes. */
export interface Supervisor {
  /** Asks all of them to drain and resolves when they are gone; after `deadlineMs` they are killed. */
  stop(deadlineMs: number): Promise<void>
}

/** The sum row of recoveries that the supervisor makes; workers and intakes have their own. */
const SUPERVISOR_SHARD = 999
const RESTART_MS = 500

/** A mail lives for some milliseconds: in four times the usual room for what is young, most are gone before a collector looks. */
const FLAGS = { worker: ['--max-semi-space-size=64'], background: [] } as const

class ProcessGroup implements Supervisor {
  readonly #deps: SupervisorDeps
  readonly #children = new Map<ChildPlan, ChildProcess>()
  #stopping = false
  #onEmpty: (() => void) | undefined

  constructor(deps: SupervisorDeps) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    await this.#recover(this.#deps.namePrefix)
    await Promise.all(this.#deps.plans.map(plan => this.#launch(plan)))
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

  // Resolves when the process is ready, or is gone before it was.
  #launch(plan: ChildPlan): Promise<void> {
    const child = fork(this.#deps.script, [plan.role], {
      execArgv: [...process.execArgv, ...FLAGS[plan.role]],
      stdio: 'inherit',
    })
    this.#children.set(plan, child)
    return new Promise(resolve => {
      child.on('message', (message: ChildReport) => message.kind === 'ready' && resolve())
      child.on('error', error =>
        this.#deps.log.error({ err: error }, `a ${plan.role} process could not be started`),
      )
      child.on('exit', (code, signal) => {
        resolve()
        void this.#ended(plan, { code, signal })
      })
      child.send(plan.order)
    })
  }

  async #ended(
    plan: ChildPlan,
    how: { readonly code: number | null; readonly signal: string | null },
  ): Promise<void> {
    this.#children.delete(plan)
    if (this.#stopping) {
      if (this.#children.size === 0) this.#onEmpty?.()
      return
    }
    const { log } = this.#deps
    log.error(
      { process: plan.order.name, ...how },
      `a ${plan.role} process died; its work is recovered and it is started anew`,
    )
    if (plan.role === 'worker')
      await this.#recover(plan.order.name).catch((error: unknown) =>
        log.error({ err: error }, 'recovery waits for the lease'),
      )
    setTimeout(() => {
      if (!this.#stopping) void this.#launch(plan)
    }, RESTART_MS)
  }
}

/** Recovers what the previous run left, then starts the processes; resolves when they work. */
export const startSupervisor = async (deps: SupervisorDeps): Promise<Supervisor> => {
  const group = new ProcessGroup(deps)
  await group.start()
  return group
}
