/** Gives the language to every component and keeps the choice in the browser. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { createFormats, type Formats } from './format.ts'
import {
  createTranslate,
  type Dictionary,
  type Language,
  loadDictionary,
  pickLanguage,
  type Translate,
} from './translate.ts'

const KEY = 'carillon.language'

interface Speech {
  readonly language: Language
  readonly choose: (language: Language) => void
  readonly t: Translate
  readonly formats: Formats
}
const SpeechContext = createContext<Speech | null>(null)

const kept = (): string | null => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}
const keep = (language: Language) => {
  try {
    localStorage.setItem(KEY, language)
  } catch {
    // Without storage the choice holds for this page.
  }
}

/** A language with its words. */
interface Spoken {
  readonly language: Language
  readonly dictionary: Dictionary
}

const load = async (language: Language): Promise<Spoken> => ({
  language,
  dictionary: await loadDictionary(language),
})

/** The kept language, else the browser's; English when its words cannot be fetched. */
export const firstLanguage = (): Promise<Spoken> =>
  load(pickLanguage(kept(), navigator.languages)).catch(() => load('en'))

/** Speaks `first` until another language is chosen, whose words are fetched then. */
export const LanguageProvider = ({ first, children }: { first: Spoken; children: ReactNode }) => {
  const [spoken, setSpoken] = useState(first)
  const { language, dictionary } = spoken
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const speech = useMemo((): Speech => {
    const formats = createFormats(navigator.languages.find(tag => tag.startsWith(language)) ?? language)
    return {
      language,
      // Without an answer the page stays in its language.
      choose: next => {
        load(next).then(
          loaded => {
            keep(next)
            setSpoken(loaded)
          },
          () => undefined,
        )
      },
      t: createTranslate(language, dictionary, formats),
      formats,
    }
  }, [language, dictionary])
  return <SpeechContext value={speech}>{children}</SpeechContext>
}

/** The language of the page and the way to change it. */
export const useSpeech = (): Speech => {
  const speech = useContext(SpeechContext)
  if (speech === null) throw new Error('A component was rendered outside LanguageProvider')
  return speech
}
/** The translator of the page. */
export const useT = (): Translate => useSpeech().t
