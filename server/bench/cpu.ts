/** Where the processor time goes: microseconds of all cores, by part of the system. Linux only; elsewhere it says nothing. */
import { readdir, readFile } from 'node:fs/promises'

/** Busy microseconds so far, by part. */
export type CpuTimes = Readonly<Record<string, number>>

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
  /** Its own time, and that of its children that have ended, such as autovacuum workers. */
  readonly us: number
  readonly endedUs: number
}

// Clock ticks are 100 a second on every Linux that Node runs on.
const TICK_US = 10_000

const readProcess = async (pid: string): Promise<Process | undefined> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const [, command, rest] = /\((.*)\) (.*)$/s.exec(stat) ?? []
  if (command === undefined || rest === undefined) return undefined
  const fields = rest.split(' ')
  return {
    pid: Number(pid),
    parent: Number(fields[1]),
    command,
    us: [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) * TICK_US,
    endedUs: (Number(fields[13]) + Number(fields[14])) * TICK_US,
  }
}

const everyProcess = async (): Promise<Process[]> => {
  const names = await readdir('/proc').catch((): string[] => [])
  const found = await Promise.all(names.filter(name => /^\d+$/.test(name)).map(readProcess))
  return found.filter(one => one !== undefined)
}

const descendants = (all: readonly Process[], pid: number): Process[] =>
  all.filter(one => one.parent === pid).flatMap(one => [one, ...descendants(all, one.pid)])

/** The times of a running instance (`pid` is its program) and of the bench itself. */
export const cpuTimes = async (pid: number): Promise<CpuTimes> => {
  const all = await everyProcess()
  const sum = (processes: readonly Process[]): number => processes.reduce((total, one) => total + one.us, 0)
  const below = descendants(all, pid)
  const own = new Set(below.map(one => one.pid))
  const bench = descendants(all, process.pid).filter(one => one.pid !== pid && !own.has(one.pid))
  return {
    api: sum(all.filter(one => one.pid === pid)),
    workers: sum(below.filter(one => one.command !== 'postgres')),
    postgres: sum(below.filter(one => one.command === 'postgres')),
    // Loads end with their measurement.
    'load and sink': sum(bench) + (all.find(one => one.pid === process.pid)?.endedUs ?? 0),
  }
}

/** The time between two readings for each of `n` messages, as one line. */
export const cpuPerMessage = (from: CpuTimes, to: CpuTimes, n: number): string =>
  Object.entries(to)
    .map(([part, us]) => `${part} ${Math.round((us - (from[part] ?? 0)) / Math.max(1, n))}`)
    .join(', ')
