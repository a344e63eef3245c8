/** `npm start`: installs and builds what is missing or out of date, then runs Carillon until Ctrl-C. */
import { join } from 'node:path'
import { runInForeground } from './foreground.mjs'
import { ensureBuilt, root } from './steps.mjs'

await ensureBuilt()
const program = [
  '--enable-source-maps',
  join(root, 'dist', 'carillon.mjs'),
  'start',
  ...process.argv.slice(2),
]
process.exitCode = await runInForeground(process.execPath, program, { cwd: root })
