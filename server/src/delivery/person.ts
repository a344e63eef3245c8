/** Whom a message is for, in the eyes of limits per person. Pure. */
import type { CampaignProperties } from '@carillon/contract'
import type { ClaimedMessage, StoredRecipient } from '../messages/ledger.ts'
import type { PersonAsk } from './person-limits.store.ts'

/** One key for a person: the profile, or the identity of someone who has none. */
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
