/** Fault tests of delivery: processes are killed at random moments under load, and the ledger is audited against the sink. */
import { afterEach, describe, expect, it } from 'vitest'
import { audit } from '../fault/audit.ts'
import { startLoad } from '../fault/callers.ts'
import type { SinkRecord } from '../fault/mischief.ts'
import { createCampaign, untilSettled } from '../fault/product.ts'
import { createRandom } from '../fault/random.ts'
import { startSmtpSink } from '../fault/smtp-sink.ts'
import { WINDOW } from '../src/roles/start.ts'
import {
  createCaller,
  eventually,
  type RunningCarillon,
  removeDirectory,
  startCarillon,
  temporaryDirectory,
} from './carillon.ts'
import { createTestDatabase } from './database.ts'

const KILLS = 10
const SETTLE_MS = 60_000

interface Field {
  readonly sink: SinkRecord
  readonly dataDir: string
  readonly env: Record<string, string>
}

let close: (() => Promise<void>) | undefined
afterEach(async () => {
  await close?.()
  close = undefined
})

const prepareField = async (ownServer: boolean): Promise<Field> => {
  const sink = await startSmtpSink()
  const dataDir = await temporaryDirectory()
  const database = ownServer ? undefined : await createTestDatabase()
  close = async () => {
    await sink.close()
    await database?.drop()
    await removeDirectory(dataDir)
  }
  const env = { CARILLON_WORKERS: '2', ...(database === undefined ? {} : { DATABASE_URL: database.url }) }
  return { sink, dataDir, env }
}

const begin = async (field: Field, carillon: RunningCarillon) => {
  const caller = await createCaller(carillon.db)
  const campaignId = await createCampaign({ url: carillon.url, caller }, field.sink.port)
  let { url } = carillon
  const load = startLoad({
    target: () => ({ url, caller }),
    db: carillon.db,
    campaignId,
    random: createRandom(1),
    callers: 8,
    runPeople: 0,
  })
  return {
    moveTo: (next: RunningCarillon) => {
      url = next.url
    },
    end: async (last: RunningCarillon) => {
      expect(await load.stop(SETTLE_MS)).toEqual([])
      expect(await untilSettled(last.db, SETTLE_MS)).toEqual([])
      const found = await audit(last.db, { accepted: load.accepted, deliveries: field.sink.deliveries })
      expect(found.problems).toEqual([])
      expect(found.sent).toBeGreaterThan(0)
      expect(await last.stop()).toBe(0)
      return found
    },
  }
}

const randomMoment = (): Promise<void> => new Promise(next => setTimeout(next, 50 + Math.random() * 250))

describe('kill -9', () => {
  it('of a worker, ten times under load, loses nothing and repeats nothing', async () => {
    const field = await prepareField(false)
    const carillon = await startCarillon(field)
    const load = await begin(field, carillon)
    for (let kill = 0; kill < KILLS; kill++) {
      await randomMoment()
      const victim = await eventually('a worker', () => carillon.workerPids()[0])
      process.kill(victim, 'SIGKILL')
      await eventually(
        'its replacement',
        () => carillon.workerPids().length === 2 && !carillon.workerPids().includes(victim),
      )
    }
    expect((await load.end(carillon)).unknown).toBeLessThanOrEqual(WINDOW * KILLS)
  }, 180_000)

  it('of everything, the database included, ten times under load, loses nothing and repeats nothing', async () => {
    const field = await prepareField(true)
    let carillon = await startCarillon(field)
    const load = await begin(field, carillon)
    for (let kill = 0; kill < KILLS; kill++) {
      await randomMoment()
      await carillon.killAll()
      carillon = await startCarillon(field)
      load.moveTo(carillon)
    }
    expect((await load.end(carillon)).unknown).toBeLessThanOrEqual(WINDOW * 2 * KILLS)
  }, 240_000)
})
