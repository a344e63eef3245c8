/**
 * A claimed batch on its way to the hand-over: plan, govern, route, pace, render, each a file of its own. What may be
 * sent goes on; everything else becomes a result, or goes back to wait.
 */

import type { SandboxClocks } from '../campaigns/sandbox-clock.ts'
import type { FeedbackAddresses } from '../channels/email/verp.ts'
import type { AddressHash } from '../consent/address-hash.ts'
import type { ConsentLinks } from '../consent/links.ts'
import { withMailLinks } from '../content/mail-links.ts'
import type { ContentSources } from '../content/reach.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import type { Release } from '../messages/ledger.store.ts'
import type { ClaimedMessage, MessageResult } from '../messages/ledger.ts'
import type { Tracking } from '../tracking/tracking.ts'
import type { Asked } from './check.ts'
import { objectionsTo } from './checks.ts'
import { govern } from './govern.ts'
import type { Guard } from './guard.ts'
import type { Holds } from './holds.ts'
import type { Prepared } from './line.ts'
import { mailLinksOf } from './mail-links.ts'
import type { Pacer } from './pace.ts'
import { type PersonAsk, personAskOf } from './person.ts'
import { type Placement, placeAll } from './place.ts'
import { type Attributes, areaOf, planMessage, plannedFor } from './plan.ts'
import { refused } from './refused.ts'
import { aheadMs, type Planned, renderPlaced } from './render-placed.ts'
import type { RunContexts } from './run-contexts.ts'
import type { SigningKeys } from './sign.ts'
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
  readonly contexts: RunContexts
  readonly links: ConsentLinks
  readonly addressHash: AddressHash
  readonly addresses: FeedbackAddresses
  readonly signingKeys: SigningKeys
  readonly tracking: Tracking
}

/** A batch after preparation. */
export interface PreparedBatch {
  readonly prepared: readonly Prepared[]
  readonly results: readonly MessageResult[]
  readonly released: readonly Release[]
  /** What a message that ends here asked in an earlier attempt: its uses are given back. */
  readonly personal: ReadonlyMap<string, PersonAsk>
}

interface PlanFacts {
  readonly isOverCeiling: boolean
  readonly now: Date
  readonly hold: ReturnType<Holds['verdict']>
  readonly clock: Clock
  /** What a run's call said to all its members. */
  readonly shared: Attributes | undefined
  readonly links: ConsentLinks
}

// An erased member of a run is left out; a call for one person brings its own data, and is sent.
const isGone = ({ kind, recipient, attributes }: ClaimedMessage): boolean =>
  kind === 'audience' && recipient.profileId !== undefined && attributes === null

// Literals instead of spreads from here on: this runs for every message, and V8 copies a spread member by member.
const planOne = (
  message: ClaimedMessage,
  version: SendableVersion | undefined,
  facts: PlanFacts,
): Planned | MessageResult => {
  const properties = version?.properties
  const ratePerSecond = properties?.ratePerSecond ?? null
  const staleAfterSeconds = properties?.staleAfterSeconds ?? null
  const refusal = govern(message, facts, { ratePerSecond, staleAfterSeconds })
  if (refusal !== undefined) return refused(message, refusal)
  if (isGone(message)) return refused(message, { state: 'excluded', reason: 'profile_erased' })
  const context = facts.shared === undefined ? message.context : { ...facts.shared, ...message.context }
  const configuration = version?.configuration
  const channel = version?.properties.channel ?? 'email'
  const attributes = message.attributes ?? {}
  const plan = planMessage(message.recipient, { context, attributes }, plannedFor(channel, configuration))
  if (plan.kind === 'excluded') return refused(message, { state: 'excluded', reason: plan.reason })
  if (version === undefined || configuration === undefined)
    return refused(
      message,
      { state: 'failed', reason: 'dispatch_error' },
      version === undefined
        ? 'the campaign version does not exist'
        : 'the channel configuration does not exist',
    )
  const { address } = plan
  const { messageId, kind, recipient } = message
  const links = mailLinksOf(facts.links, { messageId, kind, recipient, version, address, now: facts.now })
  return {
    message,
    version,
    configuration,
    ratePerSecond,
    address,
    area: areaOf(channel, address),
    data: withMailLinks(plan.data, links),
    links,
    clock: facts.clock,
  }
}

// Only a message that is taken up for the first time counts: waiting and trying again are not a caller gone wild. Nor is
// who tries out a campaign, or the seeds that get a copy of it.
const isFirst = (message: ClaimedMessage): boolean =>
  message.kind !== 'test' &&
  message.attempt === 0 &&
  message.generation === 1 &&
  message.claims === 1 &&
  message.reason === null

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

// One object for each version in a batch, and one question: most batches are of one version.
const versionsOf = async (
  { versions }: PrepareDeps,
  batch: readonly ClaimedMessage[],
): Promise<ReadonlyMap<string, SendableVersion | undefined>> => {
  const found = new Map<string, SendableVersion | undefined>()
  for (const { versionId } of batch)
    if (!found.has(versionId)) found.set(versionId, await versions.get(versionId))
  return found
}

const planAll = async (
  deps: PrepareDeps,
  batch: readonly ClaimedMessage[],
): Promise<(Planned | MessageResult)[]> => {
  await deps.holds.refresh()
  const versions = await versionsOf(deps, batch)
  const found = batch.map(message => ({ message, version: versions.get(message.versionId) }))
  const over = await checkCeilings(deps, found)
  const shared = await deps.contexts(batch)
  const clockOf = await deps.clocks.clocksIn(batch.map(message => message.sandboxId))
  const now = deps.clock.now()
  return found.map(({ message, version }) =>
    planOne(message, version, {
      shared: shared.get(message.executionId),
      isOverCeiling: over.has(message.messageId),
      now,
      hold: deps.holds.verdict(message),
      clock: clockOf(message.sandboxId),
      links: deps.links,
    }),
  )
}

const isPlaced = (
  placement: Placement<Planned>,
): placement is Extract<Placement<Planned>, { kind: 'placed' }> => placement.kind === 'placed'

// Checks are on the sandbox's time, the ledger on the machine's.
const later = (date: Date, ms: number): Date => new Date(date.getTime() + ms)

const askedOf = (one: Planned, ahead: number): Asked => {
  const { message, version, address, data, clock } = one
  const { messageId, sandboxId, kind, recipient, expiresAt } = message
  return {
    messageId,
    sandboxId,
    kind,
    recipient,
    version,
    address,
    attributes: data.profile,
    expiresAt: expiresAt && later(expiresAt, ahead),
    now: clock.now(),
    aheadMs: ahead,
  }
}

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
    deps,
    planned.map(one => askedOf(one, aheadMs(deps, one))),
  )
  for (const [index, one] of planned.entries()) {
    const objection = objections[index]
    if (objection === undefined) free.push(one)
    else if (objection.kind === 'excluded')
      results.push(
        refused(one.message, { state: 'excluded', reason: objection.reason }, objection.detail ?? null),
      )
    else
      released.push({
        ...{ messageId: one.message.messageId, reason: objection.reason },
        dueAt: later(objection.until, -aheadMs(deps, one)),
      })
  }
  return { free, results, released }
}

// A message that was tried before has its uses; the version is at hand, for the message was planned by it.
const personalOf = async (
  deps: PrepareDeps,
  batch: readonly ClaimedMessage[],
): Promise<ReadonlyMap<string, PersonAsk>> => {
  const asks: [string, PersonAsk][] = []
  for (const message of batch.filter(one => one.attempt > 0)) {
    const version = await deps.versions.get(message.versionId)
    const ask = version && personAskOf(message, version, 0)
    if (ask) asks.push([message.messageId, ask])
  }
  return new Map(asks)
}

/** Prepares a claimed batch: what is known of its people is read in one query, moments leased in one, versions come compiled. */
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
  for (const one of await renderPlaced(deps, placements.filter(isPlaced))) {
    if ('rendered' in one) prepared.push(one)
    else results.push(one)
  }
  const back = placements.flatMap(one => (one.kind === 'back' ? one.release : []))
  const released = [...checked.released, ...back]
  return { prepared, results, released, personal: await personalOf(deps, batch) }
}
