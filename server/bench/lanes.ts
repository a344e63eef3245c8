/**
 * Lanes: 100 transactional calls a second, first alone, then while a marketing run of a million goes; and that run's
 * rate, alone before and after the calls, and beside them.
 */
import { createPool } from '../src/db/pool.ts'
import type { LoadOutcome } from './http-load.ts'
import { type Instance, startInstance } from './instance.ts'
import { fillRun } from './marketing.ts'
import { ask, nextMessage, startScript } from './processes.ts'
import { perSecond, report, type Setting, unitaryCalls } from './setting.ts'
import type { SinkCount } from './smtp-sink.ts'

const CALLS_PER_SECOND = 100
const WARM_UP_SECONDS = 5
/** Called again and again: all have a profile after the warm-up. */
const PEOPLE = CALLS_PER_SECOND * WARM_UP_SECONDS

interface Seen {
  /** Marketing mails a second. */
  readonly marketing: number
  /** Accept to provider of transactional mails. */
  readonly p99Ms: number
}

const callPeople = (instance: Instance, seconds: number): Promise<LoadOutcome> =>
  unitaryCalls(instance, { seconds, rate: CALLS_PER_SECOND, profiles: PEOPLE })

const during = async (
  sink: ReturnType<typeof startScript>,
  instance: Instance,
  at: { readonly seconds: number; readonly calls: boolean },
): Promise<Seen> => {
  await ask(sink, 'reset')
  const started = performance.now()
  if (at.calls) await callPeople(instance, at.seconds)
  else await new Promise(next => setTimeout(next, at.seconds * 1_000))
  const { mails, timed, p99Ms } = await ask<SinkCount>(sink, 'count')
  return { marketing: ((mails - timed) * 1_000) / (performance.now() - started), p99Ms }
}

// A run that ended would be slow for no fault of the calls, or fast for none of the engine.
const expectRunning = async ({ databaseUrl }: Instance): Promise<void> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const { rowCount } = await pool.query(
    `select 1 from delivery where lane = 'marketing' and state = 'ready' limit 1`,
  )
  await pool.end()
  if (rowCount === 0)
    throw new RangeError('the run ended before the measurement: --marketing takes a larger one')
}

/** The run's own rate is measured before and after the calls: a machine that others use changes its speed within minutes. */
export const measureLanes = async ({ steadySeconds, marketing }: Setting): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,worker,studio', workers: 1, sinkPort })
  // Profiles and compiled code are there before anything is timed.
  await callPeople(instance, WARM_UP_SECONDS)
  const alone = await during(sink, instance, { seconds: Math.min(60, steadySeconds), calls: true })
  await fillRun(instance, marketing)
  const aloneFor = { seconds: Math.min(15, steadySeconds), calls: false }
  const before = await during(sink, instance, aloneFor)
  const both = await during(sink, instance, { seconds: steadySeconds, calls: true })
  const after = await during(sink, instance, aloneFor)
  await expectRunning(instance)
  const running = (before.marketing + after.marketing) / 2
  const most = Math.max(1.5 * alone.p99Ms, 100)
  const part = both.marketing / running
  report({
    name: `transactional accept to provider, p99, beside a run of ${marketing.toLocaleString('en')}`,
    value: `${both.p99Ms} ms (alone ${alone.p99Ms} ms)`,
    target: `<= ${Math.round(most)} ms`,
    met: both.p99Ms <= most,
  })
  report({
    name: `  the run beside ${CALLS_PER_SECOND} calls/s`,
    value: `${perSecond(both.marketing)} (alone ${perSecond(before.marketing)} before and ${perSecond(after.marketing)} after)`,
    target: '>= 60 % of alone',
    met: part >= 0.6,
  })
  await instance.stop()
  sink.disconnect()
}
