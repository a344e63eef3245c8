/** Gives the language to every component and keeps the choice in the browser. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { createFormats, type Formats } from './format.ts'
import { createTranslate, type Language, pickLanguage, type Translate } from './translate.ts'

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

/** Speaks the kept language, else the browser's. */
export const LanguageProvider = ({ children }: { children: ReactNode }) => {
  const [language, setLanguage] = useState(() => pickLanguage(kept(), navigator.languages))
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const speech = useMemo<Speech>(
    () => ({
      language,
      choose: next => {
        keep(next)
        setLanguage(next)
      },
      t: createTranslate(language),
      formats: createFormats(navigator.languages.find(tag => tag.startsWith(language)) ?? language),
    }),
    [language],
  )
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
