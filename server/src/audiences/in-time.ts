/** Questions to the database that may take only so long. */
import pg from 'pg'
import { type Db, transaction } from '../db/pool.ts'
import type { AudienceAuthor } from './audiences.ts'
import { limitStatements } from './estimate.store.ts'

const QUERY_CANCELED = '57014'

/** The work within so many milliseconds for each statement, or undefined. */
export const inTime = async <T>(
  author: AudienceAuthor,
  ms: number,
  work: (tx: Db) => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await transaction(author.pool, async tx => {
      await limitStatements(tx, ms)
      return work(tx)
    })
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === QUERY_CANCELED) return undefined
    throw error
  }
}
