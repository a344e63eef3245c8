/**
 * How a text travels as short messages: its coding and its segments. One segment holds 140 bytes: 160 characters of the
 * GSM alphabet, or 70 units of UCS-2. Several give 6 bytes each to the header that joins them (3GPP TS 23.040 §9.2.3.24.1):
 * 153 or 67 are left. Pure; the server and the studio's counter use it alike.
 */
import { gsmUnits } from './gsm-alphabet.ts'

/** How the characters are coded. */
export type SmsCoding = 'gsm7' | 'ucs2'

/** What a text comes to. `units`: septets, or UTF-16 units. `left`: how many more fit the last segment. */
export interface SmsMeasure {
  readonly coding: SmsCoding
  /** What a person counts as characters. */
  readonly characters: number
  readonly units: number
  /** 0 for no text. */
  readonly segments: number
  readonly perSegment: number
  readonly left: number
  /** The characters that are not in the GSM alphabet, each once, in their order: what makes the text UCS-2. */
  readonly outside: readonly string[]
}

const SINGLE = { gsm7: 160, ucs2: 70 } as const
const JOINED = { gsm7: 153, ucs2: 67 } as const

const outsideOf = (text: string): string[] => {
  const found = new Set<string>()
  for (const char of text) if (gsmUnits(char) === undefined) found.add(char)
  return [...found]
}

const unitsOf = (char: string, coding: SmsCoding): number =>
  coding === 'ucs2' ? char.length : (gsmUnits(char) ?? 1)

interface Part {
  readonly text: string
  readonly units: number
}

// A character with its escape, or a pair of surrogates, is never cut in two.
const partsOf = (text: string, coding: SmsCoding): Part[] => {
  const parts: Part[] = []
  let [start, at, units] = [0, 0, 0]
  for (const char of text) {
    const size = unitsOf(char, coding)
    if (units + size > JOINED[coding]) {
      parts.push({ text: text.slice(start, at), units })
      start = at
      units = 0
    }
    units += size
    at += char.length
  }
  parts.push({ text: text.slice(start), units })
  return parts
}

const layOut = (
  text: string,
): { readonly coding: SmsCoding; readonly parts: readonly Part[]; readonly outside: string[] } => {
  const outside = outsideOf(text)
  const coding = outside.length === 0 ? 'gsm7' : 'ucs2'
  if (text === '') return { coding, parts: [], outside }
  let units = 0
  for (const char of text) units += unitsOf(char, coding)
  const parts = units <= SINGLE[coding] ? [{ text, units }] : partsOf(text, coding)
  return { coding, parts, outside }
}

/** Measures a text. */
export const measureSms = (text: string): SmsMeasure => {
  const { coding, parts, outside } = layOut(text)
  const perSegment = parts.length > 1 ? JOINED[coding] : SINGLE[coding]
  return {
    ...{ coding, outside, perSegment, segments: parts.length },
    characters: [...text].length,
    units: parts.reduce((sum, part) => sum + part.units, 0),
    left: perSegment - (parts.at(-1)?.units ?? 0),
  }
}

/** The text of each segment, in order; together they are the text. */
export const splitSms = (text: string): string[] => layOut(text).parts.map(part => part.text)
