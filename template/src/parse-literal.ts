/** Strings and numbers of the expression language. */
import type { LiteralExpression } from './ast.ts'
import { fault, peek, type Reader, startsName, unexpected } from './reader.ts'

/** Reads `"text"` or `'text'`. Only the quotes and the backslash can be escaped, as in PQL. */
export const readString = (reader: Reader): LiteralExpression => {
  const start = reader.at
  const quote = peek(reader)
  let value = ''
  for (reader.at += 1; reader.at < reader.end; reader.at += 1) {
    const char = peek(reader)
    if (char === quote) {
      reader.at += 1
      return { kind: 'literal', span: { start, end: reader.at }, value }
    }
    if (char === '\\') {
      reader.at += 1
      value += readEscape(reader)
    } else value += char
  }
  return fault('string_unclosed', { start, end: reader.end }, `This text has no closing ${quote}`)
}

const readEscape = (reader: Reader): string => {
  const char = peek(reader)
  if (char === '"' || char === "'" || char === '\\') return char
  const span = { start: reader.at - 1, end: Math.min(reader.at + 1, reader.end) }
  return fault(
    'expression_invalid',
    span,
    'Only \\" and \\\\ can follow a backslash: write \\\\ for a backslash',
  )
}

const readDigits = (reader: Reader): string => {
  const start = reader.at
  while (/[0-9]/.test(peek(reader))) reader.at += 1
  return reader.source.slice(start, reader.at)
}

/** True when a number starts at the position. */
export const startsNumber = (char: string): boolean => char >= '0' && char <= '9'

/** Reads `12`, `12.5` or `12L`; the sign is the caller's. */
export const readNumber = (reader: Reader): LiteralExpression => {
  const start = reader.at
  let text = readDigits(reader)
  if (peek(reader) === '.' && startsNumber(peek(reader, 1))) {
    reader.at += 1
    text += `.${readDigits(reader)}`
  } else if (peek(reader) === 'L') reader.at += 1
  if (startsName(peek(reader))) unexpected(reader, 'a name cannot start with a digit, put it in backticks')
  return { kind: 'literal', span: { start, end: reader.at }, value: Number(text) }
}

/** Reads bare digits after a dot as a property name, as in `items.0` and `datasetLookup.3709000`. */
export const readDigitName = (reader: Reader): string => readDigits(reader)
