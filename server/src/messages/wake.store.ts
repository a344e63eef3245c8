/** Tells the workers that there is work. Knows nothing of what it is. */
import { type Db, within } from '../db/pool.ts'
import { delay } from '../lib/delay.ts'
import { type Lane, READY_CHANNEL } from './ledger.ts'

const WAKE_MS = 2_000
// What becomes ready meanwhile goes with the next: under load a claim then finds more than one message.
const PAUSE_MS = 2

const WAKE = `select set_config('synchronous_commit', 'off', true), pg_notify($1, lane)
  from unnest($2::text[]) as lane`

/**
 * Says that a lane has committed work: at once, and then by one statement every few milliseconds at most. It is a
 * transaction of its own because NOTIFY holds a lock of the whole server until its commit, and accepts would wait for each
 * other's way to the disk. Its own commit does not wait for that: one that is lost costs latency only, for workers look by
 * themselves each second.
 */
export const createWake = (db: Db): ((lane: Lane) => void) => {
  const lanes = new Set<Lane>()
  let running = false
  const run = async (): Promise<void> => {
    running = true
    while (lanes.size > 0) {
      const now = [...lanes]
      lanes.clear()
      const query = within(WAKE_MS, { name: 'wake', text: WAKE, values: [READY_CHANNEL, now] })
      await db.query(query).catch(() => undefined)
      await delay(PAUSE_MS)
    }
    running = false
  }
  return lane => {
    lanes.add(lane)
    if (!running) void run()
  }
}
