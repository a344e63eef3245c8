/** English words about people and their profiles. */

/** Part of the English dictionary. */
export const profilesEn = {
  'nav.people': 'People',
  'people.parts': 'Parts of the people',
  'people.profiles': 'Profiles',
  'people.audiences': 'Audiences',
  'people.identity': 'Identity',
  'people.identities': 'Identities',
  'people.name': 'Name',
  'people.namespaces': 'Namespaces',
  'people.test': 'Test profile',
  'people.language': 'Language',
  'people.zone': 'Time zone',
  'people.since': 'Known since',
  'people.attributes': 'Attributes',
  'people.why': 'Why did this person (not) get a campaign?',
  'people.searchFor': 'Find by the beginning of an identity',
  'people.new': 'New profile',
  'people.email': 'Email address',
  'people.emailHint': 'It becomes the identity, and the address that mail goes to.',
  'people.make': 'Make the profile',
  'people.empty': 'Nobody is known yet',
  'people.emptyDo': 'People come by an import, by the API, or with the first call that names them.',
  'people.noMatch': 'Nobody has such an identity',
  'people.noMatchDo': 'The search compares the beginning of an identity, exactly as it is written.',
  'people.remove': 'Delete…',
  'people.removeTitle': 'Delete this profile?',
  'people.removeText':
    'Attributes and identities are gone for good. Messages and evidence stay, and nothing keeps marketing from a person who comes back. To forget the person, erase them instead.',
  'people.removeDo': 'Delete',
} as const
