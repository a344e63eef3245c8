/** What the scenarios share: a product with a campaign and a sink, and calls whose answers are kept. */
import { removeDirectory, temporaryDirectory, trigger } from '../test/carillon.ts'
import { type AcceptedCall, audit } from './audit.ts'
import { startLoad } from './callers.ts'
import type { SinkRecord } from './mischief.ts'
import { createCampaign, type Product, startProduct, untilSettled } from './product.ts'
import { createRandom } from './random.ts'
import { startSmtpSink } from './smtp-sink.ts'

/** What came of a scenario; `skipped` says what this machine does not allow. */
export interface ScenarioResult {
  readonly problems: readonly string[]
  readonly facts: readonly string[]
  readonly skipped?: string
}

/** A product at work. */
export interface Scene {
  readonly product: Product
  readonly sink: SinkRecord
  readonly campaignId: string
  /** Every call answered 202. */
  readonly accepted: Map<string, AcceptedCall>
  /** One call; undefined: not answered within the time. */
  call(options: SceneCall): Promise<SceneAnswer>
  /** Ordinary load for a while; every call of it is answered 202 in the end. Answers what went wrong. */
  loadFor(ms: number): Promise<readonly string[]>
  /** Waits until all is settled and audits; answers what went wrong. */
  audit(): Promise<readonly string[]>
}

/** A call of a scenario. */
export interface SceneCall {
  readonly requestId: string
  readonly people: number
  readonly fill?: string
  readonly timeoutMs: number
}

/** Its answer, and how long that took. Status 0: none. */
export interface SceneAnswer {
  readonly call: SceneCall
  readonly status: number
  readonly ms: number
}

const SETTLE_MS = 120_000
const ANSWER_MS = 60_000

const makeCaller =
  (scene: Pick<Scene, 'product' | 'campaignId' | 'accepted'>) =>
  async (options: SceneCall): Promise<SceneAnswer> => {
    const recipients = Array.from({ length: options.people }, (_, index) => ({
      type: 'external',
      userId: `${options.requestId}-${index}@example.test`,
      namespace: 'email',
      context: { n: index, fill: options.fill ?? '' },
    }))
    const { requestId, timeoutMs } = options
    const started = performance.now()
    const body = { requestId, campaignId: scene.campaignId, recipients }
    const answer = await trigger(scene.product.target(), body, timeoutMs).catch(() => undefined)
    if (answer?.status === 202)
      scene.accepted.set(requestId, {
        executionId: answer.body.executionId,
        userIds: recipients.map(person => person.userId),
      })
    return { call: options, status: answer?.status ?? 0, ms: performance.now() - started }
  }

const openScene = async (databaseUrl: string, dataDir: string): Promise<Scene> => {
  const sink = await startSmtpSink()
  const product = await startProduct({ dataDir, databaseUrl, workers: 1, built: true })
  const campaignId = await createCampaign(product.target(), sink.port)
  const accepted = new Map<string, AcceptedCall>()
  let loads = 0
  return {
    product,
    sink,
    campaignId,
    accepted,
    call: makeCaller({ product, campaignId, accepted }),
    loadFor: async ms => {
      const random = createRandom(++loads)
      const load = startLoad({
        target: product.target,
        db: product.db,
        campaignId,
        random,
        callers: 4,
        runPeople: 0,
        name: `load${loads}`,
      })
      await new Promise(next => setTimeout(next, ms))
      const problems = await load.stop(ANSWER_MS)
      for (const [requestId, call] of load.accepted) accepted.set(requestId, call)
      return problems
    },
    audit: async () => {
      const open = await untilSettled(product.db, SETTLE_MS)
      const found = await audit(product.db, { accepted, deliveries: sink.deliveries })
      return [...open, ...found.problems]
    },
  }
}

/** Opens a scene on a database, plays it, and stops all that was started. */
export const withScene = async (
  databaseUrl: string,
  play: (scene: Scene) => Promise<ScenarioResult>,
): Promise<ScenarioResult> => {
  const dataDir = await temporaryDirectory()
  const scene = await openScene(databaseUrl, dataDir)
  try {
    const result = await play(scene)
    const alive = scene.product.alive()
    const code = alive ? await scene.product.stop() : null
    const problems = alive ? [] : ['the product ended although nobody killed it']
    if (alive && code !== 0) problems.push(`the product stopped with ${code}`)
    return { ...result, problems: [...result.problems, ...problems] }
  } finally {
    if (scene.product.alive()) await scene.product.killAll()
    await scene.sink.close()
    await removeDirectory(dataDir)
  }
}

/**
 * A call that got no answer may have been stored all the same, so its caller repeats it until it knows. Those that
 * were refused are left alone: the audit finds whatever was stored of them.
 */
export const repeatUnanswered = async (scene: Scene, answers: readonly SceneAnswer[]): Promise<string[]> => {
  const waiting = answers.filter(answer => answer.status === 0).map(answer => answer.call)
  const problems: string[] = []
  const one = async (): Promise<void> => {
    for (let call = waiting.pop(); call !== undefined; call = waiting.pop()) {
      const { status } = await scene.call(call)
      if (status !== 202) problems.push(`afterwards ${call.requestId} is answered ${status}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, one))
  return problems
}

/** Calls until one is answered 202; answers what went wrong when none was in time. */
export const untilAccepted = async (scene: Scene, ms: number): Promise<string[]> => {
  const deadline = performance.now() + ms
  while (performance.now() < deadline) {
    const { status } = await scene.call({ requestId: 'afterwards', people: 1, timeoutMs: ms })
    if (status === 202) return []
    await new Promise(next => setTimeout(next, 100))
  }
  return [`no call was accepted within ${ms} ms after the fault was over`]
}

/** Whether an answer asks its caller to come back. */
export const isRefused = (answer: SceneAnswer): boolean => answer.status === 503 || answer.status === 429

/** The wrong answers among those of a time in which little or nothing can be stored: neither 202 nor a refusal to repeat. */
export const wrongAnswers = (answers: readonly SceneAnswer[], withinMs: number): string[] => {
  const silent = answers.filter(answer => answer.status === 0).length
  const other = answers.filter(answer => ![0, 202].includes(answer.status) && !isRefused(answer))
  return [
    ...(silent === 0 ? [] : [`${silent} of ${answers.length} calls were not answered within ${withinMs} ms`]),
    ...(other.length === 0 ? [] : [`calls were answered ${[...new Set(other.map(one => one.status))]}`]),
  ]
}
