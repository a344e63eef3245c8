/** What the call of a run said to all its members, read once for each run and kept: a context never changes. */
import { runContexts } from '../campaigns/audience-run.store.ts'
import type { Db } from '../db/pool.ts'
import type { ClaimedMessage } from '../messages/ledger.ts'
import type { Attributes } from './plan.ts'

/** The shared contexts of the runs in a batch, by execution. */
export type RunContexts = (
  batch: readonly Pick<ClaimedMessage, 'kind' | 'executionId'>[],
) => Promise<ReadonlyMap<string, Attributes>>

/** Of 200 kB each at most; the oldest go first. */
const MOST = 50

/** One for each worker process. */
export const createRunContexts = (db: Db): RunContexts => {
  const kept = new Map<string, Attributes>()
  return async batch => {
    const ids = new Set(batch.flatMap(one => (one.kind === 'audience' ? one.executionId : [])))
    const missing = [...ids].filter(id => !kept.has(id))
    if (missing.length > 0) for (const [id, context] of await runContexts(db, missing)) kept.set(id, context)
    const found = new Map([...ids].flatMap(id => (kept.has(id) ? [[id, kept.get(id) ?? {}] as const] : [])))
    for (const id of kept.keys()) if (kept.size > MOST && !ids.has(id)) kept.delete(id)
    return found
  }
}
