/**
 * The configuration of a process: the only reader of the environment. It is read once, checked whole, frozen, and
 * passed on; nothing below the roles may import this file.
 */
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'

/** What a process can do; one process may do several. */
export const ROLES = ['api', 'worker', 'studio'] as const
/** A role of a process. */
export type Role = (typeof ROLES)[number]

/** How much is logged, least first (pino's levels). */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
/** A log level. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Everything that is set from outside. */
export interface Config {
  /** TCP port; 0 takes any free one. */
  readonly port: number
  readonly host: string
  /** Absolute. Holds the embedded database, generated secrets and the server file. */
  readonly dataDir: string
  /** Undefined: the embedded PostgreSQL under the data directory. */
  readonly databaseUrl?: string
  /** Number of worker processes. */
  readonly workers: number
  readonly roles: readonly Role[]
  /** The address by which others reach this instance, without a slash at the end. */
  readonly publicUrl: string
  /** Undefined: generated at the first start and kept in the data directory. */
  readonly secret?: string
  readonly logLevel: LogLevel
  /** Port of the SMTP receiver of bounces; undefined: there is none. */
  readonly feedbackPort?: number
  /** Name servers that live checks ask; empty: those of the machine. */
  readonly dnsServers: readonly string[]
}

/** An environment as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The environment of this process, for the composition root to pass on. */
export const environment = (): Environment => process.env

/** A refused configuration; the message names every wrong value and lists the valid names. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`${problems.join('\n')}\n\n${validNames()}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

interface Setting {
  readonly name: string
  readonly meaning: string
}

/** Every variable that is read, with its meaning and default, for `carillon help` and for refusals. */
export const SETTINGS: readonly Setting[] = [
  { name: 'CARILLON_PORT', meaning: 'port of API and studio, 0 to 65535 (8080)' },
  { name: 'CARILLON_HOST', meaning: 'address to listen on (127.0.0.1)' },
  { name: 'CARILLON_DATA_DIR', meaning: 'directory of the embedded database and of secrets (./.carillon)' },
  { name: 'DATABASE_URL', meaning: 'postgres:// address of your own PostgreSQL, 15 or newer (embedded)' },
  { name: 'CARILLON_WORKERS', meaning: 'worker processes, 1 to 64 (cores - 1, at least 1)' },
  { name: 'CARILLON_ROLES', meaning: 'comma-separated, out of api, worker, studio (all)' },
  { name: 'CARILLON_PUBLIC_URL', meaning: 'http(s) address by which others reach this instance' },
  { name: 'CARILLON_SECRET', meaning: 'at least 32 characters (generated, kept in the data directory)' },
  { name: 'CARILLON_FEEDBACK_PORT', meaning: 'port of the SMTP receiver of bounces, 0 to 65535 (off)' },
  {
    name: 'CARILLON_DNS',
    meaning: 'name servers for live checks, such as 9.9.9.9,1.1.1.1:53 (those of the machine)',
  },
  { name: 'CARILLON_LOG_LEVEL', meaning: `one of ${LOG_LEVELS.join(', ')} (info)` },
]

const validNames = (): string =>
  ['Valid settings:', ...SETTINGS.map(({ name, meaning }) => `  ${name.padEnd(22)} ${meaning}`)].join('\n')

/**
 * Reads and checks the environment; an empty value counts as not set. Throws `ConfigError` naming everything that
 * is wrong at once, an unknown `CARILLON_` name included (`CARILLON_TEST_` belongs to the tests). A refusal never
 * repeats a secret or a database address.
 */
export const readConfig = (env: Environment, cwd: string): Config => {
  const problems: string[] = unknownNames(env)
  const read = reader(env, problems)
  const port = read('CARILLON_PORT', text => integer(text, 0, 65_535), 8080)
  const host = read('CARILLON_HOST', hostName, '127.0.0.1')
  const databaseUrl = read('DATABASE_URL', postgresAddress, undefined)
  const feedbackPort = read('CARILLON_FEEDBACK_PORT', text => integer(text, 0, 65_535), undefined)
  const secret = read('CARILLON_SECRET', longEnough, undefined)
  const config: Config = {
    port,
    host,
    dataDir: resolve(cwd, env['CARILLON_DATA_DIR'] || '.carillon'),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    workers: read('CARILLON_WORKERS', text => integer(text, 1, 64), Math.max(1, availableParallelism() - 1)),
    roles: Object.freeze(read('CARILLON_ROLES', roleList, ROLES)),
    publicUrl: read('CARILLON_PUBLIC_URL', publicAddress, localUrl(host, port)),
    ...(secret === undefined ? {} : { secret }),
    ...(feedbackPort === undefined ? {} : { feedbackPort }),
    dnsServers: Object.freeze(read('CARILLON_DNS', nameServers, [])),
    logLevel: read('CARILLON_LOG_LEVEL', logLevel, 'info'),
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(config)
}

/**
 * The configuration once the port is known: with `CARILLON_PORT=0` the public address is only known after
 * listening. A public address that was set stays as it is.
 */
export const withPort = (config: Config, port: number): Config =>
  config.publicUrl === localUrl(config.host, config.port)
    ? Object.freeze({ ...config, port, publicUrl: localUrl(config.host, port) })
    : Object.freeze({ ...config, port })

const NAMES = new Set(SETTINGS.map(setting => setting.name))
const SECRETS = new Set(['DATABASE_URL', 'CARILLON_SECRET'])

const unknownNames = (env: Environment): string[] =>
  Object.keys(env)
    .filter(name => name.startsWith('CARILLON_') && !name.startsWith('CARILLON_TEST_') && !NAMES.has(name))
    .sort()
    .map(name => `${name} is not a setting of Carillon.`)

const reader =
  (env: Environment, problems: string[]) =>
  <T>(name: string, parse: (text: string) => T | undefined, fallback: T): T => {
    const text = env[name]?.trim()
    if (!text) return fallback
    const value = parse(text)
    if (value !== undefined) return value
    const shown = SECRETS.has(name) ? 'Its value' : `"${text}"`
    problems.push(
      `${name}: ${shown} is not valid: ${SETTINGS.find(setting => setting.name === name)?.meaning}.`,
    )
    return fallback
  }

const integer = (text: string, least: number, most: number): number | undefined => {
  const value = Number(text)
  return /^\d{1,6}$/.test(text) && value >= least && value <= most ? value : undefined
}

const hostName = (text: string): string | undefined => (/^[\w.:%-]+$/.test(text) ? text : undefined)

const isOneOf = <T extends string>(values: readonly T[], text: string): text is T =>
  (values as readonly string[]).includes(text)

const roleList = (text: string): readonly Role[] | undefined => {
  const names = text.split(',').map(name => name.trim())
  const roles = names.filter(name => isOneOf(ROLES, name))
  return roles.length === names.length ? [...new Set(roles)] : undefined
}

const nameServers = (text: string): readonly string[] | undefined => {
  const servers = text.split(',').map(server => server.trim())
  const isServer = (server: string): boolean =>
    isIP(server) !== 0 ||
    (/^(?:[\d.]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(server) && URL.canParse(`dns://${server}`))
  return servers.every(isServer) ? servers : undefined
}

const logLevel = (text: string): LogLevel | undefined => (isOneOf(LOG_LEVELS, text) ? text : undefined)

const longEnough = (text: string): string | undefined => (text.length >= 32 ? text : undefined)

const postgresAddress = (text: string): string | undefined =>
  /^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text) ? text : undefined

const publicAddress = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const plain = url.search === '' && url.hash === '' && url.username === ''
  return plain && /^https?:$/.test(url.protocol)
    ? `${url.origin}${url.pathname}`.replace(/\/+$/, '')
    : undefined
}

// "Every address" is no address to open in a browser.
const localUrl = (host: string, port: number): string => {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}
