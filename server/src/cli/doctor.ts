/** `carillon doctor`: looks at everything a start needs and says what is wrong. Changes nothing. */
import { constants } from 'node:fs'
import { access, readFile, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { type Config, ConfigError } from '../config.ts'
import { createPool } from '../db/pool.ts'
import { readServerFile, type ServerFile } from '../lib/server-file.ts'
import { databaseFacts } from '../roles/instance.store.ts'
import { callServer } from './call.ts'
import { type Command, EXIT, type Invocation, JSON_OPTION, print } from './command.ts'
import { VERSION } from './version.ts'

/** The outcome of one look: a warning is worth knowing, an error keeps Carillon from working. */
export interface Check {
  readonly name: string
  readonly level: 'ok' | 'warning' | 'error'
  readonly text: string
}

const MARKS = { ok: 'ok   ', warning: 'warn ', error: 'ERROR' } as const
/** Below this the embedded database may run full within a day of use. */
const LOW_BYTES = 2 * 1024 ** 3

/** Prints all checks; ends with 1 when one is an error. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'check everything that a start needs, and say what is wrong',
  options: JSON_OPTION,
  run: async invocation => {
    const checks = await allChecks(invocation)
    const lines = checks.map(({ name, level, text }) => `${MARKS[level]}  ${name}: ${text}`)
    print(invocation, { checks }, lines)
    return checks.some(check => check.level === 'error') ? EXIT.failed : EXIT.ok
  },
}

const allChecks = async (invocation: Invocation): Promise<Check[]> => {
  const versions = check(
    'version',
    'ok',
    `carillon ${VERSION}, node ${process.versions.node} on ${process.platform}-${process.arch}`,
  )
  const config = readOrProblem(invocation)
  if (!('port' in config)) return [versions, config]
  const server = readServerFile(config.dataDir)
  return [
    versions,
    check(
      'configuration',
      'ok',
      `roles ${config.roles.join(', ')}; ${config.workers} workers; ${config.publicUrl}`,
    ),
    await checkDirectory(config.dataDir),
    await checkSpace(config.dataDir),
    await checkServer(config, server),
    await checkDatabase(config, server),
  ]
}

const check = (name: string, level: Check['level'], text: string): Check => ({ name, level, text })

const readOrProblem = (invocation: Invocation): Config | Check => {
  try {
    return invocation.config()
  } catch (error) {
    if (error instanceof ConfigError) return check('configuration', 'error', error.problems.join(' '))
    throw error
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

// The nearest directory that exists decides: a data directory is made at the first start.
const existing = async (path: string): Promise<string> => {
  const there = await stat(path).then(
    () => true,
    () => false,
  )
  return there || dirname(path) === path ? path : existing(dirname(path))
}

const checkDirectory = async (dataDir: string): Promise<Check> => {
  const directory = await existing(dataDir)
  try {
    await access(directory, constants.W_OK)
    return check(
      'data directory',
      'ok',
      directory === dataDir ? dataDir : `${dataDir} (made at the first start)`,
    )
  } catch {
    return check('data directory', 'error', `${directory} cannot be written; set CARILLON_DATA_DIR.`)
  }
}

const checkSpace = async (dataDir: string): Promise<Check> => {
  const { bavail, bsize } = await statfs(await existing(dataDir))
  const free = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free`
  return bavail * bsize < LOW_BYTES ? check('disk', 'warning', `only ${free}`) : check('disk', 'ok', free)
}

const checkServer = async (config: Config, server: ServerFile | undefined): Promise<Check> => {
  if (server === undefined) return checkPort(config)
  try {
    const { status } = await callServer({ url: `${server.url}/readyz` })
    const level = status === 200 ? 'ok' : 'error'
    return check(
      'server',
      level,
      `process ${server.pid} at ${server.url} ${status === 200 ? 'is ready' : `answers ${status}`}`,
    )
  } catch (error) {
    return check('server', 'error', `process ${server.pid}: ${messageOf(error)}`)
  }
}

const checkPort = ({ host, port }: Config): Promise<Check> =>
  new Promise(resolve => {
    const probe = createServer()
    probe.once('error', error =>
      resolve(
        check(
          'server',
          'error',
          `not running, and ${host}:${port} cannot be used (${messageOf(error)}); set CARILLON_PORT.`,
        ),
      ),
    )
    probe.listen(port, host, () =>
      probe.close(() => resolve(check('server', 'ok', `not running; ${host}:${port} is free`))),
    )
  })

const checkDatabase = async (config: Config, server: ServerFile | undefined): Promise<Check> => {
  const url = config.databaseUrl ?? server?.databaseUrl
  if (url === undefined) return checkEmbedded(config.dataDir)
  const pool = createPool({ url, max: 1, name: 'carillon doctor' })
  try {
    const { version, migrated } = await databaseFacts(pool)
    if (Number.parseInt(version, 10) < 15)
      return check('database', 'error', `PostgreSQL ${version} is too old: 15 is the oldest that works.`)
    return check('database', 'ok', `PostgreSQL ${version}${migrated ? '' : ', still empty'}`)
  } catch (error) {
    return check('database', 'error', `cannot be reached: ${messageOf(error)}`)
  } finally {
    await pool.end()
  }
}

const checkEmbedded = async (dataDir: string): Promise<Check> => {
  const version = await readFile(join(dataDir, 'postgres', 'PG_VERSION'), 'utf8').catch(() => undefined)
  const state = version === undefined ? 'made at the first start' : `PostgreSQL ${version.trim()} data`
  return check('database', 'ok', `embedded, not running; ${state}`)
}
