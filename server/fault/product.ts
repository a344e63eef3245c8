/** The product under fault: it is killed and started again, and those who use it see only where it is now. */
import type pg from 'pg'
import { createPool } from '../src/db/pool.ts'
import {
  type Caller,
  callApi,
  createCaller,
  eventually,
  type RunningCarillon,
  startCarillon,
} from '../test/carillon.ts'
import { onEmergency } from './emergency.ts'

/** Sends a signal to a process of the product that may have ended. */
export const signalTo = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // Ended meanwhile.
  }
}

/** Where to call, and as whom. */
export interface Target {
  readonly url: string
  readonly caller: Caller
}

/** A product that outlives its processes. */
export interface Product {
  target(): Target
  /** A pool of the kit's own. */
  readonly db: pg.Pool
  /** False when its first process ended although nobody killed it. */
  alive(): boolean
  pid(): number
  workerPids(): number[]
  /** `kill -9` of the first process alone; then it is started again. Its workers notice, drain and end. */
  restartAfterKill(): Promise<void>
  /** `kill -9` of every process, without a start. */
  killAll(): Promise<void>
  start(): Promise<void>
  /** Asks it to stop; answers the exit code. */
  stop(): Promise<number | null>
  /** What it logged, in all its lives. */
  output(): string
  /** Every process that was seen at work. */
  seen(): ReadonlySet<number>
}

/** How the product is started. */
export interface ProductOptions {
  readonly dataDir: string
  readonly databaseUrl: string
  readonly workers: number
  readonly built: boolean
}

/** Starts the product on a database of its own and makes a client. */
export const startProduct = async (options: ProductOptions): Promise<Product> => {
  const lives: RunningCarillon[] = []
  const start = async (): Promise<RunningCarillon> => {
    const started = await startCarillon({
      dataDir: options.dataDir,
      built: options.built,
      env: {
        DATABASE_URL: options.databaseUrl,
        CARILLON_WORKERS: String(options.workers),
        CARILLON_LOG_LEVEL: 'error',
      },
    })
    // The greeting is the last step of a start; what strikes before it may end the start instead.
    await eventually('the greeting', () => started.output().includes('Ctrl-C stops') || !started.alive())
    lives.push(started)
    return started
  }
  let running = await start()
  const db = createPool({ url: options.databaseUrl, max: 4, name: 'fault kit' })
  const caller = await createCaller(db)
  const seen = new Set<number>()
  const look = (): number[] => {
    const pids = running.workerPids()
    for (const pid of [running.pid, ...pids]) seen.add(pid)
    return pids
  }
  const forget = onEmergency(() => {
    for (const pid of [running.pid, ...look()]) signalTo(pid, 'SIGKILL')
  })
  return {
    target: () => ({ url: running.url, caller }),
    db,
    alive: () => running.alive(),
    pid: () => running.pid,
    workerPids: look,
    restartAfterKill: async () => {
      look()
      await running.kill()
      running = await start()
    },
    killAll: async () => {
      look()
      await running.killAll()
    },
    start: async () => {
      running = await start()
    },
    stop: async () => {
      look()
      const code = await running.stop()
      await db.end()
      forget()
      return code
    },
    seen: () => seen,
    output: () => lives.map(life => life.output()).join('\n'),
  }
}

/** A live campaign that mails through the sink; answers what a trigger and a run need of it. */
export const createCampaign = async (at: Target, sinkPort: number): Promise<string> => {
  const transport = await callApi<{ id: string }>(at, 'POST /transports', {
    name: 'sink',
    smtp: { host: '127.0.0.1', port: sinkPort, security: 'none', connections: 10 },
  })
  const configuration = await callApi<{ id: string }>(at, 'POST /channel-configurations', {
    name: 'sink',
    transportId: transport.id,
    fromName: 'Audit',
    fromAddress: 'audit@example.test',
    replyTo: null,
    retryMinutes: 60,
  })
  const campaign = await callApi<{ id: string }>(at, 'POST /campaigns', {
    name: 'Audit',
    channelConfigurationId: configuration.id,
    createNewProfiles: true,
    content: {
      subject: 'No. {{context.n}}',
      html: '<p>Hello {{context.n}} {{context.fill}}</p>',
      text: null,
    },
  })
  await callApi(at, `POST /campaigns/${campaign.id}/activate`)
  return campaign.id
}

const openStates = async (db: pg.Pool): Promise<{ state: string; reason: string | null; n: number }[]> => {
  const { rows } = await db.query<{ state: string; reason: string | null; n: number }>(
    `select state, reason, count(*)::int as n from delivery
     where state in ('ready', 'claimed', 'handing_over', 'held') group by 1, 2`,
  )
  return rows
}

/** Waits until no message is open; answers what still is after that time. */
export const untilSettled = async (db: pg.Pool, ms: number): Promise<string[]> => {
  const deadline = performance.now() + ms
  for (;;) {
    const open = await openStates(db).catch(() => undefined)
    if (open?.length === 0) return []
    if (performance.now() > deadline)
      return (open ?? []).map(
        one => `${one.n} messages are still ${one.state} (${one.reason ?? 'no reason'})`,
      )
    await new Promise(next => setTimeout(next, 100))
  }
}

/** A worker that is at work and not among the frozen; waits for one. */
export const someWorker = (product: Product, frozen: ReadonlySet<number>): Promise<number[]> =>
  eventually(
    'a worker',
    () => {
      const pids = product.workerPids().filter(pid => !frozen.has(pid))
      return pids.length > 0 && pids
    },
    60_000,
  )
