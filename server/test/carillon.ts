/** Runs the real program for tests: its own data directory and port, its API by bearer token, its processes by id. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ExecutionAccepted } from '@carillon/contract'
import pg from 'pg'
import { createClient } from '../src/http/auth/client.store.ts'

const SOURCES = ['--import', 'tsx', resolve(import.meta.dirname, '../src/main.ts')]
const BUILT = [resolve(import.meta.dirname, '../../dist/carillon.mjs')]
// `npm test` builds first and says so: each of the program's processes then starts in half the time.
const IS_BUILT = process.env['CARILLON_TEST_BUILT'] === '1'
const START_MS = 120_000

/** The arguments of node that run the program. */
export const programOf = (built: boolean = IS_BUILT): readonly string[] => (built ? BUILT : SOURCES)

/**
 * A running program. `stop` is the polite way, `kill` is `kill -9` of its first process alone, `killAll` of every
 * process of it.
 */
export interface RunningCarillon {
  readonly url: string
  readonly pid: number
  readonly db: pg.Pool
  readonly output: () => string
  /** False once its first process has ended. */
  alive(): boolean
  workerPids(): number[]
  stop(): Promise<number | null>
  kill(): Promise<void>
  killAll(): Promise<void>
}

/** How it is started: from its sources, or as it was built; the environment is added to the test's own. */
export interface CarillonOptions {
  readonly dataDir: string
  readonly built?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** A new data directory, removed by the caller. */
export const temporaryDirectory = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'carillon-test-'))
  // When root starts it, the database runs as another user, who must reach it here.
  await chmod(path, 0o755)
  return path
}

/** Removes a directory and all in it. */
export const removeDirectory = (path: string): Promise<void> => rm(path, { recursive: true, force: true })

const childrenOf = (pid: number): number[] => {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .split('\n')
      .map(Number)
      .filter(n => n > 0)
  } catch {
    return []
  }
}

const commandOf = (pid: number): string => {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** Polls until `found` answers something else than undefined or false. */
export const eventually = async <T>(
  what: string,
  found: () => Promise<T | undefined | false> | T | undefined | false,
  ms = 30_000,
): Promise<T> => {
  const deadline = performance.now() + ms
  for (;;) {
    const value = await found()
    if (value !== undefined && value !== false) return value
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain for: ${what}`)
    await new Promise(next => setTimeout(next, 20))
  }
}

const waitForServer = (dataDir: string, child: ChildProcess, output: () => string) =>
  eventually(
    'the server file',
    async () => {
      if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}:\n${output()}`)
      const text = await readFile(join(dataDir, 'server.json'), 'utf8').catch(() => '')
      if (text === '') return undefined
      const file = JSON.parse(text) as { pid: number; url: string; databaseUrl: string }
      return file.pid === child.pid ? file : undefined
    },
    START_MS,
  ).catch((error: unknown) => {
    child.kill('SIGTERM')
    throw new Error(`the program did not start:\n${output()}`, { cause: error })
  })

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Already gone.
  }
}

/** Starts the program and waits until it can be called. */
export const startCarillon = async (options: CarillonOptions): Promise<RunningCarillon> => {
  const child = spawn(process.execPath, [...programOf(options.built), 'start'], {
    env: {
      ...process.env,
      CARILLON_PORT: '0',
      CARILLON_DATA_DIR: options.dataDir,
      CARILLON_LOG_LEVEL: 'warn',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const exited = once(child, 'exit')
  const file = await waitForServer(options.dataDir, child, () => text)
  const db = new pg.Pool({ connectionString: file.databaseUrl, max: 4 })
  db.on('error', () => undefined)
  const pid = child.pid ?? 0
  const workerPids = (): number[] => childrenOf(pid).filter(one => commandOf(one).includes(' worker'))
  const killThese = async (pids: readonly number[]): Promise<void> => {
    for (const one of pids) kill(one)
    await exited
    await db.end()
  }
  return {
    url: file.url,
    pid,
    db,
    alive: () => child.exitCode === null && child.signalCode === null,
    workerPids,
    output: () => text,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
      await db.end()
      return child.exitCode
    },
    kill: () => killThese([pid]),
    killAll: () => killThese([pid, ...childrenOf(pid), ...childrenOf(pid).flatMap(childrenOf)]),
  }
}

/** Credentials of one API client. */
export interface Caller {
  readonly clientId: string
  readonly token: string
  readonly organization: string
}

/** Makes an API client straight in the database. */
export const createCaller = async (db: pg.Pool): Promise<Caller> => {
  const made = await createClient(db, { name: 'test', sandboxes: null, now: new Date() })
  const { rows } = await db.query<{ value: string }>(`select value from setting where key = 'organization'`)
  return { clientId: made.clientId, token: made.token, organization: rows[0]?.value ?? '' }
}

/** The headers of AJO's routes. */
export const ajoHeaders = (caller: Caller, sandbox = 'dev'): Record<string, string> => ({
  authorization: `Bearer ${caller.token}`,
  'x-api-key': caller.clientId,
  'x-gw-ims-org-id': caller.organization,
  'x-sandbox-name': sandbox,
  'content-type': 'application/json',
})

/** One call of the native API; throws with the body when it is refused. */
export const callApi = async <T>(
  at: { url: string; caller: Caller },
  route: string,
  body?: unknown,
): Promise<T> => {
  const [method = 'GET', path = ''] = route.split(' ')
  const response = await fetch(`${at.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${at.caller.token}`,
      'x-sandbox-name': 'dev',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${route}: ${response.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** Triggers a campaign once; the answer is what the caller of a REST API sees. None within the time is an error. */
export const trigger = async (
  at: { url: string; caller: Caller },
  body: object,
  timeoutMs = 30_000,
): Promise<{ status: number; body: ExecutionAccepted }> => {
  const response = await fetch(`${at.url}/ajo/im/executions/unitary`, {
    method: 'POST',
    headers: ajoHeaders(at.caller),
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  })
  return { status: response.status, body: (await response.json()) as ExecutionAccepted }
}

/** The most of some ascending times within any stretch of `ms`. */
export const mostWithin = (times: readonly number[], ms: number): number => {
  let [most, from] = [0, 0]
  for (const [index, time] of times.entries()) {
    while (time - (times[from] ?? time) > ms) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}
