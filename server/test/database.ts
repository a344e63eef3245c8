/** A database of its own for a test: a clone of the migrated template. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { createPool } from '../src/db/pool.ts'

/** A fresh database; `drop` ends its connections and removes it. */
export interface TestDatabase {
  readonly db: pg.Pool
  readonly url: string
  drop(): Promise<void>
}

const withDatabase = (name: string): string => {
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return url.href
}

const onServer = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: withDatabase('postgres') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

const TEMPLATE_IN_USE = '55006'

// Two files may clone at one moment, and a clone locks its template for an instant.
const clone = async (name: string): Promise<void> => {
  for (;;) {
    try {
      // Without fsync a copy of the files costs half of what a copy through the log does.
      return await onServer(`create database ${name} template carillon strategy file_copy`)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== TEMPLATE_IN_USE) throw error
    }
  }
}

/** Clones the template. With `empty` the database has no table. */
export const createTestDatabase = async (
  options: { readonly empty?: boolean } = {},
): Promise<TestDatabase> => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  if (options.empty) await onServer(`create database ${name}`)
  else await clone(name)
  const url = withDatabase(name)
  const db = createPool({ url, max: 20 })
  return {
    db,
    url,
    drop: async () => {
      await db.end()
      await onServer(`drop database if exists ${name} with (force)`)
    },
  }
}
