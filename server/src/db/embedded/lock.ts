/** One Carillon per data directory: a lock file with the process id and a mark of that process' life. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, lifeOf } from './processes.ts'
import { StartError } from './start-error.ts'

/** A held directory. */
export interface DataDirLock {
  release(): Promise<void>
}

interface Holder {
  readonly pid: number
  readonly life: string
}

const read = (file: string): Holder | undefined => {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>
    return typeof value.pid === 'number' && typeof value.life === 'string'
      ? { pid: value.pid, life: value.life }
      : undefined
  } catch {
    return undefined
  }
}

const holds = (holder: Holder): boolean => isAlive(holder.pid) && lifeOf(holder.pid) === holder.life

// A hard link either appears whole or fails because the name is taken: the only atomic step that is needed.
const tryTake = (file: string, own: string): boolean => {
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const refuse = (dataDir: string, holder: Holder): StartError =>
  new StartError(
    'already_running',
    `Carillon already runs on ${dataDir} (process ${holder.pid}).`,
    'Stop that process, or give this one another CARILLON_DATA_DIR.',
  )

// A dead holder's file is moved aside before it is removed, so that two starts cannot both remove a fresh one.
const removeStale = (file: string, aside: string): void => {
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  const moved = read(aside)
  if (moved !== undefined && holds(moved)) tryTake(file, aside)
  rmSync(aside, { force: true })
}

/** Takes the directory for this process; refuses while another living process holds it, naming its id. */
export const lockDataDir = async (dataDir: string): Promise<DataDirLock> => {
  mkdirSync(dataDir, { recursive: true })
  const file = join(dataDir, 'carillon.pid')
  const own = `${file}.${process.pid}`
  writeFileSync(own, JSON.stringify({ pid: process.pid, life: lifeOf(process.pid) } satisfies Holder))
  try {
    while (!tryTake(file, own)) {
      const holder = read(file)
      if (holder !== undefined && holds(holder)) throw refuse(dataDir, holder)
      removeStale(file, `${own}.stale`)
    }
  } finally {
    rmSync(own, { force: true })
  }
  return {
    release: async () => {
      if (read(file)?.pid === process.pid) rmSync(file, { force: true })
    },
  }
}
