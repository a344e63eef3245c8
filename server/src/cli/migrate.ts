/** `carillon migrate`: brings the database to this version, as every start does by itself. */
import { migrate } from '../db/migrate.ts'
import { type Command, EXIT, JSON_OPTION, print } from './command.ts'
import { withDatabase } from './database.ts'

/** Applies the migrations that are missing. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the database to this version (a start does so by itself)',
  options: JSON_OPTION,
  run: invocation =>
    withDatabase(invocation, 'as it is', async pool => {
      const applied = await migrate(pool)
      const lines =
        applied.length === 0 ? ['The database is up to date.'] : applied.map(name => `applied ${name}`)
      print(invocation, { applied }, lines)
      return EXIT.ok
    }),
}
