/**
 * A full disk, in two ways: where the tables lie (statements fail, the server lives), and where everything lies, its
 * log included (the server panics). Calls must be refused, nothing may be half-done, and with room again all goes on.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { chmod, chown, mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { removeDirectory, temporaryDirectory } from '../test/carillon.ts'
import { onEmergency } from './emergency.ts'
import { type FaultPostgres, startFaultPostgres } from './postgres.ts'
import {
  isRefused,
  repeatUnanswered,
  type ScenarioResult,
  type Scene,
  type SceneAnswer,
  untilAccepted,
  withScene,
  wrongAnswers,
} from './scenario.ts'

const WAIT_MS = 15_000
const FULL_MS = 6_000
const AFTER_MS = 30_000
const CALLERS = 8
const BALLAST = 'ballast'
const BLOCK = Buffer.alloc(1 << 16, 1)

interface Mount {
  readonly place: string
  readonly forget: () => void
}

/** A small file system in memory; undefined where this machine does not allow one. */
const mountSmall = async (megabytes: number): Promise<Mount | undefined> => {
  const place = await temporaryDirectory()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', place], {
      stdio: 'ignore',
    })
    return {
      place,
      forget: onEmergency(() => execFileSync('umount', ['--lazy', place], { stdio: 'ignore' })),
    }
  } catch {
    await removeDirectory(place)
    return undefined
  }
}

const unmount = async ({ place, forget }: Mount): Promise<void> => {
  forget()
  execFileSync('umount', ['--lazy', place], { stdio: 'ignore' })
  await removeDirectory(place)
}

const isFull = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOSPC'

/** Writes until nothing more goes. */
const fill = (place: string): void => {
  const file = openSync(join(place, BALLAST), 'a')
  try {
    for (;;) writeSync(file, BLOCK)
  } catch (error) {
    if (!isFull(error)) throw error
  } finally {
    closeSync(file)
  }
}

const free = (place: string): void => rmSync(join(place, BALLAST), { force: true })

/** Large calls, kept up while the disk is full: what little room is left is used up by the first. */
const callWhileFull = async (scene: Scene, place: string): Promise<SceneAnswer[]> => {
  const answers: SceneAnswer[] = []
  const started = performance.now()
  const one = async (caller: number): Promise<void> => {
    for (let n = 0; performance.now() - started < FULL_MS; n++) {
      // What the server gives back meanwhile (old log, dead rows) is taken away from it.
      if (caller === 0) fill(place)
      const call = { requestId: `f-${caller}-${n}`, people: 20, fill: 'x'.repeat(20_000), timeoutMs: WAIT_MS }
      answers.push(await scene.call(call))
      await new Promise(next => setTimeout(next, 20))
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => one(caller)))
  return answers
}

interface Disk {
  readonly place: string
  readonly postgres: FaultPostgres
}

const play = async (scene: Scene, disk: Disk): Promise<ScenarioResult> => {
  const problems = [...(await scene.loadFor(1_500))]
  fill(disk.place)
  const answers = await callWhileFull(scene, disk.place)
  free(disk.place)
  const { bavail, bsize } = await statfs(disk.place)
  await disk.postgres.bringBack()
  problems.push(...wrongAnswers(answers, WAIT_MS), ...(await untilAccepted(scene, AFTER_MS)))
  problems.push(...(await repeatUnanswered(scene, answers)), ...(await scene.loadFor(1_500)))
  problems.push(...(await scene.audit()))
  const refused = answers.filter(isRefused).length
  if (refused === 0) problems.push('no call was refused: the disk was not full')
  return {
    problems,
    facts: [
      `${answers.length} calls, ${refused} refused; ${Math.round((bavail * bsize) / 1e6)} MB free afterwards`,
    ],
  }
}

const NO_MOUNT = 'a small file system cannot be mounted here (needs root and mount)'

/** The tables alone on a full disk. */
export const tablesFull = async (postgres: FaultPostgres): Promise<ScenarioResult> => {
  const mount = await mountSmall(120)
  if (mount === undefined) return { problems: [], facts: [], skipped: NO_MOUNT }
  const { place } = mount
  const tables = join(place, 'tables')
  await mkdir(tables)
  const owner = postgres.owner()
  if (owner !== undefined) await chown(tables, owner.uid, owner.gid)
  await chmod(tables, 0o700)
  await postgres.run(`create tablespace small location '${tables}'`)
  const databaseUrl = await postgres.createDatabase('small')
  try {
    return await withScene(databaseUrl, scene => play(scene, { place, postgres }))
  } finally {
    await postgres.dropDatabase(databaseUrl)
    await postgres.run('drop tablespace small')
    await unmount(mount)
  }
}

/** The whole server on a full disk. */
export const everythingFull = async (): Promise<ScenarioResult> => {
  const mount = await mountSmall(700)
  if (mount === undefined) return { problems: [], facts: [], skipped: NO_MOUNT }
  const { place } = mount
  const postgres = await startFaultPostgres(place)
  try {
    const databaseUrl = await postgres.createDatabase()
    return await withScene(databaseUrl, scene => play(scene, { place, postgres }))
  } finally {
    await postgres.stop()
    await unmount(mount)
  }
}
