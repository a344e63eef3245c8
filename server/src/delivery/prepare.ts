/** Plan, govern and render for one claimed batch: what may be sent goes on, everything else becomes a result. */
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import type { ClaimedMessage, MessageResult } from '../messages/ledger.ts'
import { loadProfiles } from '../profiles/profile.store.ts'
import { govern } from './govern.ts'
import type { Prepared } from './hand-over.ts'
import { type Attributes, planEmail } from './plan.ts'
import { compose, toRenderedEmail } from './render.ts'
import type { SendableVersion, Versions } from './versions.ts'

/** What the preparation needs. */
export interface PrepareDeps {
  readonly db: Db
  readonly clock: Clock
  readonly versions: Versions
}

/** A batch after preparation. */
export interface PreparedBatch {
  readonly prepared: readonly Prepared[]
  readonly results: readonly MessageResult[]
}

const HOUR_MS = 3_600_000
// Rendering holds the event loop; a pause every so many messages lets answers of providers through.
const BREATH = 16

const refused = (message: ClaimedMessage, state: 'excluded' | 'failed', reason: string): MessageResult => ({
  messageId: message.messageId,
  versionId: message.versionId,
  generation: message.generation,
  attempt: message.attempt,
  state,
  reason,
  dueAt: null,
  handOver: null,
})

const prepareOne = (
  message: ClaimedMessage,
  version: SendableVersion | undefined,
  at: { attributes: Attributes; now: Date; clock: Clock },
): Prepared | MessageResult => {
  const refusal = govern(message, at.now)
  if (refusal !== undefined) return refused(message, refusal.state, refusal.reason)
  const plan = planEmail(message.recipient, message.context, at.attributes)
  if (plan.kind === 'excluded') return refused(message, 'excluded', plan.reason)
  if (version === undefined) return refused(message, 'failed', 'dispatch_error')
  const composed = compose(version, plan, at.clock)
  if (!composed.ok) return refused(message, 'failed', 'render_error')
  const { configuration } = composed
  return {
    message,
    transportId: configuration.transportId,
    retryPeriodMs: configuration.retryHours * HOUR_MS,
    rendered: toRenderedEmail(composed, {
      messageId: message.messageId,
      now: at.now,
      sandboxName: configuration.sandboxName,
    }),
  }
}

/** Prepares a claimed batch: profiles are read in one query, versions come compiled. */
export const prepareBatch = async (
  deps: PrepareDeps,
  batch: readonly ClaimedMessage[],
): Promise<PreparedBatch> => {
  const ids = batch.flatMap(message => message.recipient.profileId ?? [])
  const profiles =
    ids.length === 0 ? new Map<string, Attributes>() : await loadProfiles(deps.db, [...new Set(ids)])
  const prepared: Prepared[] = []
  const results: MessageResult[] = []
  for (const [index, message] of batch.entries()) {
    const version = await deps.versions.get(message.versionId)
    const attributes = profiles.get(message.recipient.profileId ?? '') ?? {}
    const one = prepareOne(message, version, { attributes, now: deps.clock.now(), clock: deps.clock })
    if ('rendered' in one) prepared.push(one)
    else results.push(one)
    if (index % BREATH === BREATH - 1) await new Promise(resolve => setImmediate(resolve))
  }
  return { prepared, results }
}
