/** English words about one person: messages, audiences, devices, identities, merging, test profiles. */

/** Part of the English dictionary. */
export const personEn = {
  'person.messages': 'Messages',
  'person.noMessages': 'No message has gone to this person, and none was left out.',
  'person.audiences': 'Audiences',
  'person.noAudiences': 'This person is in no audience.',
  'person.byRule': 'By rule',
  'person.byUpload': 'Uploaded',
  'person.audience': 'Audience',
  'person.how': 'How',
  'person.extra': 'What the upload says',
  'channel.email': 'Email',
  'channel.sms': 'SMS',
  'channel.push': 'Push',
} as const
