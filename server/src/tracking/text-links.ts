/** Web addresses in plain text: where they stand, where they end, and the marks that lead to their templates. Pure. */

/** What a mark in plain text begins with; no character that a text can mean, like the one that ends it. */
export const TEXT_MARK_START = '\uFDD0'

/** In front of an address in plain text: its number. */
export const TEXT_MARK = /\uFDD0(\d{1,6})\uFDD1/g

/** The mark of a number. */
export const textMark = (n: number): string => `${TEXT_MARK_START}${n}\uFDD1`

/** Addresses in plain text, with what ends a sentence behind them. */
export const TEXT_URL = /https?:\/\/[^\s<>"']+/gi

// A bracket that the address did not open is around it.
const withinBrackets = (found: string): string => {
  if (!found.includes(')')) return found
  let depth = 0
  for (let at = 0; at < found.length; at += 1) {
    if (found[at] === '(') depth += 1
    if (found[at] === ')') depth -= 1
    if (depth < 0) return found.slice(0, at)
  }
  return found
}

const SENTENCE_ENDS: ReadonlySet<string> = new Set('.,;:!?]}*_')

/** Where an address in plain text ends: closing signs are of the sentence. */
export const textUrl = (found: string): string => {
  const url = withinBrackets(found)
  let end = url.length
  while (end > 0 && SENTENCE_ENDS.has(url[end - 1] ?? '')) end -= 1
  return url.slice(0, end)
}
