/** `carillon link`: a way into the studio for somebody who has the machine but no password. */
import { createLoginLink } from '../http/auth/session.store.ts'
import { readServerFile } from '../lib/server-file.ts'
import { type Command, EXIT, JSON_OPTION, print } from './command.ts'
import { withDatabase } from './database.ts'

/** Prints a new one-time log-in link. */
export const linkCommand: Command = {
  name: 'link',
  summary: 'print a new one-time log-in link for the studio',
  details: 'The link works once, within an hour.',
  options: JSON_OPTION,
  run: invocation =>
    withDatabase(invocation, 'ready', async pool => {
      const token = await createLoginLink(pool, { now: invocation.clock.now() })
      const config = invocation.config()
      const base = readServerFile(config.dataDir)?.url ?? config.publicUrl
      const url = `${base}/login?token=${token}`
      print(invocation, { url }, [url])
      return EXIT.ok
    }),
}
