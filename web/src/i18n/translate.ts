/** Turns a key into the words of a language. Pure: it knows neither React nor the browser. */
import { en } from './en.ts'
import { createFormats, type Formats } from './format.ts'

/** The languages of the studio. */
export const LANGUAGES = ['en', 'nl'] as const
/** A language of the studio. */
export type Language = (typeof LANGUAGES)[number]

interface Plural {
  readonly one: string
  readonly other: string
}
/** A key of the dictionary. */
export type Key = keyof typeof en
/** The words of some English keys in another language: plurals where English has plurals. */
export type Part<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plural }
/** A whole dictionary: every key of English. */
export type Dictionary = Part<typeof en>
/** What fills the `{x}` of an entry; `count` also chooses its plural. */
type Params = Readonly<Record<string, string | number>>
/** Gives the words of a key. */
export type Translate = (key: Key, params?: Params) => string

/** The words of a language. English is always there: its keys tell which exist. */
export const loadDictionary = async (language: Language): Promise<Dictionary> =>
  language === 'nl' ? (await import('./nl.ts')).nl : en

/** True for a key that exists; for keys made from codes that the server sends. */
export const isKey = (key: string): key is Key => Object.hasOwn(en, key)

/** Makes the translator of one language. A `{x}` without a parameter stays as it is, so that a slip is seen. */
export const createTranslate = (
  language: Language,
  dictionary: Dictionary,
  { number }: Pick<Formats, 'number'> = createFormats(language),
): Translate => {
  const plurals = new Intl.PluralRules(language)
  const shown = (value: string | number) => (typeof value === 'number' ? number(value) : value)
  return (key, params = {}) => {
    const entry: string | Plural = dictionary[key]
    const one = typeof entry !== 'string' && plurals.select(Number(params['count'])) === 'one'
    const text = typeof entry === 'string' ? entry : one ? entry.one : entry.other
    return text.replace(/\{(\w+)\}/g, (slot, name: string) => {
      const value = params[name]
      return value === undefined ? slot : shown(value)
    })
  }
}

/** The first language of the browser that the studio speaks; English otherwise. */
export const pickLanguage = (kept: string | null, browser: readonly string[]): Language => {
  const wanted = [kept ?? '', ...browser.map(tag => tag.slice(0, 2).toLowerCase())]
  return LANGUAGES.find(language => language === wanted.find(tag => LANGUAGES.some(l => l === tag))) ?? 'en'
}
