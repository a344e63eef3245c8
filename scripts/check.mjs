/** `npm run check`: everything that is checked without running the product. All checks run, also after one failed. */
import { join } from 'node:path'
import { binOf, ensureInstalled, root, run } from './steps.mjs'

await ensureInstalled()
const node = process.execPath
const checks = [
  ['format and lint', node, [binOf('@biomejs/biome', 'biome'), 'check', '.']],
  ...['contract', 'template', 'server', 'web'].map(name => [
    `types of ${name}`,
    node,
    [binOf('typescript', 'tsc'), '-p', name],
  ]),
  [
    'architecture',
    node,
    [binOf('vitest'), 'run', '--config', join(root, 'scripts/architecture.config.mjs'), '--reporter=dot'],
  ],
]
const failed = []
for (const [title, program, args] of checks) {
  process.stdout.write(`\n== ${title}\n`)
  if ((await run(program, args)) !== 0) failed.push(title)
}
process.stdout.write(failed.length > 0 ? `\nFailed: ${failed.join(', ')}\n` : '\nAll checks passed.\n')
process.exitCode = failed.length > 0 ? 1 : 0
