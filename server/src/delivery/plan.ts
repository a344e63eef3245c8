/** Step 1 of a delivery: who the person is, at which address, with which data. Pure; stores and channels are elsewhere. */

import type { ReasonCode } from '@carillon/contract'
import { parseAddress } from '../channels/email/address.ts'
import type { RenderData } from '../content/email-content.ts'
import type { StoredRecipient } from '../messages/ledger.ts'
import { mergeAttributes, valueAt } from '../profiles/attributes.ts'

/** Profile attributes: a JSON tree in XDM's shape. */
export type Attributes = Readonly<Record<string, unknown>>

/** A person with an address and data, or the reason why the person is left out. */
export type Plan =
  | { readonly kind: 'planned'; readonly address: string; readonly data: RenderData }
  | { readonly kind: 'excluded'; readonly reason: ReasonCode }

const textAt = (tree: unknown, path: readonly string[]): string | undefined => {
  const value = valueAt(tree, ...path)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

// The call's own address first, then the profile's, then the identity itself when it is an address.
const emailAddressOf = (recipient: StoredRecipient, profile: Attributes): string | undefined =>
  textAt(recipient.channelData, ['emailAddress']) ??
  textAt(profile, ['personalEmail', 'address']) ??
  textAt(profile, ['workEmail', 'address']) ??
  (recipient.namespace.toLowerCase() === 'email' || recipient.userId.includes('@')
    ? recipient.userId
    : undefined)

/** What content knows of a person. What the person chose is its own to say: no call lays its word over a stored refusal. */
export const profileOf = ({ type, profile }: StoredRecipient, attributes: Attributes): Attributes => {
  if (profile === undefined) return attributes
  if (type !== 'aep') return mergeAttributes(attributes, profile)
  const { consents: _, ...rest } = profile
  return mergeAttributes(attributes, rest)
}

/**
 * Plans one email: `attributes` are the stored profile's (empty for an external person); the call's `profile` overrides
 * them, the stored choices (`consents`) apart.
 */
export const planEmail = (recipient: StoredRecipient, context: Attributes, attributes: Attributes): Plan => {
  if (recipient.erased === true) return { kind: 'excluded', reason: 'profile_erased' }
  if (recipient.lacksIdentity === true) return { kind: 'excluded', reason: 'identity_missing' }
  const profile = profileOf(recipient, attributes)
  const address = emailAddressOf(recipient, profile)
  if (address === undefined) return { kind: 'excluded', reason: 'email_no_address' }
  const parsed = parseAddress(address)
  if (parsed === undefined) return { kind: 'excluded', reason: 'email_malformed_address' }
  return { kind: 'planned', address: parsed.address, data: { profile, context } }
}
