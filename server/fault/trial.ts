/**
 * One run of the fault kit: the product on a database of its own, load, faults by the seed's schedule, and, when all
 * has come to rest, the audit of ledger against callers and sink.
 */
import { untilGone } from '../src/db/embedded/processes.ts'
import { WINDOW } from '../src/roles/start.ts'
import { removeDirectory, temporaryDirectory } from '../test/carillon.ts'
import { type AuditResult, audit } from './audit.ts'
import { startLoad } from './callers.ts'
import { type EventKind, makeSchedule, type Struck, signalTo, strikeAll } from './events.ts'
import type { SinkRecord } from './mischief.ts'
import type { FaultPostgres } from './postgres.ts'
import { createCampaign, type Product, startProduct, untilSettled } from './product.ts'
import { createRandom, type Random } from './random.ts'
import { startSmtpSink } from './smtp-sink.ts'
import { type Samples, startSampler } from './sums.ts'

/**
 * What is tried, on a database that is empty or newly migrated. `postgres` is needed by faults that kill it; `sink`:
 * the mail server misbehaves; `built`: the built product instead of the sources.
 */
export interface TrialOptions {
  readonly databaseUrl: string
  readonly postgres?: FaultPostgres
  readonly seed: number
  readonly seconds: number
  readonly events: readonly EventKind[]
  readonly sink: boolean
  readonly built: boolean
  readonly callers?: number
  readonly runPeople?: number
  readonly settleMs?: number
}

/** What came of it. */
export interface TrialResult {
  readonly problems: readonly string[]
  readonly calls: number
  readonly found: AuditResult
  readonly struck: Struck
  readonly samples: Samples
  readonly misdeeds: ReadonlyMap<string, number>
}

const WORKERS = 2
const GONE_MS = 20_000

interface Scene {
  readonly options: TrialOptions
  readonly random: Random
  readonly product: Product
  readonly sink: SinkRecord
}

// A process that outlives the product's stop is ended here, and told.
const leftOver = async (product: Product): Promise<string[]> => {
  const problems: string[] = []
  for (const pid of product.seen()) {
    if (await untilGone(pid, GONE_MS)) continue
    problems.push(`process ${pid} of the product was still there after the stop`)
    signalTo(pid, 'SIGCONT')
    signalTo(pid, 'SIGKILL')
  }
  return problems
}

const tooManyUnknown = (found: AuditResult, struck: Struck): string[] =>
  found.unknownByWorkers <= WINDOW * struck.victims
    ? []
    : [`${found.unknownByWorkers} unknown by lost workers; ${struck.victims} lost at most ${WINDOW} each`]

const act = async (scene: Scene): Promise<TrialResult> => {
  const { options, random, product, sink } = scene
  const campaignId = await createCampaign(product.target(), sink.port)
  const sampler = startSampler(() => product.db)
  const load = startLoad({
    target: product.target,
    db: product.db,
    campaignId,
    random: random.fork(),
    callers: options.callers ?? 6,
    runPeople: options.runPeople ?? 1_500,
  })
  const schedule = makeSchedule(options.events, options.seconds, random.fork())
  const least = new Promise(next => setTimeout(next, options.seconds * 1_000))
  const struck = await strikeAll({ product, random: random.fork(), postgres: options.postgres }, schedule)
  await least
  sink.calm()
  await load.stop()
  const died = product.alive() ? [] : ['the product ended although nobody killed it']
  const open = await untilSettled(product.db, options.settleMs ?? 120_000)
  const samples = await sampler.stop()
  const found = await audit(product.db, { accepted: load.accepted, deliveries: sink.deliveries })
  const code = await product.stop()
  return {
    problems: [
      ...died,
      ...open,
      ...load.problems,
      ...found.problems,
      ...samples.problems,
      ...tooManyUnknown(found, struck),
      ...(code === 0 ? [] : [`the product stopped with ${code}`]),
      ...(await leftOver(product)),
    ],
    calls: load.accepted.size,
    found,
    struck,
    samples,
    misdeeds: sink.misdeeds,
  }
}

/** Runs one trial; nothing of it stays but its rows. */
export const runTrial = async (options: TrialOptions): Promise<TrialResult> => {
  const random = createRandom(options.seed)
  const { databaseUrl } = options
  const dataDir = await temporaryDirectory()
  const sink = await startSmtpSink(options.sink ? { random: random.fork() } : {})
  const product = await startProduct({ dataDir, databaseUrl, workers: WORKERS, built: options.built })
  try {
    return await act({ options, random, product, sink })
  } finally {
    if (product.alive()) await product.killAll()
    await sink.close()
    await removeDirectory(dataDir)
  }
}
