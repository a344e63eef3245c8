/** A stored person in a preview: planned as a call for that person would be. Pure. */
import type { PreviewPerson, Profile } from '@carillon/contract'
import type { RenderData } from '../content/email-content.ts'
import type { StoredRecipient } from '../messages/ledger.ts'
import { reasonText } from '../messages/reason-text.ts'
import { type Attributes, type PlannedFor, planMessage, profileOf, targetsIn } from './plan.ts'

/** What a call would say about the person, and the namespace of its campaign. */
export interface PreviewCall {
  readonly namespace: string
  readonly profile: Attributes
  readonly context: Attributes
  readonly reached: PlannedFor
}

// As a run takes a member: of several identities in the namespace the one that sorts first.
const recipientOf = (person: Profile, { namespace, profile }: PreviewCall): StoredRecipient => {
  const code = namespace.trim().toLowerCase()
  const [value] = person.identities
    .filter(one => one.namespace === code)
    .map(one => one.value)
    .sort()
  const given = { type: 'aep', namespace: code, profileId: person.id, profile } as const
  return value === undefined
    ? { ...given, userId: person.id, lacksIdentity: true }
    : { ...given, userId: value }
}

const shownAddress = ({ channel }: PlannedFor, address: string): string =>
  channel === 'push'
    ? targetsIn(address)
        .map(({ platform, appId }) => `${platform} ${appId}`)
        .join(', ')
    : address

/** The data that content would get for the person, also where the person would be left out, and why. */
export const planPreview = (
  person: Profile,
  call: PreviewCall,
): { readonly data: RenderData; readonly person: PreviewPerson } => {
  const recipient = recipientOf(person, call)
  const { context, reached } = call
  const plan = planMessage(recipient, { context, attributes: person.attributes }, reached)
  const planned = plan.kind === 'planned'
  const reason = planned ? null : plan.reason
  return {
    data: planned ? plan.data : { profile: profileOf(recipient, person.attributes), context },
    person: {
      profileId: person.id,
      userId: recipient.lacksIdentity === true ? null : recipient.userId,
      address: planned ? shownAddress(reached, plan.address) : null,
      reason,
      reasonText: reasonText(reason),
    },
  }
}
