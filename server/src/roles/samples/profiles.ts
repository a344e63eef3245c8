/** Sample people, at addresses that can never belong to somebody. */
import type { SampleProfile } from '../seed-samples.ts'
import { sampleDevices } from './parcel-alert.ts'

interface Person {
  readonly first: string
  readonly last: string
  readonly city: string
  readonly language: string
}

const PEOPLE: readonly Person[] = [
  { first: 'Ada', last: 'Okafor', city: 'Lagos', language: 'en' },
  { first: 'Joris', last: 'van Dam', city: 'Utrecht', language: 'nl' },
  { first: 'Inés', last: 'Quiroga', city: 'Rosario', language: 'es' },
  { first: 'Mei', last: 'Tanaka', city: 'Nagoya', language: 'ja' },
]

const emailOf = (first: string): string =>
  `${first
    .normalize('NFD')
    .replace(/\P{ASCII}/gu, '')
    .toLowerCase()}@example.com`

/** A few people with names in several scripts' spelling. */
export const sampleProfiles: readonly SampleProfile[] = PEOPLE.map(({ first, last, city, language }) => ({
  identities: [{ namespace: 'email', value: emailOf(first) }],
  attributes: {
    person: { name: { firstName: first, lastName: last } },
    personalEmail: { address: emailOf(first) },
    homeAddress: { city },
    preferredLanguage: language,
    pushNotificationDetails: sampleDevices(first),
  },
}))
