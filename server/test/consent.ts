/** A sandbox with one person in it, for what needs no more than that. */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'

/** Makes both; answers their ids. */
export const createSandbox = async (
  db: pg.Pool,
): Promise<{ readonly sandboxId: string; readonly profileId: string }> => {
  const [sandboxId, profileId, now] = [randomUUID(), randomUUID(), new Date()]
  await db.query(`insert into sandbox (id, name, production, created_at) values ($1, 'test', false, $2)`, [
    sandboxId,
    now,
  ])
  await db.query(
    `insert into profile (id, sandbox_id, attributes, created_at, modified_at) values ($1, $2, '{}', $3, $3)`,
    [profileId, sandboxId, now],
  )
  return { sandboxId, profileId }
}
