/** Limits per person: who a person is to them, and what they say. Pure; the uses are in `person-limits.store.ts`. */
import type { CampaignProperties } from '@carillon/contract'
import type { ClaimedMessage, StoredRecipient } from '../messages/ledger.ts'

/** A message that wants to go to a person under limits; a limit that is null is none. */
export interface PersonAsk {
  readonly messageId: string
  readonly campaignId: string
  readonly personKey: string
  readonly onceWindowSeconds: number | null
  readonly perDay: number | null
}

/** A message that a person got, or is about to get, of the campaign. */
export interface PersonUse {
  readonly messageId: string
  readonly at: Date
}

/** Why a person is left out. */
export type PersonRefusal = 'once_window' | 'person_ceiling'

/** One person under all of its identities when there is a profile; else the identity itself. */
export const personKeyOf = (recipient: StoredRecipient): string =>
  recipient.profileId === undefined
    ? `${recipient.namespace.toLowerCase()}:${recipient.userId}`
    : `profile:${recipient.profileId}`

/** What a message asks for in the name of its person; null: its campaign limits nobody. */
export const personAskOf = (
  message: Pick<ClaimedMessage, 'messageId' | 'campaignId' | 'recipient'>,
  { onceWindowSeconds, guard }: Pick<CampaignProperties, 'onceWindowSeconds' | 'guard'>,
): PersonAsk | null => {
  const perDay = guard.perPersonPerDay
  if (onceWindowSeconds === null && perDay === null) return null
  const { messageId, campaignId, recipient } = message
  return { messageId, campaignId, personKey: personKeyOf(recipient), onceWindowSeconds, perDay }
}

/** Midnight before, in UTC: a day of the ceilings. */
export const dayOf = (now: Date): Date => new Date(Math.floor(now.getTime() / 86_400_000) * 86_400_000)

/** The earliest use that can still refuse this ask. */
export const sinceOf = (ask: PersonAsk, now: Date): Date => {
  const window = now.getTime() - (ask.onceWindowSeconds ?? 0) * 1_000
  return new Date(ask.perDay === null ? window : Math.min(window, dayOf(now).getTime()))
}

/**
 * The limit that stands against an ask, given the uses of the campaign by this person. A message that has its use
 * already goes on: it is a retry.
 */
export const refusalOf = (
  ask: PersonAsk,
  uses: readonly PersonUse[],
  now: Date,
): PersonRefusal | undefined => {
  if (uses.some(use => use.messageId === ask.messageId)) return undefined
  const { onceWindowSeconds, perDay } = ask
  const after = (since: number): number => uses.filter(use => use.at.getTime() > since).length
  if (onceWindowSeconds !== null && after(now.getTime() - onceWindowSeconds * 1_000) > 0) return 'once_window'
  // The first millisecond of the day is of the day.
  if (perDay !== null && after(dayOf(now).getTime() - 1) >= perDay) return 'person_ceiling'
  return undefined
}
