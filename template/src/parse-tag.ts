/** What one tag says: an output, a `let`, or one of the tags that open, split and close blocks. */
import type { Alias, Expression, InlineNode, Span } from './ast.ts'
import { parseExpression } from './parse-expression.ts'
import { HELPERS, type HelperPart, helperAhead, literalText, parseHelper, readHash } from './parse-helper.ts'
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
export const BLOCKS = ['if', 'unless', 'each', 'with', 'inline'] as const
export type BlockName = (typeof BLOCKS)[number]

/** One tag, understood. `variant` is set where the spelling is accepted but not the documented one. */
export type Part =
  | HelperPart
  | { readonly kind: 'output'; readonly raw: boolean; readonly value: Expression; readonly variant?: string }
  | { readonly kind: 'let'; readonly name: string; readonly nameSpan: Span; readonly value: Expression }
  | {
      readonly kind: 'open'
      readonly block: BlockName
      readonly value: Expression
      readonly alias: Alias
      readonly field?: InlineField
      readonly variant?: string
    }
  | { readonly kind: 'else'; readonly condition: Expression | null; readonly variant?: string }
  | { readonly kind: 'close'; readonly name: string; readonly variant?: string }

/** What `{{#inline "id" name="label" assetType="image"}}` declares. */
export type InlineField = Pick<InlineNode, 'id' | 'label' | 'assetType'>

const NO_ALIAS: Alias = { item: null, index: null }

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
      return tag.variant === undefined ? parseStatement(reader) : parseElse(reader)
    case 'plain':
      return takeWord(reader, 'else') ? parseElse(reader) : parsePlain(reader, tag)
    case 'raw':
      return unescaped(parseHelper(reader, tag.span)) ?? parseOutput(reader, tag)
    default:
      return parseOutput(reader, tag)
  }
}

const unescaped = (part: HelperPart | undefined): HelperPart | undefined =>
  part?.node.kind === 'link' ? { ...part, node: { ...part.node, raw: true } } : part

// `{{each list}}` lacks its "#", as on one page of AJO; `{{each}}` alone is a property of that name.
const EACH_AHEAD = /each\s+(?!and\s|or\s)[\p{L}_$`[]/uy

const parsePlain = (reader: Reader, tag: Tag): Part => {
  EACH_AHEAD.lastIndex = reader.at
  if (EACH_AHEAD.test(reader.source) && EACH_AHEAD.lastIndex <= reader.end) {
    const part = parseOpen(reader)
    return { ...part, variant: '{{#each …}}' }
  }
  return parseHelper(reader, tag.span) ?? parseOutput(reader, tag)
}

const readWord = (reader: Reader): string => {
  skipBlanks(reader)
  return startsName(peek(reader)) ? readName(reader) : unexpected(reader, 'expected the name of a block')
}

const parseOutput = (reader: Reader, tag: Tag): Part => {
  const start = reader.at
  const value = parseExpression(reader)
  skipBlanks(reader)
  if (tag.layer === 'handlebars' && peek(reader) === '|') {
    const piped = parsePiped(reader, tag)
    if (piped !== undefined) return piped
  }
  if (reader.at < reader.end && value.kind === 'name') refuseHelper(value.name, { start, end: reader.end })
  return { kind: 'output', raw: tag.kind === 'raw', value }
}

/** `{{x|fragment id=…}}`: printed once by AJO; the fragment is meant, and x has no part in it. */
const parsePiped = (reader: Reader, tag: Tag): Part | undefined => {
  reader.at += 1
  if (helperAhead(reader)?.name !== 'fragment') {
    reader.at -= 1
    return undefined
  }
  const part = parseHelper(reader, tag.span)
  return part === undefined ? undefined : { ...part, variant: '{{fragment id=…}}' }
}

const refuseHelper = (name: string, span: Span): void => {
  if (name in HELPERS) fault('helper_wrong', span, `After "${name}" comes name=value`)
  if (BLOCKS.some(block => block === name))
    fault('helper_unknown', span, `A block starts with "#": write #${name}`)
  if (name === 'let') fault('helper_unknown', span, 'A variable is set with {% let name = value %}')
}

const parseOpen = (reader: Reader): Part & { readonly kind: 'open' } => {
  const start = reader.at
  const name = readWord(reader)
  const block = BLOCKS.find(known => known === name)
  if (block === undefined) return refuseBlock(name, { start, end: reader.at })
  if (block === 'inline') return parseInline(reader)
  const value = parseExpression(reader)
  const alias = block === 'each' || block === 'with' ? parseAlias(reader) : NO_ALIAS
  return { kind: 'open', block, value, alias }
}

const ASSET_TYPES = ['image', 'url'] as const

const parseInline = (reader: Reader): Part & { readonly kind: 'open' } => {
  const value = parseExpression(reader)
  const id = value.kind === 'name' ? value.name : value.kind === 'literal' ? value.value : null
  if (typeof id !== 'string' || !/^[^\s!-#%-,./:-@[-^`{-~]+$/u.test(id))
    return fault('helper_wrong', value.span, 'A field needs an id without blanks, as in {{#inline "footer"}}')
  const entries = readHash(reader)
  const name = entries.get('name')
  const asset = entries.get('assetType')
  const assetType = asset === undefined ? null : ASSET_TYPES.find(known => known === literalText(asset))
  if (assetType === undefined)
    return fault('helper_wrong', asset?.value.span ?? value.span, 'assetType can be "image" or "url"')
  for (const entry of entries.values())
    if (entry !== name && entry !== asset)
      fault('helper_wrong', entry.nameSpan, `A field takes name and assetType, not "${entry.name}"`)
  const field = { id, label: name === undefined ? null : literalText(name), assetType }
  return { kind: 'open', block: 'inline', value, alias: NO_ALIAS, field }
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
