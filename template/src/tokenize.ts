/**
 * Cuts a source into text and tags, in linear time whatever the source. Knows the delimiters of both layers and
 * nothing of what stands between them.
 */
import type { Span } from './ast.ts'
import type { Reporter } from './diagnostics.ts'

/** What the delimiters say about a tag: `plain` is `{{x}}` (and `{{else}}`), `statement` is `{% x %}`. */
export type TagKind = 'plain' | 'raw' | 'comment' | 'open' | 'close' | 'print' | 'statement'

/** One tag. `body` is what stands between the delimiters; `trim*` is the `~` of Handlebars. */
export interface Tag {
  readonly kind: TagKind
  /** In the Handlebars layer a hyphen belongs to a name, in PQL it is a minus. */
  readonly layer: 'handlebars' | 'pql'
  readonly span: Span
  readonly body: Span
  readonly trimBefore: boolean
  readonly trimAfter: boolean
  /** Set where the spelling of the delimiters is accepted but not the documented one, which this names. */
  readonly variant?: string
}

const SIGILS: Record<Tag['layer'], Record<string, TagKind>> = {
  handlebars: { '#': 'open', '/': 'close', '!': 'comment' },
  pql: { '#': 'open', '/': 'close', '=': 'print' },
}

interface Scan {
  readonly source: string
  /** Closers that do not occur any more: without this, many openers would each search to the end. */
  readonly absent: Set<string>
}

const findRaw = (scan: Scan, closer: string, from: number): number => {
  if (scan.absent.has(closer)) return -1
  const at = scan.source.indexOf(closer, from)
  if (at === -1) scan.absent.add(closer)
  return at
}

// How far past the first closer a string may reach. Without a bound, tags whose quotes swallow each other would each be
// searched to the end of the source: minutes for a hostile megabyte.
const LOOK_AHEAD = 500

const closingQuote = (source: string, from: number, limit: number): number => {
  const quote = source[from]
  for (let at = from + 1; at < limit; at += 1) {
    const char = source[at]
    if (char === '\\') at += 1
    else if (char === quote) return at
    else if (char === '\n') return -1
  }
  return -1
}

/** A closer inside a quoted string does not close; where a quote has no partner, quotes count for nothing. */
const findCloser = (scan: Scan, closer: string, from: number): number => {
  const { source } = scan
  const raw = findRaw(scan, closer, from)
  if (raw === -1) return -1
  const limit = Math.min(source.length, raw + LOOK_AHEAD)
  let at = from
  while (at < limit) {
    const char = source[at]
    if (char === closer[0] && source.startsWith(closer, at)) return at
    if (char === '"' || char === "'") {
      at = closingQuote(source, at, limit)
      if (at === -1) return raw
    }
    at += 1
  }
  return raw
}

const commentEnd = (scan: Scan, bodyStart: number): { end: number; closer: string } => {
  const closer = scan.source.startsWith('--', bodyStart) ? '--}}' : '}}'
  // `{{!--` counts its own dashes once: `{{!--}}` is a comment that is still open.
  return { end: findRaw(scan, closer, closer === '}}' ? bodyStart : bodyStart + 2), closer }
}

const skipBlank = (source: string, from: number): number => {
  let at = from
  while (at < source.length && source.charCodeAt(at) <= 32) at += 1
  return at
}

interface Opener {
  readonly start: number
  readonly kind: TagKind
  readonly layer: Tag['layer']
  readonly bodyStart: number
  readonly trimBefore: boolean
  readonly closer: string
  readonly variant?: string
}

const readOpener = (source: string, start: number): Opener => {
  if (source[start + 1] === '=') {
    const variant = '{%= … %}'
    return {
      start,
      kind: 'print',
      layer: 'pql',
      bodyStart: start + 2,
      trimBefore: false,
      closer: '%}',
      variant,
    }
  }
  const layer = source[start + 1] === '%' ? 'pql' : 'handlebars'
  const triple = layer === 'handlebars' && source[start + 2] === '{'
  let at = start + (triple ? 3 : 2)
  const trimBefore = source[at] === '~'
  if (trimBefore) at += 1
  const closer = layer === 'pql' ? '%}' : triple ? '}}}' : '}}'
  if (triple) return { start, kind: 'raw', layer, bodyStart: at, trimBefore, closer }
  const sigil = skipBlank(source, at)
  const kind = SIGILS[layer][source[sigil] ?? '']
  if (kind !== undefined) return { start, kind, layer, bodyStart: sigil + 1, trimBefore, closer }
  return { start, kind: layer === 'pql' ? 'statement' : 'plain', layer, bodyStart: at, trimBefore, closer }
}

const toTag = (scan: Scan, opener: Opener): Tag | null => {
  const { source } = scan
  const found =
    opener.kind === 'comment'
      ? commentEnd(scan, opener.bodyStart)
      : { end: findCloser(scan, opener.closer, opener.bodyStart), closer: opener.closer }
  if (found.end === -1) return null
  const trimAfter = found.end > opener.bodyStart && source[found.end - 1] === '~'
  return {
    kind: opener.kind,
    layer: opener.layer,
    span: { start: opener.start, end: found.end + found.closer.length },
    body: { start: opener.bodyStart, end: trimAfter ? found.end - 1 : found.end },
    trimBefore: opener.trimBefore,
    trimAfter,
    ...(opener.variant === undefined ? {} : { variant: opener.variant }),
  }
}

// A page of AJO prints {%else%} if …%} for an else-if: what follows the tag is then its condition.
const LOOSE_CONDITION = /[ \t]*if\b([^{}%\n]{1,300})%\}/y

const withLooseCondition = (source: string, tag: Tag): Tag => {
  if (tag.kind !== 'statement' || source.slice(tag.body.start, tag.body.end).trim() !== 'else') return tag
  LOOSE_CONDITION.lastIndex = tag.span.end
  const found = LOOSE_CONDITION.exec(source)
  if (found === null) return tag
  const end = tag.span.end + found[0].length
  const start = end - 2 - (found[1] ?? '').length - 'if'.length
  return {
    ...tag,
    span: { start: tag.span.start, end },
    body: { start, end: end - 2 },
    trimAfter: false,
    variant: '{%else if …%}',
  }
}

// `{= x %}` is a print tag with a typing error; anywhere else `{=` is text.
const LOOSE_PRINT = /\{=[^{}%\n]{1,300}%\}/y

const isLoosePrint = (source: string, at: number): boolean => {
  LOOSE_PRINT.lastIndex = at
  return LOOSE_PRINT.test(source)
}

const nextOpener = (source: string, from: number): number => {
  for (let at = source.indexOf('{', from); at !== -1; at = source.indexOf('{', at + 1)) {
    const next = source[at + 1]
    if (next === '{' || next === '%' || (next === '=' && isLoosePrint(source, at))) return at
  }
  return -1
}

/** All tags in order. A tag without an end is reported, and its opener taken for text. */
export const tokenize = (source: string, reporter: Pick<Reporter, 'error' | 'isFull'>): readonly Tag[] => {
  const scan: Scan = { source, absent: new Set() }
  const tags: Tag[] = []
  let start = nextOpener(source, 0)
  while (start !== -1 && !reporter.isFull()) {
    const opener = readOpener(source, start)
    const tag = toTag(scan, opener)
    if (tag === null) {
      reporter.error(
        'tag_unclosed',
        { start, end: start + 2 },
        `This tag has no end: close it with ${opener.closer}`,
      )
    } else tags.push(withLooseCondition(source, tag))
    start = nextOpener(source, tag === null ? opener.bodyStart : (tags.at(-1)?.span.end ?? tag.span.end))
  }
  return tags
}
