/** A person's decision about many dead letters, carried out in chunks: no transaction holds more than 1,000 messages. */
import type { DeadLetterActed, DeadLetterFilter } from '@carillon/contract'
import type { Db } from '../db/pool.ts'
import { countExpired, deadLetterIds } from './dead-letters.store.ts'
import { type Decision, discardMessages, redriveMessages } from './redrive.store.ts'

/** The most messages that one call acts on. */
export const MOST_ACTED = 10_000
const CHUNK = 1_000

/** Which dead letters of a sandbox: named, or found by a filter (its `executionId` is a bare UUID). */
export type Wanted = { readonly messageIds: readonly string[] } | { readonly filter: DeadLetterFilter }

/** What to do with them. */
export interface Action extends Decision {
  readonly sandboxId: string
  readonly kind: 'redrive' | 'discard'
}

const act = async (db: Db, action: Action, messageIds: readonly string[]): Promise<number> => {
  const changed =
    action.kind === 'redrive'
      ? await redriveMessages(db, { ...action, messageIds, reason: 'redriven' })
      : await discardMessages(db, { ...action, messageIds })
  return changed.size
}

const actOnNamed = async (
  db: Db,
  action: Action,
  messageIds: readonly string[],
): Promise<DeadLetterActed> => {
  const named = [...new Set(messageIds.map(id => id.toLowerCase()))]
  let acted = 0
  for (let at = 0; at < named.length; at += CHUNK) acted += await act(db, action, named.slice(at, at + CHUNK))
  return { acted, skipped: named.length - acted, remaining: false }
}

const actOnFound = async (db: Db, action: Action, filter: DeadLetterFilter): Promise<DeadLetterActed> => {
  const { sandboxId, kind, now } = action
  const query = { sandboxId, filter, discarded: false, openAt: kind === 'redrive' ? now : null }
  const skipped =
    kind === 'redrive' ? await countExpired(db, { ...query, after: null, limit: MOST_ACTED, at: now }) : 0
  let acted = 0
  let after: string | null = null
  for (let taken = 0; taken < MOST_ACTED; taken += CHUNK) {
    const ids: string[] = await deadLetterIds(db, { ...query, after, limit: CHUNK })
    acted += await act(db, action, ids)
    if (ids.length < CHUNK) return { acted, skipped, remaining: false }
    after = ids.at(-1) ?? null
  }
  const rest = await deadLetterIds(db, { ...query, after, limit: 1 })
  return { acted, skipped, remaining: rest.length > 0 }
}

/** Re-drives or puts away dead letters; see `DeadLetterActed` for what the numbers mean. */
export const actOnDeadLetters = (db: Db, action: Action, wanted: Wanted): Promise<DeadLetterActed> =>
  'filter' in wanted ? actOnFound(db, action, wanted.filter) : actOnNamed(db, action, wanted.messageIds)
