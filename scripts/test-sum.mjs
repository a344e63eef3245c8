/** Adds up the results that `npm test` left: the last line is `N passed, N failed`. Without results it fails. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, root } from './steps.mjs'

const folder = join(root, '.tmp', 'test-results')
const files = existsSync(folder) ? readdirSync(folder).filter(file => file.endsWith('.json')) : []
if (files.length === 0) fail('no test run left its results.')

const sum = { passed: 0, failed: 0 }
for (const file of files) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  sum.passed += numPassedTests
  // A file that could not even be loaded has no tests to count; it counts as one failure.
  const unloaded = testResults.filter(
    result => result.status === 'failed' && result.assertionResults.length === 0,
  )
  sum.failed += numFailedTests + unloaded.length
}
// An error outside of every test (an unhandled rejection) fails the run without failing a test.
if (sum.failed === 0 && Number(process.argv[2] ?? 0) !== 0) sum.failed = 1
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed\n`)
