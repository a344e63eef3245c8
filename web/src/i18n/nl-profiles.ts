/** Dutch words about people and their profiles. */
import type { profilesEn } from './en-profiles.ts'
import type { Part } from './translate.ts'

/** Part of the Dutch dictionary. */
export const profilesNl: Part<typeof profilesEn> = {
  'nav.people': 'Mensen',
  'people.parts': 'Onderdelen van de mensen',
  'people.profiles': 'Profielen',
  'people.audiences': 'Doelgroepen',
  'people.identity': 'Identiteit',
  'people.identities': 'Identiteiten',
  'people.name': 'Naam',
  'people.namespaces': 'Naamruimten',
  'people.test': 'Testprofiel',
  'people.language': 'Taal',
  'people.zone': 'Tijdzone',
  'people.since': 'Bekend sinds',
  'people.attributes': 'Kenmerken',
  'people.why': 'Waarom kreeg deze persoon een campagne (niet)?',
  'people.searchFor': 'Zoek op het begin van een identiteit',
  'people.new': 'Nieuw profiel',
  'people.email': 'E-mailadres',
  'people.emailHint': 'Het wordt de identiteit, en het adres waar mail heen gaat.',
  'people.make': 'Profiel maken',
  'people.empty': 'Er is nog niemand bekend',
  'people.emptyDo': 'Mensen komen met een import, via de API, of met de eerste aanroep die hen noemt.',
  'people.noMatch': 'Niemand heeft zo’n identiteit',
  'people.noMatchDo':
    'De zoekopdracht vergelijkt het begin van een identiteit, precies zoals zij geschreven is.',
  'people.remove': 'Verwijderen…',
  'people.removeTitle': 'Dit profiel verwijderen?',
  'people.removeText':
    'Kenmerken en identiteiten zijn voorgoed weg. Berichten en bewijs blijven, en niets houdt marketing tegen van wie terugkomt. Wil je de persoon vergeten, wis die dan.',
  'people.removeDo': 'Verwijderen',
}
