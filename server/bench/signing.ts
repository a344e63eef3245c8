/** End to end with DKIM: unsigned, Ed25519 and RSA-2048 in turn, over one instance, so that all meet the same moments. */
import { cpuPerMessage, cpuTimes } from './cpu.ts'
import { type Instance, startInstance } from './instance.ts'
import { ask, nextMessage, startScript } from './processes.ts'
import { highThroughputCalls, median, report, type Setting, untilSettled, withRuns } from './setting.ts'
import type { SinkCount } from './smtp-sink.ts'

const call = async ({ port, headers }: Instance, path: string, body: object): Promise<{ id: string }> => {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new RangeError(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as { id: string }
}

/** Makes a campaign like the bench's own, whose mail is signed. */
const signedCampaign = async (instance: Instance, algorithm: 'rsa' | 'ed25519'): Promise<string> => {
  const domain = `${algorithm}.test`
  const key = await call(instance, '/dkim-keys', { domain, algorithm })
  await call(instance, `/dkim-keys/${key.id}/activate`, { force: true })
  return instance.addCampaign(`bench@${domain}`)
}

/** Prints the two figures. */
export const measureSigning = async ({ seconds, runs }: Setting): Promise<void> => {
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,worker,studio', workers: 1, sinkPort })
  const campaigns = {
    unsigned: instance.highThroughputId,
    ed25519: await signedCampaign(instance, 'ed25519'),
    rsa: await signedCampaign(instance, 'rsa'),
  }
  const rates = { unsigned: [] as number[], ed25519: [] as number[], rsa: [] as number[] }
  const cpu = { unsigned: '', ed25519: '', rsa: '' }
  const measure = async (kind: keyof typeof campaigns): Promise<void> => {
    await ask(sink, 'reset')
    const before = await cpuTimes(instance.pid)
    const order = { campaignId: campaigns[kind], recipients: 20, connections: 8, seconds }
    const outcome = await highThroughputCalls(instance, order)
    const rest = await untilSettled(instance.databaseUrl)
    const { mails } = await ask<SinkCount>(sink, 'count')
    cpu[kind] = cpuPerMessage(before, await cpuTimes(instance.pid), mails)
    rates[kind].push(mails / (outcome.seconds + rest))
  }
  for (let run = 0; run < runs; run++)
    for (const kind of ['unsigned', 'ed25519', 'rsa'] as const) await measure(kind)
  const ratio = median(rates.ed25519) / median(rates.unsigned)
  report({ name: 'end to end, unsigned', value: withRuns(rates.unsigned) })
  report({ name: 'end to end, DKIM Ed25519', value: withRuns(rates.ed25519) })
  report({ name: '  against unsigned', value: ratio.toFixed(2), target: '>= 0.85', met: ratio >= 0.85 })
  report({
    name: 'end to end, DKIM RSA-2048',
    value: withRuns(rates.rsa),
    target: '>= 1,500/s',
    met: median(rates.rsa) >= 1_500,
  })
  for (const kind of ['unsigned', 'ed25519', 'rsa'] as const)
    report({ name: `  processor time for each message, in µs, ${kind}`, value: cpu[kind] })
  await instance.stop()
  sink.disconnect()
}
