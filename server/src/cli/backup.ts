/** `carillon backup` and `carillon restore`: the whole database as one file. */
import { resolve } from 'node:path'
import { backup, restore } from '../db/backup.ts'
import { readServerFile } from '../lib/server-file.ts'
import { type Command, EXIT, JSON_OPTION, print } from './command.ts'
import { withDatabase } from './database.ts'

/** Writes a consistent copy, also while the server runs. */
export const backupCommand: Command = {
  name: 'backup',
  summary: 'write the whole database into a file, also while the server runs',
  positionals: ['FILE'],
  options: JSON_OPTION,
  run: invocation =>
    withDatabase(invocation, 'ready', async pool => {
      const file = resolve(invocation.cwd, invocation.positionals[0] ?? '')
      await backup(pool, file, { now: invocation.clock.now() })
      print(invocation, { file }, [`Backed up into ${file}.`])
      return EXIT.ok
    }),
}

/** Reads a copy into an empty database; nothing is changed when the file is damaged. */
export const restoreCommand: Command = {
  name: 'restore',
  summary: 'read a backup into an empty database',
  details: 'The server must not run. A damaged file changes nothing.',
  positionals: ['FILE'],
  options: { force: { meaning: 'replace everything that is in the database' }, ...JSON_OPTION },
  run: async invocation => {
    const running = readServerFile(invocation.config().dataDir)
    if (running !== undefined) {
      invocation.io.err(`Carillon runs on this data directory (process ${running.pid}). Stop it first.`)
      return EXIT.failed
    }
    return withDatabase(invocation, 'as it is', async pool => {
      const file = resolve(invocation.cwd, invocation.positionals[0] ?? '')
      await restore(pool, file, { force: invocation.values.has('force') })
      print(invocation, { file }, [`Restored from ${file}.`])
      return EXIT.ok
    })
  },
}
