/**
 * Does it hold? An empty ledger, calls of 20 high-throughput recipients at a little more than the target rate, for five
 * minutes: what is delivered in that time, and whether the queue grew after the first minute.
 */
import { cpuPerMessage, cpuTimes } from './cpu.ts'
import { startInstance } from './instance.ts'
import { ask, nextMessage, startScript } from './processes.ts'
import { highThroughputCalls, openMessages, perSecond, report, type Setting } from './setting.ts'
import type { SinkCount } from './smtp-sink.ts'

const RECIPIENTS = 20
const MAILS_PER_SECOND = 2_540
const TARGET = 2_500

const after = (seconds: number): Promise<void> => new Promise(next => setTimeout(next, seconds * 1_000))

/** `steadySeconds` long; the first fifth of it counts as the first minute. */
export const measureSteady = async ({ steadySeconds }: Setting): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,worker,studio', workers: 1, sinkPort })
  const minute = steadySeconds / 5
  const before = await cpuTimes(instance.pid)
  const calls = highThroughputCalls(instance, {
    seconds: steadySeconds,
    rate: MAILS_PER_SECOND / RECIPIENTS,
    recipients: RECIPIENTS,
    connections: 16,
  })
  await after(minute)
  const first = await openMessages(instance.databaseUrl)
  const outcome = await calls
  const last = await openMessages(instance.databaseUrl)
  const { mails } = await ask<SinkCount>(sink, 'count')
  const cpu = cpuPerMessage(before, await cpuTimes(instance.pid), mails)
  const rate = mails / outcome.seconds
  report({
    name: `end to end for ${steadySeconds} s, calls of 20 recipients`,
    value: `${perSecond(rate)}, refused ${outcome.refused}`,
    target: '>= 2,500/s for 300 s',
    met: rate >= TARGET && outcome.refused === 0,
  })
  report({
    name: `  queue after ${Math.round(minute)} s, and at the end`,
    value: `${first}, ${last}`,
    // A few batches more or less are the moment's, not a trend.
    target: 'not longer',
    met: last <= first + MAILS_PER_SECOND / 2,
  })
  report({ name: '  processor time for each message, in µs', value: cpu })
  await instance.stop()
  sink.disconnect()
}
