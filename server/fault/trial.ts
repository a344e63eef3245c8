/**
 * One run of the fault kit: the product on a database of its own, load, faults by the seed's schedule, and, when all
 * has come to rest, the audit of ledger against callers and sink.
 */
import { untilGone } from '../src/db/embedded/processes.ts'
import { WINDOW } from '../src/roles/start.ts'
import { removeDirectory, temporaryDirectory } from '../test/carillon.ts'
import { type AuditResult, audit } from './audit.ts'
import { type Load, startLoad } from './callers.ts'
import { type EventKind, makeSchedule, type Struck, strikeAll } from './events.ts'
import type { SinkRecord } from './mischief.ts'
import type { FaultPostgres } from './postgres.ts'
import { createCampaign, type Product, signalTo, startProduct, untilSettled } from './product.ts'
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

interface Played {
  readonly accepted: Load['accepted']
  readonly struck: Struck
  readonly problems: readonly string[]
}

const WORKERS = 2
const ANSWER_MS = 60_000
const SETTLE_MS = 120_000
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

/** Load and faults, until both are over and the sink behaves again; answers what went wrong meanwhile. */
const play = async (scene: Scene): Promise<Played> => {
  const { options, random, product, sink } = scene
  const load = startLoad({
    target: product.target,
    db: product.db,
    campaignId: await createCampaign(product.target(), sink.port),
    random: random.fork(),
    callers: options.callers ?? 6,
    runPeople: options.runPeople ?? 1_500,
  })
  const schedule = makeSchedule(options.events, options.seconds, random.fork())
  const least = new Promise(next => setTimeout(next, options.seconds * 1_000))
  const field = { product, random: random.fork(), postgres: options.postgres }
  const problems: string[] = []
  const struck = await strikeAll(field, schedule).catch((error: Error): Struck => {
    problems.push(`a fault could not be done: ${error.message}`)
    return { counts: new Map(), victims: 0 }
  })
  await least
  sink.calm()
  if (!product.alive()) {
    problems.push('the product ended although nobody killed it')
    await product.start()
  }
  problems.push(...(await load.stop(ANSWER_MS)))
  return { accepted: load.accepted, struck, problems }
}

const act = async (scene: Scene): Promise<TrialResult> => {
  const { options, product, sink } = scene
  const sampler = startSampler(() => product.db)
  const { accepted, struck, problems } = await play(scene)
  const open = await untilSettled(product.db, options.settleMs ?? SETTLE_MS)
  const samples = await sampler.stop()
  const found = await audit(product.db, { accepted, deliveries: sink.deliveries })
  const code = await product.stop()
  const stopped = code === 0 ? [] : [`the product stopped with ${code}`]
  const late = [...stopped, ...(await leftOver(product))]
  return {
    problems: [
      ...problems,
      ...open,
      ...found.problems,
      ...samples.problems,
      ...tooManyUnknown(found, struck),
      ...late,
    ],
    calls: accepted.size,
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
