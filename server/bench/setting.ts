/** What every part of the bench shares: its length, how a figure is printed, medians, and the load. */
import type pg from 'pg'
import { createPool } from '../src/db/pool.ts'
import type { LoadOrder, LoadOutcome } from './http-load.ts'
import type { Instance } from './instance.ts'
import { ask, startScript } from './processes.ts'

/** How long and how often. `steadySeconds` is for the parts that the design asks five minutes of. */
export interface Setting {
  readonly seconds: number
  readonly steadySeconds: number
  readonly runs: number
  readonly marketing: number
  readonly people: number
  readonly rows: number
}

/** One printed line: a figure, what it must be, and whether it is. */
export interface Figure {
  readonly name: string
  readonly value: string
  readonly target?: string
  readonly met?: boolean
}

/** Prints text to standard output. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`)

/** Prints one figure as one line. */
export const report = ({ name, value, target, met }: Figure): void => {
  const verdict = target === undefined ? '' : `target ${target}: ${met ? 'met' : 'MISSED'}`
  print(`${name.padEnd(58)} ${value.padEnd(34)} ${verdict}`.trimEnd())
}

/** The middle one. */
export const median = (figures: readonly number[]): number =>
  [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0

/** A rate for people. */
export const perSecond = (n: number): string => `${Math.round(n).toLocaleString('en')}/s`

/** Every run beside the median. */
export const withRuns = (figures: readonly number[]): string =>
  `${perSecond(median(figures))} [${figures.map(n => Math.round(n)).join(', ')}]`

/** People that exist before a measurement of `aep` recipients. */
export const PROFILES = 2_000

/** One load of calls, in a process of its own. */
export const load = (
  order: Partial<LoadOrder> & Pick<LoadOrder, 'port' | 'path' | 'seconds'>,
): Promise<LoadOutcome> =>
  ask<LoadOutcome>(startScript('http-load.ts'), {
    host: '127.0.0.1',
    headers: {},
    connections: 64,
    rate: 0,
    recipients: 1,
    campaignId: '',
    kind: 'aep',
    profiles: PROFILES,
    ...order,
  })

/** Calls of the transactional campaign (`aep` or `external` recipients). */
export const unitaryCalls = (
  instance: Instance,
  order: Partial<LoadOrder> & { readonly seconds: number },
): Promise<LoadOutcome> =>
  load({
    port: instance.port,
    path: '/ajo/im/executions/unitary',
    headers: instance.headers,
    campaignId: instance.campaignId,
    ...order,
  })

/** Calls of the high-throughput campaign. */
export const highThroughputCalls = (
  instance: Instance,
  order: Partial<LoadOrder> & { readonly seconds: number },
): Promise<LoadOutcome> =>
  load({
    port: instance.port,
    path: '/ajo/im/executions/highthroughput',
    headers: instance.headers,
    campaignId: instance.highThroughputId,
    kind: 'external',
    ...order,
  })

/** Accepted calls a second. */
export const rateOf = (outcome: LoadOutcome): number => outcome.answered / outcome.seconds

// From the sums: counting the ledger itself would be a load of its own. A run counts twice, under its version and itself.
const countOpen = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>(
    `select coalesce(sum(case when t.state = 'accepted' then t.n else -t.n end), 0)::int as n
     from tally t join campaign_version v on v.id = t.scope`,
  )
  return rows[0]?.n ?? 0
}

/** Messages that are not settled. */
export const openMessages = async (databaseUrl: string): Promise<number> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const open = await countOpen(pool)
  await pool.end()
  return open
}

/** Waits until nothing is open (at most two minutes); the seconds it took. */
export const untilSettled = async (databaseUrl: string): Promise<number> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const started = performance.now()
  while ((await countOpen(pool)) > 0 && performance.now() - started < 120_000)
    await new Promise(next => setTimeout(next, 50))
  await pool.end()
  return (performance.now() - started) / 1_000
}

/** A second database of the same server, for the bare limits. */
export const bareDatabase = async (databaseUrl: string): Promise<string> => {
  const pool = createPool({ url: databaseUrl, max: 1 })
  const { rowCount } = await pool.query(`select 1 from pg_database where datname = 'bare'`)
  if (rowCount === 0) await pool.query('create database bare')
  await pool.end()
  const url = new URL(databaseUrl)
  url.pathname = '/bare'
  return url.href
}
