/**
 * Reads a date by a pattern of Java's DateTimeFormatter. Names match without regard to case, offsets in any of their
 * forms; all else as in Java. One walk over the pattern, nothing is tried twice; never throws.
 */

import type { DateTime } from './date-time.ts'
import { nameRequestOf } from './format-pattern.ts'
import type { KnownLocale } from './locale.ts'
import { dayNamesOf, eraNamesOf, halfNamesOf, monthNamesOf, quarterNamesOf } from './names.ts'
import { parseOffset } from './offsets.ts'
import { type PatternElement, type PatternField, readPattern } from './pattern.ts'
import { resolveFields } from './resolve-fields.ts'
import { weekRulesOf } from './weeks.ts'
import { type Zone, zoneOf } from './zones.ts'

interface Parsing {
  readonly text: string
  readonly locale: KnownLocale
  position: number
  numbers: Map<string, number>
  zone: Zone | undefined
}

const MOST_DIGITS = 19

interface Widths {
  readonly min: number
  readonly max: number
}

/** How many digits a field has; undefined where it is not a number. */
const widthsOf = ({ letter, count }: PatternField): Widths | undefined => {
  if (letter === 'S') return { min: count, max: count }
  if ('yuY'.includes(letter)) return { min: count, max: count === 2 ? 2 : MOST_DIGITS }
  if ('AnN'.includes(letter)) return { min: count, max: MOST_DIGITS }
  if (letter === 'D') return { min: count, max: 3 }
  const isNumeric = 'dhHkKmswWF'.includes(letter) || (count <= 2 && 'MLQqec'.includes(letter))
  return isNumeric ? { min: count, max: count === 1 ? MOST_DIGITS : count } : undefined
}

/** The digits that belong to the numbers right after this one: in `yyyyMMdd` the year leaves four. */
const reservedAfter = (elements: readonly PatternElement[], index: number): number => {
  let reserved = 0
  for (let next = index + 1; next < elements.length; next += 1) {
    const element = elements[next]
    const widths = element?.kind === 'field' && element.padTo === 0 ? widthsOf(element) : undefined
    if (widths === undefined || widths.min !== widths.max) break
    reserved += widths.max
  }
  return reserved
}

const isDigit = (text: string, position: number): boolean => {
  const code = text.charCodeAt(position)
  return code >= 48 && code <= 57
}

const digitsAt = ({ text, position }: Parsing, most: number): number => {
  let length = 0
  while (length < most && isDigit(text, position + length)) length += 1
  return length
}

const SAME_FIELD: ReadonlyMap<string, string> = new Map([
  ['L', 'M'],
  ['q', 'Q'],
  ['c', 'e'],
])

/** Notes a field; false where the text said another value before. */
const note = (parsing: Parsing, letter: string, value: number): boolean => {
  const field = SAME_FIELD.get(letter) ?? letter
  const known = parsing.numbers.get(field)
  parsing.numbers.set(field, value)
  return known === undefined || known === value
}

const noteNumber = (parsing: Parsing, field: PatternField, digits: string): boolean => {
  const { letter, count } = field
  if (letter === 'S') return note(parsing, 'n', Number(digits.padEnd(9, '0')))
  const isShortYear = count === 2 && 'yuY'.includes(letter)
  return note(parsing, letter, isShortYear ? 2000 + Number(digits) : Number(digits))
}

const readSign = (parsing: Parsing, field: PatternField): -1 | 1 | undefined => {
  const sign = parsing.text.charAt(parsing.position)
  if (sign !== '-' && sign !== '+') return 1
  if (!'yuY'.includes(field.letter) || field.count === 2) return undefined
  parsing.position += 1
  return sign === '-' ? -1 : 1
}

const readNumber = (
  parsing: Parsing,
  field: PatternField,
  limits: Widths & { reserved: number },
): boolean => {
  const sign = readSign(parsing, field)
  if (sign === undefined) return false
  const available = digitsAt(parsing, limits.max + limits.reserved)
  const length = Math.min(limits.max, Math.max(limits.min, available - limits.reserved))
  if (available < length) return false
  const digits = parsing.text.slice(parsing.position, parsing.position + length)
  parsing.position += length
  return sign === 1 ? noteNumber(parsing, field, digits) : note(parsing, field.letter, -Number(digits))
}

/** The longest name that the text goes on with. */
const matchName = ({ text, position }: Parsing, names: readonly string[]): number => {
  let best = -1
  names.forEach((name, index) => {
    const isLonger = name.length > (names[best]?.length ?? 0)
    const found = text.slice(position, position + name.length)
    if (isLonger && found.toLowerCase() === name.toLowerCase()) best = index
  })
  return best
}

const readName = (
  parsing: Parsing,
  names: readonly string[],
  field: { readonly letter: string; readonly first: number },
): boolean => {
  const index = matchName(parsing, names)
  if (index === -1) return false
  parsing.position += names[index]?.length ?? 0
  return note(parsing, field.letter, index + field.first)
}

const OFFSET_TEXT = /^(?:[Zz]|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d\d(?::?\d\d)?)?|GMT|UTC)/
const ZONE_TEXT = /^[A-Za-z0-9_+\-/:]+/
const LONGEST_ZONE = 64

const matchAt = (expression: RegExp, { text, position }: Parsing): string | undefined =>
  expression.exec(text.slice(position, position + LONGEST_ZONE))?.[0]

const readOffset = (parsing: Parsing): boolean => {
  const found = matchAt(OFFSET_TEXT, parsing)
  if (found === undefined) return false
  parsing.position += found.length
  const distance = found.replace(/^(?:GMT|UTC)/, '')
  const offset = distance === '' ? 0 : parseOffset(distance)
  return offset !== undefined && note(parsing, 'X', offset)
}

// As in Java, an abbreviation means the place where most people use it, whatever the season.
const ABBREVIATED: ReadonlyMap<string, string> = new Map([
  ['EST', 'America/New_York'],
  ['EDT', 'America/New_York'],
  ['CST', 'America/Chicago'],
  ['CDT', 'America/Chicago'],
  ['MST', 'America/Denver'],
  ['MDT', 'America/Denver'],
  ['PST', 'America/Los_Angeles'],
  ['PDT', 'America/Los_Angeles'],
  ['BST', 'Europe/London'],
  ['CET', 'Europe/Paris'],
  ['CEST', 'Europe/Paris'],
  ['IST', 'Asia/Kolkata'],
  ['JST', 'Asia/Tokyo'],
])

const readZone = (parsing: Parsing, letter: string): boolean => {
  const found = matchAt(ZONE_TEXT, parsing)
  if (found === undefined) return false
  parsing.position += found.length
  parsing.zone = zoneOf((letter === 'z' ? ABBREVIATED.get(found) : undefined) ?? found)
  return parsing.zone !== undefined
}

const readText = (parsing: Parsing, field: PatternField): boolean => {
  const { letter } = field
  const { locale } = parsing
  const request = nameRequestOf(field)
  if ('ML'.includes(letter)) return readName(parsing, monthNamesOf(locale, request), { letter, first: 1 })
  if ('Eec'.includes(letter)) return readName(parsing, dayNamesOf(locale, request), { letter: 'E', first: 1 })
  if ('Qq'.includes(letter)) return readName(parsing, quarterNamesOf(locale, request), { letter, first: 1 })
  if (letter === 'G') return readName(parsing, eraNamesOf(locale, request), { letter, first: 0 })
  if (letter === 'a') return readName(parsing, halfNamesOf(locale), { letter, first: 0 })
  return 'Vz'.includes(letter) ? readZone(parsing, letter) : readOffset(parsing)
}

const readField = (parsing: Parsing, field: PatternField, reserved: number): boolean => {
  const widths = widthsOf(field)
  return widths === undefined ? readText(parsing, field) : readNumber(parsing, field, { ...widths, reserved })
}

/** Padding fills the field up to its width, from the left. */
const readPadded = (parsing: Parsing, field: PatternField): boolean => {
  const end = parsing.position + field.padTo
  while (parsing.position < end && parsing.text.charAt(parsing.position) === ' ') parsing.position += 1
  return readField(parsing, field, 0) && parsing.position === end
}

const readLiteral = (parsing: Parsing, text: string): boolean => {
  if (!parsing.text.startsWith(text, parsing.position)) return false
  parsing.position += text.length
  return true
}

/** Reads what it can; what does not fit is as if it had not been looked at. */
const readOptional = (parsing: Parsing, elements: readonly PatternElement[]): true => {
  const { position, zone } = parsing
  const numbers = new Map(parsing.numbers)
  if (!readAll(parsing, elements)) Object.assign(parsing, { position, zone, numbers })
  return true
}

const readElement = (parsing: Parsing, elements: readonly PatternElement[], index: number): boolean => {
  const element = elements[index]
  switch (element?.kind) {
    case 'literal':
      return readLiteral(parsing, element.text)
    case 'optional':
      return readOptional(parsing, element.elements)
    case 'field':
      return element.padTo > 0
        ? readPadded(parsing, element)
        : readField(parsing, element, reservedAfter(elements, index))
    case undefined:
      return false
  }
}

const readAll = (parsing: Parsing, elements: readonly PatternElement[]): boolean =>
  elements.every((_, index) => readElement(parsing, elements, index))

/** The date that the text holds by the pattern; undefined where either is bad, or the text holds no whole date. */
export const parseByPattern = (text: string, pattern: string, locale: KnownLocale): DateTime | undefined => {
  const elements = readPattern(pattern)
  if (elements === undefined) return undefined
  const parsing: Parsing = { text, locale, position: 0, numbers: new Map(), zone: undefined }
  if (!readAll(parsing, elements) || parsing.position !== text.length) return undefined
  return resolveFields({ numbers: parsing.numbers, zone: parsing.zone, weeks: weekRulesOf(locale.region) })
}
