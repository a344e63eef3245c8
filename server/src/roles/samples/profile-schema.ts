/** The schema of the sample sandbox's profiles: the attributes of XDM's individual profile that mails use most. */

type Schema = Readonly<Record<string, unknown>>

const text = (title: string, more: Schema = {}): Schema => ({ type: 'string', title, ...more })
const group = (title: string, properties: Schema): Schema => ({ type: 'object', title, properties })

const person = group('Person', {
  name: group('Name', {
    firstName: text('First name'),
    middleName: text('Middle name'),
    lastName: text('Last name'),
    fullName: text('Full name'),
    courtesyTitle: text('Title'),
  }),
  birthDate: text('Date of birth', { format: 'date' }),
  gender: text('Gender'),
})

const homeAddress = group('Home address', {
  street1: text('Street'),
  street2: text('Street, second line'),
  postalCode: text('Postal code'),
  city: text('City'),
  state: text('State or province'),
  country: text('Country'),
  countryCode: text('Country code', { description: 'Two letters, as in ISO 3166-1.' }),
})

const loyalty = group('Loyalty', {
  loyaltyID: text('Member number'),
  tier: text('Tier'),
  points: { type: 'integer', title: 'Points' },
  joinDate: text('Member since', { format: 'date-time' }),
})

/** Profiles of `dev`. Beside these groups any attribute may be used; within a group only the names it has. */
export const profileSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Profile',
  type: 'object',
  additionalProperties: true,
  properties: {
    person,
    personalEmail: group('Personal email', { address: text('Address', { format: 'email' }) }),
    workEmail: group('Work email', { address: text('Address', { format: 'email' }) }),
    mobilePhone: group('Mobile phone', {
      number: text('Number', { description: 'With the country code, as in +31201234567.' }),
    }),
    homeAddress,
    preferredLanguage: text('Language', { description: 'As in "nl" or "pt-BR".' }),
    timeZone: text('Time zone', { description: 'An IANA name, as in "Europe/Amsterdam".' }),
    loyalty,
    pushNotificationDetails: { type: 'array', title: 'Push devices' },
  },
}
