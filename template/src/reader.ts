/** Reads characters, names and words inside one tag. Knows no grammar. */
import type { Span } from './ast.ts'
import type { DiagnosticCode } from './diagnostic-catalogue.ts'
import type { Limits } from './limits.ts'

/** What is wrong inside one tag. Thrown within the parser only, and turned into a diagnostic where the tag ends. */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault'
  readonly code: DiagnosticCode
  readonly span: Span

  constructor(code: DiagnosticCode, span: Span, message: string) {
    super(message)
    this.code = code
    this.span = span
  }
}

/** A position inside one tag, and what has been spent there. */
export interface Reader {
  readonly source: string
  readonly end: number
  /** True in the Handlebars layer, where `order-total` is one name. */
  readonly hyphens: boolean
  readonly limits: Limits
  at: number
  depth: number
  operators: number
}

/** Starts reading a range of the source. */
export const createReader = (
  source: string,
  range: Span,
  options: { readonly hyphens: boolean; readonly limits: Limits },
): Reader => ({ source, end: range.end, at: range.start, depth: 0, operators: 0, ...options })

/** Ends the reading of this tag. The span is clipped to the tag. */
export const fault = (code: DiagnosticCode, span: Span, message: string): never => {
  throw new SyntaxFault(code, span, message)
}

/** The character at the position, or the empty string at the end of the tag. */
export const peek = (reader: Reader, ahead = 0): string =>
  reader.at + ahead < reader.end ? (reader.source[reader.at + ahead] as string) : ''

/** Passes white space. */
export const skipBlanks = (reader: Reader): void => {
  while (reader.at < reader.end && /\s/.test(reader.source[reader.at] as string)) reader.at += 1
}

/** True when the text follows, after white space; nothing is consumed but the white space. */
export const isNext = (reader: Reader, text: string): boolean => {
  skipBlanks(reader)
  return reader.at + text.length <= reader.end && reader.source.startsWith(text, reader.at)
}

/** Consumes the text when it follows. */
export const take = (reader: Reader, text: string): boolean => {
  if (!isNext(reader, text)) return false
  reader.at += text.length
  return true
}

/** Consumes the text or ends the tag with an error that names it. */
export const expect = (reader: Reader, text: string): void => {
  if (!take(reader, text)) unexpected(reader, `expected ${text}`)
}

/** Ends the tag with an error at the position. */
export const unexpected = (reader: Reader, wanted: string): never => {
  skipBlanks(reader)
  if (reader.at >= reader.end) {
    const start = Math.max(0, reader.end - 1)
    return fault('expression_invalid', { start, end: reader.end }, `The tag ends too early: ${wanted}`)
  }
  const span = { start: reader.at, end: reader.at + 1 }
  const hint = HINTS.find(([text]) => reader.source.startsWith(text, reader.at))
  if (hint !== undefined) return fault('expression_invalid', span, hint[1])
  return fault('expression_invalid', span, `Unexpected "${peek(reader)}": ${wanted}`)
}

const HINTS: readonly (readonly [string, string])[] = [
  ['&&', 'Write "and" instead of "&&"'],
  ['||', 'Write "or" instead of "||"'],
  ['..', 'There is no ".." here: name the outer item with "as |item|"'],
  ['=', 'Write one "=" for "is equal to"'],
  ['|', 'An alias is written "as |item|", after the path'],
]

// personalization syntax: any Unicode character but white space and the operators may stand in a name.
const NAME_START = /[^\s!-@[\\\]^`{|}~]|[$]/
const NAME_REST = /[^\s!-/:-@[\\\]^`{|}~]|[$]/

/** True when a name can start with this character. */
export const startsName = (char: string): boolean => char !== '' && NAME_START.test(char)

const continuesName = (reader: Reader, at: number): boolean => {
  const char = reader.source[at] as string
  if (NAME_REST.test(char)) return true
  const joins = reader.hyphens && (char === '-' || char === ':')
  return joins && at + 1 < reader.end && NAME_REST.test(reader.source[at + 1] as string)
}

/** Reads the characters of a name from the position on; the caller has looked at the first one. */
export const readName = (reader: Reader): string => {
  const start = reader.at
  reader.at += 1
  while (reader.at < reader.end && continuesName(reader, reader.at)) reader.at += 1
  return reader.source.slice(start, reader.at)
}

/** Consumes the word when it follows and is not the beginning of a longer name. */
export const takeWord = (reader: Reader, word: string): boolean => {
  if (!isNext(reader, word)) return false
  const after = reader.at + word.length
  if (after < reader.end && continuesName(reader, after)) return false
  reader.at = after
  return true
}

/** Fails unless the whole tag has been read. */
export const expectEnd = (reader: Reader): void => {
  skipBlanks(reader)
  if (reader.at < reader.end) unexpected(reader, 'expected the end of the tag')
}
