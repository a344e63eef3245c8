/** What an instance does for its database every hour, and of it at the start: the partitions. It must not read the clock. */
import type pg from 'pg'
import { ensurePartitions } from '../db/partitions.ts'
import { forgetOldUses } from '../delivery/person-limits.store.ts'
import type { Log } from '../lib/log.ts'
import { sweepShortLinks } from '../messages/short-link.store.ts'

/** Makes the partitions that are due. What came too late for one is told: its rows work, but cannot be dropped as one. */
export const makePartitions = async (pool: pg.Pool, log: Log, now: Date): Promise<void> => {
  const late = await ensurePartitions(pool, now.getTime())
  if (late.length > 0)
    log.warn(
      { late },
      'partitions of the ledger could not be made, because rows of their week came before them; these rows stay in the default partition',
    )
}

/** What is done every hour. */
export const housekeep = async (pool: pg.Pool, log: Log, now: Date): Promise<void> => {
  await makePartitions(pool, log, now)
  await forgetOldUses(pool, now)
  await sweepShortLinks(pool, now)
}
