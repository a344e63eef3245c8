/** Web addresses in plain text: where they begin, and where the sentence around them goes on. Pure, and linear. */

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

const SENTENCE_ENDS: ReadonlySet<string> = new Set('.,;:!?]}*_’”»')

/** Where an address in plain text ends: closing signs are of the sentence. */
export const textUrl = (found: string): string => {
  const url = withinBrackets(found)
  let end = url.length
  while (end > 0 && SENTENCE_ENDS.has(url[end - 1] ?? '')) end -= 1
  return url.slice(0, end)
}

/** Whether a text is a web address as a whole. */
export const isWebAddress = (text: string): boolean => URL.canParse(text) && /^https?:\/\//i.test(text)
