/**
 * Where the embedded database lives and as whom it runs. PostgreSQL refuses to run as root, so root hands it to an
 * unprivileged user, who must be able to reach binaries and data.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Log } from '../../lib/log.ts'
import { StartError } from './start-error.ts'

/** The user that a spawned process gets. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Folders and user of one embedded server. */
export interface Place {
  readonly native: string
  readonly data: string
  readonly owner: Owner | undefined
}

const USERS = ['postgres', 'nobody']

const idOf = (flag: string, user: string): number | undefined => {
  try {
    return Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return undefined
  }
}

const findOwner = (): Owner | undefined => {
  if (process.getuid?.() !== 0) return undefined
  for (const user of USERS) {
    const [uid, gid] = [idOf('-u', user), idOf('-g', user)]
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new StartError(
    'no_user',
    'PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.',
    'Add one (useradd --system postgres), start Carillon as another user, or set DATABASE_URL.',
  )
}

const OTHERS_MAY_PASS = 0o001

// Whether anybody may walk down to this folder.
const isReachable = (path: string): boolean => {
  for (let at = realpathSync(path); ; at = dirname(at)) {
    if ((statSync(at).mode & OTHERS_MAY_PASS) === 0) return false
    if (at === dirname(at)) return true
  }
}

const SHARED = '/var/lib/carillon'

const copyBinaries = (native: string, base: string): string => {
  const copy = join(base, 'native')
  const fresh = join(base, `native.${process.pid}`)
  if (
    existsSync(copy) &&
    statSync(join(copy, 'bin', 'postgres')).mtimeMs >= statSync(join(native, 'bin', 'postgres')).mtimeMs
  )
    return copy
  cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
  rmSync(copy, { recursive: true, force: true })
  renameSync(fresh, copy)
  return copy
}

const makeFolder = (path: string, owner: Owner, mode: number): void => {
  mkdirSync(path, { recursive: true })
  chownSync(path, owner.uid, owner.gid)
  chmodSync(path, mode)
}

/** Chooses the place and prepares its folders; what lies elsewhere than expected is said through the log. */
export const choosePlace = (dataDir: string, native: string, log: Log): Place => {
  const owner = findOwner()
  mkdirSync(dataDir, { recursive: true })
  if (owner === undefined) return { native, data: join(dataDir, 'postgres'), owner }
  const hash = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)
  const base = join(SHARED, hash)
  const [dataReachable, nativeReachable] = [isReachable(dataDir), isReachable(native)]
  if (!dataReachable || !nativeReachable) {
    makeFolder(SHARED, { uid: 0, gid: 0 }, 0o755)
    makeFolder(base, { uid: 0, gid: 0 }, 0o755)
  }
  const parent = dataReachable ? join(dataDir, 'db') : join(base, 'db')
  makeFolder(parent, owner, 0o700)
  if (!dataReachable)
    log.warn({ dataDir, base }, `Nobody but root can reach ${dataDir}: the database lies under ${base}.`)
  else if (!nativeReachable)
    log.warn({ base }, `Nobody but root can reach the PostgreSQL binaries: they were copied to ${base}.`)
  return {
    native: nativeReachable ? native : copyBinaries(native, base),
    data: join(parent, 'postgres'),
    owner,
  }
}
