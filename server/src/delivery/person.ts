/** Limits per person: who a person is to them, and what they say. Pure; the uses are in `person-limits.store.ts`. */
import type { CampaignProperties, CappingRule } from '@carillon/contract'
import { isUuid } from '../lib/ids.ts'
import type { ClaimedMessage, StoredRecipient } from '../messages/ledger.ts'
import { windowStart } from '../rules/calendar.ts'
import { isMarketing } from './check.ts'
import type { SendableVersion } from './versions.ts'

/** Why a person is left out. */
export type PersonRefusal = 'once_window' | 'person_ceiling' | 'frequency_capped'

/** At most so many messages of a scope, a campaign or a rule, to one person in a window. */
export interface PersonLimit {
  readonly scopeId: string
  readonly most: number
  readonly reason: PersonRefusal
  /** The name of the rule, for a person; null: the reason says it all. */
  readonly name: string | null
  /** The first moment of the window that `now` lies in, both on the machine's time. */
  readonly since: (now: Date) => Date
}

/** A message that wants to go to a person under limits. */
export interface PersonAsk {
  readonly messageId: string
  readonly personKey: string
  readonly limits: readonly PersonLimit[]
}

/** A message that a person got, or is about to get, of a scope. */
export interface PersonUse {
  readonly messageId: string
  readonly at: Date
}

const PROFILE = 'profile:'

/** The key of a person with a profile. */
export const personKeyOfProfile = (profileId: string): string => `${PROFILE}${profileId}`

/** The profile that a key is of; undefined: an identity's. A namespace called `profile` is no profile. */
export const profileOfKey = (personKey: string): string | undefined => {
  const id = personKey.startsWith(PROFILE) ? personKey.slice(PROFILE.length) : ''
  return isUuid(id) ? id : undefined
}

/** One person under all of its identities when there is a profile; else the identity itself. */
export const personKeyOf = (recipient: StoredRecipient): string =>
  recipient.profileId === undefined
    ? `${recipient.namespace.toLowerCase()}:${recipient.userId}`
    : personKeyOfProfile(recipient.profileId)

/** Midnight before, in UTC: a day of the ceilings. */
export const dayOf = (now: Date): Date => new Date(Math.floor(now.getTime() / 86_400_000) * 86_400_000)

/** What a campaign itself allows a person. */
export const campaignLimits = (
  scopeId: string,
  limits: { readonly onceWindowSeconds: number | null; readonly perDay: number | null },
): PersonLimit[] => {
  const { onceWindowSeconds, perDay } = limits
  const windowMs = (onceWindowSeconds ?? 0) * 1_000
  return [
    ...(onceWindowSeconds === null
      ? []
      : [
          {
            ...({ scopeId, most: 1, reason: 'once_window', name: null } as const),
            // A use exactly one window old is out of it.
            since: (now: Date) => new Date(now.getTime() - windowMs + 1),
          },
        ]),
    ...(perDay === null
      ? []
      : [{ scopeId, most: perDay, reason: 'person_ceiling', name: null, since: dayOf } as const]),
  ]
}

/** What a cap allows a person: its windows are those of the sandbox's time, which is so far ahead of the machine's. */
export const capLimit = (rule: CappingRule, aheadMs: number): PersonLimit => ({
  scopeId: rule.id,
  most: rule.count,
  reason: 'frequency_capped',
  name: rule.name,
  since: now => new Date(windowStart(rule, new Date(now.getTime() + aheadMs)).getTime() - aheadMs),
})

/** What a message asks for in the name of its person; null: nothing limits it. */
export const personAskOf = (
  message: Pick<ClaimedMessage, 'messageId' | 'campaignId' | 'recipient' | 'kind'>,
  version: Pick<SendableVersion, 'rules'> & {
    readonly properties: Pick<CampaignProperties, 'onceWindowSeconds' | 'guard' | 'category'>
  },
  aheadMs: number,
): PersonAsk | null => {
  const { messageId, campaignId, recipient, kind } = message
  const { onceWindowSeconds, guard } = version.properties
  const caps = isMarketing({ version, kind }) ? version.rules.caps : []
  const limits = [
    ...campaignLimits(campaignId, { onceWindowSeconds, perDay: guard.perPersonPerDay }),
    ...caps.map(rule => capLimit(rule, aheadMs)),
  ]
  return limits.length === 0 ? null : { messageId, personKey: personKeyOf(recipient), limits }
}

/**
 * Whether a limit stands against an ask, given the uses of its scope by this person. A message that has its use already
 * goes on: it is a retry, and counts where it counted first.
 */
export const isSpent = (
  limit: PersonLimit,
  asked: { readonly messageId: string; readonly uses: readonly PersonUse[]; readonly now: Date },
): boolean => {
  const { messageId, uses, now } = asked
  if (uses.some(use => use.messageId === messageId)) return false
  const since = limit.since(now).getTime()
  return uses.filter(use => use.at.getTime() >= since).length >= limit.most
}
