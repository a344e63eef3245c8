/**
 * Runs the numbered SQL files of `migrations/` that a database has not seen yet: forward only, each once, in order.
 * A file that was changed after it ran, and a database that is newer than the code, are refused.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { transaction } from './pool.ts'

// Beside this file in the sources, beside the program once bundled: `./migrations` in both.
const DIRECTORY = fileURLToPath(new URL('./migrations/', import.meta.url))

interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** A database that this code must not touch; the message says why. */
export class MigrationError extends Error {
  readonly hint = 'Nothing was changed.'

  constructor(message: string) {
    super(message)
    this.name = 'MigrationError'
  }
}

const readMigrations = (directory: string): Migration[] =>
  readdirSync(directory)
    .filter(file => /^\d{4}-.*\.sql$/.test(file))
    .sort()
    .map(name => {
      const sql = readFileSync(join(directory, name), 'utf8')
      // Line ends differ between checkouts of one file.
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
      return { version: Number(name.slice(0, 4)), name, sql, checksum }
    })

/** The version that this code brings a database to. */
export const newestMigration = (directory = DIRECTORY): number =>
  readMigrations(directory).at(-1)?.version ?? 0

const check = (known: readonly Migration[], done: readonly Omit<Migration, 'sql'>[]): void => {
  const byVersion = new Map(known.map(one => [one.version, one]))
  for (const applied of done) {
    const file = byVersion.get(applied.version)
    if (file === undefined)
      throw new MigrationError(
        `The database is newer than this Carillon: it has the migration ${applied.name}. Use the newer Carillon.`,
      )
    if (file.checksum !== applied.checksum)
      throw new MigrationError(`The migration ${file.name} was changed after it ran on this database.`)
  }
}

/** Applies what is missing, all in one transaction under an advisory lock; answers the names applied. Concurrent starts wait. */
export const migrate = async (pool: pg.Pool, directory = DIRECTORY): Promise<string[]> =>
  transaction(pool, async tx => {
    await tx.query('select pg_advisory_xact_lock(7201)')
    await tx.query(
      'create table if not exists migration (version int primary key, name text not null, checksum text not null)',
    )
    const { rows: done } = await tx.query<Omit<Migration, 'sql'>>(
      'select version, name, checksum from migration order by version',
    )
    const known = readMigrations(directory)
    check(known, done)
    const applied = new Set(done.map(one => one.version))
    const fresh = known.filter(one => !applied.has(one.version))
    for (const { version, name, sql, checksum } of fresh) {
      await tx.query(sql)
      await tx.query('insert into migration (version, name, checksum) values ($1, $2, $3)', [
        version,
        name,
        checksum,
      ])
    }
    return fresh.map(one => one.name)
  })
