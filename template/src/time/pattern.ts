/**
 * The patterns of Java's DateTimeFormatter, taken apart: `EEEE, dd MMM yyyy 'at' HH:mm[:ss]`. Formatting and parsing
 * both walk the elements. Linear in the pattern; never throws.
 */
import { createBoundedCache } from './bounded-cache.ts'

/** One piece of a pattern. A literal has at least one character. */
export type PatternElement =
  | { readonly kind: 'literal'; readonly text: string }
  | PatternField
  | { readonly kind: 'optional'; readonly elements: readonly PatternElement[] }

/** A run of one letter. `padTo` is the width of the padding before it, 0 for none. */
export interface PatternField {
  readonly kind: 'field'
  readonly letter: string
  readonly count: number
  readonly padTo: number
}

const LONGEST_RUN = 19

const letters = (text: string, allows: (count: number) => boolean) =>
  [...text].map(letter => [letter, allows] as const)

/** How many of each letter may stand in a row. */
const COUNTS: ReadonlyMap<string, (count: number) => boolean> = new Map([
  ...letters('yuYAnN', count => count <= LONGEST_RUN),
  ...letters('GMLQqE', count => count <= 5),
  // One `c` is a number, two are nothing.
  ...letters('c', count => count <= 5 && count !== 2),
  ...letters('e', count => count <= 5),
  ...letters('wdhHkKms', count => count <= 2),
  ...letters('WFa', count => count === 1),
  ...letters('D', count => count <= 3),
  ...letters('S', count => count <= 9),
  ...letters('z', count => count <= 4),
  ...letters('ZXx', count => count <= 5),
  ...letters('O', count => count === 1 || count === 4),
  ...letters('V', count => count === 2),
])

const MOST_NESTED = 32
const RESERVED = '{}#'
const isLetter = (character: string): boolean => /^[A-Za-z]$/.test(character)

interface Reader {
  readonly pattern: string
  position: number
}

const readRun = (reader: Reader): { readonly letter: string; readonly count: number } => {
  const start = reader.position
  const letter = reader.pattern.charAt(start)
  while (reader.pattern.charAt(reader.position) === letter) reader.position += 1
  return { letter, count: reader.position - start }
}

/** A field with the padding before it; undefined where the letters mean nothing. */
const readField = (reader: Reader): PatternField | undefined => {
  const first = readRun(reader)
  const padTo = first.letter === 'p' ? first.count : 0
  if (padTo > 0 && !isLetter(reader.pattern.charAt(reader.position))) return undefined
  const { letter, count } = padTo > 0 ? readRun(reader) : first
  return COUNTS.get(letter)?.(count) === true && padTo <= LONGEST_RUN
    ? { kind: 'field', letter, count, padTo }
    : undefined
}

/** From one quote to the next; two together are a quote. */
const readQuoted = (reader: Reader): string | undefined => {
  const { pattern } = reader
  let text = ''
  for (;;) {
    const end = pattern.indexOf("'", reader.position + 1)
    if (end === -1) return undefined
    text += pattern.slice(reader.position + 1, end)
    reader.position = end + 1
    if (pattern.charAt(end + 1) !== "'") return text === '' ? "'" : text
    // The next round begins at the second of the two.
    text += "'"
  }
}

const readLiteral = (reader: Reader): string | undefined => {
  const character = reader.pattern.charAt(reader.position)
  if (character === "'") return readQuoted(reader)
  if (RESERVED.includes(character)) return undefined
  reader.position += 1
  return character
}

const readElement = (reader: Reader): PatternElement | undefined => {
  if (isLetter(reader.pattern.charAt(reader.position))) return readField(reader)
  const text = readLiteral(reader)
  return text === undefined ? undefined : { kind: 'literal', text }
}

/** Up to the end, or to the bracket that closes this level. A bracket that is never closed ends with the pattern. */
const readElements = (reader: Reader, depth: number): readonly PatternElement[] | undefined => {
  const elements: PatternElement[] = []
  while (reader.position < reader.pattern.length) {
    const character = reader.pattern.charAt(reader.position)
    if (character === ']') return depth > 0 ? elements : undefined
    const element = character === '[' ? readOptional(reader, depth + 1) : readElement(reader)
    if (element === undefined) return undefined
    elements.push(element)
  }
  return elements
}

const readOptional = (reader: Reader, depth: number): PatternElement | undefined => {
  reader.position += 1
  const elements = depth > MOST_NESTED ? undefined : readElements(reader, depth)
  if (elements === undefined) return undefined
  reader.position += 1
  return { kind: 'optional', elements }
}

const PATTERNS = createBoundedCache<readonly PatternElement[] | undefined>(500)
const LONGEST = 1_000

/** The elements of a pattern, or undefined where it is not one, or longer than any that is written by hand. */
export const readPattern = (pattern: string): readonly PatternElement[] | undefined =>
  pattern.length > LONGEST
    ? undefined
    : PATTERNS.get(pattern, () => readElements({ pattern, position: 0 }, 0))
