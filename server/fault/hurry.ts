/**
 * Nobody waits in a trial: what the engine put off for later (a retry, a turn under a learned rate, a breaker) is made
 * due, and learned rates are forgotten, so that a run of seconds sees what an installation sees in hours.
 */
import type pg from 'pg'

const EVERY_MS = 3_000

const hurryOnce = async (db: pg.Pool, now: Date): Promise<void> => {
  await db.query('delete from pace')
  await db.query(`update delivery set due_at = $1 where state = 'ready' and due_at > $1`, [now])
}

/** Hurries every three seconds until stopped. While the database is away there is nothing to hurry. */
export const startHurry = (db: pg.Pool): { stop(): Promise<void> } => {
  let wake = (): void => undefined
  let running = true
  const loop = (async () => {
    while (running) {
      await new Promise<void>(next => {
        wake = next
        setTimeout(next, EVERY_MS)
      })
      await hurryOnce(db, new Date()).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      running = false
      wake()
      await loop
    },
  }
}
