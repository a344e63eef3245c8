/** Memory: every process of the product with 10,000 messages waiting, then with a million, while it delivers them. */
import { readdir, readFile } from 'node:fs/promises'
import { type Instance, startInstance } from './instance.ts'
import { fillRun } from './marketing.ts'
import { nextMessage, startScript } from './processes.ts'
import { median, report, type Setting } from './setting.ts'

const MB = 1_024 * 1_024
const FEW = 10_000
const SAMPLES = 40

const rssOf = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024) / MB
}

// The program and the processes it started, the embedded PostgreSQL apart.
const processesOf = async (pid: number): Promise<number[]> => {
  const found = [pid]
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : ''
    const [, command, parent] = /\((.*)\) \S (\d+)/.exec(stat) ?? []
    if (Number(parent) === pid && command !== 'postgres') found.push(Number(name))
  }
  return found
}

// Highest first: which of them is which does not matter to the target, every one must keep it.
const memoryOf = async (instance: Instance): Promise<number[]> => {
  const pids = await processesOf(instance.pid)
  const samples = pids.map((): number[] => [])
  for (let sample = 0; sample < SAMPLES; sample++) {
    for (const [index, pid] of pids.entries()) samples[index]?.push(await rssOf(pid))
    await new Promise(next => setTimeout(next, 250))
  }
  return samples.map(median).sort((a, b) => b - a)
}

/** Watches the largest process from now on; `stop` answers how large it was, in MB (0 where there is no /proc). */
export const largestOf = (instance: Instance): { stop(): Promise<number> } => {
  let [largest, isOver] = [0, false]
  const watching = (async () => {
    while (!isOver && process.platform === 'linux') {
      for (const pid of await processesOf(instance.pid)) largest = Math.max(largest, await rssOf(pid))
      await new Promise(next => setTimeout(next, 1_000))
    }
  })()
  return {
    stop: async () => {
      isOver = true
      await watching
      return largest
    },
  }
}

/** Skipped where there is no /proc. */
export const measureMemory = async ({ marketing }: Setting): Promise<void> => {
  if (process.platform !== 'linux') return report({ name: 'memory', value: 'only measured on Linux' })
  const sink = startScript('smtp-sink.ts')
  const { port: sinkPort } = await nextMessage<{ port: number }>(sink)
  const instance = await startInstance({ roles: 'api,worker,studio', workers: 1, sinkPort })
  // Warmed up first, so that the two figures differ by what waits and not by compiled code.
  await fillRun(instance, 2 * FEW)
  await memoryOf(instance)
  await fillRun(instance, FEW)
  const few = await memoryOf(instance)
  await fillRun(instance, marketing)
  const many = await memoryOf(instance)
  const shown = (sizes: readonly number[]): string => sizes.map(size => Math.round(size)).join(', ')
  const growth = Math.max(...many.map((size, index) => size / (few[index] ?? size)))
  report({
    name: `resident memory of each process, ${marketing.toLocaleString('en')} waiting`,
    value: `${shown(many)} MB`,
    target: '<= 300 MB',
    met: Math.max(...many) <= 300,
  })
  report({
    name: `  against ${FEW.toLocaleString('en')} waiting (${shown(few)} MB)`,
    value: `x ${growth.toFixed(2)}`,
    target: '<= 1.1',
    met: growth <= 1.1,
  })
  await instance.stop()
  sink.disconnect()
}
