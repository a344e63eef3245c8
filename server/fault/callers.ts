/**
 * The load under fault: callers as careful ones are. Each repeats a call until it is answered, some repeat an
 * answered one on purpose, and a marketing run is fed in chunks that are repeated until they are committed.
 */
import type pg from 'pg'
import { addToRun, beginRun, type RunPerson, runMessageId } from '../src/campaigns/run.ts'
import { uuidv7 } from '../src/lib/ids.ts'
import { trigger } from '../test/carillon.ts'
import type { AcceptedCall } from './audit.ts'
import type { Target } from './product.ts'
import type { Random } from './random.ts'

/** What is called. `target` and the database may be away for a while. */
export interface LoadOptions {
  readonly target: () => Target
  readonly db: pg.Pool
  readonly campaignId: string
  readonly random: Random
  readonly callers: number
  /** People of the marketing run; 0: none. */
  readonly runPeople: number
  /** Request ids begin so. */
  readonly name?: string
}

/** A running load. */
export interface Load {
  /** Every call answered 202, and the run, by request id. */
  readonly accepted: ReadonlyMap<string, AcceptedCall>
  /**
   * Begins no more calls; resolves when the last one has been answered and the run is complete. What is not within
   * the time is given up, and told.
   */
  stop(ms: number): Promise<readonly string[]>
}

const PAUSE_MS = [10, 60] as const
const FILL = 'x'.repeat(150_000)
const CHUNK = [20, 200] as const
/** The kit's own row of every sum. */
const SHARD = 990

interface Call {
  readonly requestId: string
  readonly campaignId: string
  readonly recipients: readonly { readonly userId: string }[]
}

/** What the parts of one load share. */
interface Work {
  readonly options: LoadOptions
  readonly accepted: Map<string, AcceptedCall>
  readonly problems: string[]
  abandoned: boolean
}

class GivenUp extends Error {}

const pause = (ms: number): Promise<void> => new Promise(next => setTimeout(next, ms))

/** Mostly one person, sometimes twenty; now and then a mail of hundreds of kilobytes, which can be cut half-way. */
const makeCall = (requestId: string, campaignId: string, random: Random): Call => {
  const recipients = Array.from({ length: random.chance(0.15) ? 20 : 1 }, (_, index) => ({
    type: random.chance(0.3) ? 'aep' : 'external',
    userId: `${requestId}-${index}@example.test`,
    namespace: 'email',
    context: { n: requestId, fill: random.chance(0.005) ? FILL : '' },
  }))
  return { requestId, campaignId, recipients }
}

// 503 and no answer at all are what a caller repeats for; 429 likewise. Anything else would be a lie.
const callUntilAnswered = async (work: Work, call: Call): Promise<string> => {
  const { options, problems } = work
  while (!work.abandoned) {
    const answer = await trigger(options.target(), call).catch(() => undefined)
    if (answer?.status === 202) return answer.body.executionId
    if (answer !== undefined && ![503, 429].includes(answer.status))
      problems.push(`call ${call.requestId} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
    await pause(50)
  }
  throw new GivenUp(`call ${call.requestId} was not answered`)
}

const startCallers = (work: Work) => {
  const { options, accepted, problems } = work
  let running = true
  const one = async (caller: number, random: Random): Promise<void> => {
    for (let n = 0; running; n++) {
      const call = makeCall(`${options.name ?? 'r'}-${caller}-${n}`, options.campaignId, random)
      const times = random.chance(0.1) ? 2 : 1
      const ids = await Promise.all(Array.from({ length: times }, () => callUntilAnswered(work, call)))
      if (random.chance(0.05)) ids.push(await callUntilAnswered(work, call))
      const [executionId = ''] = ids
      if (ids.some(id => id !== executionId)) problems.push(`call ${call.requestId} got several ids: ${ids}`)
      accepted.set(call.requestId, { executionId, userIds: call.recipients.map(person => person.userId) })
      await pause(random.between(...PAUSE_MS))
    }
  }
  const loops = Array.from({ length: options.callers }, (_, caller) => one(caller, options.random.fork()))
  return {
    done: Promise.all(loops),
    stop: () => {
      running = false
    },
  }
}

const untilDone = async <T>(work: Work, act: () => Promise<T>): Promise<T> => {
  while (!work.abandoned) {
    try {
      return await act()
    } catch {
      await pause(100)
    }
  }
  throw new GivenUp('the run was not complete')
}

interface RunTarget {
  readonly sandboxId: string
  readonly versionId: string
}

/** The sandbox and the live version of a campaign. */
export const runTargetOf = async (db: pg.Pool, campaignId: string): Promise<RunTarget> => {
  const { rows } = await db.query<RunTarget>(
    `select sandbox_id as "sandboxId", live_version_id as "versionId" from campaign
     where id = $1 and live_version_id is not null`,
    [campaignId],
  )
  const [target] = rows
  if (target === undefined) throw new RangeError(`campaign ${campaignId} is not live`)
  return target
}

/** The n-th person of a made-up audience. */
export const runPerson = (executionId: string, position: number): RunPerson => ({
  messageId: runMessageId(executionId, position),
  recipient: { type: 'external', userId: `run-${position}@example.test`, namespace: 'email' },
  context: { n: position, fill: '' },
})

const feedRun = async (work: Work, random: Random): Promise<void> => {
  const { db, campaignId, runPeople } = work.options
  const executionId = uuidv7(Date.now())
  const { sandboxId, versionId } = await untilDone(work, () => runTargetOf(db, campaignId))
  const start = {
    executionId,
    sandboxId,
    campaignId,
    versionId,
    requestId: 'run',
    createdBy: 'fault kit',
    now: new Date(),
  }
  await untilDone(work, () => beginRun(db, start))
  const userIds: string[] = []
  work.accepted.set('run', { executionId, userIds })
  for (let from = 0; from < runPeople; ) {
    const size = Math.min(runPeople - from, Math.floor(random.between(...CHUNK)))
    const people = Array.from({ length: size }, (_, index) => runPerson(executionId, from + index))
    const chunk = { executionId, people, expiresAt: null, now: new Date(), shard: SHARD }
    await untilDone(work, () => addToRun(db, chunk))
    if (random.chance(0.2)) await untilDone(work, () => addToRun(db, chunk))
    userIds.push(...people.map(person => person.recipient.userId))
    from += size
    await pause(random.between(...PAUSE_MS))
  }
}

/** Starts the callers and the run. */
export const startLoad = (options: LoadOptions): Load => {
  const work: Work = { options, accepted: new Map(), problems: [], abandoned: false }
  const run = options.runPeople > 0 ? feedRun(work, options.random.fork()) : Promise.resolve()
  const callers = startCallers(work)
  const tell = (error: unknown): void => {
    if (!(error instanceof GivenUp)) throw error
    work.problems.push(error.message)
  }
  const done = Promise.all([callers.done.catch(tell), run.catch(tell)])
  return {
    accepted: work.accepted,
    stop: async ms => {
      callers.stop()
      const timer = setTimeout(() => {
        work.abandoned = true
      }, ms)
      await done
      clearTimeout(timer)
      return work.problems
    },
  }
}
