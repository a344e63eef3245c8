/** Who is meant: the identities and addresses by which everything of one person is found. Pure. */
import type { Identity } from '@carillon/contract'
import { parseAddress } from '../channels/email/address.ts'
import { listedAddress } from '../consent/suppression-value.ts'
import { valueAt } from '../profiles/attributes.ts'

/** A person. Email addresses are in lower case, namespaces too; phone numbers as they were given. */
export interface Subject {
  readonly profileId: string | null
  readonly identities: readonly Identity[]
  readonly addresses: readonly string[]
  readonly phones: readonly string[]
}

type Tree = Readonly<Record<string, unknown>>

const addressOf = (value: unknown): string[] => {
  const parsed = typeof value === 'string' ? parseAddress(value.trim()) : undefined
  return parsed === undefined ? [] : [listedAddress(parsed.address)]
}

const namesOf = (tree: unknown): string[] =>
  typeof tree === 'object' && tree !== null ? Object.keys(tree) : []

/** The email addresses that attributes give the person: where mail would go, and what a choice was made about. */
export const addressesIn = (attributes: unknown): string[] => [
  ...addressOf(valueAt(attributes, 'personalEmail', 'address')),
  ...addressOf(valueAt(attributes, 'workEmail', 'address')),
  ...namesOf(valueAt(attributes, 'consents', 'idSpecific'))
    .filter(name => name.toLowerCase() === 'email')
    .flatMap(name => namesOf(valueAt(attributes, 'consents', 'idSpecific', name)).flatMap(addressOf)),
]

const phonesIn = (attributes: unknown): string[] =>
  ['mobilePhone', 'homePhone', 'workPhone'].flatMap(name => {
    const number = valueAt(attributes, name, 'number')
    return typeof number === 'string' && number.trim() !== '' ? [number.trim()] : []
  })

/** The email addresses that a message went to, or would have gone to. */
export const addressesOfRecipient = (recipient: Tree): string[] => [
  ...addressOf(valueAt(recipient, 'channelData', 'emailAddress')),
  ...addressesIn(recipient['profile']),
  ...addressOf(recipient['userId']),
]

/** The person of a profile, or who has an identity and no profile. */
export const subjectOf = (of: {
  readonly profileId: string | null
  readonly identities: readonly Identity[]
  readonly attributes: Tree
}): Subject => ({
  profileId: of.profileId,
  identities: of.identities,
  addresses: [
    ...new Set([...of.identities.flatMap(one => addressOf(one.value)), ...addressesIn(of.attributes)]),
  ],
  phones: [
    ...new Set([
      ...of.identities.filter(one => one.namespace === 'phone').map(one => one.value),
      ...phonesIn(of.attributes),
    ]),
  ],
})

const both = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])]

/** One person known by both. */
export const mergeSubjects = (one: Subject, other: Subject): Subject => ({
  profileId: one.profileId ?? other.profileId,
  identities: [
    ...new Map(
      [...one.identities, ...other.identities].map(it => [JSON.stringify([it.namespace, it.value]), it]),
    ).values(),
  ],
  addresses: both(one.addresses, other.addresses),
  phones: both(one.phones, other.phones),
})

/** The person with addresses that were found on the way. */
export const withAddresses = (subject: Subject, found: readonly string[]): Subject => ({
  ...subject,
  addresses: both(subject.addresses, found),
})

/** The words that name the person wherever they stand in a text; short or plain ones would be found in others' too. */
export const namingWords = ({ identities, addresses, phones, profileId }: Subject): string[] => {
  const telling = identities.map(one => one.value).filter(value => value.length >= 8 && /\d/.test(value))
  return both(
    [...addresses, ...phones.filter(phone => phone.length >= 6)],
    [...telling, ...(profileId === null ? [] : [profileId])],
  )
}

/** What limits know the person by. */
export const limitKeysOf = ({ profileId, identities }: Subject): string[] => [
  ...identities.map(one => `${one.namespace}:${one.value}`),
  ...(profileId === null ? [] : [`profile:${profileId}`]),
]
