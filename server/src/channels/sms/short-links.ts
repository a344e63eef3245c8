/** Short links in a text: where they stand, and the codes that take the place of addresses. Pure but for its randomness. */
import { randomInt } from 'node:crypto'
import { TEXT_URL, textUrl } from '../../lib/text-url.ts'

/** Days that a short link can be followed for (AJO). */
export const SHORT_LINK_DAYS = 30
/** Where short links are, below their host. */
export const SHORT_LINK_PATH = '/s/'

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const LENGTH = 10
/** What a code looks like. */
export const SHORT_CODE = /^[0-9A-Za-z]{10}$/
// What previews show: as long as a code, and none.
const EXAMPLE = 'example---'

/** A code that nobody guesses: 62 to the tenth. */
export const newShortCode = (): string =>
  Array.from({ length: LENGTH }, () => LETTERS[randomInt(62)]).join('')

/** A link of one message. */
export interface ShortLink {
  readonly code: string
  readonly url: string
}

/**
 * A short link for each address, in its ASCII form: it is led on to in a header field. Those that were made for the message
 * before stay: a message that is tried again, or that a person has twice, has the links that it had.
 */
export const linksTo = (urls: readonly string[], made: readonly ShortLink[]): readonly ShortLink[] => {
  const left = [...made]
  return urls.map(text => {
    const url = new URL(text).href
    const at = left.findIndex(one => one.url === url)
    const [kept] = at === -1 ? [] : left.splice(at, 1)
    return { code: kept?.code ?? newShortCode(), url }
  })
}

/** A text with short links. `urls`: where they lead, in the order of the text; `places`: where each began in it. */
export interface Shortened {
  /** As long as what is sent; its codes lead nowhere. */
  readonly shown: string
  readonly urls: readonly string[]
  readonly places: readonly number[]
  /** The text with these codes. */
  withCodes(codes: readonly string[]): string
}

/** Finds the web links of a text, and puts short ones of that host in their place. */
export const shortenLinks = (text: string, base: string): Shortened => {
  const urls: string[] = []
  const places: number[] = []
  const pieces: string[] = []
  let at = 0
  for (const match of text.matchAll(TEXT_URL)) {
    const url = textUrl(match[0])
    if (url.startsWith(base + SHORT_LINK_PATH) || !URL.canParse(url)) continue
    pieces.push(text.slice(at, match.index))
    at = match.index + url.length
    urls.push(url)
    places.push(match.index)
  }
  const rest = text.slice(at)
  const withCodes = (codes: readonly string[]): string =>
    pieces.map((piece, index) => `${piece}${base}${SHORT_LINK_PATH}${codes[index] ?? EXAMPLE}`).join('') +
    rest
  return { shown: withCodes([]), urls, places, withCodes }
}
