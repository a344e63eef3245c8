/** The fault kit, short: two seeds with a misbehaving mail server, and a worker that is frozen past its lease. */
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { audit } from '../fault/audit.ts'
import { runPerson, runTargetOf } from '../fault/callers.ts'
import type { SinkRecord } from '../fault/mischief.ts'
import { createCampaign, type Product, startProduct, untilSettled } from '../fault/product.ts'
import { startSmtpSink } from '../fault/smtp-sink.ts'
import { runTrial } from '../fault/trial.ts'
import { addToRun, beginRun } from '../src/campaigns/run.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { eventually, removeDirectory, temporaryDirectory } from './carillon.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

let test: TestDatabase
beforeEach(async () => {
  test = await createTestDatabase()
})
afterEach(() => test.drop())

describe('a misbehaving mail server and killed workers', () => {
  for (const seed of [1, 2])
    it(`lose nothing, repeat nothing and miscount nothing (seed ${seed})`, async () => {
      const result = await runTrial({
        databaseUrl: test.url,
        seed,
        seconds: 4,
        events: ['worker-kill', 'drain'],
        sink: true,
        built: false,
        runPeople: 300,
        settleMs: 60_000,
      })
      expect(result.problems).toEqual([])
      expect(result.found.sent).toBeGreaterThan(0)
      expect(result.misdeeds.size).toBeGreaterThan(0)
      expect(result.samples.taken).toBeGreaterThan(0)
      expect(result.struck.victims).toBeGreaterThan(0)
    }, 120_000)
})

describe('a worker frozen past its lease', () => {
  const PEOPLE = 400
  let sink: SinkRecord
  let product: Product
  let dataDir = ''

  beforeEach(async () => {
    // Slow enough that much is claimed and little is sent when the worker freezes.
    sink = await startSmtpSink({ latencyMs: 150 })
    dataDir = await temporaryDirectory()
    product = await startProduct({ dataDir, databaseUrl: test.url, workers: 2, built: false })
  })
  afterEach(async () => {
    if (product.alive()) await product.killAll()
    await sink.close()
    await removeDirectory(dataDir)
  })

  const addRun = async (): Promise<{ executionId: string; userIds: string[] }> => {
    const campaignId = await createCampaign(product.target(), sink.port)
    const { sandboxId, versionId } = await runTargetOf(product.db, campaignId)
    const executionId = uuidv7(Date.now())
    const now = new Date()
    const start = { executionId, sandboxId, campaignId, versionId, requestId: null, createdBy: 'test', now }
    await beginRun(product.db, start)
    const people = Array.from({ length: PEOPLE }, (_, position) => runPerson(executionId, position))
    await addToRun(product.db, { executionId, people, expiresAt: null, now, shard: 990 })
    return { executionId, userIds: people.map(person => person.recipient.userId) }
  }
  const epochs = async (db: pg.Pool): Promise<Map<string, number>> => {
    const { rows } = await db.query<{ id: string; epoch: number }>('select id, epoch from worker')
    return new Map(rows.map(row => [row.id, row.epoch]))
  }
  const inHands = async (
    db: pg.Pool,
  ): Promise<{ worker_id: string; message_id: string; state: string }[]> => {
    const { rows } = await db.query(
      `select worker_id, message_id, state from delivery where state in ('claimed', 'handing_over')`,
    )
    return rows
  }
  const bothHoldMuch = async (): Promise<boolean> => {
    const rows = (await inHands(product.db)).filter(row => row.state === 'claimed')
    const workers = new Set(rows.map(row => row.worker_id))
    return [...workers].filter(id => rows.filter(row => row.worker_id === id).length >= 40).length === 2
  }

  it('and woken sends nothing that another has taken over', async () => {
    const { db } = product
    const run = await addRun()
    await eventually('both workers to hold claims', bothHoldMuch)
    const before = await epochs(db)
    const [frozen = 0] = product.workerPids()
    process.kill(frozen, 'SIGSTOP')
    const held = new Map<string, { worker: string; state: string }>()
    const fenced = await eventually(
      'the other to take over',
      async () => {
        const now = await epochs(db)
        const id = [...now.keys()].find(worker => now.get(worker) !== before.get(worker))
        if (id === undefined)
          for (const row of await inHands(db))
            held.set(row.message_id, { worker: row.worker_id, state: row.state })
        return id
      },
      60_000,
    )
    process.kill(frozen, 'SIGCONT')
    expect(await untilSettled(db, 60_000)).toEqual([])
    const found = await audit(db, {
      accepted: new Map([['run', run]]),
      deliveries: sink.deliveries,
    })
    expect(found.problems).toEqual([])
    const claimed = [...held].filter(([, { worker, state }]) => worker === fenced && state === 'claimed')
    expect(claimed.length).toBeGreaterThan(0)
    const { rows } = await db.query<{ state: string; attempts: number }>(
      `select d.state, (select count(*)::int from attempt a where a.message_id = d.message_id) as attempts
       from delivery d where d.message_id = any($1::uuid[])`,
      [claimed.map(([id]) => id)],
    )
    expect(new Set(rows.map(row => row.state))).toEqual(new Set(['sent']))
    for (const [id] of claimed) expect(sink.deliveries.get(id)?.length, id).toBe(1)
    expect(await product.stop()).toBe(0)
  }, 150_000)
})
