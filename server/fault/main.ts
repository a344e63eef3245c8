/**
 * `npm run fault`: kills, freezes and cuts at seeded random moments under load, and audits the ledger against callers
 * and sink (docs/faults.md). One line for each run; exit code 1 when any found a problem.
 */
import { parseArgs } from 'node:util'
import { EVENTS, type EventKind } from './events.ts'
import { type FaultPostgres, startFaultPostgres } from './postgres.ts'
import { runTrial, type TrialResult } from './trial.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '15' },
    faults: { type: 'string', default: [...EVENTS, 'sink'].join(',') },
  },
})

const MOST_SHOWN = 20
const print = (text: string): void => void process.stdout.write(`${text}\n`)

const faultsOf = (text: string): { events: EventKind[]; sink: boolean } => {
  const names = text.split(',').filter(name => name !== '')
  const wrong = names.filter(name => name !== 'sink' && !EVENTS.some(kind => kind === name))
  if (wrong.length > 0)
    throw new RangeError(`no such fault: ${wrong.join(', ')}; there are ${EVENTS.join(', ')}, sink`)
  return { events: EVENTS.filter(kind => names.includes(kind)), sink: names.includes('sink') }
}

const describe = (seed: number, result: TrialResult): string => {
  const { found, struck, samples, calls, misdeeds } = result
  const strikes = [...struck.counts].map(([kind, n]) => `${kind}×${n}`).join(' ')
  const mischief = [...misdeeds.values()].reduce((sum, n) => sum + n, 0)
  return [
    `seed ${seed}`,
    `${calls} calls, ${found.messages} messages`,
    `${found.sent} sent, ${found.failed} failed, ${found.excluded} excluded, ${found.unknown} unknown`,
    `unknown by lost workers ${found.unknownByWorkers}, by cuts ${found.unknownByCuts}`,
    strikes === '' ? 'nothing struck' : strikes,
    `${mischief} misdeeds of the sink, ${samples.taken} samples`,
    result.problems.length === 0 ? 'no problem' : `${result.problems.length} PROBLEMS`,
  ].join(' · ')
}

const runTrials = async (postgres: FaultPostgres): Promise<number> => {
  const { events, sink } = faultsOf(values.faults)
  const [runs, first] = [Number(values.runs), Number(values.seed)]
  let bad = 0
  for (let run = 0; run < runs; run++) {
    const seed = first + run
    const databaseUrl = await postgres.createDatabase()
    const seconds = Number(values.seconds)
    const result = await runTrial({ databaseUrl, postgres, seed, seconds, events, sink, built: true })
    await postgres.dropDatabase(databaseUrl)
    print(describe(seed, result))
    for (const problem of result.problems.slice(0, MOST_SHOWN)) print(`    ${problem}`)
    if (result.problems.length > MOST_SHOWN) print(`    … and ${result.problems.length - MOST_SHOWN} more`)
    if (result.problems.length > 0) bad += 1
  }
  print(`${runs} runs, ${bad} with problems`)
  return bad
}

const postgres = await startFaultPostgres()
try {
  process.exitCode = (await runTrials(postgres)) === 0 ? 0 : 1
} finally {
  await postgres.stop()
}
