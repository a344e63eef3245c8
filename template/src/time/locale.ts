/** Locales as authors write them (`fr_FR`, `en_GB`, `nl`) and as the engine's formatters want them. Knows no text of any language. */
import { createBoundedCache } from './bounded-cache.ts'

/** A locale that the engine can format for. */
export interface KnownLocale {
  /** A tag that is safe to give to any `Intl` formatter. */
  readonly tag: string
  readonly language: string
  /** Two letters; the likely one where the author named none. */
  readonly region: string
}

/** What holds where no locale is named, and where the one named is unknown. */
export const DEFAULT_LOCALE: KnownLocale = { tag: 'en-US', language: 'en', region: 'US' }

const KNOWN = createBoundedCache<KnownLocale>(200)
const LONGEST = 64

/** Java writes a script last, as in `zh_TW_#Hant`; a tag has it before the region. */
const asTag = (text: string): string =>
  text
    .trim()
    .replace(/^([A-Za-z]+)(_[A-Za-z]*)_#([A-Za-z]{4})$/, '$1_$3$2')
    .replace(/_/g, '-')

const readLocale = (text: string): KnownLocale => {
  try {
    const locale = new Intl.Locale(asTag(text))
    // Without this an unknown language would be formatted in the language of the machine.
    if (Intl.DateTimeFormat.supportedLocalesOf([locale.baseName]).length === 0) return DEFAULT_LOCALE
    const { language, region } = locale.maximize()
    return { tag: locale.baseName, language: language ?? 'en', region: region ?? 'US' }
  } catch {
    return DEFAULT_LOCALE
  }
}

/** The locale of a text in Java's or in BCP 47's form; `en_US` for any other text. */
export const localeOf = (text: string): KnownLocale =>
  text.length > LONGEST ? DEFAULT_LOCALE : KNOWN.get(text, () => readLocale(text))
