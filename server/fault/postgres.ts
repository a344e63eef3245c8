/** A PostgreSQL of the kit's own, on a port that stays, so that it can be killed and started again under a product. */
import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/db/embedded/launcher.ts'
import { isAlive, signal, untilGone } from '../src/db/embedded/processes.ts'
import { freePort } from '../src/lib/free-port.ts'
import { silentLog } from '../src/lib/log.ts'
import { removeDirectory, temporaryDirectory } from '../test/carillon.ts'
import { onEmergency } from './emergency.ts'

/** A server that can be killed. */
export interface FaultPostgres {
  /** A new, empty database; `tablespace` says where its tables lie. */
  createDatabase(tablespace?: string): Promise<string>
  dropDatabase(url: string): Promise<void>
  /** As whom it runs, when that is another user than ours. */
  owner(): { readonly uid: number; readonly gid: number } | undefined
  /** One statement by the superuser. */
  run(statement: string): Promise<void>
  /** `kill -9` of the server's first process: the others end by themselves, nothing is written any more. */
  kill(): Promise<void>
  /** Starts it again, ending what is left of it. */
  restart(): Promise<void>
  /** Waits until it answers; one that has ended is started again. */
  bringBack(): Promise<void>
  stop(): Promise<void>
}

const DEBIAN_15 = '/usr/lib/postgresql/15'
const GONE_MS = 10_000
const BACK_MS = 60_000

// The address of a database of the server.
const addressOf = (server: EmbeddedPostgres, name: string): string => {
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return url.href
}

// A connection for one statement: the server may be gone at the next.
const runAt = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

// Waits until `answers`; where the process has ended, `restart` is the way.
const untilBack = async (life: {
  readonly answers: () => Promise<boolean>
  readonly lives: () => boolean
  readonly restart: () => Promise<void>
}): Promise<void> => {
  const deadline = performance.now() + BACK_MS
  while (!(await life.answers())) {
    if (!life.lives()) return life.restart()
    if (performance.now() > deadline) throw new RangeError('PostgreSQL does not come back')
    await new Promise(next => setTimeout(next, 200))
  }
}

const ownerOf = (pid: number): ReturnType<FaultPostgres['owner']> => {
  const { uid, gid } = statSync(`/proc/${pid}`)
  return uid === process.getuid?.() ? undefined : { uid, gid }
}

/** The embedded PostgreSQL, or Debian's 15 when CARILLON_TEST_PG=15. `dataDir`: a directory that the caller removes. */
export const startFaultPostgres = async (dataDir?: string): Promise<FaultPostgres> => {
  const place = dataDir ?? (await temporaryDirectory())
  const native = process.env['CARILLON_TEST_PG'] === '15' ? { native: DEBIAN_15 } : {}
  const port = await freePort()
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: place, log: silentLog, port, ...native })
  let server = await start()
  const run = (statement: string): Promise<void> => runAt(addressOf(server, 'postgres'), statement)
  const restart = async (): Promise<void> => {
    server = await start()
  }
  const forget = onEmergency(() => signal(server.pid, 'SIGQUIT'))
  const answers = (): Promise<boolean> =>
    run('select 1').then(
      () => true,
      () => false,
    )
  return {
    run,
    bringBack: () => untilBack({ answers, lives: () => isAlive(server.pid), restart }),
    owner: () => ownerOf(server.pid),
    createDatabase: async tablespace => {
      const name = `fault_${randomUUID().replaceAll('-', '')}`
      await run(`create database ${name}${tablespace === undefined ? '' : ` tablespace ${tablespace}`}`)
      return addressOf(server, name)
    },
    dropDatabase: url => run(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`),
    kill: async () => {
      process.kill(server.pid, 'SIGKILL')
      await untilGone(server.pid, GONE_MS)
    },
    restart,
    stop: async () => {
      await server.stop()
      forget()
      if (dataDir === undefined) await removeDirectory(place)
    },
  }
}
