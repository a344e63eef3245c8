import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeDirectory, temporaryDirectory } from '../../../test/carillon.ts'
import { type Log, silentLog } from '../../lib/log.ts'
import { findBinaries, repairLinks } from './binaries.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './launcher.ts'
import { lockDataDir } from './lock.ts'
import { isAlive } from './processes.ts'

const isRoot = process.getuid?.() === 0
let dataDir = ''
let running: EmbeddedPostgres[] = []
let said: string[] = []
const log: Log = {
  ...silentLog,
  warn: (_facts, text) => void said.push(text),
  info: (_facts, text) => void said.push(text),
}

const start = async (native?: string): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbeddedPostgres({ dataDir, log, ...(native === undefined ? {} : { native }) })
  running.push(postgres)
  return postgres
}
const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}
const cluster = (): string => join(dataDir, isRoot ? 'db/postgres' : 'postgres')
// The parent dies by kill -9 and leaves its server behind.
const leaveOrphan = async (): Promise<{ pid: number; url: string }> => {
  const script = `import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'launcher.ts'))}
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const { pid, url } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log })
    console.log(JSON.stringify({ pid, url })); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  return JSON.parse(line.toString())
}

beforeEach(async () => {
  dataDir = await temporaryDirectory()
  said = []
})
afterEach(async () => {
  for (const postgres of running) await postgres.stop()
  running = []
  await removeDirectory(dataDir)
})

describe('the embedded PostgreSQL', () => {
  it('starts on an empty directory, keeps its data over a restart, and is gone after the stop', async () => {
    const first = await start()
    await query(first.url, 'create table kept as select 42 as answer')
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)
    const second = await start()
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    expect(
      await query(
        second.url,
        `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
      ),
    ).toEqual([{ fsync: 'on', commit: 'on' }])
  })

  it('ends the orphan that a kill -9 left, and has its data', async () => {
    const orphan = await leaveOrphan()
    expect(isAlive(orphan.pid)).toBe(true)
    await query(orphan.url, 'create table kept as select 7 as answer')
    const next = await start()
    expect(next.adopted).toBe(true)
    expect(isAlive(orphan.pid)).toBe(false)
    expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 7 }])
  })

  it.skipIf(process.platform !== 'linux')(
    'ends a child that outlived the server and does not end by itself',
    async () => {
      const { url, pid } = await start()
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => undefined)
      await client.connect()
      await client.query('create table kept as select 3 as answer')
      const { rows } = await client.query<{ child: number }>('select pg_backend_pid() as child')
      const child = rows[0]?.child ?? 0
      process.kill(child, 'SIGSTOP')
      process.kill(pid, 'SIGKILL')
      const next = await start()
      expect([next.adopted, isAlive(child)]).toEqual([false, false])
      expect(said.join()).toContain(String(child))
      expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 3 }])
    },
  )

  it.each([
    ['of a dead process', 4_000_000],
    ['of a living process that is no database of ours', process.pid],
  ])('is not stopped by a postmaster.pid %s', async (_whose, pid) => {
    await (await start()).stop()
    writeFileSync(join(cluster(), 'postmaster.pid'), `${pid}\n${cluster()}\n1\n5432\n\n127.0.0.1\n`)
    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  it('refuses a cluster of another major version and says how to move it', async () => {
    await (await start()).stop()
    writeFileSync(join(cluster(), 'PG_VERSION'), '17\n')
    await expect(start()).rejects.toMatchObject({
      code: 'other_major',
      hint: expect.stringContaining('carillon backup'),
    })
  })

  it('says how to set DATABASE_URL where there are no binaries', () => {
    expect(() => findBinaries('sunos', 'x64')).toThrowError(
      expect.objectContaining({
        code: 'no_binary',
        hint: expect.stringContaining('DATABASE_URL=postgres://'),
      }),
    )
  })

  it('makes the library links that an install without scripts left out', async () => {
    const native = join(dataDir, 'package', 'native')
    mkdirSync(dirname(native))
    cpSync(findBinaries(), native, { recursive: true, verbatimSymlinks: true })
    const lib = join(native, 'lib')
    for (const name of readdirSync(lib))
      if (lstatSync(join(lib, name)).isSymbolicLink()) rmSync(join(lib, name))
    expect(await query((await start(native)).url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(said.join()).toContain('library links')
    expect(repairLinks(native)).toBe(0)
  })

  it('as root, below a folder that only root can enter, lies under /var/lib/carillon and says so', async () => {
    if (!isRoot) return expect(existsSync('/var/lib/carillon/never')).toBe(false)
    chmodSync(dataDir, 0o700)
    const postgres = await start()
    const [row] = (await query(postgres.url, 'show data_directory')) as [{ data_directory: string }]
    expect(row.data_directory).toMatch(/^\/var\/lib\/carillon\/[0-9a-f]{16}\/db\/postgres$/)
    expect(said.join()).toContain('/var/lib/carillon/')
    await postgres.stop()
    running = []
    await removeDirectory(row.data_directory.replace(/\/db\/postgres$/, ''))
  })

  it('runs as an ordinary user', async () => {
    const own = join(dataDir, 'own')
    mkdirSync(own)
    const script = `import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'launcher.ts'))}
      const log = { debug() {}, info() {}, warn() {}, error() {} }
      const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(own)}, log })
      await postgres.stop(); console.log('ran as ' + process.getuid())`
    const user = isRoot ? { uid: 65_534, gid: 65_534 } : {}
    if (isRoot) chownSync(own, 65_534, 65_534)
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      ...user,
      env: { ...process.env, HOME: own, TMPDIR: own },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    expect(line.toString()).toContain(`ran as ${isRoot ? 65_534 : process.getuid?.()}`)
  })
})

describe('the lock of a data directory', () => {
  it('is held by one, and names the holder to the others', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDir(dataDir)))
    const held = attempts.filter(attempt => attempt.status === 'fulfilled')
    expect(held).toHaveLength(1)
    await expect(lockDataDir(dataDir)).rejects.toMatchObject({
      code: 'already_running',
      message: expect.stringContaining(`process ${process.pid}`),
    })
    await (held[0] as PromiseFulfilledResult<{ release(): Promise<void> }>).value.release()
    await (await lockDataDir(dataDir)).release()
  })

  it.each([
    ['a dead process', { pid: 4_000_000, life: '1' }],
    ['an earlier life of a reused process id', { pid: process.pid, life: 'another' }],
  ])('of %s is taken over', async (_whose, holder) => {
    writeFileSync(join(dataDir, 'carillon.pid'), JSON.stringify(holder))
    const lock = await lockDataDir(dataDir)
    expect(JSON.parse(readFileSync(join(dataDir, 'carillon.pid'), 'utf8')).pid).toBe(process.pid)
    await lock.release()
  })
})
