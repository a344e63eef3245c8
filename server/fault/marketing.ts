/**
 * The load tool: a marketing run of any number of made-up people on a running instance, through the accept function
 * that audience runs use. One chunk is in memory at a time.
 */
import type pg from 'pg'
import { addToRun, beginRun, MOST_IN_CHUNK } from '../src/campaigns/run.ts'
import { createPool } from '../src/db/pool.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { readServerFile } from '../src/lib/server-file.ts'
import { toExecutionId } from '../src/messages/execution-id.ts'
import { runPerson, runTargetOf } from './callers.ts'

/** What is asked for. Without `campaignId` the live campaign that was made last is taken. */
export interface MarketingOptions {
  readonly dataDir: string
  readonly campaignId: string | undefined
  readonly count: number
  readonly print: (text: string) => void
}

/** The tool's own row of every sum. */
const SHARD = 991
const REPORT_MS = 2_000

const newestLive = async (db: pg.Pool): Promise<string> => {
  const { rows } = await db.query<{ id: string }>(
    `select id from campaign where live_version_id is not null and stopped_at is null order by id desc limit 1`,
  )
  if (rows[0] === undefined)
    throw new RangeError('no campaign is live; activate one, or name one by --campaign')
  return rows[0].id
}

const addAll = async (db: pg.Pool, executionId: string, options: MarketingOptions): Promise<void> => {
  const started = performance.now()
  let reported = started
  const say = (rows: number): void => {
    const seconds = (performance.now() - started) / 1_000
    options.print(
      `${rows.toLocaleString('en')} rows, ${Math.round(rows / seconds).toLocaleString('en')} rows/s`,
    )
  }
  for (let from = 0; from < options.count; from += MOST_IN_CHUNK) {
    const size = Math.min(MOST_IN_CHUNK, options.count - from)
    const people = Array.from({ length: size }, (_, index) => runPerson(executionId, from + index))
    await addToRun(db, { executionId, people, expiresAt: null, now: new Date(), shard: SHARD })
    if (performance.now() - reported < REPORT_MS) continue
    reported = performance.now()
    say(from + size)
  }
  say(options.count)
}

/** Makes the run; prints its id and the rows per second. */
export const loadMarketing = async (options: MarketingOptions): Promise<void> => {
  const server = readServerFile(options.dataDir)
  if (server === undefined)
    throw new RangeError(`no Carillon runs on ${options.dataDir}; start one, or name it by --data-dir`)
  const db = createPool({ url: server.databaseUrl, max: 1, name: 'marketing load' })
  try {
    const campaignId = options.campaignId ?? (await newestLive(db))
    const { sandboxId, versionId } = await runTargetOf(db, campaignId)
    const now = new Date()
    const executionId = uuidv7(now.getTime())
    const start = { executionId, sandboxId, campaignId, versionId, requestId: null, now }
    await beginRun(db, { ...start, createdBy: 'load tool' })
    options.print(`run ${toExecutionId('audience', executionId)} of campaign ${campaignId}`)
    await addAll(db, executionId, options)
  } finally {
    await db.end()
  }
}
