/** The words of the public pages. What a person saw is evidence, so the words have a version that changes with them. */
import { createHash } from 'node:crypto'

const en = {
  unsubscribe: 'Unsubscribe',
  unsubscribeChannel: 'Do you want to get no more marketing email from us?',
  unsubscribeIdentity: 'Do you want to get no more marketing email from us at this address?',
  unsubscribeDo: 'Yes, unsubscribe me',
  unsubscribed: 'You are unsubscribed',
  unsubscribedText: 'You get no more marketing email from us.',
  unsubscribedIdentity: 'You get no more marketing email from us at this address.',
  service: 'Messages about your orders and your account still come.',
  toPreferences: 'Choose what you want to get',
  preferences: 'Your email preferences',
  marketing: 'Marketing email',
  yes: 'Yes, send me marketing email',
  no: 'No, send me no marketing email',
  topics: 'Topics',
  topicsText: 'You get what you tick, as long as you get marketing email.',
  save: 'Save',
  saved: 'Your choice is saved.',
  everything: 'Unsubscribe from everything',
  everythingText: 'No marketing of any kind, and no topic.',
  confirm: 'Confirm your subscription',
  confirmText: 'Do you want to get email about this topic?',
  confirmDo: 'Yes, subscribe me',
  confirmed: 'You are subscribed',
  confirmOver: 'This link was for a choice that has changed since. Nothing was done.',
  invalid: 'This link cannot be used',
  invalidText:
    'It is not complete, is too old, or comes from a preview. Nothing was changed. Open the link in a newer message.',
  mirror: 'The mail in the browser',
  mirrorText:
    'This link comes from a preview or a test. In a mail that is sent it leads to that mail, as its person got it.',
  nothing: 'Nothing was changed',
  nothingText: 'The page was sent without a choice. Go back and press the button.',
  away: 'This does not work right now',
  awayText: 'Nothing was changed. Please try again in a minute.',
}
/** The words of one language. */
export type PageWords = Readonly<Record<keyof typeof en, string>>

const nl: PageWords = {
  unsubscribe: 'Afmelden',
  unsubscribeChannel: 'Wilt u geen marketingmail meer van ons krijgen?',
  unsubscribeIdentity: 'Wilt u op dit adres geen marketingmail meer van ons krijgen?',
  unsubscribeDo: 'Ja, meld mij af',
  unsubscribed: 'U bent afgemeld',
  unsubscribedText: 'U krijgt geen marketingmail meer van ons.',
  unsubscribedIdentity: 'U krijgt op dit adres geen marketingmail meer van ons.',
  service: 'Berichten over uw bestellingen en uw account blijven komen.',
  toPreferences: 'Kies wat u wilt ontvangen',
  preferences: 'Uw voorkeuren voor e-mail',
  marketing: 'Marketingmail',
  yes: 'Ja, stuur mij marketingmail',
  no: 'Nee, stuur mij geen marketingmail',
  topics: 'Onderwerpen',
  topicsText: 'U krijgt wat u aanvinkt, zolang u marketingmail ontvangt.',
  save: 'Opslaan',
  saved: 'Uw keuze is opgeslagen.',
  everything: 'Meld mij overal voor af',
  everythingText: 'Geen enkele marketing en geen enkel onderwerp.',
  confirm: 'Bevestig uw aanmelding',
  confirmText: 'Wilt u e-mail over dit onderwerp krijgen?',
  confirmDo: 'Ja, meld mij aan',
  confirmed: 'U bent aangemeld',
  confirmOver: 'Deze link hoorde bij een keuze die sindsdien is veranderd. Er is niets gedaan.',
  invalid: 'Deze link werkt niet',
  invalidText:
    'Hij is niet volledig, te oud, of komt uit een voorbeeld. Er is niets veranderd. Open de link in een nieuwer bericht.',
  mirror: 'De mail in de browser',
  mirrorText:
    'Deze link komt uit een voorbeeld of een test. In een mail die verstuurd is, leidt hij naar die mail, zoals de ontvanger hem kreeg.',
  nothing: 'Er is niets veranderd',
  nothingText: 'De pagina is zonder keuze verstuurd. Ga terug en druk op de knop.',
  away: 'Dit lukt nu even niet',
  awayText: 'Er is niets veranderd. Probeer het over een minuut opnieuw.',
}

/** The languages of the pages. */
export const PAGE_LANGUAGES = ['en', 'nl'] as const
/** A language of the pages. */
export type PageLanguage = (typeof PAGE_LANGUAGES)[number]

/** The words by language. */
export const PAGE_WORDS: Readonly<Record<PageLanguage, PageWords>> = { en, nl }

/** What evidence names the words by: it changes by itself when a word does. */
export const WORDS_VERSION = createHash('sha256')
  .update(JSON.stringify(PAGE_WORDS))
  .digest('hex')
  .slice(0, 12)

const known = (tag: string): PageLanguage | undefined =>
  PAGE_LANGUAGES.find(language => language === tag.trim().slice(0, 2).toLowerCase())

// RFC 9110 §12.5.4: the weights order the languages; without one it is 1.
const byWeight = (header: string): string[] =>
  header
    .split(',')
    .slice(0, 20)
    .map(part => {
      const [tag = '', weight = ''] = part.split(';q=')
      return { tag, weight: weight === '' ? 1 : Number(weight) || 0 }
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)

/** The person's own language, else the browser's, else English. */
export const pageLanguage = (preferred: unknown, acceptLanguage: string | undefined): PageLanguage => {
  const own = typeof preferred === 'string' ? known(preferred) : undefined
  return own ?? byWeight(acceptLanguage ?? '').flatMap(tag => known(tag) ?? [])[0] ?? 'en'
}
