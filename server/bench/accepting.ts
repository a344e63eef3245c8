/** Durable accepts against Fastify with one micro-batched INSERT, in turn; then a steady 500 calls a second. */
import { startInstance } from './instance.ts'
import { nextMessage, startScript } from './processes.ts'
import {
  bareDatabase,
  load,
  median,
  rateOf,
  report,
  type Setting,
  unitaryCalls,
  withRuns,
} from './setting.ts'

/** No worker runs: what is measured is accepting alone. */
export const measureAccepting = async ({ seconds, runs }: Setting): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,studio', workers: 1, sinkPort })
  const bareUrl = await bareDatabase(instance.databaseUrl)
  // Every person exists before the measurement.
  await unitaryCalls(instance, { seconds: 3 })
  const [ours, bare]: [number[], number[]] = [[], []]
  let refused = 0
  for (let run = 0; run < runs; run++) {
    const child = startScript('bare-accept.ts', [bareUrl])
    const { port } = await nextMessage<{ port: number }>(child)
    bare.push(rateOf(await load({ port, path: '/bare', seconds })))
    child.disconnect()
    const outcome = await unitaryCalls(instance, { seconds })
    refused += outcome.refused
    ours.push(rateOf(outcome))
  }
  const steady = await unitaryCalls(instance, { seconds, rate: 500 })
  const ratio = median(ours) / median(bare)
  report({ name: 'bare accepts: Fastify + one micro-batched INSERT', value: withRuns(bare) })
  report({
    name: 'durable accepts, 1 aep recipient, 64 connections',
    value: `${withRuns(ours)} refused ${refused}`,
    target: '>= 5,000/s',
    met: median(ours) >= 5_000 && refused === 0,
  })
  report({ name: '  against bare', value: ratio.toFixed(2), target: '>= 0.6', met: ratio >= 0.6 })
  report({
    name: 'accept at 500 calls/s, p99',
    value: `${steady.p99Ms.toFixed(1)} ms (p50 ${steady.p50Ms.toFixed(1)})`,
    target: '<= 25 ms',
    met: steady.p99Ms <= 25,
  })
  await instance.stop()
  sink.disconnect()
}
