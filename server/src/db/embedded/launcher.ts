/**
 * Starts the real PostgreSQL that comes with Carillon: makes its cluster once, ends an orphan that an earlier life
 * left, waits until it answers, and stops it in order. Knows no table.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { delay } from '../../lib/delay.ts'
import { freePort } from '../../lib/free-port.ts'
import type { Log } from '../../lib/log.ts'
import { findBinaries, MAJOR, repairLinks } from './binaries.ts'
import { choosePlace, type Place } from './place.ts'
import { directoryOf, isAlive, processesIn, signal, untilGone } from './processes.ts'
import { StartError } from './start-error.ts'

/** A running server. `adopted` says that an orphan of an earlier life was found and ended first. */
export interface EmbeddedPostgres {
  readonly url: string
  readonly pid: number
  readonly adopted: boolean
  stop(): Promise<void>
}

/**
 * What it is started with. `native` and `port` are given by tests; otherwise the binaries of this platform are found
 * (and the cluster must be of their version), and any free port is taken.
 */
export interface EmbeddedOptions {
  readonly dataDir: string
  readonly log: Log
  readonly native?: string
  readonly port?: number
}

const USER = 'carillon'
const DATABASE = 'carillon'
const STOP_MS = 30_000
const READY_MS = 120_000

// Durable: fsync and synchronous_commit stay on. The rest is for many small writes on a few hot tables.
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '100',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  wal_compression: 'on',
  jit: 'off',
  random_page_cost: '1.1',
  checkpoint_completion_target: '0.9',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_naptime: '15s',
  log_min_messages: 'warning',
}

// The system's limit for the name of a socket (108 on Linux, 104 on macOS), less "/.s.PGSQL.65535" and an end.
const LONGEST_DIRECTORY = 88

/**
 * Where the server's socket is: beside its data, for its owner only. Through it a write costs a quarter of what it does
 * through TCP on the loopback interface. Undefined: this system has none, or its name would be too long; then TCP.
 */
const socketDirectory = (place: Place): string | undefined =>
  process.platform === 'win32' || Buffer.byteLength(place.data) > LONGEST_DIRECTORY ? undefined : place.data

const passwordOf = (dataDir: string): string => {
  const file = join(dataDir, 'postgres.password')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(24).toString('base64url')
  writeFileSync(file, password, { mode: 0o600 })
  return password
}

const program = (place: Place, name: string): string =>
  join(place.native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

// Made beside its place and then moved, so that a start that dies half-way leaves no half cluster.
const makeCluster = (place: Place, password: string): void => {
  const fresh = `${place.data}.new`
  rmSync(fresh, { recursive: true, force: true })
  const passwordFile = `${place.data}.password`
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (place.owner !== undefined) chownSync(passwordFile, place.owner.uid, place.owner.gid)
  try {
    execFileSync(
      program(place, 'initdb'),
      [
        '-D',
        fresh,
        '-U',
        USER,
        '-A',
        'scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        `--pwfile=${passwordFile}`,
      ],
      {
        ...place.owner,
        cwd: join(place.data, '..'),
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(fresh, place.data)
}

const refuseOtherMajor = (place: Place, dataDir: string): void => {
  const major = readFileSync(join(place.data, 'PG_VERSION'), 'utf8').trim()
  if (major === MAJOR) return
  throw new StartError(
    'other_major',
    `The database under ${place.data} was made by PostgreSQL ${major}; this Carillon brings ${MAJOR}.`,
    `With the Carillon that made it: carillon backup FILE. Then move ${dataDir} away and, with this one: carillon restore FILE.`,
  )
}

// Whoever holds postmaster.pid: an orphan of ours is ended; a dead or reused process id is no obstacle.
const endOrphan = async (place: Place, log: Log): Promise<boolean> => {
  const file = join(place.data, 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  if (!Number.isInteger(pid) || pid <= 0) return false
  const directory = directoryOf(pid)
  if (!isAlive(pid) || (directory !== undefined && directory !== place.data)) {
    rmSync(file, { force: true })
    return false
  }
  log.warn({ pid }, `Ending the database process ${pid} that an earlier Carillon left behind.`)
  await endServer(pid)
  return true
}

/** Fast shutdown (SIGINT), then, when that takes too long, an immediate one. */
const endServer = async (pid: number): Promise<void> => {
  signal(pid, 'SIGINT')
  if (await untilGone(pid, STOP_MS)) return
  signal(pid, 'SIGQUIT')
  if (!(await untilGone(pid, STOP_MS))) signal(pid, 'SIGKILL')
}

interface Launched {
  readonly child: ChildProcess
  readonly port: number
}

const launch = async (place: Place, options: EmbeddedOptions): Promise<Launched> => {
  const { dataDir, port = await freePort() } = options
  const settings = Object.entries({
    ...SETTINGS,
    port: String(port),
    unix_socket_directories: socketDirectory(place) ?? '',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const logFile = openSync(join(dataDir, 'postgres.log'), 'a', 0o600)
  // Its own process group: Ctrl-C must not stop the database before the work in flight is recorded.
  const child = spawn(program(place, 'postgres'), ['-D', place.data, ...settings], {
    ...place.owner,
    cwd: place.data,
    detached: true,
    stdio: ['ignore', logFile, logFile],
  })
  child.on('error', () => undefined)
  closeSync(logFile)
  return { child, port }
}

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

const ended = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined

const untilReady = async (launched: Launched, url: string): Promise<boolean> => {
  const deadline = performance.now() + READY_MS
  while (performance.now() < deadline && !ended(launched.child)) {
    if (await answers(url)) return true
    await delay(30)
  }
  return false
}

const lastWords = (dataDir: string): string =>
  readFileSync(join(dataDir, 'postgres.log'), 'utf8').split('\n').slice(-6).join('\n').trim()

const RETRIES = 20
/** So many tries the children of a dead server have to end by themselves. */
const PATIENCE = 8

// One that waits for a lock whose holder was killed waits for good: there is nobody left who could tell it.
const endChildren = (place: Place, log: Log): void => {
  for (const pid of processesIn(place.data, 'postgres')) {
    log.warn({ pid }, `Ending the process ${pid} that outlived its database server.`)
    signal(pid, 'SIGKILL')
  }
}

// After a kill -9 the old server's children need a moment to notice; until then its shared memory is in use.
const startServer = async (
  place: Place,
  options: EmbeddedOptions,
  password: string,
): Promise<{ readonly launched: Launched; readonly url: string }> => {
  const { dataDir } = options
  for (let attempt = 1; ; attempt++) {
    const launched = await launch(place, options)
    const socket = socketDirectory(place)
    const over = socket === undefined ? '' : `?host=${encodeURIComponent(socket)}`
    const url = (database: string): string =>
      `postgres://${USER}:${password}@127.0.0.1:${launched.port}/${database}${over}`
    if (await untilReady(launched, url('postgres'))) return { launched, url: url(DATABASE) }
    if (launched.child.pid !== undefined && !ended(launched.child)) await endServer(launched.child.pid)
    if (attempt === RETRIES || !/shared memory|lock file/.test(lastWords(dataDir)))
      throw new StartError(
        'did_not_start',
        `PostgreSQL did not start:\n${lastWords(dataDir)}`,
        `Its log is ${join(dataDir, 'postgres.log')}; or set DATABASE_URL.`,
      )
    if (attempt >= PATIENCE) endChildren(place, options.log)
    await delay(250)
  }
}

/** Starts the server on the cluster of this data directory, making it at the first start. */
export const startEmbeddedPostgres = async (options: EmbeddedOptions): Promise<EmbeddedPostgres> => {
  const { dataDir, log } = options
  const native = options.native ?? findBinaries()
  const repaired = repairLinks(native)
  if (repaired > 0)
    log.info({ repaired }, 'Made the library links of PostgreSQL that the installation had left out.')
  const place = choosePlace(dataDir, native, log)
  const password = passwordOf(dataDir)
  if (!existsSync(join(place.data, 'PG_VERSION'))) makeCluster(place, password)
  else if (options.native === undefined) refuseOtherMajor(place, dataDir)
  const adopted = await endOrphan(place, log)
  const { launched, url } = await startServer(place, options, password)
  const pid = launched.child.pid ?? 0
  return { url, pid, adopted, stop: () => endServer(pid) }
}
