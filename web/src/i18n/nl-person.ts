/** Dutch words about one person: messages, audiences, devices, identities, merging, test profiles. */
import type { personEn } from './en-person.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const personNl: Part<typeof personEn> = {
  'person.messages': 'Berichten',
  'person.noMessages': 'Er is geen bericht naar deze persoon gegaan, en er is er geen overgeslagen.',
  'person.audiences': 'Doelgroepen',
  'person.noAudiences': 'Deze persoon zit in geen doelgroep.',
  'person.byRule': 'Door een regel',
  'person.byUpload': 'Geüpload',
  'person.audience': 'Doelgroep',
  'person.how': 'Hoe',
  'person.extra': 'Wat de upload zegt',
  'channel.email': 'E-mail',
  'channel.sms': 'Sms',
  'channel.push': 'Push',
}
