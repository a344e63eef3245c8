/** `npm run dev`: the server from its sources, restarted by each change, and the studio with hot reload beside it. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { binOf, ensureInstalled, root } from './steps.mjs'

await ensureInstalled()
const web = join(root, 'web')
const vite = binOf('vite', 'vite', createRequire(join(web, 'package.json')))
const children = [
  spawn(
    process.execPath,
    [binOf('tsx'), 'watch', '--clear-screen=false', 'server/src/main.ts', 'start', ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: 'inherit',
    },
  ),
  spawn(process.execPath, [vite], { cwd: web, stdio: 'inherit' }),
]
// Both belong to the terminal's process group, so Ctrl-C reaches them directly; here we only wait for them.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => {
  for (const child of children) child.kill('SIGTERM')
})
for (const child of children) {
  child.on('exit', code => {
    process.exitCode ||= code ?? 0
    for (const other of children) if (other.exitCode === null) other.kill('SIGTERM')
  })
}
