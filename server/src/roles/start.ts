/**
 * The start role: opens the database, brings it up to date, starts what the configuration asks for, says where to
 * look, and stops everything in order. Intake ends first, then the work in flight, then the database.
 */
import type pg from 'pg'
import { type Logger, pino } from 'pino'
import { createDns } from '../channels/email/dns/resolver.ts'
import { createFeedbackAddresses } from '../channels/email/verp.ts'
import { startHttpSink } from '../channels/sandbox/http-sink.ts'
import { startPushSink } from '../channels/sandbox/push-sink.ts'
import { startSandboxSink } from '../channels/sandbox/sink.ts'
import { migrate } from '../db/migrate.ts'
import { createPool } from '../db/pool.ts'
import type { SandboxPorts } from '../delivery/opener.ts'
import { createFeedbackCounter } from '../feedback/counter.ts'
import { type Receiver, startReceiver } from '../feedback/receiver.ts'
import { systemClock } from '../lib/clock.ts'
import { uuidv7 } from '../lib/ids.ts'
import { removeServerFile, writeServerFile } from '../lib/server-file.ts'
import { type ApiRole, startApi } from './api.ts'
import { openDatabase } from './database.ts'
import { housekeep, makePartitions } from './housekeeping.ts'
import { instanceName, instanceSecret } from './instance-files.ts'
import { seed } from './seed.ts'
import { type Supervisor, startSupervisor } from './supervisor.ts'
import { welcome } from './welcome.ts'

/** What a start is told: the configuration of `config.ts`, restated so that no role reads the environment. */
export interface StartOptions {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly databaseUrl?: string
  readonly workers: number
  readonly roles: readonly string[]
  readonly publicUrl: string
  readonly dnsServers: readonly string[]
  readonly secret?: string
  readonly logLevel: string
  /** Undefined: no receiver of bounces. */
  readonly feedbackPort?: number
  /** The program to start as a worker. */
  readonly script: string
  /** The built studio, if there is one. */
  readonly studioDir?: string
  /** Where people read: standard output. */
  readonly print: (text: string) => void
}

/** A running Carillon. */
export interface Running {
  readonly url: string
  stop(): Promise<void>
}

/** Messages that one kill of a worker can make unknown, at most. */
export const WINDOW = 128
const DRAIN_MS = 30_000
/** The background process' own row of every sum; the API's is 0, workers count from 100. */
const BACKGROUND_SHARD = 90
const RECEIVER_SHARD = 95
const HOUSEKEEPING_MS = 3_600_000
const API_POOL = 12
/** Two batches at a time, and the repeats that look up their keys. */
const INTAKE_POOL = 4
/** An accept that takes longer is ended by the server, and its calls are refused: nothing of it is stored. */
const ACCEPT_MS = 6_000

interface Parts {
  readonly options: StartOptions
  readonly log: Logger
  readonly pool: pg.Pool
  readonly databaseUrl: string
  readonly secret: string
}

const has = (options: StartOptions, role: string): boolean => options.roles.includes(role)

const startWorkers = async (parts: Parts, sinks: SandboxPorts): Promise<Supervisor | undefined> => {
  const { options, log, pool, secret, databaseUrl } = parts
  if (!has(options, 'worker')) return undefined
  const prefix = `${await instanceName(options.dataDir)}/`
  log.info(
    { workers: options.workers, window: WINDOW },
    'starting workers; one kill can make at most `window` messages unknown',
  )
  return startSupervisor({
    pool,
    clock: systemClock,
    log,
    script: options.script,
    namePrefix: prefix,
    plans: [
      ...Array.from({ length: options.workers }, (_, index) => ({
        role: 'worker' as const,
        order: {
          ...{ kind: 'work' as const, databaseUrl, secret, sinks, logLevel: options.logLevel },
          ...{ name: `${prefix}${index}/`, shard: 100 + index, window: WINDOW },
          publicUrl: options.publicUrl,
        },
      })),
      {
        role: 'background',
        order: {
          ...{ kind: 'work', databaseUrl, secret, sinks, logLevel: options.logLevel },
          ...{ name: `${prefix}background`, shard: BACKGROUND_SHARD },
        },
      },
    ],
  })
}

const startApiRole = async (
  parts: Parts,
  { sinks, feedbackPort }: { readonly sinks: SandboxPorts; readonly feedbackPort: number | undefined },
): Promise<ApiRole | undefined> => {
  const { options } = parts
  if (!has(options, 'api') && !has(options, 'studio')) return undefined
  const intakePool = createPool({
    url: parts.databaseUrl,
    max: INTAKE_POOL,
    name: 'carillon intake',
    statementTimeoutMs: ACCEPT_MS,
  })
  const api = await startApi({
    pool: parts.pool,
    intakePool,
    clock: systemClock,
    log: parts.log,
    random: Math.random,
    newId: () => uuidv7(Date.now()),
    secret: parts.secret,
    host: options.host,
    port: options.port,
    publicUrl: options.publicUrl,
    ...(feedbackPort === undefined ? {} : { feedbackPort }),
    dns: createDns(options.dnsServers),
    sinks,
    ...(has(options, 'studio') && options.studioDir !== undefined ? { studioDir: options.studioDir } : {}),
  }).catch(async (error: unknown) => {
    await intakePool.end()
    throw error
  })
  return {
    ...api,
    close: async () => {
      await api.close()
      await intakePool.end()
    },
  }
}

const startFeedback = async ({ options, pool, log, secret }: Parts): Promise<Receiver | undefined> => {
  if (options.feedbackPort === undefined || !has(options, 'api')) return undefined
  const receiver = await startReceiver({
    ...{ pool, log, clock: systemClock, host: options.host, port: options.feedbackPort },
    ...{ newId: () => uuidv7(Date.now()), shard: RECEIVER_SHARD },
    addresses: createFeedbackAddresses(secret),
    counter: createFeedbackCounter({ pool, clock: systemClock }),
  })
  log.info({ port: receiver.port }, 'bounces and complaints are taken by SMTP')
  return receiver
}

const bringUpToDate = async ({ pool, log }: Parts): Promise<void> => {
  await migrate(pool)
  await makePartitions(pool, log, new Date())
  await seed(pool, { now: new Date(), newId: () => uuidv7(Date.now()) })
}

/** Remembers how to stop each part as it starts. */
const createStops = () => {
  const stops: (() => unknown)[] = []
  return {
    add: (stop: () => unknown): void => void stops.push(stop),
    /** Stops what started last first. With `onError` goes on past a part that cannot be stopped. */
    run: async (onError?: (error: unknown) => void): Promise<void> => {
      for (let stop = stops.pop(); stop !== undefined; stop = stops.pop())
        try {
          await stop()
        } catch (error) {
          if (onError === undefined) throw error
          onError(error)
        }
    },
  }
}

const startParts = async (parts: Parts, stops: ReturnType<typeof createStops>): Promise<string> => {
  const { options, pool, log, databaseUrl } = parts
  await bringUpToDate(parts)
  const newId = (): string => uuidv7(Date.now())
  const where = { db: pool, host: '127.0.0.1', port: 0, clock: systemClock, newId, log }
  const sink = await startSandboxSink(where)
  stops.add(() => sink.close())
  const httpSink = await startHttpSink(where)
  stops.add(() => httpSink.close())
  const pushSink = await startPushSink(where)
  stops.add(() => pushSink.close())
  const push = { http: pushSink.http, http2: pushSink.http2 }
  const sinks: SandboxPorts = { smtp: sink.port, http: httpSink.port, push }
  const supervisor = await startWorkers(parts, sinks)
  stops.add(() => supervisor?.stop(DRAIN_MS))
  const receiver = await startFeedback(parts)
  stops.add(() => receiver?.close())
  const api = await startApiRole(parts, { sinks, feedbackPort: receiver?.port })
  stops.add(() => api?.close())
  const url = api?.url ?? options.publicUrl
  const housekeeping = setInterval(() => {
    housekeep(pool, log, new Date()).catch((error: unknown) =>
      log.error({ err: error }, 'housekeeping is tried again'),
    )
  }, HOUSEKEEPING_MS)
  stops.add(() => clearInterval(housekeeping))
  writeServerFile(options.dataDir, { pid: process.pid, port: api?.port ?? 0, url, databaseUrl })
  return url
}

/** Starts Carillon; when a part cannot start, what was started is stopped again and the error goes on. */
export const start = async (options: StartOptions): Promise<Running> => {
  const log = pino({ level: options.logLevel, base: { role: 'carillon' } }, pino.destination(2))
  const stops = createStops()
  try {
    const database = await openDatabase(options, log)
    stops.add(() => database.close())
    stops.add(() => removeServerFile(options.dataDir, process.pid))
    const pool = createPool({ url: database.url, max: API_POOL, name: 'carillon api' })
    stops.add(() => pool.end())
    const secret = await instanceSecret(options.dataDir, options.secret)
    const url = await startParts({ options, log, pool, databaseUrl: database.url, secret }, stops)
    options.print(await welcome({ pool, dataDir: options.dataDir, url, now: new Date() }))
    return { url, stop: () => stops.run() }
  } catch (error) {
    await stops.run(cause => log.error({ err: cause }, 'a part could not be stopped'))
    throw error
  }
}

/** Ctrl-C, or the signal of a service manager. */
const signalled = (): Promise<void> =>
  new Promise(resolve => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })

/** The end of the script that started us, however it ended. Never, when nobody waits for us by IPC. */
const abandoned = (): Promise<void> =>
  new Promise(resolve => {
    if (process.connected) process.once('disconnect', () => resolve())
  })

/** Runs until asked to stop; answers the exit code. A second request ends the process at once. */
export const runStart = async (options: StartOptions): Promise<number> => {
  const asked = Promise.race([signalled(), abandoned()])
  const running = await start(options)
  await asked
  options.print('Stopping: no new calls; work in flight finishes. (Press Ctrl-C again to end at once.)')
  void signalled().then(() => process.exit(130))
  await running.stop()
  options.print('Stopped.')
  if (process.connected) process.disconnect()
  return 0
}
