/** The helper of docs/testing.md against a real instance: the file itself, and the example that the page shows. */
import { execFile } from 'node:child_process'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Caller,
  callApi,
  createCaller,
  type RunningCarillon,
  removeDirectory,
  startCarillon,
  temporaryDirectory,
} from './carillon.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

const DOCS = resolve(import.meta.dirname, '../../docs')
const HELPER = join(DOCS, 'testing/carillon-test.mjs')

interface Mail {
  readonly subject: string
  readonly html: string
  readonly recipient: string
  readonly executionId: string
}
interface Helper {
  connect(connection: object): {
    trigger(call: object): Promise<string>
    mailOf(executionId: string, patience?: object): Promise<Mail>
    outcome(executionId: string, options?: object): Promise<{ state: string; reason: string | null }>
    expectMail(call: object): Promise<Mail>
    expectNoMail(call: object): Promise<{ state: string; reason: string | null }>
    readonly clock: {
      start(): Promise<unknown>
      stop(): Promise<{ moved: number }>
      now(): Promise<Date>
      advance(step: string | number | Date): Promise<Date>
    }
  }
  seconds(span: string | number): number
}

let directory: string
let database: TestDatabase
let carillon: RunningCarillon
let caller: Caller
let helper: Helper
let at: ReturnType<Helper['connect']>

beforeAll(async () => {
  directory = await temporaryDirectory()
  database = await createTestDatabase()
  carillon = await startCarillon({
    dataDir: directory,
    env: { CARILLON_WORKERS: '2', DATABASE_URL: database.url },
  })
  caller = await createCaller(carillon.db)
  helper = (await import(pathToFileURL(HELPER).href)) as Helper
  at = helper.connect({ base: carillon.url, ...caller })
})
afterAll(async () => {
  await carillon.stop()
  await database.drop()
  await removeDirectory(directory)
})

const createCampaign = async (more: object = {}): Promise<string> => {
  const api = { url: carillon.url, caller }
  const content = {
    subject: 'Order {{context.n}}',
    html: '<p>{%= formatDate(getCurrentZonedDateTime(), "yyyy-MM-dd") %}</p>',
    text: null,
  }
  const { id } = await callApi<{ id: string }>(api, 'POST /campaigns', { name: 'Order', content, ...more })
  await callApi(api, `POST /campaigns/${id}/activate`)
  return id
}
const person = { recipient: 'ada@example.com', context: { n: '7' } }

describe('the helper for tests', () => {
  it('finds the mail of its own call among others', async () => {
    const campaignId = await createCampaign()
    const mails = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        at.expectMail({ campaignId, ...person, context: { n: String(n) } }),
      ),
    )
    expect(mails.map(mail => mail.subject)).toEqual([0, 1, 2, 3, 4].map(n => `Order ${n}`))
    expect(new Set(mails.map(mail => mail.executionId)).size).toBe(5)
  })

  it('says why there is no mail, and refuses when there is one', async () => {
    const campaignId = await createCampaign()
    const nobody = { campaignId, recipient: { type: 'external', userId: 'customer-7', namespace: 'crm' } }
    await expect(at.expectMail(nobody)).rejects.toThrow(/excluded \(email_no_address: No email address/)
    await expect(at.expectNoMail({ campaignId, ...person })).rejects.toThrow('is sent')
    await expect(at.expectMail({ campaignId: 'none', ...person })).rejects.toMatchObject({
      code: 'campaign_unknown',
      status: 400,
    })
  })

  it('moves time for all processes: what waits is sent at once, with the date of the sandbox', async () => {
    const campaignId = await createCampaign({ messageExpirySeconds: 40 * 86_400 })
    const stop = async (lifted: boolean) =>
      lifted
        ? carillon.db.query(`update hold set lifted_at = '2026-01-01'`)
        : carillon.db.query(
            `insert into hold (id, sandbox_id, kind, scope, scope_id, detail, created_at, created_by)
             select gen_random_uuid(), id, 'stop', 'sandbox', id, '', '2026-01-01', 'test' from sandbox where name = 'dev'`,
          )
    await stop(false)
    const execution = await at.trigger({ campaignId, ...person })
    await expect(at.mailOf(execution, { withinMs: 300 })).rejects.toThrow(
      /After 300 ms .* is (ready|claimed|held)/,
    )
    // A month away, as a retry or a schedule would be.
    await carillon.db.query(
      `update delivery set state = 'ready', worker_id = null, due_at = due_at + interval '30 days' where state <> 'sent'
       and execution_id in (select id from execution where campaign_id = $1)`,
      [campaignId],
    )
    await stop(true)
    await at.clock.start()
    const now = await at.clock.advance('30d')
    expect(now.getTime() - Date.now()).toBeGreaterThan(30 * 86_400_000 - 60_000)
    const mail = await at.mailOf(execution)
    expect(mail.html).toContain(now.toISOString().slice(0, 10))
    const later = new Date(now.getTime() + 3_600_000)
    expect((await at.clock.advance(later)).getTime()).toBeGreaterThanOrEqual(later.getTime())
    await at.clock.stop()
    expect(Math.abs((await at.clock.now()).getTime() - Date.now())).toBeLessThan(5_000)
  })

  it('reads spans of time, and refuses what is none', () => {
    expect(['90s', '1.5m', '2h', '3d', 7].map(helper.seconds)).toEqual([90, 90, 7_200, 259_200, 7])
    expect(() => helper.seconds('2 hours')).toThrow(TypeError)
  })
})

describe('docs/testing.md', () => {
  it('its example passes as it stands there', async () => {
    const page = await readFile(join(DOCS, 'testing.md'), 'utf8')
    const example = /<!-- example: carillon\.test\.mjs -->\s+```js\n([\s\S]+?)```/.exec(page)?.[1]
    const folder = await temporaryDirectory()
    try {
      await writeFile(join(folder, 'carillon.test.mjs'), example ?? '')
      await writeFile(join(folder, 'carillon-client.json'), JSON.stringify(caller))
      await copyFile(HELPER, join(folder, 'carillon-test.mjs'))
      const { NODE_OPTIONS: _, ...env } = process.env
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--test', '--test-reporter=tap', 'carillon.test.mjs'],
        { cwd: folder, env: { ...env, CARILLON_URL_FOR_TESTS: carillon.url } },
      )
      expect(stdout).toMatch(/^# pass 3$/m)
      expect(stdout).toMatch(/^# fail 0$/m)
    } finally {
      await removeDirectory(folder)
    }
  })
})
