/** Plan, govern and render for one claimed batch: what may be sent goes on, everything else becomes a result. */
import type { SandboxClocks } from '../campaigns/sandbox-clock.ts'
import type { RenderData } from '../content/email-content.ts'
import { type ContentSources, createReach, MOST_ROUNDS, type Visit } from '../content/reach.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { type ClaimedMessage, type MessageResult, runOf } from '../messages/ledger.ts'
import { loadProfiles } from '../profiles/profile.store.ts'
import { govern } from './govern.ts'
import type { Prepared } from './hand-over.ts'
import { type Attributes, planEmail } from './plan.ts'
import { compose, stateOfReason, toRenderedEmail } from './render.ts'
import type { SendableVersion, Versions } from './versions.ts'

/** What the preparation needs. */
export interface PrepareDeps {
  readonly db: Db
  readonly clock: Clock
  readonly clocks: SandboxClocks
  readonly versions: Versions
  readonly sources: ContentSources
  readonly random: () => number
}

/** A batch after preparation. */
export interface PreparedBatch {
  readonly prepared: readonly Prepared[]
  readonly results: readonly MessageResult[]
}

const MINUTE_MS = 60_000
// Rendering holds the event loop; a pause every so many messages lets answers of providers through.
const BREATH = 16

const refused = (message: ClaimedMessage, state: 'excluded' | 'failed', reason: string): MessageResult => ({
  messageId: message.messageId,
  versionId: message.versionId,
  generation: message.generation,
  attempt: message.attempt,
  state,
  reason,
  detail: null,
  runId: runOf(message),
  dueAt: null,
  handOver: null,
})

/** A message whose person and version are known, waiting to be rendered. */
interface Planned {
  readonly message: ClaimedMessage
  readonly version: SendableVersion
  readonly address: string
  readonly data: RenderData
  /** What content is told: the sandbox's, which a test may have moved. */
  readonly clock: Clock
}

const planOne = (
  message: ClaimedMessage,
  version: SendableVersion | undefined,
  at: { readonly attributes: Attributes; readonly now: Date; readonly clock: Clock },
): Planned | MessageResult => {
  const refusal = govern(message, at.now)
  if (refusal !== undefined) return refused(message, refusal.state, refusal.reason)
  const plan = planEmail(message.recipient, message.context, at.attributes)
  if (plan.kind === 'excluded') return refused(message, 'excluded', plan.reason)
  if (version === undefined) return refused(message, 'failed', 'dispatch_error')
  return { message, version, address: plan.address, data: plan.data, clock: at.clock }
}

/** Undefined while something must be loaded first. */
const renderOne = (
  deps: PrepareDeps,
  planned: Planned,
  visit: Visit,
): Prepared | MessageResult | undefined => {
  const { message, version, address, data, clock } = planned
  const tools = { clock, random: deps.random }
  const composed = compose(version, { address, data, outside: visit.outside }, tools)
  if (visit.missed()) return undefined
  if (!composed.ok) return refused(message, stateOfReason(composed.reason), composed.reason)
  const { configuration } = composed
  const metadata = visit.metadata()
  return {
    message,
    transportId: configuration.transportIds[0] ?? '',
    retryPeriodMs: configuration.retryMinutes * MINUTE_MS,
    metadata: Object.keys(metadata).length === 0 ? null : metadata,
    rendered: toRenderedEmail(composed, {
      messageId: message.messageId,
      now: deps.clock.now(),
      sandboxName: configuration.sandboxName,
    }),
  }
}

const breathe = async (index: number): Promise<void> => {
  if (index % BREATH === BREATH - 1) await new Promise(resolve => setImmediate(resolve))
}

/** Renders all; what misses something is rendered again when everything that was missed is loaded, in one go. */
const renderAll = async (
  deps: PrepareDeps,
  planned: readonly Planned[],
): Promise<readonly (Prepared | MessageResult)[]> => {
  const reach = createReach(deps.sources)
  const done: (Prepared | MessageResult)[] = []
  let waiting = planned
  for (let round = 1; waiting.length > 0 && round <= MOST_ROUNDS; round += 1) {
    const missed: Planned[] = []
    for (const [index, one] of waiting.entries()) {
      const outcome = renderOne(deps, one, reach.visit(one.version.sandboxId))
      if (outcome === undefined) missed.push(one)
      else done.push(outcome)
      await breathe(index)
    }
    if (missed.length > 0) await reach.load()
    waiting = missed
  }
  return [...done, ...waiting.map(({ message }) => refused(message, 'failed', 'render_error'))]
}

/** Prepares a claimed batch: profiles are read in one query, versions come compiled. */
export const prepareBatch = async (
  deps: PrepareDeps,
  batch: readonly ClaimedMessage[],
): Promise<PreparedBatch> => {
  const ids = batch.flatMap(message => message.recipient.profileId ?? [])
  const profiles =
    ids.length === 0 ? new Map<string, Attributes>() : await loadProfiles(deps.db, [...new Set(ids)])
  const clockOf = await deps.clocks.clocksIn(batch.map(message => message.sandboxId))
  const planned: Planned[] = []
  const results: MessageResult[] = []
  for (const message of batch) {
    const version = await deps.versions.get(message.versionId)
    const attributes = profiles.get(message.recipient.profileId ?? '') ?? {}
    const one = planOne(message, version, {
      attributes,
      now: deps.clock.now(),
      clock: clockOf(message.sandboxId),
    })
    if ('version' in one) planned.push(one)
    else results.push(one)
  }
  const prepared: Prepared[] = []
  for (const one of await renderAll(deps, planned)) {
    if ('rendered' in one) prepared.push(one)
    else results.push(one)
  }
  return { prepared, results }
}
