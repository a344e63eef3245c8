/** `npm run bench`: the figures of the product beside their bare limits, all in one run on this machine. */

import { runInForeground } from './foreground.mjs'
import { ensureBuilt, root } from './steps.mjs'

await ensureBuilt()
const program = ['--enable-source-maps', '--import', 'tsx', 'server/bench/main.ts', ...process.argv.slice(2)]
process.exitCode = await runInForeground(process.execPath, program, { cwd: root })
