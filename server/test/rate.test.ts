/** A campaign's rate with three worker processes, seen where it counts: at the mail server. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runPerson, runTargetOf } from '../fault/callers.ts'
import type { SinkRecord } from '../fault/mischief.ts'
import { createCampaign, type Product, startProduct, untilSettled } from '../fault/product.ts'
import { startSmtpSink } from '../fault/smtp-sink.ts'
import { addToRun, beginRun } from '../src/campaigns/run.ts'
import { LATE_MS as MOST_LATE_MS } from '../src/delivery/lines.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { mostWithin, removeDirectory, temporaryDirectory } from './carillon.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

const RATE = 100
const PEOPLE = 500
/** What one worker is late against the others at most when nothing stumbles, and what a hand-over takes to the server. */
const [LATE_MS, ARRIVAL_MS] = [250, 150]
const MOST_RUNS = 4

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

interface Run {
  /** When each message was handed over and when it came to the mail server, ms since 1970, in order. */
  readonly handed: readonly number[]
  readonly arrived: readonly number[]
}

const runAtRate = async (campaignId: string, shard: number): Promise<Run> => {
  const executionId = uuidv7(Date.now())
  const now = new Date()
  const target = await runTargetOf(product.db, campaignId)
  await beginRun(product.db, { ...target, campaignId, executionId, requestId: null, createdBy: 'test', now })
  const people = Array.from({ length: PEOPLE }, (_, position) => runPerson(executionId, position))
  await addToRun(product.db, { executionId, people, expiresAt: null, now, shard })
  expect(await untilSettled(product.db, 60_000)).toEqual([])
  const { rows } = await product.db.query<{ ms: number }>(
    `select (extract(epoch from a.started_at) * 1000)::float8 as ms
     from attempt a join message m on m.id = a.message_id where m.execution_id = $1 order by 1`,
    [executionId],
  )
  const arrived = [...sink.deliveries.values()].flat().filter(ms => ms >= now.getTime())
  return { handed: rows.map(row => row.ms), arrived: arrived.sort((a, b) => a - b) }
}

/** Whether a run kept the rate, were its workers late against each other by at most `lateMs`. */
const isKept = ({ handed, arrived }: Run, lateMs: number): boolean =>
  (handed.at(-1) ?? 0) - (handed[0] ?? 0) > ((PEOPLE - 1) * 1_000) / RATE / 1.05 - lateMs &&
  mostWithin(handed, 3_000) <= 1.05 * RATE * (3 + lateMs / 1_000) &&
  mostWithin(arrived, 3_000) <= 1.05 * RATE * (3 + (lateMs + ARRIVAL_MS) / 1_000)

it('is kept by three workers together: never five per cent more than it, as far as none is late', async () => {
  const campaignId = await createCampaign(product.target(), sink.port)
  await product.db.query(
    `update campaign_version set properties = properties || jsonb_build_object('ratePerSecond', $2::int)
     where campaign_id = $1`,
    [campaignId, RATE],
  )
  const runs: Run[] = []
  // A machine that stumbles makes a worker late in one run; a rate that is not kept shows in each.
  while (runs.length < MOST_RUNS && !runs.some(run => isKept(run, LATE_MS))) {
    const run = await runAtRate(campaignId, runs.length + 9)
    expect([run.handed.length, run.arrived.length]).toEqual([PEOPLE, PEOPLE])
    expect(isKept(run, MOST_LATE_MS), 'kept up to what a stall is caught up with').toBe(true)
    runs.push(run)
  }
  const within = runs.map(run => [mostWithin(run.handed, 3_000), mostWithin(run.arrived, 3_000)])
  expect(
    runs.some(run => isKept(run, LATE_MS)),
    `most in 3 s: ${JSON.stringify(within)}`,
  ).toBe(true)
  const tries = await product.db.query<{ workers: number }>(
    `select count(distinct shard)::int as workers from tally where state = 'sent'`,
  )
  expect(tries.rows[0]?.workers, 'workers that took part').toBeGreaterThan(1)
}, 240_000)
