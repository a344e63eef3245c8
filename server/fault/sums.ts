/** Compares the running sums with the rows they count, in one snapshot: at any moment they must be equal. */
import type pg from 'pg'

/** A sum that differs from its rows. `scope` is a version, or the execution of a run. */
export interface WrongSum {
  readonly scope: string
  readonly state: string
  readonly rows: number
  readonly sum: number
}

// One statement sees one snapshot.
const WRONG = `with ledger as (
    select e.campaign_version_id as version, case when e.kind = 'audience' then e.id end as run, d.state,
      count(*) as n
    from delivery d join execution e on e.id = d.execution_id group by 1, 2, 3
  ), scoped as (
    select version as scope, state, n from ledger
    union all select run, state, n from ledger where run is not null
  ), counted as (
    select scope, state, sum(n)::int as n from scoped
    where state in ('sent', 'excluded', 'failed', 'cancelled', 'unknown') group by 1, 2
    union all select scope, 'accepted', sum(n)::int from scoped group by 1
  ), sums as (
    select scope, state, sum(n)::int as n from tally group by 1, 2
  ), announced as (
    select e.id as scope, 'recipient_count' as state, e.recipient_count as n, count(m.id)::int as messages
    from execution e left join message m on m.execution_id = e.id group by e.id, e.recipient_count
  )
  select scope, state, coalesce(counted.n, 0) as rows, coalesce(sums.n, 0) as sum
  from counted full join sums using (scope, state) where coalesce(counted.n, 0) <> coalesce(sums.n, 0)
  union all select scope, state, messages, n from announced where messages <> n`

/** Every sum that is wrong now: of versions, of runs, and the number of recipients that an execution names. */
export const wrongSums = async (db: pg.Pool): Promise<WrongSum[]> => (await db.query<WrongSum>(WRONG)).rows

/** A sentence for a report. */
export const describeSum = (wrong: WrongSum): string =>
  `the sum of ${wrong.state} of ${wrong.scope} is ${wrong.sum}, the ledger has ${wrong.rows}`

/** What sampling found. */
export interface Samples {
  readonly taken: number
  readonly problems: readonly string[]
}

const EVERY_MS = 200

/** Compares again and again until stopped. While the database is away there is nothing to compare. */
export const startSampler = (db: () => pg.Pool): { stop(): Promise<Samples> } => {
  let running = true
  let taken = 0
  const problems: string[] = []
  const sample = async (): Promise<void> => {
    const wrong = await wrongSums(db()).catch(() => undefined)
    if (wrong === undefined) return
    taken += 1
    for (const one of wrong) problems.push(`sample ${taken}: ${describeSum(one)}`)
  }
  const loop = (async () => {
    while (running) {
      await sample()
      await new Promise(next => setTimeout(next, EVERY_MS))
    }
  })()
  return {
    stop: async () => {
      running = false
      await loop
      return { taken, problems }
    },
  }
}
