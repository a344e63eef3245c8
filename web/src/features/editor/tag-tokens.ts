/** Cuts the inside of tags into coloured pieces. It accepts whatever is typed: what is wrong is the checker's to say. */
import { FUNCTIONS, HELPERS, LOOP_NAMES, type Tag } from '@carillon/template'

/** What a piece is; each has its colour. */
export const TOKEN_KINDS = [
  'delimiter',
  'keyword',
  'function',
  'path',
  'loop',
  'name',
  'string',
  'number',
  'operator',
  'comment',
] as const
/** What a piece is. */
export type TokenKind = (typeof TOKEN_KINDS)[number]

/** One piece, in UTF-16 units of the source. */
export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
}

const LITERALS = new Set(['true', 'false', 'null', 'undefined'])
const WORDS = new Set(['and', 'or', 'not', 'as', ...LITERALS])
const LOOPS = new Set<string>(LOOP_NAMES)

// One alternative for each kind, the longest first; what fits none is passed over, one character at a time.
const PIECES = {
  handlebars:
    /(?<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?<loop>@[\p{L}\p{N}_]+)|(?<name>`[^`\n]*`?|\.?\[[^\]\n]*[^\]\d\n][^\]\n]*\]|[\p{L}_$][\p{L}\p{N}_$]*(?:[-:][\p{L}\p{N}_$]+)*)|(?<number>\d+(?:\.\d+)?L?)|(?<operator>\?:|!=|<=|>=|[=<>+\-*/%!|.,()[\]])/gu,
  pql: /(?<string>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?<loop>@[\p{L}\p{N}_]+)|(?<name>`[^`\n]*`?|[\p{L}_$][\p{L}\p{N}_$]*)|(?<number>\d+(?:\.\d+)?L?)|(?<operator>\?:|!=|<=|>=|[=<>+\-*/%!|.,()[\]])/gu,
} as const

interface Body {
  readonly tag: Tag
  readonly text: string
  /** The helper that the tag calls, or null. */
  readonly helper: string | null
  readonly lead: RegExpExecArray | null
}

const LEADS: Readonly<Partial<Record<Tag['kind'], RegExp>>> = {
  open: /^\s*([\p{L}]+)/u,
  close: /^\s*([\p{L}]+)/u,
  statement: /^\s*(let|else\s+if|else|elseif|endif|if)\b/,
  plain: /^\s*(else\s+if|else|fragment|datasetLookup|executionMetadata|encrypt|url)(?=[\s~]|$)/,
}

const readBody = (source: string, tag: Tag): Body => {
  const text = source.slice(tag.body.start, tag.body.end)
  const lead = LEADS[tag.kind]?.exec(text) ?? null
  const word = lead?.[1] ?? ''
  return { tag, text, lead, helper: Object.hasOwn(HELPERS, word) ? word : null }
}

const kindOfName = (body: Body, word: string, end: number): TokenKind => {
  const rest = body.text.slice(end)
  if (WORDS.has(word)) return LITERALS.has(word) ? 'number' : 'keyword'
  if (/^\s*\(/.test(rest) && FUNCTIONS.has(word)) return 'function'
  // `name=` sets a member of a helper, or of an editable field.
  const sets = body.helper !== null || /^\s*inline\b/.test(body.text)
  return sets && /^\s*=(?!=)/.test(rest) ? 'name' : 'path'
}

const kindOf = (body: Body, found: RegExpMatchArray, end: number): TokenKind => {
  const groups = found.groups ?? {}
  if (groups['string'] !== undefined) return 'string'
  if (groups['number'] !== undefined) return 'number'
  if (groups['loop'] !== undefined) return LOOPS.has(found[0].slice(1)) ? 'loop' : 'path'
  if (groups['name'] === undefined) return found[0] === '.' ? 'path' : 'operator'
  return kindOfName(body, found[0], end)
}

const join = (tokens: Token[], token: Token): void => {
  const last = tokens.at(-1)
  if (last?.kind === 'path' && token.kind === 'path' && last.end === token.start)
    tokens[tokens.length - 1] = { ...last, end: token.end }
  else tokens.push(token)
}

/** The pieces of one tag in order, its delimiters included. A dotted path is one piece. */
export const tokensOf = (source: string, tag: Tag): readonly Token[] => {
  const { span } = tag
  if (tag.kind === 'comment') return [{ kind: 'comment', ...span }]
  const body = readBody(source, tag)
  const base = tag.body.start
  const tokens: Token[] = [{ kind: 'delimiter', start: span.start, end: base }]
  const led = body.lead === null ? 0 : body.lead[0].length
  if (body.lead?.[1] !== undefined)
    tokens.push({ kind: 'keyword', start: base + led - body.lead[1].length, end: base + led })
  for (const found of body.text.slice(led).matchAll(PIECES[tag.layer])) {
    const end = led + found.index + found[0].length
    join(tokens, { kind: kindOf(body, found, end), start: base + led + found.index, end: base + end })
  }
  tokens.push({ kind: 'delimiter', start: tag.body.end, end: span.end })
  return tokens
}
