/** Who is meant: the identities and addresses by which everything of one person is found. Pure. */
import type { Identity } from '@carillon/contract'
import { parseAddress } from '../channels/email/address.ts'
import { parsePhone } from '../channels/sms/phone.ts'
import { listedAddress } from '../consent/suppression-value.ts'
import { valueAt } from '../profiles/attributes.ts'

/** A person. Email addresses are in lower case, namespaces too; phone numbers as they were given, and in E.164. */
export interface Subject {
  /** The id of today, and those of everybody who was merged into the person; empty: there is no profile. */
  readonly profileIds: readonly string[]
  readonly identities: readonly Identity[]
  /** Taken from the person, and nobody has them now: of what went there, only messages that name the person count. */
  readonly former: readonly Identity[]
  /** Taken from the person, and another person has them now: the address is that one's, and so is what came later. */
  readonly passedOn: readonly Identity[]
  readonly addresses: readonly string[]
  readonly phones: readonly string[]
  /** When the profile went; undefined: it did not yet, or there is none. */
  readonly goneAt?: string
  /** A made-up id, under which what the person did with messages still counts as done by one; undefined: not made yet. */
  readonly nobody?: string
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

/** What may be an address in a recipient, as it was written there. */
export const spellingsOfRecipient = (recipient: Tree): string[] =>
  [
    valueAt(recipient, 'channelData', 'emailAddress'),
    valueAt(recipient['profile'], 'personalEmail', 'address'),
    valueAt(recipient['profile'], 'workEmail', 'address'),
    recipient['userId'],
  ].flatMap(one => (typeof one === 'string' ? [one.trim()] : []))

/** The email addresses that a message went to, or would have gone to. */
export const addressesOfRecipient = (recipient: Tree): string[] => [
  ...addressOf(valueAt(recipient, 'channelData', 'emailAddress')),
  ...addressesIn(recipient['profile']),
  ...addressOf(recipient['userId']),
]

const both = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])]

// As they were given, and as messages go to them.
const withE164 = (numbers: readonly string[]): string[] => [
  ...new Set(numbers.flatMap(number => [number, parsePhone(number) ?? number])),
]

const phonesAmong = (identities: readonly Identity[]): string[] =>
  identities.filter(one => one.namespace === 'phone').map(one => one.value)
const addressesAmong = (identities: readonly Identity[]): string[] =>
  identities.flatMap(one => addressOf(one.value))

// Whatever names an address that another person has now, it is that one's.
const withoutPassedOn = (subject: Subject): Subject => {
  const addresses = addressesAmong(subject.passedOn)
  const phones = withE164(phonesAmong(subject.passedOn))
  return {
    ...subject,
    addresses: subject.addresses.filter(one => !addresses.includes(one)),
    phones: subject.phones.filter(one => !phones.includes(one)),
  }
}

/** What is known of a person; of somebody without a profile only identities are. */
export interface PersonFacts {
  readonly profileIds: readonly string[]
  readonly identities: readonly Identity[]
  readonly former: readonly Identity[]
  /** The identities of other people that are, or may be, former ones of this person. */
  readonly others: readonly Identity[]
  readonly attributes: Tree
}

const isHeld = (one: Identity, others: readonly Identity[]): boolean => {
  const [address] = addressOf(one.value)
  return others.some(
    other =>
      (other.namespace === one.namespace && other.value === one.value) ||
      (address !== undefined && addressOf(other.value).includes(address)),
  )
}

/** The person of a profile, or who has an identity and no profile. */
export const subjectOf = ({ profileIds, identities, attributes, ...of }: PersonFacts): Subject => {
  const passedOn = of.former.filter(one => isHeld(one, of.others))
  const former = of.former.filter(one => !passedOn.includes(one))
  const named = [...identities, ...former]
  return withoutPassedOn({
    ...{ profileIds, identities, former, passedOn },
    addresses: both(addressesAmong(named), addressesIn(attributes)),
    phones: withE164([...phonesAmong(named), ...phonesIn(attributes)]),
  })
}

/** Somebody without a profile. */
export const subjectWithout = (identity: Identity): Subject =>
  subjectOf({ profileIds: [], identities: [identity], former: [], others: [], attributes: {} })

/** The person as it is now, with the addresses that it had when it was asked about. */
export const renewed = (asked: Subject, now: Subject): Subject =>
  withoutPassedOn({
    ...now,
    profileIds: both(now.profileIds, asked.profileIds),
    addresses: both(asked.addresses, now.addresses),
    phones: both(asked.phones, now.phones),
  })

/** The addresses that other people do not have among their identities. */
export const exceptOf = (addresses: readonly string[], others: readonly Identity[]): string[] => {
  const theirs = new Set(addressesAmong(others))
  return addresses.filter(one => !theirs.has(one))
}

/** The identities that are nobody's but the person's: today's, and former ones that nobody has now. */
export const ownIdentities = ({ identities, former }: Subject): readonly Identity[] => [
  ...identities,
  ...former,
]

/** The person with addresses that were found on the way. */
export const withAddresses = (subject: Subject, found: readonly string[]): Subject => ({
  ...subject,
  addresses: both(subject.addresses, found),
})

/** The person with phone numbers that were found, but for those that another person has now. */
export const withPhones = (subject: Subject, found: readonly string[]): Subject => {
  const theirs = withE164(phonesAmong(subject.passedOn))
  const own = found.filter(one => !theirs.includes(one))
  return { ...subject, phones: both(subject.phones, own) }
}

/** The words that name the person wherever they stand in a text; short or plain ones would be found in others' too. */
export const namingWords = (subject: Subject): string[] => {
  const { addresses, phones, profileIds } = subject
  const telling = ownIdentities(subject)
    .map(one => one.value)
    .filter(value => value.length >= 8 && /\d/.test(value))
  return both([...addresses, ...phones.filter(phone => phone.length >= 6)], [...telling, ...profileIds])
}

/** What limits know the person by. */
export const limitKeysOf = (subject: Subject): string[] => [
  ...ownIdentities(subject).map(one => `${one.namespace}:${one.value}`),
  ...subject.profileIds.map(id => `profile:${id}`),
]
