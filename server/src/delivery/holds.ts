/**
 * What workers know of open holds: a copy that is read anew twice a second, so that a message under a hold is kept back
 * when it is taken up, before anything is rendered. The mark asks the database itself and is the real fence.
 */
import type { HoldKind, ReasonCode } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { type OpenHold, openHolds } from '../messages/holds.store.ts'

/** What becomes of a message under a hold. */
export interface HoldVerdict {
  readonly state: 'held' | 'cancelled'
  readonly reason: ReasonCode
}

/** Where a message belongs. */
export interface HoldSubject {
  readonly messageId: string
  readonly sandboxId: string
  readonly campaignId: string
  readonly executionId: string
}

/** The open holds, as they were at most half a second ago. */
export interface Holds {
  /** The hold that covers a message now, cancel first; from a copy read at most 500 ms ago (the mark is the real fence). */
  verdict(message: HoldSubject): HoldVerdict | undefined
  /** Reads the open holds anew when the copy is older than 500 ms. Fails while the database is away. */
  refresh(): Promise<void>
}

const FRESH_MS = 500

// The strongest first: a message under several holds is told the first of them.
const VERDICTS: readonly (HoldVerdict & { readonly kind: HoldKind })[] = [
  { kind: 'cancel', state: 'cancelled', reason: 'cancelled_by_person' },
  { kind: 'stop', state: 'held', reason: 'stopped' },
  { kind: 'pause', state: 'held', reason: 'paused' },
  { kind: 'runaway', state: 'held', reason: 'runaway' },
]

const covers = (hold: OpenHold, messageId: string): boolean =>
  hold.beforeId === null || messageId < hold.beforeId

const byScope = (holds: readonly OpenHold[]): Map<string, OpenHold[]> => {
  const scopes = new Map<string, OpenHold[]>()
  for (const hold of holds) scopes.set(hold.scopeId, [...(scopes.get(hold.scopeId) ?? []), hold])
  return scopes
}

/** One copy for a worker process. Nothing is known before the first `refresh`. */
export const createHolds = (deps: { readonly db: Db; readonly clock: Clock }): Holds => {
  let scopes = new Map<string, OpenHold[]>()
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  const read = async (): Promise<void> => {
    // The moment before the question: the answer may already be older than its arrival.
    const askedAt = deps.clock.monotonicMs()
    scopes = byScope(await openHolds(deps.db))
    readAt = askedAt
  }
  return {
    verdict: ({ messageId, sandboxId, campaignId, executionId }) => {
      if (scopes.size === 0) return undefined
      const kinds = new Set(
        [sandboxId, campaignId, executionId]
          .flatMap(id => scopes.get(id) ?? [])
          .filter(hold => covers(hold, messageId))
          .map(hold => hold.kind),
      )
      const found = VERDICTS.find(verdict => kinds.has(verdict.kind))
      return found && { state: found.state, reason: found.reason }
    },
    refresh: async () => {
      if (deps.clock.monotonicMs() - readAt < FRESH_MS) return
      reading ??= read().finally(() => {
        reading = undefined
      })
      await reading
    },
  }
}
