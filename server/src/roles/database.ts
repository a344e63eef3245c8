/** Opens the database that the configuration asks for: the given server, or the embedded one under the data directory. */

import { startEmbeddedPostgres } from '../db/embedded/launcher.ts'
import { lockDataDir } from '../db/embedded/lock.ts'
import type { Log } from '../lib/log.ts'

/** Where the database is, and how to let go of it. */
export interface OpenDatabase {
  readonly url: string
  close(): Promise<void>
}

/** What is asked: `databaseUrl` wins over the embedded server. */
export interface DatabaseChoice {
  readonly databaseUrl?: string
  readonly dataDir: string
}

/**
 * Takes the data directory for this process (a second Carillon on it is refused, naming the first) and opens its
 * database. `close` stops an embedded server and frees the directory.
 */
export const openDatabase = async (choice: DatabaseChoice, log: Log): Promise<OpenDatabase> => {
  const lock = await lockDataDir(choice.dataDir)
  if (choice.databaseUrl !== undefined) return { url: choice.databaseUrl, close: async () => lock.release() }
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: choice.dataDir, log })
    return {
      url: postgres.url,
      close: async () => {
        await postgres.stop()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}
