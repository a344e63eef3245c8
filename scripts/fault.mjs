/** `npm run fault`: the fault kit on the built product; `--load marketing` feeds a running one. */
import { runInForeground } from './foreground.mjs'
import { ensureBuilt, root } from './steps.mjs'

await ensureBuilt()
const program = ['--enable-source-maps', '--import', 'tsx', 'server/fault/main.ts', ...process.argv.slice(2)]
process.exitCode = await runInForeground(process.execPath, program, { cwd: root })
