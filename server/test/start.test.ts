/** The program as a person starts it: the greeting, the printed curl, Ctrl-C, the second start, the crash. */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  callApi,
  createCaller,
  eventually,
  programOf,
  type RunningCarillon,
  removeDirectory,
  startCarillon,
  temporaryDirectory,
} from './carillon.ts'
import { createTestDatabase } from './database.ts'

const PROGRAM = programOf()
const run = promisify(execFile)
let dataDir = ''
let running: RunningCarillon[] = []

const start = async (env: Record<string, string> = {}): Promise<RunningCarillon> => {
  const carillon = await startCarillon({ dataDir, env })
  running.push(carillon)
  return carillon
}
const stop = async (carillon: RunningCarillon): Promise<number | null> => {
  running = running.filter(one => one !== carillon)
  return carillon.stop()
}
const cli = (...args: string[]): Promise<{ stdout: string }> =>
  run(process.execPath, [...PROGRAM, ...args], {
    env: { ...process.env, CARILLON_DATA_DIR: dataDir },
  })
const printedCurl = (carillon: RunningCarillon): string => {
  const text = carillon.output()
  const from = text.indexOf('curl -X POST')
  return text.slice(from, text.indexOf("}'\n", from) + 3)
}

beforeEach(async () => {
  dataDir = await temporaryDirectory()
})
afterEach(async () => {
  for (const carillon of running) await carillon.killAll()
  running = []
  await removeDirectory(dataDir)
})

describe('a start', () => {
  it('prints a curl whose mail is in the inbox within 2 s, stops with 0, and starts again with all of it', async () => {
    const carillon = await start()
    await eventually('the greeting', () => carillon.output().includes('Ctrl-C stops'))
    expect(carillon.output()).toMatch(/login\?token=cln_/)
    const { stdout } = await run('bash', ['-c', printedCurl(carillon)])
    expect(JSON.parse(stdout).executionId).toMatch(/^UMA-/)
    const at = { url: carillon.url, caller: await createCaller(carillon.db) }
    type Inbox = { items: { subject: string; messageId: string }[] }
    const [mail] = await eventually(
      'the mail',
      async () => {
        const { items } = await callApi<Inbox>(at, 'GET /inbox')
        return items.length > 0 && items
      },
      2_000,
    )
    expect(mail?.subject).toBe('Your order A-1001 is confirmed')
    await eventually(
      'the record',
      async () => (await callApi<{ state: string }>(at, `GET /messages/${mail?.messageId}`)).state === 'sent',
    )
    expect(await stop(carillon)).toBe(0)
    const again = await start()
    expect((await callApi<Inbox>({ ...at, url: again.url }, 'GET /inbox')).items).toHaveLength(1)
    expect(await stop(again)).toBe(0)
  })

  it('on a data directory in use is refused, naming the process; the command line works beside it', async () => {
    const carillon = await start()
    const second = spawnSync(process.execPath, [...PROGRAM, 'start'], {
      env: { ...process.env, CARILLON_DATA_DIR: dataDir, CARILLON_PORT: '0' },
    })
    expect(second.status).toBe(1)
    expect(second.stderr.toString()).toContain(`process ${carillon.pid}`)
    const made = JSON.parse(
      (await cli('client', 'create', '--name', 'shop', '--sandbox', 'dev', '--json')).stdout,
    )
    expect(made).toEqual({
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      token: expect.any(String),
      organization: expect.stringContaining('@'),
      sandboxes: ['dev'],
    })
    expect((await cli('link')).stdout).toContain(`${carillon.url}/login?token=`)
    expect(await stop(carillon)).toBe(0)
    expect(
      JSON.parse((await cli('client', 'list', '--json')).stdout).items.map(
        (one: { name: string }) => one.name,
      ),
    ).toContain('shop')
  })

  it('after a kill -9 of the program alone takes over its database and its work', async () => {
    const carillon = await start()
    process.kill(carillon.pid, 'SIGKILL')
    await eventually('its workers to notice', () => carillon.workerPids().length === 0)
    const next = await start()
    expect((await fetch(`${next.url}/readyz`)).status).toBe(200)
    expect(await stop(next)).toBe(0)
    running = []
  })

  it('with DATABASE_URL uses that server, and with the role api alone starts no worker', async () => {
    const database = await createTestDatabase({ empty: true })
    try {
      const carillon = await start({ DATABASE_URL: database.url, CARILLON_ROLES: 'api' })
      expect((await database.db.query('select 1 from sandbox')).rowCount).toBe(2)
      expect(carillon.workerPids()).toEqual([])
      expect((await fetch(carillon.url, { headers: { accept: 'text/html' } })).status).toBe(404)
      expect(await stop(carillon)).toBe(0)
    } finally {
      await database.drop()
    }
  })

  it('of which one part cannot start leaves nothing behind: it ends, with its workers and its database', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const child = spawn(process.execPath, [...PROGRAM, 'start'], {
      env: { ...process.env, CARILLON_DATA_DIR: dataDir, CARILLON_PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let told = ''
    child.stderr.on('data', chunk => {
      told += chunk
    })
    try {
      await eventually('its end', () => child.exitCode !== null, 60_000)
      expect(child.exitCode).not.toBe(0)
      expect(told).toContain('EADDRINUSE')
    } finally {
      child.kill('SIGKILL')
      taken.close()
    }
    // The directory and the database are free for the next start.
    expect(await stop(await start())).toBe(0)
  })

  it('is refused for a setting that does not exist, listing those that do', () => {
    const wrong = spawnSync(process.execPath, [...PROGRAM, 'start'], {
      env: { ...process.env, CARILLON_PROT: '1' },
    })
    expect(wrong.status).toBe(2)
    expect(wrong.stderr.toString()).toMatch(/CARILLON_PROT[\s\S]*CARILLON_PORT/)
  })
})
