/**
 * A claimed batch on its way to the hand-over: plan, govern, route, pace, render, each a file of its own. What may be
 * sent goes on; everything else becomes a result, or goes back to wait.
 */

import type { SandboxClocks } from '../campaigns/sandbox-clock.ts'
import type { RenderData } from '../content/email-content.ts'
import type { ContentSources } from '../content/reach.ts'
import { createReach, MOST_ROUNDS, TOO_MANY_ROUNDS, type Visit } from '../content/reach.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Release } from '../messages/ledger.store.ts'
import { type ClaimedMessage, type MessageResult, runOf } from '../messages/ledger.ts'
import { loadProfiles } from '../profiles/profile.store.ts'
import { objectionsTo } from './checks.ts'
import { govern, type Refusal } from './govern.ts'
import type { Guard } from './guard.ts'
import type { Holds } from './holds.ts'
import type { Prepared } from './line.ts'
import type { Pacer } from './pace.ts'
import { personAskOf } from './person.ts'
import { type Place, type Placement, placeAll } from './place.ts'
import { type Attributes, planEmail } from './plan.ts'
import { compose, stateOfReason, toRenderedEmail } from './render.ts'
import type { SendableVersion, Versions } from './versions.ts'

/** What the preparation needs. `openUntil` says how long a transport is to be left alone. */
export interface PrepareDeps {
  readonly db: Db
  readonly clock: Clock
  readonly clocks: SandboxClocks
  readonly versions: Versions
  readonly sources: ContentSources
  readonly random: () => number
  readonly holds: Holds
  readonly guard: Guard
  readonly pacer: Pick<Pacer, 'moments'>
  readonly openUntil: (transportId: string) => Date | undefined
}

/** A batch after preparation. */
export interface PreparedBatch {
  readonly prepared: readonly Prepared[]
  readonly results: readonly MessageResult[]
  readonly released: readonly Release[]
}

const MINUTE_MS = 60_000
// Rendering holds the event loop; a pause every so many messages lets answers of providers through.
const BREATH = 4

const refused = (
  message: ClaimedMessage,
  { state, reason }: Pick<Refusal, 'state'> & { readonly reason: string },
  detail: string | null = null,
): MessageResult => ({
  messageId: message.messageId,
  versionId: message.versionId,
  generation: message.generation,
  attempt: message.attempt,
  state,
  reason,
  detail,
  runId: runOf(message),
  dueAt: null,
  handOver: null,
})

/** A message whose person and version are known. */
interface Planned {
  readonly message: ClaimedMessage
  readonly version: SendableVersion
  readonly configuration: NonNullable<SendableVersion['configuration']>
  readonly ratePerSecond: number | null
  readonly address: string
  readonly data: RenderData
  /** What content is told: the sandbox's, which a test may have moved. */
  readonly clock: Clock
}

interface PlanFacts {
  readonly attributes: Attributes
  readonly isOverCeiling: boolean
  readonly now: Date
  readonly hold: ReturnType<Holds['verdict']>
  readonly clock: Clock
}

const planOne = (
  message: ClaimedMessage,
  version: SendableVersion | undefined,
  facts: PlanFacts,
): Planned | MessageResult => {
  const properties = version?.properties
  const ratePerSecond = properties?.ratePerSecond ?? null
  const staleAfterSeconds = properties?.staleAfterSeconds ?? null
  const refusal = govern(message, { ...facts, ratePerSecond, staleAfterSeconds })
  if (refusal !== undefined) return refused(message, refusal)
  const plan = planEmail(message.recipient, message.context, facts.attributes)
  if (plan.kind === 'excluded') return refused(message, { state: 'excluded', reason: plan.reason })
  const configuration = version?.configuration
  if (version === undefined || configuration === undefined)
    return refused(
      message,
      { state: 'failed', reason: 'dispatch_error' },
      version === undefined
        ? 'the campaign version does not exist'
        : 'the channel configuration does not exist',
    )
  return {
    message,
    version,
    configuration,
    ratePerSecond,
    address: plan.address,
    data: plan.data,
    clock: facts.clock,
  }
}

/** Undefined while something must be loaded first. */
const renderOne = (
  deps: PrepareDeps,
  { item, place }: { readonly item: Planned; readonly place: Place },
  visit: Visit,
): Prepared | MessageResult | undefined => {
  const { message, version, address, data, clock } = item
  const tools = { clock, random: deps.random }
  const composed = compose(version, { address, data, outside: visit.outside }, tools)
  if (visit.missed()) return undefined
  if (!composed.ok) {
    const { reason, problem } = composed
    return refused(message, { state: stateOfReason(reason), reason }, problem)
  }
  const { configuration } = composed
  const metadata = visit.metadata()
  return {
    message,
    ...place,
    transports: configuration.transportIds.length,
    retryPeriodMs: configuration.retryMinutes * MINUTE_MS,
    metadata: Object.keys(metadata).length === 0 ? null : metadata,
    personal: personAskOf(message, version.properties),
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
  placed: readonly { readonly item: Planned; readonly place: Place }[],
): Promise<readonly (Prepared | MessageResult)[]> => {
  const reach = createReach(deps.sources)
  const done: (Prepared | MessageResult)[] = []
  let waiting = placed
  for (let round = 1; waiting.length > 0 && round <= MOST_ROUNDS; round += 1) {
    const missed: (typeof placed)[number][] = []
    for (const [index, one] of waiting.entries()) {
      const outcome = renderOne(deps, one, reach.visit(one.item.version.sandboxId))
      if (outcome === undefined) missed.push(one)
      else done.push(outcome)
      await breathe(index)
    }
    if (missed.length > 0) await reach.load()
    waiting = missed
  }
  const givenUp = waiting.map(({ item }) =>
    refused(item.message, { state: 'failed', reason: 'render_error' }, TOO_MANY_ROUNDS),
  )
  return [...done, ...givenUp]
}

// Only a message that is taken up for the first time counts: waiting and trying again are not a caller gone wild.
const isFirst = (message: ClaimedMessage): boolean =>
  message.attempt === 0 && message.generation === 1 && message.claims === 1 && message.reason === null

const checkCeilings = (
  deps: PrepareDeps,
  found: readonly { readonly message: ClaimedMessage; readonly version: SendableVersion | undefined }[],
): Promise<ReadonlySet<string>> =>
  deps.guard.check(
    found.flatMap(({ message, version }) =>
      version === undefined || !isFirst(message)
        ? []
        : [
            {
              messageId: message.messageId,
              sandboxId: message.sandboxId,
              campaignId: message.campaignId,
              guard: version.properties.guard,
            },
          ],
    ),
  )

const attributesOf = async (
  db: Db,
  batch: readonly ClaimedMessage[],
): Promise<ReadonlyMap<string, Attributes>> => {
  const ids = new Set(batch.flatMap(message => message.recipient.profileId ?? []))
  return ids.size === 0 ? new Map() : loadProfiles(db, [...ids])
}

const planAll = async (
  deps: PrepareDeps,
  batch: readonly ClaimedMessage[],
): Promise<(Planned | MessageResult)[]> => {
  await deps.holds.refresh()
  const profiles = await attributesOf(deps.db, batch)
  const found: { message: ClaimedMessage; version: SendableVersion | undefined }[] = []
  for (const message of batch) found.push({ message, version: await deps.versions.get(message.versionId) })
  const over = await checkCeilings(deps, found)
  const clockOf = await deps.clocks.clocksIn(batch.map(message => message.sandboxId))
  const now = deps.clock.now()
  return found.map(({ message, version }) =>
    planOne(message, version, {
      attributes: profiles.get(message.recipient.profileId ?? '') ?? {},
      isOverCeiling: over.has(message.messageId),
      now,
      hold: deps.holds.verdict(message),
      clock: clockOf(message.sandboxId),
    }),
  )
}

const isPlaced = (
  placement: Placement<Planned>,
): placement is Extract<Placement<Planned>, { kind: 'placed' }> => placement.kind === 'placed'

/** Who may have it goes on; an objection leaves out, or gives back until it has passed. */
const checkPeople = async (
  deps: PrepareDeps,
  planned: readonly Planned[],
): Promise<{
  readonly free: readonly Planned[]
  readonly results: readonly MessageResult[]
  readonly released: readonly Release[]
}> => {
  const free: Planned[] = []
  const results: MessageResult[] = []
  const released: Release[] = []
  const objections = await objectionsTo(
    deps.db,
    planned.map(({ message, version, address, data, clock }) => ({
      ...{ sandboxId: message.sandboxId, kind: message.kind, recipient: message.recipient },
      ...{ version, address, attributes: data.profile, expiresAt: message.expiresAt, now: clock.now() },
    })),
  )
  for (const [index, one] of planned.entries()) {
    const objection = objections[index]
    if (objection === undefined) free.push(one)
    else if (objection.kind === 'excluded')
      results.push(refused(one.message, { state: 'excluded', reason: objection.reason }))
    else
      released.push({
        ...{ messageId: one.message.messageId, dueAt: objection.until, reason: objection.reason },
      })
  }
  return { free, results, released }
}

/** Prepares a claimed batch: profiles are read in one query, moments leased in one, versions come compiled. */
export const prepareBatch = async (
  deps: PrepareDeps,
  batch: readonly ClaimedMessage[],
): Promise<PreparedBatch> => {
  const planned: Planned[] = []
  const results: MessageResult[] = []
  for (const one of await planAll(deps, batch)) {
    if ('version' in one) planned.push(one)
    else results.push(one)
  }
  const checked = await checkPeople(deps, planned)
  results.push(...checked.results)
  const { pacer, openUntil } = deps
  const placements = await placeAll(checked.free, { pacer, openUntil, now: () => deps.clock.now() })
  const prepared: Prepared[] = []
  for (const one of await renderAll(deps, placements.filter(isPlaced))) {
    if ('rendered' in one) prepared.push(one)
    else results.push(one)
  }
  const back = placements.flatMap(one => (one.kind === 'back' ? one.release : []))
  return { prepared, results, released: [...checked.released, ...back] }
}
