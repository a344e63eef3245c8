/** What a call would send, through the same plan, govern and render as a real one; nothing is stored. */
import type { DryRunResult, Recipient } from '@carillon/contract'
import type { CampaignCache } from '../campaigns/campaign-cache.ts'
import type { SandboxClocks } from '../campaigns/sandbox-clock.ts'
import { checkCall, type TriggerCall, versionFor } from '../campaigns/trigger.ts'
import type { AddressHash } from '../consent/address-hash.ts'
import type { ConsentLinks } from '../consent/links.ts'
import type { RenderData } from '../content/email-content.ts'
import { withMailLinks } from '../content/mail-links.ts'
import {
  type ContentSources,
  createReach,
  type Reach,
  renderReaching,
  TOO_MANY_ROUNDS,
} from '../content/reach.ts'
import type { Db } from '../db/pool.ts'
import type { Clock } from '../lib/clock.ts'
import { Fault } from '../lib/fault.ts'
import { isUuid } from '../lib/ids.ts'
import type { StoredRecipient } from '../messages/ledger.ts'
import { loadProfiles, resolveIdentities } from '../profiles/profile.store.ts'
import type { Tracking } from '../tracking/tracking.ts'
import { type CheckDeps, objectionsTo } from './checks.ts'
import { govern } from './govern.ts'
import type { Holds, HoldVerdict } from './holds.ts'
import { mailLinksOf } from './mail-links.ts'
import { type Attributes, planMessage, plannedFor } from './plan.ts'
import { compose, stateOfReason } from './render.ts'
import { NOTHING_SHOWN } from './renderer.ts'
import type { SendableVersion, Versions } from './versions.ts'

/** What a dry run needs. */
export interface DryRunDeps {
  readonly db: Db
  readonly clock: Clock
  readonly clocks: SandboxClocks
  readonly campaigns: CampaignCache
  readonly versions: Versions
  readonly sources: ContentSources
  readonly random: () => number
  readonly holds: Holds
  readonly links: ConsentLinks
  readonly addressHash: AddressHash
  readonly tracking: Tracking
}

/** What is known of a recipient: the profile, if there is one. */
interface Person {
  readonly profileId?: string
  readonly attributes: Attributes
}
const NOBODY: Person = { attributes: {} }

type Outcome = DryRunResult['recipients'][number]

// What a batch in a worker is measured by, and a single call ahead of time cannot know.
const UNLIMITED = { isOverCeiling: false, ratePerSecond: null, staleAfterSeconds: null } as const
/** Newer than every message there is: what holds it would hold the next call. */
const NEXT_MESSAGE = 'ffffffff-ffff-7fff-bfff-ffffffffffff'

const left = (
  recipient: Recipient,
  outcome: Exclude<Outcome['outcome'], 'send'>,
  why: { reason: string; detail: string | null },
): Outcome => ({
  userId: recipient.userId,
  namespace: recipient.namespace,
  outcome,
  ...why,
  ...NOTHING_SHOWN,
})

const kindOf = (version: SendableVersion): 'highthroughput' | 'unitary' =>
  version.properties.highThroughput ? 'highthroughput' : 'unitary'

// A message that would have to wait is kept back, in the words of a dry run.
const objectionOf = async (
  deps: CheckDeps,
  one: {
    readonly version: SendableVersion
    readonly now: Date
    readonly recipient: StoredRecipient
    readonly plan: { readonly address: string; readonly data: RenderData }
    readonly expiresAt: Date | null
    readonly aheadMs: number
  },
): Promise<{ outcome: 'excluded' | 'held'; reason: string; detail: string | null } | undefined> => {
  const { version, now, recipient, plan, expiresAt, aheadMs } = one
  const kind = kindOf(version)
  const [objection] = await objectionsTo(deps, [
    {
      ...{ sandboxId: version.sandboxId, kind, version, now, expiresAt, aheadMs },
      ...{ recipient, address: plan.address, attributes: plan.data.profile },
    },
  ])
  if (objection === undefined) return undefined
  const { reason } = objection
  return objection.kind === 'excluded'
    ? { outcome: 'excluded', reason, detail: objection.detail ?? null }
    : { outcome: 'held', reason, detail: `until ${objection.until.toISOString()}` }
}

const storedRecipient = (recipient: Recipient, { profileId }: Person): StoredRecipient =>
  ({ ...recipient, ...(profileId === undefined ? {} : { profileId }) }) as StoredRecipient

const HELD_DETAIL = 'for 7 days at most; then it is left out'

const outcomeOf = async (
  deps: DryRunDeps,
  recipient: Recipient,
  at: {
    readonly version: SendableVersion
    readonly person: Person
    readonly now: Date
    readonly aheadMs: number
    readonly reach: Reach
    readonly hold: HoldVerdict | undefined
  },
): Promise<Outcome> => {
  const { version, now } = at
  const seconds = version.properties.messageExpirySeconds
  const expiresAt = seconds === null ? null : new Date(now.getTime() + seconds * 1_000)
  const fresh = { claims: 0, expiresAt, kind: 'unitary', acceptedAt: now, dueAt: now, reason: null } as const
  const refusal = govern(fresh, { isOverCeiling: false, now, hold: at.hold }, UNLIMITED)
  if (refusal !== undefined) {
    const detail = refusal.state === 'held' ? HELD_DETAIL : null
    return left(recipient, refusal.state, { reason: refusal.reason, detail })
  }
  const stored = storedRecipient(recipient, at.person)
  const { context = {} } = recipient
  const { attributes } = at.person
  const reached = plannedFor(version.properties.channel, version.configuration)
  const plan = planMessage(stored, { context, attributes }, reached)
  if (plan.kind === 'excluded') return left(recipient, 'excluded', { reason: plan.reason, detail: null })
  const objection = await objectionOf(deps, { ...at, recipient: stored, plan, expiresAt })
  if (objection !== undefined) return left(recipient, objection.outcome, objection)
  const mail = { version, kind: kindOf(version), recipient: stored, address: plan.address, now }
  const links = mailLinksOf(deps.links, { ...mail, messageId: null })
  const to = { address: plan.address, data: withMailLinks(plan.data, links), links, message: null }
  const rendered = await renderReaching(at.reach, version.sandboxId, outside =>
    compose(version, { ...to, outside, publicUrl: deps.links.publicUrl }, deps),
  )
  if (rendered === undefined)
    return left(recipient, 'failed', { reason: 'render_error', detail: TOO_MANY_ROUNDS })
  const { value: composed } = rendered
  if (!composed.ok) {
    const { reason, problem } = composed
    return left(recipient, stateOfReason(reason), { reason, detail: problem })
  }
  return {
    userId: recipient.userId,
    namespace: recipient.namespace,
    outcome: 'send',
    reason: null,
    detail: null,
    ...composed.shown,
  }
}

const keyOf = (namespace: string, value: string): string => `${namespace.toLowerCase()} ${value}`

const peopleOf = async (db: Db, call: TriggerCall, createProfiles: boolean): Promise<Map<string, Person>> => {
  const asked = call.body.recipients.filter(recipient => recipient.type === 'aep')
  if (asked.length === 0) return new Map()
  const rows = await resolveIdentities(
    db,
    asked.map(recipient => ({
      sandboxId: call.sandboxId,
      namespace: recipient.namespace.toLowerCase(),
      value: recipient.userId,
    })),
  )
  const ids = new Map(rows.map(row => [keyOf(row.namespace, row.value), row.profileId]))
  const problems = call.body.recipients.flatMap((recipient, index) =>
    recipient.type === 'aep' && !ids.has(keyOf(recipient.namespace, recipient.userId))
      ? [{ pointer: `/recipients/${index}/userId`, message: 'no profile has this identity' }]
      : [],
  )
  if (problems.length > 0 && !createProfiles) throw new Fault('profile_unknown', { problems })
  const profiles = await loadProfiles(db, [...ids.values()])
  return new Map([...ids].map(([key, id]) => [key, { profileId: id, attributes: profiles.get(id) ?? {} }]))
}

/** Answers `?dryRun=true`. Refuses what the real call would refuse, the idempotency key apart. */
export const dryRun = async (deps: DryRunDeps, call: TriggerCall): Promise<DryRunResult> => {
  const { body, sandboxId } = call
  checkCall(call)
  const clock = (await deps.clocks.clocksIn([sandboxId]))(sandboxId)
  const now = clock.now()
  const machineNow = clock === deps.clock ? now : deps.clock.now()
  const live = versionFor(
    isUuid(body.campaignId) ? await deps.campaigns.target(sandboxId, body.campaignId) : undefined,
    call.kind,
    now,
  )
  if (live instanceof Fault) throw live
  const version = await deps.versions.get(live.id)
  if (version === undefined) throw new Fault('campaign_unknown')
  const people = await peopleOf(deps.db, call, live.properties.createNewProfiles)
  const reach = createReach(deps.sources)
  await deps.holds.refresh()
  const ids = {
    messageId: NEXT_MESSAGE,
    executionId: NEXT_MESSAGE,
    campaignId: body.campaignId.toLowerCase(),
  }
  const hold = deps.holds.verdict({ ...ids, sandboxId })
  const recipients: Outcome[] = []
  for (const recipient of body.recipients)
    recipients.push(
      await outcomeOf({ ...deps, clock }, recipient, {
        version,
        person: people.get(keyOf(recipient.namespace, recipient.userId)) ?? NOBODY,
        aheadMs: now.getTime() - machineNow.getTime(),
        now,
        reach,
        hold,
      }),
    )
  return { dryRun: true, campaignId: body.campaignId, recipients }
}
