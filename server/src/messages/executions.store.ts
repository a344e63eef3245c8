/** Executions as people see them: who called when, and what became of it in sums. Reads only. */
import type { Counts, ExecutionSummary } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { countsOfCalls, countsOfRuns } from './counts.store.ts'
import { type ExecutionKind, toExecutionId } from './execution-id.ts'
import type { Page } from './read.store.ts'

interface ExecutionRow {
  readonly id: string
  readonly campaign_id: string
  readonly campaign_name: string | null
  readonly number: number | null
  readonly kind: ExecutionKind
  readonly request_id: string | null
  readonly created_at: Date
  readonly created_by: string
  readonly growing: boolean
}

const toExecution = (row: ExecutionRow, counts: Counts): ExecutionSummary => ({
  executionId: toExecutionId(row.kind, row.id),
  campaignId: row.campaign_id,
  campaignName: row.campaign_name ?? '',
  campaignVersion: row.number,
  kind: row.kind,
  requestId: row.request_id,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  finished: counts.open === 0 && !row.growing,
  counts,
})

// The name of the version that was used, not of what the campaign is called today.
const EXECUTION = `select e.id, e.campaign_id, v.properties ->> 'name' as campaign_name, v.number, e.kind, e.request_id,
    e.created_at, e.created_by, exists (
      select 1 from audience_run r where r.execution_id = e.id and r.state in ('counting', 'adding')
    ) as growing
  from execution e left join campaign_version v on v.id = e.campaign_version_id`

const withCounts = async (
  db: Db,
  rows: readonly ExecutionRow[],
): Promise<{ id: string; execution: ExecutionSummary }[]> => {
  const idsOf = (isRun: boolean): string[] =>
    rows.filter(row => (row.kind === 'audience') === isRun).map(row => row.id)
  const [ofRun, ofCall] = [await countsOfRuns(db, idsOf(true)), await countsOfCalls(db, idsOf(false))]
  return rows.map(row => {
    const counts = row.kind === 'audience' ? ofRun(row.id) : ofCall(row.id)
    return { id: row.id, execution: toExecution(row, counts) }
  })
}

/** Executions, newest first; one row more than `limit` when there are more. `id` is the bare UUID, for cursors. */
export const listExecutions = async (
  db: Db,
  page: Page,
): Promise<{ id: string; execution: ExecutionSummary }[]> => {
  const { rows } = await db.query<ExecutionRow>(
    `${EXECUTION} where e.sandbox_id = $1 and ($2::uuid is null or e.id < $2) and ($3::uuid is null or e.campaign_id = $3)
     order by e.id desc limit $4`,
    [page.sandboxId, page.after, page.campaignId ?? null, page.limit + 1],
  )
  return withCounts(db, rows)
}

/** One execution of this sandbox. */
export const findExecution = async (
  db: Db,
  sandboxId: string,
  id: string,
): Promise<ExecutionSummary | undefined> => {
  const { rows } = await db.query<ExecutionRow>(`${EXECUTION} where e.id = $1 and e.sandbox_id = $2`, [
    id,
    sandboxId,
  ])
  const [found] = await withCounts(db, rows)
  return found?.execution
}
