/** What one tag says: an output, a `let`, or one of the tags that open, split and close blocks. */
import type { Alias, Expression, Span } from './ast.ts'
import { parseExpression } from './parse-expression.ts'
import {
  expect,
  expectEnd,
  fault,
  peek,
  type Reader,
  readName,
  skipBlanks,
  startsName,
  take,
  takeWord,
  unexpected,
} from './reader.ts'
import type { Tag } from './tokenize.ts'

/** The blocks of the language. */
export const BLOCKS = ['if', 'unless', 'each', 'with'] as const
export type BlockName = (typeof BLOCKS)[number]

/** One tag, understood. `variant` is set where the spelling is accepted but not the documented one. */
export type Part =
  | { readonly kind: 'output'; readonly raw: boolean; readonly value: Expression }
  | { readonly kind: 'let'; readonly name: string; readonly nameSpan: Span; readonly value: Expression }
  | {
      readonly kind: 'open'
      readonly block: BlockName
      readonly value: Expression
      readonly alias: Alias
      readonly variant?: string
    }
  | { readonly kind: 'else'; readonly condition: Expression | null; readonly variant?: string }
  | { readonly kind: 'close'; readonly name: string; readonly variant?: string }

const NO_ALIAS: Alias = { item: null, index: null }
const LATER_HELPERS = new Set([
  'fragment',
  'datasetLookup',
  'executionMetadata',
  'encrypt',
  'url',
  'externalDataLookup',
])

/** Reads the inside of a tag to its end, or throws a `SyntaxFault`. Comments do not come here. */
export const parseTag = (reader: Reader, tag: Tag): Part => {
  skipBlanks(reader)
  if (reader.at >= reader.end) fault('tag_empty', tag.span, 'This tag is empty')
  const part = parseByKind(reader, tag)
  expectEnd(reader)
  return part
}

const parseByKind = (reader: Reader, tag: Tag): Part => {
  switch (tag.kind) {
    case 'open':
      return parseOpen(reader)
    case 'close':
      return { kind: 'close', name: readWord(reader) }
    case 'statement':
      return parseStatement(reader)
    case 'plain':
      return takeWord(reader, 'else') ? parseElse(reader) : parseOutput(reader, false)
    default:
      return parseOutput(reader, tag.kind === 'raw')
  }
}

const readWord = (reader: Reader): string => {
  skipBlanks(reader)
  return startsName(peek(reader)) ? readName(reader) : unexpected(reader, 'expected the name of a block')
}

const parseOutput = (reader: Reader, raw: boolean): Part => {
  const start = reader.at
  const value = parseExpression(reader)
  skipBlanks(reader)
  if (reader.at < reader.end && value.kind === 'name') refuseHelper(value.name, { start, end: reader.end })
  return { kind: 'output', raw, value }
}

const refuseHelper = (name: string, span: Span): void => {
  if (LATER_HELPERS.has(name)) fault('helper_unknown', span, `The helper "${name}" is not available yet`)
  if (BLOCKS.some(block => block === name))
    fault('helper_unknown', span, `A block starts with "#": write #${name}`)
  if (name === 'let') fault('helper_unknown', span, 'A variable is set with {% let name = value %}')
}

const parseOpen = (reader: Reader): Part => {
  const start = reader.at
  const name = readWord(reader)
  const block = BLOCKS.find(known => known === name)
  if (block === undefined) return refuseBlock(name, { start, end: reader.at })
  const value = parseExpression(reader)
  const alias = block === 'each' || block === 'with' ? parseAlias(reader) : NO_ALIAS
  return { kind: 'open', block, value, alias }
}

const refuseBlock = (name: string, span: Span): never => {
  const known = `known are ${BLOCKS.join(', ')}`
  return fault('block_unknown', span, `There is no block "${name}": ${known}`)
}

const parseAlias = (reader: Reader): Alias => {
  if (!takeWord(reader, 'as')) return NO_ALIAS
  expect(reader, '|')
  const item = readWord(reader)
  skipBlanks(reader)
  const index = startsName(peek(reader)) ? readName(reader) : null
  expect(reader, '|')
  return { item, index }
}

const parseElse = (reader: Reader): Part => {
  const condition = takeWord(reader, 'if') ? parseExpression(reader) : null
  return { kind: 'else', condition }
}

const parseStatement = (reader: Reader): Part => {
  if (takeWord(reader, 'let')) return parseLet(reader)
  if (takeWord(reader, 'else')) return parseElse(reader)
  if (takeWord(reader, 'elseif')) {
    return { kind: 'else', condition: parseExpression(reader), variant: '{%else if …%}' }
  }
  if (takeWord(reader, 'endif')) return { kind: 'close', name: 'if', variant: '{%/if%}' }
  if (takeWord(reader, 'if')) {
    return {
      kind: 'open',
      block: 'if',
      value: parseExpression(reader),
      alias: NO_ALIAS,
      variant: '{%#if …%}',
    }
  }
  return unexpected(reader, 'after {% comes =, let, #if, #unless or else')
}

const parseLet = (reader: Reader): Part => {
  skipBlanks(reader)
  const start = reader.at
  const name = startsName(peek(reader))
    ? readName(reader)
    : unexpected(reader, 'expected the name of a variable')
  const nameSpan = { start, end: reader.at }
  if (!take(reader, '=')) unexpected(reader, 'expected = and a value')
  return { kind: 'let', name, nameSpan, value: parseExpression(reader) }
}
