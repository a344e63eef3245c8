/**
 * `npm run fault` (docs/faults.md): kills, freezes and cuts at seeded random moments under load, and audits the ledger
 * against callers and sink. One line for each run; exit code 1 when any found a problem.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { everythingFull, tablesFull } from './disk-full.ts'
import { watchForEmergency } from './emergency.ts'
import { EVENTS, type EventKind } from './events.ts'
import { loadMarketing } from './marketing.ts'
import { poolExhausted } from './pool-exhausted.ts'
import { type FaultPostgres, startFaultPostgres } from './postgres.ts'
import type { ScenarioResult } from './scenario.ts'
import { runTrial, type TrialResult } from './trial.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '15' },
    faults: { type: 'string', default: [...EVENTS, 'sink'].join(',') },
    scenario: { type: 'string' },
    load: { type: 'string' },
    count: { type: 'string', default: '100000' },
    campaign: { type: 'string' },
    'data-dir': { type: 'string', default: '.carillon' },
  },
})

type Scenario = (postgres: FaultPostgres) => Promise<ScenarioResult>

/** By the name under which they are asked for. */
const SCENARIOS: Readonly<Record<string, Readonly<Record<string, Scenario>>>> = {
  'disk-full': { 'tables on a full disk': tablesFull, 'everything on a full disk': everythingFull },
  'pool-exhausted': { 'pool exhausted': poolExhausted },
}

const MOST_SHOWN = 20
const print = (text: string): void => void process.stdout.write(`${text}\n`)

const printProblems = (problems: readonly string[]): void => {
  for (const problem of problems.slice(0, MOST_SHOWN)) print(`    ${problem}`)
  if (problems.length > MOST_SHOWN) print(`    … and ${problems.length - MOST_SHOWN} more`)
}

const keepLog = (seed: number, log: string): void => {
  const file = join('.tmp', 'fault', `seed-${seed}.log`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, log)
  print(`    the product's log is ${file}`)
}

const verdict = (problems: readonly string[]): string =>
  problems.length === 0 ? 'no problem' : `${problems.length} PROBLEMS`

const numberOf = (name: 'runs' | 'seed' | 'seconds' | 'count'): number => {
  const value = Number(values[name])
  if (!(Number.isInteger(value) && value >= 0)) throw new RangeError(`--${name} takes a whole number`)
  return value
}

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
    `made unknown by ${struck.victims} lost workers ${found.unknownByWorkers}, by cuts ${found.unknownByCuts}`,
    strikes === '' ? 'nothing struck' : strikes,
    `${mischief} misdeeds of the sink, ${samples.taken} samples`,
    verdict(result.problems),
  ].join(' · ')
}

const runTrials = async (postgres: FaultPostgres): Promise<number> => {
  const { events, sink } = faultsOf(values.faults)
  const [runs, first, seconds] = [numberOf('runs'), numberOf('seed'), numberOf('seconds')]
  let bad = 0
  for (let seed = first; seed < first + runs; seed++) {
    const databaseUrl = await postgres.createDatabase()
    const options = { databaseUrl, postgres, seed, seconds, events, sink, built: true }
    const result = await runTrial(options).catch((error: Error) => error)
    await postgres.dropDatabase(databaseUrl)
    const failed = result instanceof Error
    print(failed ? `seed ${seed} · FAILED: ${result.message}` : describe(seed, result))
    if (!failed) printProblems(result.problems)
    if (!failed && result.problems.length > 0) keepLog(seed, result.log)
    if (failed || result.problems.length > 0) bad += 1
  }
  print(`${runs} runs, ${bad} with problems`)
  return bad
}

const runScenarios = async (postgres: FaultPostgres, asked: string): Promise<number> => {
  const chosen = Object.entries(SCENARIOS).filter(([name]) => asked === 'all' || asked === name)
  if (chosen.length === 0)
    throw new RangeError(`no such scenario: ${asked}; there are ${Object.keys(SCENARIOS).join(', ')}, all`)
  let bad = 0
  for (const [title, play] of chosen.flatMap(([, parts]) => Object.entries(parts))) {
    const { problems, facts, skipped } = await play(postgres)
    print(
      skipped === undefined
        ? `${[title, ...facts, verdict(problems)].join(' · ')}`
        : `*** SKIPPED: ${title}: ${skipped}`,
    )
    printProblems(problems)
    if (problems.length > 0) bad += 1
  }
  return bad
}

const main = async (): Promise<number> => {
  if (values.load !== undefined) {
    if (values.load !== 'marketing') throw new RangeError('--load takes marketing')
    const options = { count: numberOf('count'), campaignId: values.campaign, print }
    await loadMarketing({ ...options, dataDir: resolve(values['data-dir']) })
    return 0
  }
  const postgres = await startFaultPostgres()
  try {
    return await (values.scenario === undefined
      ? runTrials(postgres)
      : runScenarios(postgres, values.scenario))
  } finally {
    await postgres.stop()
  }
}

const endWatch = watchForEmergency()
process.exitCode = (await main()) === 0 ? 0 : 1
endWatch()
if (process.connected) process.disconnect()
