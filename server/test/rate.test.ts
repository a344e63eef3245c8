/** A campaign's rate with three worker processes, seen where it counts: at the mail server. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runPerson, runTargetOf } from '../fault/callers.ts'
import type { SinkRecord } from '../fault/mischief.ts'
import { createCampaign, type Product, startProduct, untilSettled } from '../fault/product.ts'
import { startSmtpSink } from '../fault/smtp-sink.ts'
import { addToRun, beginRun } from '../src/campaigns/run.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { mostWithin, removeDirectory, temporaryDirectory } from './carillon.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

const RATE = 100
const PEOPLE = 500
/** What one worker may be late against the others, and what may lie between a hand-over and its note at the server. */
const [LATE_MS, ARRIVAL_MS] = [250, 400]

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

it('is kept by three workers together: never five per cent more than it, as far as none is late', async () => {
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
  const { rows } = await product.db.query<{ ms: number }>(
    `select (extract(epoch from started_at) * 1000)::float8 as ms from attempt order by 1`,
  )
  const handed = rows.map(row => row.ms)
  expect((handed.at(-1) ?? 0) - (handed[0] ?? 0)).toBeGreaterThan(
    ((PEOPLE - 1) * 1_000) / RATE / 1.05 - LATE_MS,
  )
  expect(mostWithin(handed, 3_000)).toBeLessThanOrEqual(1.05 * RATE * (3 + LATE_MS / 1_000))
  expect(mostWithin(times, 3_000)).toBeLessThanOrEqual(1.05 * RATE * (3 + ARRIVAL_MS / 1_000))
  const tries = await product.db.query<{ workers: number }>(
    `select count(distinct shard)::int as workers from tally where state = 'sent'`,
  )
  expect(tries.rows[0]?.workers, 'workers that took part').toBeGreaterThan(1)
}, 120_000)
