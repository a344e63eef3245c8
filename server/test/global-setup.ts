/**
 * One PostgreSQL for the whole run, with a migrated template database that tests clone: the embedded 18, or Debian's
 * 15 when CARILLON_TEST_PG=15, so that all SQL is seen on the oldest version that is supported.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/db/embedded/launcher.ts'
import { migrate } from '../src/db/migrate.ts'
import { ensurePartitions } from '../src/db/partitions.ts'
import { createPool } from '../src/db/pool.ts'
import { silentLog } from '../src/lib/log.ts'
import { removeDirectory, temporaryDirectory } from './carillon.ts'

const DEBIAN_15 = '/usr/lib/postgresql/15'

let postgres: EmbeddedPostgres | undefined
let dataDir = ''

const binaries = (): { native?: string } => {
  if (process.env['CARILLON_TEST_PG'] !== '15') return {}
  if (existsSync(join(DEBIAN_15, 'bin', 'postgres'))) return { native: DEBIAN_15 }
  throw new RangeError(`CARILLON_TEST_PG=15 needs Debian's PostgreSQL 15 under ${DEBIAN_15}`)
}

/** Starts the server and makes the template. */
export const setup = async (project: TestProject): Promise<void> => {
  dataDir = await temporaryDirectory()
  postgres = await startEmbeddedPostgres({ dataDir, log: silentLog, ...binaries() })
  const pool = createPool({ url: postgres.url, max: 1 })
  await migrate(pool)
  await ensurePartitions(pool, Date.now())
  // No test of this server pulls the plug: those that kill PostgreSQL start one of their own.
  for (const setting of ['fsync = off', 'full_page_writes = off'])
    await pool.query(`alter system set ${setting}`)
  await pool.query('select pg_reload_conf()')
  await pool.end()
  project.provide('postgresUrl', postgres.url)
}

/** Stops the server and removes what it wrote. */
export const teardown = async (): Promise<void> => {
  await postgres?.stop()
  await removeDirectory(dataDir)
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}
