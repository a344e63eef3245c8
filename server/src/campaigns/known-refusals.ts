/** Refusals of the database that a caller can meet, as faults. Knows no statement. */
import pg from 'pg'
import { Fault } from '../lib/fault.ts'

/** Throws the fault for a name that is taken or a row that is in use (`inUse` says by what); anything else as it came. */
export const refuseKnown = (error: unknown, messages: { readonly inUse: string }): never => {
  // 23505: unique_violation, 23503: foreign_key_violation.
  if (error instanceof pg.DatabaseError && error.code === '23505')
    throw new Fault('name_taken', {
      problems: [{ pointer: '/name', message: 'is already used in this sandbox' }],
      cause: error,
    })
  if (error instanceof pg.DatabaseError && error.code === '23503')
    throw new Fault('resource_in_use', { detail: messages.inUse, cause: error })
  throw error
}
