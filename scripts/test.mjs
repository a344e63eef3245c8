/**
 * `npm test`: the whole suite. Parts that need something this machine lacks are named loudly and left out;
 * CARILLON_TEST_ALL=1 makes that a failure. Arguments go to vitest, and then only its one run happens.
 * The results also lie in .tmp/test-results/*.json.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { binOf, ensureBuilt, fail, root, run } from './steps.mjs'

const results = join(root, '.tmp', 'test-results')
// What meets the database in a way that two versions of PostgreSQL could answer differently.
const DATABASE_TESTS = ['store', 'migrate', 'partition', 'backup', 'ledger', 'trigger', 'delivery', 'seed']
const CHROMIUMS = [
  process.env.CARILLON_TEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

const vitest = (name, args, env = {}) =>
  run(
    process.execPath,
    [
      binOf('vitest'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${join(results, `${name}.json`)}`,
      ...args,
    ],
    { env: { ...process.env, CARILLON_TEST_BUILT: '1', ...env } },
  )

const chromium = CHROMIUMS.find(path => path && existsSync(path))
const postgres15 = existsSync('/usr/lib/postgresql/15/bin/postgres')
const python = ['/usr/bin/python3', 'python3'].some(
  program => spawnSync(program, ['-c', 'import dkim, nacl']).status === 0,
)
const missing = [
  ...(chromium
    ? []
    : ['browser journeys: no Chromium here (apt-get install chromium, or CARILLON_TEST_CHROMIUM=<path>)']),
  ...(postgres15
    ? []
    : ['database tests on PostgreSQL 15: not in /usr/lib/postgresql/15 (apt-get install postgresql-15)']),
  ...(python
    ? []
    : [
        'mails read and verified by Python: it is missing here, or dkimpy is (apt-get install python3-dkim python3-nacl)',
      ]),
]

const sayMissing = () => {
  for (const part of missing) process.stderr.write(`\n*** SKIPPED: ${part}\n`)
  if (missing.length > 0) process.stderr.write('\n')
  if (missing.length > 0 && process.env.CARILLON_TEST_ALL === '1')
    fail('CARILLON_TEST_ALL=1 forbids skipped parts.')
}

const suite = async () => {
  const env = chromium ? { CARILLON_TEST_CHROMIUM: chromium } : {}
  const extra = process.argv.slice(2)
  if (extra.length > 0) return vitest('chosen', extra, env)
  sayMissing()
  let older = 0
  if (postgres15) {
    process.stdout.write('\n== The database tests on PostgreSQL 15 (the whole suite follows)\n')
    older = await vitest('postgres-15', ['--project', 'server', ...DATABASE_TESTS], {
      CARILLON_TEST_PG: '15',
    })
    process.stdout.write('\n== The whole suite\n')
  }
  const whole = await vitest('whole', [], env)
  if (older !== 0) process.stderr.write('\n*** The database tests on PostgreSQL 15 failed, see above.\n')
  return whole || older
}

// The browser journeys open the built studio.
await ensureBuilt()
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
process.exitCode = await suite()
