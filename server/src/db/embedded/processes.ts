/** Looks at other processes: alive or not, since when, and how to end one. Knows nothing of databases. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { delay } from '../../lib/delay.ts'

/** Whether a process of this id lives; a zombie does not. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return statOf(pid)?.state !== 'Z'
}

const statOf = (pid: number): { readonly state: string; readonly startedAt: string } | undefined => {
  try {
    // The name in parentheses may hold anything; the fields after it are fixed (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { state: fields[0] ?? '', startedAt: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

/** A mark of one life of a process id, so that a reused id is noticed; empty where the system does not tell. */
export const lifeOf = (pid: number): string => statOf(pid)?.startedAt ?? ''

const linkOf = (pid: number | string, name: 'cwd' | 'exe'): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/${name}`)
  } catch {
    return undefined
  }
}

/** The directory that a process works in; undefined where the system does not tell. */
export const directoryOf = (pid: number): string | undefined => linkOf(pid, 'cwd')

// The system says so of a program that was replaced, by an upgrade for one.
const programOf = (pid: string): string => basename(linkOf(pid, 'exe') ?? '').replace(/ \(deleted\)$/, '')

/** Processes of a program that work in a directory; none where the system does not tell. */
export const processesIn = (directory: string, program: string): number[] => {
  try {
    return readdirSync('/proc')
      .filter(pid => linkOf(pid, 'cwd') === directory && programOf(pid) === program)
      .map(Number)
  } catch {
    return []
  }
}

const POLL_MS = 20

/** Waits until a process is gone; false after `ms`. */
export const untilGone = async (pid: number, ms: number): Promise<boolean> => {
  const deadline = performance.now() + ms
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false
    await delay(POLL_MS)
  }
  return true
}

/** Sends a signal to a process that may be gone already. */
export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch {
    // Gone.
  }
}
