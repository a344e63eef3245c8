/** End to end: accept, render 20 KB, MIME, SMTP, recorded; against a bare chain of the same steps without a ledger. */
import { cpuPerMessage, cpuTimes } from './cpu.ts'
import { type Instance, startInstance } from './instance.ts'
import { ask, nextMessage, startScript } from './processes.ts'
import {
  bareDatabase,
  highThroughputCalls,
  median,
  perSecond,
  report,
  type Setting,
  untilSettled,
  withRuns,
} from './setting.ts'
import type { SinkCount } from './smtp-sink.ts'

type Child = ReturnType<typeof startScript>

// The rate counts until the queue is empty: what was accepted and not delivered is no throughput.
const rateOfCalls = async (
  instance: Instance,
  sink: Child,
  order: { readonly recipients: number; readonly seconds: number },
): Promise<{ readonly rate: number; readonly cpu: string }> => {
  await ask(sink, 'reset')
  const before = await cpuTimes(instance.pid)
  const outcome = await highThroughputCalls(instance, {
    ...order,
    connections: order.recipients === 1 ? 64 : 8,
  })
  const rest = await untilSettled(instance.databaseUrl)
  const { mails } = await ask<SinkCount>(sink, 'count')
  const cpu = cpuPerMessage(before, await cpuTimes(instance.pid), mails)
  return { rate: mails / (outcome.seconds + rest), cpu }
}

/** Runs of the bare chain and of ours in turn, so that both meet the same moments of the machine. */
export const measureDelivering = async ({ seconds, runs }: Setting): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,worker,studio', workers: 1, sinkPort })
  const bareUrl = await bareDatabase(instance.databaseUrl)
  const [bare, twenty, one]: [number[], number[], number[]] = [[], [], []]
  const cpu = new Map<number, string>()
  const measure = async (recipients: number, rates: number[]): Promise<void> => {
    const run = await rateOfCalls(instance, sink, { recipients, seconds })
    rates.push(run.rate)
    cpu.set(recipients, run.cpu)
  }
  // What was just started is still being compiled: its first seconds are a figure of their own.
  const cold = await rateOfCalls(instance, sink, { recipients: 20, seconds })
  await rateOfCalls(instance, sink, { recipients: 20, seconds })
  for (let run = 0; run < runs; run++) {
    const order = { databaseUrl: bareUrl, sinkPort, seconds }
    const chain = await ask<{ mails: number; seconds: number }>(startScript('bare-chain.ts'), order)
    bare.push(chain.mails / chain.seconds)
    await measure(20, twenty)
    await measure(1, one)
  }
  report({
    name: `the first ${seconds} s after a start, calls of 20 recipients`,
    value: perSecond(cold.rate),
  })
  const ratio = median(twenty) / median(bare)
  report({ name: 'bare chain: INSERT, claim, render, MIME, SMTP, DELETE', value: withRuns(bare) })
  report({
    name: 'end to end, 20 KB, calls of 20 recipients',
    value: withRuns(twenty),
    target: '>= 2,500/s',
    met: median(twenty) >= 2_500,
  })
  report({ name: '  processor time for each message, in µs', value: cpu.get(20) ?? '' })
  report({ name: '  against bare', value: ratio.toFixed(2), target: '>= 0.6', met: ratio >= 0.6 })
  report({
    name: 'end to end, 1 recipient per call',
    value: withRuns(one),
    target: '>= 1,800/s',
    met: median(one) >= 1_800,
  })
  report({ name: '  processor time for each message, in µs', value: cpu.get(1) ?? '' })
  await ask(sink, 'reset')
  await highThroughputCalls(instance, { seconds, rate: 500 })
  await untilSettled(instance.databaseUrl)
  const steady = await ask<SinkCount>(sink, 'count')
  report({
    name: 'accept to provider at 500 calls/s, p50 / p99',
    value: `${steady.p50Ms} / ${steady.p99Ms} ms`,
    target: '<= 50 / 250 ms',
    met: steady.p50Ms <= 50 && steady.p99Ms <= 250,
  })
  await instance.stop()
  sink.disconnect()
}
