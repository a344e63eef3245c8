/**
 * `npm run bench`: the accept, end-to-end and rendering figures of the design, each beside its bare limit measured in
 * the same run, with Postgres, load and sinks on the same cores. `--seconds N` (8) and `--runs N` (3) set the length,
 * `--only accept|deliver|render` chooses a part.
 */
import { parseArgs } from 'node:util'
import { createPool } from '../src/db/pool.ts'
import type { LoadOrder, LoadOutcome } from './http-load.ts'
import { type Instance, startInstance } from './instance.ts'
import { ask, nextMessage, startScript } from './processes.ts'
import { measureRendering } from './rendering.ts'
import type { SinkCount } from './smtp-sink.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
})
const SECONDS = Math.max(1, Number(values.seconds))
const RUNS = Math.max(1, Number(values.runs))
const PROFILES = 2_000

const print = (text: string): void => void process.stdout.write(`${text}\n`)
const median = (figures: readonly number[]): number =>
  [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
const perSecond = (n: number): string => `${Math.round(n).toLocaleString('en')}/s`
const runsOf = (figures: readonly number[]): string => `[${figures.map(n => Math.round(n)).join(', ')}]`

const load = (order: Partial<LoadOrder> & Pick<LoadOrder, 'port' | 'path'>): Promise<LoadOutcome> =>
  ask<LoadOutcome>(startScript('http-load.ts'), {
    host: '127.0.0.1',
    headers: {},
    connections: 64,
    seconds: SECONDS,
    rate: 0,
    recipients: 1,
    campaignId: '',
    kind: 'aep',
    profiles: PROFILES,
    ...order,
  })

const callsTo = (instance: Instance, order: Partial<LoadOrder>): Promise<LoadOutcome> =>
  load({
    port: instance.port,
    path: '/ajo/im/executions/unitary',
    headers: instance.headers,
    campaignId: instance.campaignId,
    ...order,
  })

const bareDatabase = async (databaseUrl: string): Promise<string> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const { rowCount } = await pool.query(`select 1 from pg_database where datname = 'bare'`)
  if (rowCount === 0) await pool.query('create database bare')
  await pool.end()
  const url = new URL(databaseUrl)
  url.pathname = '/bare'
  return url.href
}

const rateOf = (outcome: LoadOutcome): number => outcome.answered / outcome.seconds

const accepting = async (): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,studio', workers: 1, sinkPort })
  const bareUrl = await bareDatabase(instance.databaseUrl)
  // Every person exists before the measurement.
  await callsTo(instance, { seconds: 3 })
  const [ours, bare]: [number[], number[]] = [[], []]
  let refused = 0
  for (let run = 0; run < RUNS; run++) {
    const child = startScript('bare-accept.ts', [bareUrl])
    const { port } = await nextMessage<{ port: number }>(child)
    bare.push(rateOf(await load({ port, path: '/bare' })))
    child.disconnect()
    const outcome = await callsTo(instance, {})
    refused += outcome.refused
    ours.push(rateOf(outcome))
  }
  const steady = await callsTo(instance, { rate: 500 })
  print(
    `durable accepts, 1 aep recipient, 64 connections   ${perSecond(median(ours))} ${runsOf(ours)}   refused ${refused}`,
  )
  print(`  bare limit (Fastify + one micro-batched INSERT)   ${perSecond(median(bare))} ${runsOf(bare)}`)
  print(`  ratio ${(median(ours) / median(bare)).toFixed(2)}   (target >= 0.6, and >= 5,000/s)`)
  print(
    `  at 500 calls/s: p50 ${steady.p50Ms.toFixed(1)} ms, p99 ${steady.p99Ms.toFixed(1)} ms   (target p99 <= 25 ms)`,
  )
  await instance.stop()
  sink.disconnect()
}

const settled = async (databaseUrl: string): Promise<number> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const started = performance.now()
  for (;;) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*) as n from delivery where state in ('ready', 'claimed', 'handing_over')`,
    )
    if (rows[0]?.n === 0 || performance.now() - started > 120_000) break
    await new Promise(next => setTimeout(next, 200))
  }
  await pool.end()
  return (performance.now() - started) / 1_000
}

const delivering = async (): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,worker,studio', workers: 1, sinkPort })
  const bareUrl = await bareDatabase(instance.databaseUrl)
  const bare: number[] = []
  const rates = new Map<number, number[]>([
    [20, []],
    [1, []],
  ])
  for (let run = 0; run < RUNS; run++) {
    const chain = await ask<{ mails: number; seconds: number }>(startScript('bare-chain.ts'), {
      databaseUrl: bareUrl,
      sinkPort,
      seconds: SECONDS,
    })
    bare.push(chain.mails / chain.seconds)
    for (const [recipients, figures] of rates) {
      await ask(sink, 'reset')
      const outcome = await callsTo(instance, {
        recipients,
        kind: 'external',
        connections: recipients === 1 ? 64 : 8,
      })
      const rest = await settled(instance.databaseUrl)
      const { mails } = await ask<SinkCount>(sink, 'count')
      figures.push(mails / (outcome.seconds + rest))
    }
  }
  await ask(sink, 'reset')
  await callsTo(instance, { rate: 500, kind: 'external' })
  await settled(instance.databaseUrl)
  const steady = await ask<SinkCount>(sink, 'count')
  const [twenty, one] = [rates.get(20) ?? [], rates.get(1) ?? []]
  print(`end to end, email of 20 KB, calls of 20 recipients  ${perSecond(median(twenty))} ${runsOf(twenty)}`)
  print(`  bare chain (INSERT, claim, render, send, DELETE)  ${perSecond(median(bare))} ${runsOf(bare)}`)
  print(
    `  ratio ${(median(twenty) / median(bare)).toFixed(2)}   (target >= 0.6, and >= 2,500/s for 5 minutes in high-throughput mode)`,
  )
  print(
    `end to end, 1 recipient per call                    ${perSecond(median(one))} ${runsOf(one)}   (target >= 1,800/s)`,
  )
  print(
    `accept to provider at 500 calls/s: p50 ${steady.p50Ms} ms, p99 ${steady.p99Ms} ms   (target <= 50 / 250 ms)`,
  )
  await instance.stop()
  sink.disconnect()
}

const rendering = async (): Promise<void> => {
  const figures = measureRendering({ runs: Math.max(3, RUNS), ms: Math.min(SECONDS * 1_000, 2_000) })
  const { ours, handlebars, liquid, firstCompileMs, compileMs } = figures
  const times = (other: number): string => (ours / other).toFixed(2)
  print(`render of the 20 KB mail, one thread               ${perSecond(ours)}`)
  print(`  handlebars                                       ${perSecond(handlebars)}`)
  print(`  liquidjs                                         ${perSecond(liquid)}`)
  print(
    `  ratio ${times(handlebars)} against handlebars, ${times(liquid)} against liquidjs   (target >= 1.0, >= 10)`,
  )
  print(
    `check and compile of that mail: first ${firstCompileMs.toFixed(1)} ms, then ${compileMs.toFixed(1)} ms   (target <= 20 ms)`,
  )
}

const PARTS = { accept: accepting, deliver: delivering, render: rendering }
const chosen = Object.entries(PARTS).filter(([name]) => values.only === undefined || values.only === name)
if (chosen.length === 0) throw new Error(`--only takes one of ${Object.keys(PARTS).join(', ')}`)

print(
  `Carillon bench: medians of ${RUNS} runs of ${SECONDS} s [each run]; Node ${process.version}; everything on this machine.`,
)
print(
  'The targets are those of the finished delivery engine; a figure counts only beside its bare limit of the same run.',
)
print('Rates end to end count until the queue is empty.\n')
for (const [, measure] of chosen) await measure()
