/**
 * The grammar of expressions, shared by both layers. From loose to tight: `?:`, `or`, `and`, `not`, comparison,
 * `+ -`, `* / %`, `! -`, then paths and calls. AJO documents no precedence: this is the usual one.
 */
import { type BinaryOperator, type Expression, LOOP_NAMES, type Span } from './ast.ts'
import { readDigitName, readNumber, readString, startsNumber } from './parse-literal.ts'
import {
  expect,
  fault,
  isNext,
  peek,
  type Reader,
  readName,
  skipBlanks,
  startsName,
  take,
  takeWord,
  unexpected,
} from './reader.ts'

// Long chains (a + a + …, a.b.c…) make a deep tree without nesting; the bound keeps later recursion shallow.
const MAX_OPERATORS = 500

const nested = <T>(reader: Reader, parse: () => T): T => {
  reader.depth += 1
  if (reader.depth > reader.limits.maxNesting) {
    fault(
      'nesting_too_deep',
      { start: reader.at, end: reader.at + 1 },
      'This expression is nested too deeply',
    )
  }
  const result = parse()
  reader.depth -= 1
  return result
}

const countOperator = (reader: Reader, span: Span): void => {
  reader.operators += 1
  if (reader.operators > MAX_OPERATORS) {
    fault(
      'expression_too_long',
      span,
      'This expression has too many parts: compute some with {% let %} first',
    )
  }
}

const binary = (
  reader: Reader,
  operator: BinaryOperator,
  sides: readonly [Expression, Expression],
): Expression => {
  const [left, right] = sides
  const span = { start: left.span.start, end: right.span.end }
  countOperator(reader, span)
  return { kind: 'binary', span, operator, left, right }
}

/** Reads one whole expression; what follows it is left for the caller. */
export const parseExpression = (reader: Reader): Expression => {
  let left = parseOr(reader)
  while (take(reader, '?:')) left = binary(reader, '?:', [left, parseOr(reader)])
  return left
}

const parseOr = (reader: Reader): Expression => {
  let left = parseAnd(reader)
  while (takeWord(reader, 'or')) left = binary(reader, 'or', [left, parseAnd(reader)])
  return left
}

const parseAnd = (reader: Reader): Expression => {
  let left = parseNot(reader)
  while (takeWord(reader, 'and')) left = binary(reader, 'and', [left, parseNot(reader)])
  return left
}

const parseNot = (reader: Reader): Expression => {
  skipBlanks(reader)
  const start = reader.at
  if (!takeWord(reader, 'not')) return parseComparison(reader)
  const operand = nested(reader, () => parseNot(reader))
  return { kind: 'unary', span: { start, end: operand.span.end }, operator: 'not', operand }
}

const COMPARISONS = ['!=', '>=', '<=', '=', '>', '<'] as const

const parseComparison = (reader: Reader): Expression => {
  const left = parseSum(reader)
  const operator = COMPARISONS.find(text => take(reader, text))
  return operator === undefined ? left : binary(reader, operator, [left, parseSum(reader)])
}

const parseSum = (reader: Reader): Expression => {
  let left = parseProduct(reader)
  for (;;) {
    const operator = (['+', '-'] as const).find(text => take(reader, text))
    if (operator === undefined) return left
    left = binary(reader, operator, [left, parseProduct(reader)])
  }
}

const parseProduct = (reader: Reader): Expression => {
  let left = parseUnary(reader)
  for (;;) {
    const operator = (['*', '/', '%'] as const).find(text => take(reader, text))
    if (operator === undefined) return left
    left = binary(reader, operator, [left, parseUnary(reader)])
  }
}

const parseUnary = (reader: Reader): Expression => {
  skipBlanks(reader)
  const start = reader.at
  const sign = peek(reader)
  if (sign !== '!' && sign !== '-') return parsePostfix(reader)
  if (sign === '!' && peek(reader, 1) === '=') return unexpected(reader, 'a value was expected before "!="')
  reader.at += 1
  const operand = nested(reader, () => parseUnary(reader))
  const span = { start, end: operand.span.end }
  if (sign === '!') return { kind: 'unary', span, operator: 'not', operand }
  if (operand.kind === 'literal' && typeof operand.value === 'number')
    return { ...operand, span, value: -operand.value }
  return { kind: 'unary', span, operator: '-', operand }
}

const parsePostfix = (reader: Reader): Expression => {
  let value = parsePrimary(reader)
  for (;;) {
    const next = peek(reader)
    if (next === '.') value = parseMember(reader, value)
    else if (next === '[') value = parseIndex(reader, value)
    else return value
    countOperator(reader, value.span)
  }
}

const parseMember = (reader: Reader, object: Expression): Expression => {
  reader.at += 1
  const nameStart = reader.at
  const key = readSegment(reader)
  const nameSpan = { start: nameStart, end: reader.at }
  const start = object.span.start
  if (peek(reader) !== '(') return { kind: 'member', span: { start, end: reader.at }, object, key }
  const args = [object, ...parseList(reader, ['(', ')'])]
  return { kind: 'call', span: { start, end: reader.at }, name: key, nameSpan, args }
}

const readSegment = (reader: Reader): string => {
  const char = peek(reader)
  if (char === '`') return readQuoted(reader, '`')
  if (char === '[') return readQuoted(reader, ']')
  if (startsNumber(char)) return readDigitName(reader)
  if (startsName(char)) return readName(reader)
  return unexpected(reader, 'expected the name of a property')
}

const readQuoted = (reader: Reader, closer: string): string => {
  const start = reader.at + 1
  const end = reader.source.indexOf(closer, start)
  if (end === -1 || end >= reader.end) {
    return fault(
      'string_unclosed',
      { start: start - 1, end: reader.end },
      `This name has no closing ${closer}`,
    )
  }
  if (end === start)
    return fault('expression_invalid', { start: start - 1, end: end + 1 }, 'This name is empty')
  reader.at = end + 1
  return reader.source.slice(start, end)
}

const parseIndex = (reader: Reader, object: Expression): Expression => {
  reader.at += 1
  const index = nested(reader, () => parseExpression(reader))
  expect(reader, ']')
  return { kind: 'index', span: { start: object.span.start, end: reader.at }, object, index }
}

const parseList = (reader: Reader, brackets: readonly [string, string]): readonly Expression[] => {
  expect(reader, brackets[0])
  const items: Expression[] = []
  if (take(reader, brackets[1])) return items
  do items.push(nested(reader, () => parseExpression(reader)))
  while (take(reader, ','))
  if (!take(reader, brackets[1])) unexpected(reader, `expected , or ${brackets[1]}`)
  return items
}

const parsePrimary = (reader: Reader): Expression => {
  skipBlanks(reader)
  const start = reader.at
  const char = peek(reader)
  if (char === '"' || char === "'") return readString(reader)
  if (startsNumber(char)) return readNumber(reader)
  if (char === '`') return { kind: 'name', name: readQuoted(reader, '`'), span: { start, end: reader.at } }
  if (char === '[') {
    const items = parseList(reader, ['[', ']'])
    return { kind: 'array', span: { start, end: reader.at }, items }
  }
  if (char === '(') return parseGroup(reader)
  if (char === '@') return parseLoopName(reader)
  if (startsName(char)) return parseNamed(reader)
  return unexpected(reader, 'a value was expected')
}

const parseGroup = (reader: Reader): Expression => {
  const start = reader.at
  reader.at += 1
  const value = nested(reader, () => parseExpression(reader))
  expect(reader, ')')
  return { ...value, span: { start, end: reader.at } }
}

const parseLoopName = (reader: Reader): Expression => {
  const start = reader.at
  reader.at += 1
  const text = startsName(peek(reader)) ? readName(reader) : ''
  const name = LOOP_NAMES.find(known => known === text)
  const span = { start, end: reader.at }
  if (name === undefined)
    return fault('expression_invalid', span, 'After "@" comes index, first, last or key')
  return { kind: 'loop', span, name }
}

const WORDS: ReadonlyMap<string, true | false | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
  ['undefined', null],
])
const RESERVED = new Set(['and', 'or', 'not', 'as'])

const parseNamed = (reader: Reader): Expression => {
  const start = reader.at
  const name = readName(reader)
  const span = { start, end: reader.at }
  const word = WORDS.get(name)
  if (word !== undefined) return { kind: 'literal', span, value: word }
  if (name === 'this') return { kind: 'this', span }
  if (RESERVED.has(name))
    return fault('expression_invalid', span, `"${name}" stands where a value was expected`)
  if (!isNext(reader, '(')) {
    reader.at = span.end
    return { kind: 'name', span, name }
  }
  const args = parseList(reader, ['(', ')'])
  return { kind: 'call', span: { start, end: reader.at }, name, nameSpan: span, args }
}
