/**
 * The database for one command: the one configured, the running server's, or the embedded one started for this run
 * alone. Knows nothing of what the command does with it.
 */
import type pg from 'pg'
import { migrate } from '../db/migrate.ts'
import { ensurePartitions } from '../db/partitions.ts'
import { createPool } from '../db/pool.ts'
import { uuidv7 } from '../lib/ids.ts'
import { type Log, silentLog } from '../lib/log.ts'
import { readServerFile } from '../lib/server-file.ts'
import { openDatabase } from '../roles/database.ts'
import { seed } from '../roles/seed.ts'
import { type Invocation, Unreachable } from './command.ts'

/** `ready`: migrated and, when empty, seeded, as after a start. `as it is`: untouched. */
export type Preparation = 'ready' | 'as it is'

/** Runs `work` with a pool and gives back everything afterwards, the embedded server included. */
export const withDatabase = async <T>(
  invocation: Invocation,
  preparation: Preparation,
  work: (pool: pg.Pool) => Promise<T>,
): Promise<T> => {
  const { databaseUrl, dataDir } = invocation.config()
  const url = databaseUrl ?? readServerFile(dataDir)?.databaseUrl
  if (url !== undefined) return withPool(url, invocation, { preparation, work })
  const own = await openDatabase({ dataDir }, logTo(invocation))
  try {
    return await withPool(own.url, invocation, { preparation, work })
  } finally {
    await own.close()
  }
}

interface Use<T> {
  readonly preparation: Preparation
  readonly work: (pool: pg.Pool) => Promise<T>
}

const withPool = async <T>(
  url: string,
  invocation: Invocation,
  { preparation, work }: Use<T>,
): Promise<T> => {
  const pool = createPool({ url, max: 4, name: 'carillon cli' })
  try {
    await reach(pool)
    if (preparation === 'ready') await prepare(pool, invocation)
    return await work(pool)
  } finally {
    await pool.end()
  }
}

const reach = async (pool: pg.Pool): Promise<void> => {
  try {
    await pool.query('select 1')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Unreachable(
      `The database cannot be reached: ${reason}`,
      'Check DATABASE_URL and that the server runs.',
      cause,
    )
  }
}

const prepare = async (pool: pg.Pool, { clock }: Invocation): Promise<void> => {
  await migrate(pool)
  const now = clock.now()
  await ensurePartitions(pool, now.getTime())
  await seed(pool, { now, newId: () => uuidv7(clock.now().getTime()) })
}

// What the launcher has to say (where it puts the data, what it repaired) is for the person, not for the result.
const logTo = ({ io }: Invocation): Log => ({
  ...silentLog,
  warn: (_facts, text) => io.err(text),
  error: (_facts, text) => io.err(text),
})
