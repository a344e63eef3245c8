/** Sums of executions and campaigns. Runs over audiences are read from the running sums, never counted. */
import type { Counts } from '@carillon/contract'
import type { Db } from '../db/pool.ts'

const SETTLED = ['sent', 'excluded', 'failed', 'cancelled', 'unknown'] as const
const NOTHING: Counts = { accepted: 0, sent: 0, excluded: 0, failed: 0, cancelled: 0, unknown: 0, open: 0 }

type Sums = Partial<Record<string, number>>

// From how many rows are in each state.
const fromRows = (states: Sums): Counts => {
  const of = (state: string): number => states[state] ?? 0
  const accepted = Object.values(states).reduce<number>((sum, n) => sum + (n ?? 0), 0)
  const settled = SETTLED.reduce((sum, state) => sum + of(state), 0)
  const { sent, excluded, failed, cancelled, unknown } = { ...NOTHING, ...states }
  return { accepted, sent, excluded, failed, cancelled, unknown, open: accepted - settled }
}

// From running sums, which know `accepted` and the settled states.
const fromTally = ({ accepted = 0, ...settled }: Sums): Counts => {
  const done = fromRows(settled)
  return { ...done, accepted, open: accepted - done.accepted }
}

const read = async (
  db: Db,
  query: {
    readonly text: string
    readonly ids: readonly string[]
    readonly toCounts: (sums: Sums) => Counts
  },
): Promise<(id: string) => Counts> => {
  if (query.ids.length === 0) return () => NOTHING
  const { rows } = await db.query<{ id: string; sums: Sums }>(
    `select s.id, jsonb_object_agg(s.state, s.n) as sums from (${query.text}) s group by s.id`,
    [query.ids],
  )
  const byId = new Map(rows.map(row => [row.id, query.toCounts(row.sums)]))
  return id => byId.get(id) ?? NOTHING
}

/** The sums of campaigns over all their versions, test sends included, copies for seeds not. */
export const countsOfCampaigns = (
  db: Db,
  campaignIds: readonly string[],
): Promise<(campaignId: string) => Counts> =>
  read(db, {
    text: `select v.campaign_id as id, t.state, sum(t.n)::bigint as n
      from campaign_version v join tally t on t.scope = v.id
      where v.campaign_id = any($1::uuid[]) and not v.for_seeds group by v.campaign_id, t.state`,
    ids: campaignIds,
    toCounts: fromTally,
  })

/** The sums of audience runs. */
export const countsOfRuns = (db: Db, executionIds: readonly string[]): Promise<(id: string) => Counts> =>
  read(db, {
    text: `select t.scope as id, t.state, sum(t.n)::bigint as n from tally t
      where t.scope = any($1::uuid[]) group by t.scope, t.state`,
    ids: executionIds,
    toCounts: fromTally,
  })

/** The sums of executions that one call made, by their few rows. */
export const countsOfCalls = (db: Db, executionIds: readonly string[]): Promise<(id: string) => Counts> =>
  read(db, {
    text: `select m.execution_id as id, d.state, count(*) as n
      from message m join delivery d on d.message_id = m.id
      where m.execution_id = any($1::uuid[]) group by m.execution_id, d.state`,
    ids: executionIds,
    toCounts: fromRows,
  })
