/**
 * Every connection of the API waits: a lock keeps each accept statement from ending, while calls go on coming. They
 * must be refused within a bounded time, memory must not grow with them, and after the release all must be told.
 */
import { readFileSync } from 'node:fs'
import pg from 'pg'
import type { FaultPostgres } from './postgres.ts'
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
const BLOCKED_MS = 8_000
const CALLERS = 100
const MOST_GROWTH_MB = 100
const AFTER_MS = 10_000

const memoryMb = (pid: number): number => {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kb ?? 0) / 1_024
}

// As fast as they are answered, but not faster than a caller that waits a little after a refusal.
const callWhile = async (scene: Scene, blocked: () => boolean): Promise<SceneAnswer[]> => {
  const answers: SceneAnswer[] = []
  const one = async (caller: number): Promise<void> => {
    for (let n = 0; blocked(); n++) {
      answers.push(await scene.call({ requestId: `b-${caller}-${n}`, people: 20, timeoutMs: WAIT_MS }))
      await new Promise(next => setTimeout(next, 50))
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => one(caller)))
  return answers
}

const block = async (databaseUrl: string): Promise<() => Promise<void>> => {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('begin')
  await client.query('lock table trigger_key in access exclusive mode')
  return () => client.end()
}

const play = async (scene: Scene, databaseUrl: string): Promise<ScenarioResult> => {
  const problems = [...(await scene.loadFor(1_000))]
  const before = memoryMb(scene.product.pid())
  const release = await block(databaseUrl)
  const started = performance.now()
  const answers = await callWhile(scene, () => performance.now() - started < BLOCKED_MS)
  const growth = memoryMb(scene.product.pid()) - before
  await release()
  problems.push(...wrongAnswers(answers, WAIT_MS), ...(await untilAccepted(scene, AFTER_MS)))
  problems.push(...(await repeatUnanswered(scene, answers)), ...(await scene.loadFor(1_000)))
  if (growth > MOST_GROWTH_MB) problems.push(`the API's memory grew by ${Math.round(growth)} MB`)
  if (!answers.some(isRefused)) problems.push('no call was refused: nothing was exhausted')
  problems.push(...(await scene.audit()))
  const slowest = Math.round(Math.max(...answers.map(answer => answer.ms)))
  const refused = answers.filter(isRefused).length
  return {
    problems,
    facts: [
      `${answers.length} calls, ${refused} refused, slowest answer ${slowest} ms, memory ${Math.round(growth)} MB more`,
    ],
  }
}

/** Plays it on a database of its own. */
export const poolExhausted = async (postgres: FaultPostgres): Promise<ScenarioResult> => {
  const databaseUrl = await postgres.createDatabase()
  const result = await withScene(databaseUrl, scene => play(scene, databaseUrl))
  await postgres.dropDatabase(databaseUrl)
  return result
}
