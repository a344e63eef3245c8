/** Fault tests of delivery: processes are killed at random moments under load, and the ledger is audited against the sink. */
import { afterEach, describe, expect, it } from 'vitest'
import { audit } from './audit.ts'
import { type AuditSink, startAuditSink } from './audit-sink.ts'
import {
  type Caller,
  callApi,
  createCaller,
  eventually,
  type RunningCarillon,
  removeDirectory,
  startCarillon,
  temporaryDirectory,
  trigger,
} from './carillon.ts'
import { createTestDatabase } from './database.ts'

const WINDOW = 128
const KILLS = 10
const CALLERS = 8

interface Field {
  readonly sink: AuditSink
  readonly dataDir: string
  readonly env: Record<string, string>
  readonly close: () => Promise<void>
}

let close: (() => Promise<void>) | undefined
afterEach(async () => {
  await close?.()
  close = undefined
})

const prepareField = async (ownServer: boolean): Promise<Field> => {
  const sink = await startAuditSink()
  const dataDir = await temporaryDirectory()
  const database = ownServer ? undefined : await createTestDatabase()
  close = async () => {
    await sink.close()
    await database?.drop()
    await removeDirectory(dataDir)
  }
  return {
    sink,
    dataDir,
    close,
    env: { CARILLON_WORKERS: '2', ...(database === undefined ? {} : { DATABASE_URL: database.url }) },
  }
}

const createCampaign = async (at: { url: string; caller: Caller }, sinkPort: number): Promise<string> => {
  const transport = await callApi<{ id: string }>(at, 'POST /transports', {
    name: 'audit',
    smtp: { host: '127.0.0.1', port: sinkPort, security: 'none', connections: 5 },
  })
  const configuration = await callApi<{ id: string }>(at, 'POST /channel-configurations', {
    name: 'audit',
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
    content: { subject: 'No. {{context.n}}', html: '<p>Hello {{context.n}}</p>', text: null },
  })
  await callApi(at, `POST /campaigns/${campaign.id}/activate`)
  return campaign.id
}

interface Load {
  /** Every call answered 202, by its request id. */
  readonly accepted: ReadonlyMap<string, string>
  stop(): Promise<void>
}

// Each caller repeats a call until it is answered, as a careful client does; `target` may change under it.
const startLoad = (target: () => { url: string; caller: Caller }, campaignId: string): Load => {
  const accepted = new Map<string, string>()
  let running = true
  const call = async (requestId: string): Promise<void> => {
    const recipients = [
      {
        type: 'external',
        userId: `${requestId}@example.test`,
        namespace: 'email',
        context: { n: requestId },
      },
    ]
    for (;;) {
      const answer = await trigger(target(), { requestId, campaignId, recipients }).catch(() => undefined)
      if (answer?.status === 202) {
        accepted.set(requestId, answer.body.executionId)
        return
      }
      await new Promise(next => setTimeout(next, 20))
    }
  }
  const loops = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let n = 0; running; n++) await call(`r-${caller}-${n}`)
  })
  return {
    accepted,
    stop: async () => {
      running = false
      await Promise.all(loops)
    },
  }
}

const randomMoment = (): Promise<void> => new Promise(next => setTimeout(next, 50 + Math.random() * 250))

const waitUntilSettled = (db: RunningCarillon['db']): Promise<boolean> =>
  eventually(
    'every message to settle',
    async () => {
      const { rows } = await db.query<{ n: number }>(
        `select count(*)::int as n from delivery where state in ('ready', 'claimed', 'handing_over', 'held')`,
      )
      return rows[0]?.n === 0
    },
    60_000,
  )

describe('kill -9', () => {
  it('of a worker, ten times under load, loses nothing and repeats nothing', async () => {
    const field = await prepareField(false)
    const carillon = await startCarillon(field)
    const at = { url: carillon.url, caller: await createCaller(carillon.db) }
    const load = startLoad(() => at, await createCampaign(at, field.sink.port))
    for (let kill = 0; kill < KILLS; kill++) {
      await randomMoment()
      const victim = await eventually('a worker', () => carillon.workerPids()[0])
      process.kill(victim, 'SIGKILL')
      await eventually(
        'its replacement',
        () => carillon.workerPids().length === 2 && !carillon.workerPids().includes(victim),
      )
    }
    await load.stop()
    await waitUntilSettled(carillon.db)
    const found = await audit(carillon.db, { accepted: load.accepted, deliveries: field.sink.deliveries })
    expect(found.problems).toEqual([])
    expect(found.unknown).toBeLessThanOrEqual(WINDOW * KILLS)
    expect(found.sent).toBeGreaterThan(0)
    expect(await carillon.stop()).toBe(0)
  }, 180_000)

  it('of everything, the database included, ten times under load, loses nothing and repeats nothing', async () => {
    const field = await prepareField(true)
    let carillon = await startCarillon(field)
    let at = { url: carillon.url, caller: await createCaller(carillon.db) }
    const { caller } = at
    const load = startLoad(() => at, await createCampaign(at, field.sink.port))
    for (let kill = 0; kill < KILLS; kill++) {
      await randomMoment()
      await carillon.killAll()
      carillon = await startCarillon(field)
      at = { url: carillon.url, caller }
    }
    await load.stop()
    await waitUntilSettled(carillon.db)
    const found = await audit(carillon.db, { accepted: load.accepted, deliveries: field.sink.deliveries })
    expect(found.problems).toEqual([])
    expect(found.unknown).toBeLessThanOrEqual(WINDOW * 2 * KILLS)
    expect(found.sent).toBeGreaterThan(0)
    expect(await carillon.stop()).toBe(0)
  }, 240_000)
})
