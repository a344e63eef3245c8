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
  'person.testProfiles': 'Test profiles',
  'person.testHint': 'A person to preview content as. Test profiles get messages like everybody else.',
  'person.noTest': 'No test profiles yet',
  'person.noTestDo':
    'Open a profile and switch “Test profile” on: content can then be previewed as that person.',
  'person.noTestProfile': 'No test profile found',
  'preview.as': 'Preview as a test profile',
  'preview.asSample': 'Preview with the sample data, or choose a test profile',
  'preview.to': 'Goes to {address}.',
  'preview.leftOut': 'Would be left out: {reason}.',
  'preview.person': 'Open the profile',
  'try.as': 'Take the attributes of a test profile',
} as const
