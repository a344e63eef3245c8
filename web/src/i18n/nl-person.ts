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
  'person.testProfiles': 'Testprofielen',
  'person.testHint':
    'Een persoon om inhoud als voorbeeld voor te bekijken. Testprofielen krijgen berichten zoals ieder ander.',
  'person.noTest': 'Nog geen testprofielen',
  'person.noTestDo': 'Open een profiel en zet ‘Testprofiel’ aan: dan is inhoud als die persoon te bekijken.',
  'person.noTestProfile': 'Geen testprofiel gevonden',
  'preview.as': 'Voorbeeld als testprofiel',
  'preview.asSample': 'Voorbeeld met de voorbeeldgegevens, of kies een testprofiel',
  'preview.to': 'Gaat naar {address}.',
  'preview.leftOut': 'Zou worden overgeslagen: {reason}.',
  'preview.person': 'Profiel openen',
  'try.as': 'Neem de kenmerken van een testprofiel',
}
