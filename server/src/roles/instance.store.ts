/** Reads what the command line needs to know of the instance itself. */
import type { Db } from '../db/pool.ts'

/** The organization's id; undefined before the first start. */
export const organizationOf = async (db: Db): Promise<string | undefined> => {
  const { rows } = await db.query<{ value: string }>(
    `select s.value #>> '{}' as value from setting s where s.key = 'organization'`,
  )
  return rows[0]?.value
}

/** The names of all sandboxes, in alphabetical order. */
export const sandboxNames = async (db: Db): Promise<string[]> => {
  const { rows } = await db.query<{ name: string }>('select s.name from sandbox s order by s.name')
  return rows.map(row => row.name)
}

/** The version of the database server, and whether any migration has run on it. */
export const databaseFacts = async (db: Db): Promise<{ version: string; migrated: boolean }> => {
  const { rows } = await db.query<{ version: string; migrated: boolean }>(
    `select current_setting('server_version') as version, to_regclass('migration') is not null as migrated`,
  )
  return rows[0] ?? { version: 'unknown', migrated: false }
}

/** Whether a client exists and is not revoked. */
export const isClientOpen = async (db: Db, clientId: string): Promise<boolean> => {
  const { rowCount } = await db.query('select from api_client c where c.id = $1 and c.revoked_at is null', [
    clientId,
  ])
  return rowCount === 1
}
