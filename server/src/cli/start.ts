/** `carillon start`: runs the roles of the configuration until it is told to stop. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withPort } from '../config.ts'
import { freePort } from '../lib/free-port.ts'
import { runStart } from '../roles/start.ts'
import type { Command } from './command.ts'

/** Starts the server in the foreground. */
export const startCommand: Command = {
  name: 'start',
  summary: 'run API, workers and studio until Ctrl-C',
  details:
    'Without DATABASE_URL a PostgreSQL of its own runs under the data directory. Ctrl-C stops taking calls, lets work\nin flight finish and stops the database; a second Ctrl-C does not wait.',
  run: async ({ config, io }) => {
    const studioDir = builtStudio()
    const { port, host } = config()
    return runStart({
      // "Any free port" is chosen before anything shows an address.
      ...(port === 0 ? withPort(config(), await freePort(host)) : config()),
      // Workers are this same program, asked for `worker`.
      script: process.argv[1] ?? '',
      ...(studioDir === undefined ? {} : { studioDir }),
      print: io.out,
    })
  },
}

// Beside the bundle (dist/carillon.mjs), or seen from this file when it runs from its source.
const builtStudio = (): string | undefined =>
  ['../web/dist', '../../../web/dist']
    .map(path => fileURLToPath(new URL(path, import.meta.url)))
    .find(folder => existsSync(join(folder, 'index.html')))
