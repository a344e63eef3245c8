/** `carillon start`: runs the roles of the configuration until it is told to stop. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runStart } from '../roles/start.ts'
import type { Command } from './command.ts'

/** Starts the server in the foreground. */
export const startCommand: Command = {
  name: 'start',
  summary: 'run API, workers and studio until Ctrl-C',
  details:
    'Without DATABASE_URL a PostgreSQL of its own runs under the data directory. Ctrl-C stops taking calls, lets work\nin flight finish and stops the database; a second Ctrl-C does not wait.',
  run: ({ config, io }) => {
    const studioDir = builtStudio()
    return runStart({
      ...config(),
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
