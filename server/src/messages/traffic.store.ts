/** What transports and lanes are doing now. Reads only, and never more rows than its limit says. */
import type { Traffic } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { LANES, type Lane } from './ledger.ts'

/** How many messages a count of a lane looks at, at most. */
export const MOST_COUNTED = 100_000
const MOST_RATES = 200

const toBreaker = (row: {
  readonly transport_id: string
  readonly transport: string
  readonly failures: number
  readonly open_until: Date | null
  readonly code: string
  readonly answer: string
  readonly changed_at: Date
}): Traffic['breakers'][number] => ({
  transportId: row.transport_id,
  transport: row.transport,
  failures: row.failures,
  openUntil: row.open_until?.toISOString() ?? null,
  code: row.code,
  answer: row.answer,
  changedAt: row.changed_at.toISOString(),
})

/** The breakers of a sandbox's transports that have counted a failure. */
export const breakersOf = async (db: Db, sandboxId: string): Promise<Traffic['breakers']> => {
  const { rows } = await db.query<Parameters<typeof toBreaker>[0]>(
    `select b.transport_id, t.name as transport, b.failures, b.open_until, b.code, b.answer, b.changed_at
     from breaker b join transport t on t.id = b.transport_id
     where t.sandbox_id = $1 order by t.name`,
    [sandboxId],
  )
  return rows.map(toBreaker)
}

/** The rates that the sandbox's transports learned from providers, the latest first; 200 at most. */
export const learnedRates = async (db: Db, sandboxId: string): Promise<Traffic['rates']> => {
  const { rows } = await db.query<{
    readonly key: string
    readonly transport: string
    readonly learned_rate: number
    readonly learned_at: Date
  }>(
    `select p.key, t.name as transport, p.learned_rate, coalesce(p.learned_at, p.free_at) as learned_at
     from pace p join transport t
       on split_part(p.key, ':', 1) in ('transport', 'domain') and t.id::text = split_part(p.key, ':', 2)
     where t.sandbox_id = $1 and p.learned_rate is not null
     order by learned_at desc, p.key limit $2`,
    [sandboxId, MOST_RATES],
  )
  return rows.map(({ key, transport, learned_rate, learned_at }) => ({
    key,
    transport,
    domain: key.startsWith('domain:') ? key.split(':').slice(2).join(':') : null,
    ratePerSecond: learned_rate,
    learnedAt: learned_at.toISOString(),
  }))
}

interface QueueRow {
  readonly n: number
  readonly looked: number
  readonly oldest: Date | null
}

// The index of what is ready knows no sandbox: rows of others are looked at, and not counted.
const READY = (
  due: '<=' | '>',
): string => `select count(*) filter (where q.sandbox_id = $1) as n, count(*) as looked,
    min(q.due_at) filter (where q.sandbox_id = $1) as oldest
  from (
    select d.sandbox_id, d.due_at from delivery d
    where d.lane = $2 and d.state = 'ready' and d.due_at ${due} $3 order by d.due_at limit $4
  ) q`

const HELD = `select count(*) filter (where q.lane = $2) as n, count(*) as looked, null::timestamptz as oldest
  from (select d.lane from delivery d where d.sandbox_id = $1 and d.state = 'held' limit $3) q`

const one = async (db: Db, text: string, values: readonly unknown[]): Promise<QueueRow> => {
  const { rows } = await db.query<QueueRow>(text, [...values])
  return rows[0] ?? { n: 0, looked: 0, oldest: null }
}

const laneOf = async (
  db: Db,
  at: { readonly sandboxId: string; readonly now: Date; readonly most: number },
  lane: Lane,
): Promise<Traffic['lanes'][number]> => {
  const ready = await one(db, READY('<='), [at.sandboxId, lane, at.now, at.most])
  const waiting = await one(db, READY('>'), [at.sandboxId, lane, at.now, at.most])
  const held = await one(db, HELD, [at.sandboxId, lane, at.most])
  return {
    lane,
    ready: ready.n,
    waiting: waiting.n,
    held: held.n,
    oldestDueAt: ready.oldest?.toISOString() ?? null,
    partial: [ready, waiting, held].some(queue => queue.looked >= at.most),
  }
}

/** The queues of a sandbox by lane; `most` is how many messages each count looks at. */
export const queuesOf = async (
  db: Db,
  at: { readonly sandboxId: string; readonly now: Date; readonly most: number },
): Promise<Traffic['lanes']> => {
  const lanes: Traffic['lanes'] = []
  for (const lane of LANES) lanes.push(await laneOf(db, at, lane))
  return lanes
}
