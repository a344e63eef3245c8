/** Transactions that are done again when another writer of the same rows got in their way. */
import pg from 'pg'
import { Fault } from '../lib/fault.ts'
import { transaction } from './pool.ts'

/** The work met rows that were changed or removed in between; from the start it goes well. */
export class Overtaken extends Error {}

// 40P01: deadlock_detected, 40001: serialization_failure, 23503: what a row refers to was removed in between.
const isOvertaken = (error: unknown): boolean =>
  error instanceof Overtaken ||
  (error instanceof pg.DatabaseError && ['40P01', '40001', '23503'].includes(error.code ?? ''))

const TRIES = 5

/** One transaction, begun anew as long as it is overtaken; after some tries `unavailable`. */
export const untilUndisturbed = async <T>(
  pool: pg.Pool,
  work: (tx: pg.PoolClient) => Promise<T>,
): Promise<T> => {
  for (let tried = 1; ; tried++) {
    try {
      return await transaction(pool, work)
    } catch (error) {
      if (!isOvertaken(error)) throw error
      if (tried === TRIES) throw new Fault('unavailable', { retryAfterSeconds: 1, cause: error })
    }
  }
}
