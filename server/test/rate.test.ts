/** A campaign's rate with three worker processes, seen where it counts: at the mail server. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runPerson, runTargetOf } from '../fault/callers.ts'
import type { SinkRecord } from '../fault/mischief.ts'
import { createCampaign, type Product, startProduct, untilSettled } from '../fault/product.ts'
import { startSmtpSink } from '../fault/smtp-sink.ts'
import { addToRun, beginRun } from '../src/campaigns/run.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { removeDirectory, temporaryDirectory } from './carillon.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

const RATE = 100
const PEOPLE = 500
/** Between the moment a worker begins and the moment a sink notes down lies what the machine does meanwhile. */
const JITTER_MS = 50

let test: TestDatabase
let sink: SinkRecord
let product: Product
let dataDir = ''

beforeEach(async () => {
  test = await createTestDatabase()
  sink = await startSmtpSink({})
  dataDir = await temporaryDirectory()
  product = await startProduct({ dataDir, databaseUrl: test.url, workers: 3, built: false })
})
afterEach(async () => {
  if (product.alive()) await product.killAll()
  await sink.close()
  await removeDirectory(dataDir)
  await test.drop()
})

/** The most arrivals within any stretch of `ms`. */
const mostWithin = (times: readonly number[], ms: number): number => {
  let [most, from] = [0, 0]
  for (const [index, time] of times.entries()) {
    while (time - (times[from] ?? time) > ms) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}

it('is kept by three workers together: over any three seconds never five per cent more', async () => {
  const campaignId = await createCampaign(product.target(), sink.port)
  await product.db.query(
    `update campaign_version set properties = properties || jsonb_build_object('ratePerSecond', $2::int)
     where campaign_id = $1`,
    [campaignId, RATE],
  )
  const executionId = uuidv7(Date.now())
  const now = new Date()
  const target = await runTargetOf(product.db, campaignId)
  await beginRun(product.db, { ...target, campaignId, executionId, requestId: null, createdBy: 'test', now })
  const people = Array.from({ length: PEOPLE }, (_, position) => runPerson(executionId, position))
  await addToRun(product.db, { executionId, people, expiresAt: null, now, shard: 9 })
  expect(await untilSettled(product.db, 60_000)).toEqual([])
  const times = [...sink.deliveries.values()].flat().sort((a, b) => a - b)
  expect(times).toHaveLength(PEOPLE)
  const allowed = RATE * (3 + JITTER_MS / 1_000) * 1.05
  expect(mostWithin(times, 3_000)).toBeLessThanOrEqual(allowed)
  const tries = await product.db.query<{ workers: number }>(
    `select count(distinct shard)::int as workers from tally where state = 'sent'`,
  )
  expect(tries.rows[0]?.workers, 'workers that took part').toBeGreaterThan(1)
}, 120_000)
