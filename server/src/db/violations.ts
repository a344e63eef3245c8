/** Which rule of the database a statement broke. Knows nothing of what the rule is for. */
import pg from 'pg'

const UNIQUE = '23505'

/** The name of the unique constraint that an error is about; undefined for every other error. */
export const brokenUnique = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError && error.code === UNIQUE ? error.constraint : undefined
