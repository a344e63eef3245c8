/** "2nd", "2e": which one in a row. */

const ENGLISH: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
const rules = new Intl.PluralRules('en', { type: 'ordinal' })

/** The ordinal of a whole number, in a language of the studio. */
export const ordinal = (n: number, language: 'en' | 'nl'): string =>
  language === 'nl' ? `${n}e` : `${n}${ENGLISH[rules.select(n)] ?? 'th'}`
