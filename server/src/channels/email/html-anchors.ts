/**
 * Finds the links of an HTML text: `<a>` and `<area>` start tags and the attributes that matter, by the tokenizer of the
 * HTML standard (§13.2.5), without a tree. One pass, linear whatever the input holds. Comments are not read, but what
 * Outlook reads in them is (`<!--[if mso]>`), and cannot reach past their end.
 */

/** A stretch of the text. */
export interface Span {
  readonly start: number
  readonly end: number
}
/** One attribute value as it stands there, without its quotes. `quote`: what it stands in; '' for none. */
export interface RawValue extends Span {
  readonly quote: '"' | "'" | ''
}
/** The start tag of a link. Attributes that are not there are undefined; of two of a name the first counts. */
export interface Anchor {
  /** Behind the name of the tag. */
  readonly nameEnd: number
  /** Behind its `>`. */
  readonly end: number
  readonly href: RawValue | undefined
  /** Where the attribute begins, the blank before it included; -1 without one. */
  readonly hrefStart: number
  readonly label: RawValue | undefined
  readonly type: RawValue | undefined
  /** The value of the marking attribute, and where the attribute begins, the blank before it included. */
  readonly mark: RawValue | undefined
  readonly markStart: number
  /** The attribute that keeps parameters off a link. */
  readonly plain: RawValue | undefined
}

/** The attribute that leads from a rendered link to its place in the template; it never leaves the instance. */
export const MARK = 'data-carillon-link'

/** An element whose links get no parameters says so by this attribute. */
const PLAIN_LINK_ATTRIBUTE = 'data-plain-link'

/** The attributes that are read, and what they are called here. */
const WANTED: Readonly<Record<string, 'href' | 'label' | 'type' | 'mark' | 'plain'>> = {
  href: 'href',
  'data-label': 'label',
  'data-tracking-type': 'type',
  [MARK]: 'mark',
  [PLAIN_LINK_ATTRIBUTE]: 'plain',
}
const WANTED_LENGTHS: readonly number[] = Object.keys(WANTED).map(name => name.length)
const RAW: ReadonlySet<string> = new Set([
  ...['script', 'style', 'xmp', 'iframe', 'noembed', 'noframes', 'textarea', 'title', 'plaintext'],
])

const [TAB, NEWLINE, FEED, RETURN, BLANK] = [9, 10, 12, 13, 32]
const [EXCLAMATION, QUOTE, APOSTROPHE, DASH, SLASH] = [33, 34, 39, 45, 47]
const [EQUALS, GREATER, QUESTION] = [61, 62, 63]

const isBlank = (code: number): boolean =>
  code === BLANK || code === NEWLINE || code === TAB || code === RETURN || code === FEED
const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122
const endsName = (code: number): boolean => isBlank(code) || code === SLASH || code === GREATER

/** What is read of a text: up to its end, or that of a comment. */
interface Stretch {
  readonly html: string
  readonly limit: number
}

const skipBlanks = ({ html, limit }: Stretch, from: number): number => {
  let at = from
  while (at < limit && isBlank(html.charCodeAt(at))) at += 1
  return at
}

const nameEndOf = ({ html, limit }: Stretch, from: number): number => {
  let at = from
  while (at < limit && !endsName(html.charCodeAt(at))) at += 1
  return at
}

// Of an attribute; an equals sign in front is part of the name.
const attributeEnd = ({ html, limit }: Stretch, from: number): number => {
  let at = from + 1
  while (at < limit && html.charCodeAt(at) !== EQUALS && !endsName(html.charCodeAt(at))) at += 1
  return at
}

// Behind a value that begins at `from`, its closing quote included; -1 when the text ends first.
const valueEnd = ({ html, limit }: Stretch, from: number): number => {
  if (from >= limit) return -1
  const code = html.charCodeAt(from)
  if (code === QUOTE || code === APOSTROPHE) {
    const end = html.indexOf(code === QUOTE ? '"' : "'", from + 1)
    return end === -1 || end >= limit ? -1 : end + 1
  }
  let at = from
  while (at < limit && !isBlank(html.charCodeAt(at)) && html.charCodeAt(at) !== GREATER) at += 1
  return at >= limit ? -1 : at
}

/** Takes an attribute: its name, and where its value begins and ends, quotes included; both alike: it has none. */
type Take = (name: Span, value: Span) => void

/** Behind the `>` of a tag whose name ends at `from`; -1 when it has no end, so that it is no tag. */
const readTag = (stretch: Stretch, from: number, take?: Take): number => {
  const { html, limit } = stretch
  let at = from
  while (at < limit) {
    const code = html.charCodeAt(at)
    if (code === GREATER) return at + 1
    if (isBlank(code) || code === SLASH) {
      at += 1
      continue
    }
    const start = at
    const end = attributeEnd(stretch, start)
    at = skipBlanks(stretch, end)
    if (at >= limit || html.charCodeAt(at) !== EQUALS) {
      take?.({ start, end }, { start: end, end })
      continue
    }
    const value = skipBlanks(stretch, at + 1)
    at = valueEnd(stretch, value)
    if (at === -1) return -1
    take?.({ start, end }, { start: value, end: at })
  }
  return -1
}

const rawValue = (html: string, { start, end }: Span): RawValue => {
  const code = start < end ? html.charCodeAt(start) : 0
  if (code !== QUOTE && code !== APOSTROPHE) return { start, end, quote: '' }
  return { start: start + 1, end: end - 1, quote: code === QUOTE ? '"' : "'" }
}

const readAnchor = (
  stretch: Stretch,
  nameEnd: number,
): { readonly anchor: Anchor; readonly next: number } | undefined => {
  const { html } = stretch
  // Member by member: spread, it takes thirty times as long.
  const found: { -readonly [K in keyof Anchor]: Anchor[K] } = {
    nameEnd,
    end: -1,
    href: undefined,
    hrefStart: -1,
    label: undefined,
    type: undefined,
    mark: undefined,
    markStart: -1,
    plain: undefined,
  }
  const next = readTag(stretch, nameEnd, (name, value) => {
    if (!WANTED_LENGTHS.includes(name.end - name.start)) return
    const key = html.slice(name.start, name.end).toLowerCase()
    const member = Object.hasOwn(WANTED, key) ? WANTED[key] : undefined
    if (member === undefined || found[member] !== undefined) return
    found[member] = rawValue(html, value)
    const start = isBlank(html.charCodeAt(name.start - 1)) ? name.start - 1 : name.start
    if (member === 'mark') found.markStart = start
    if (member === 'href') found.hrefStart = start
  })
  if (next === -1) return undefined
  found.end = next
  return { anchor: found, next }
}

// Where the content of an element that holds text alone ends: at its own end tag, whatever else stands there.
const rawEnd = ({ html, limit }: Stretch, name: string, from: number): number => {
  if (name === 'plaintext') return limit
  const closer = `</${name}`
  for (let at = html.indexOf('</', from); at !== -1 && at < limit; at = html.indexOf('</', at + 2)) {
    const after = at + closer.length
    if (after >= limit) return limit
    if (endsName(html.charCodeAt(after)) && html.slice(at, after).toLowerCase() === closer) return at
  }
  return limit
}

const isComment = (html: string, at: number): boolean =>
  html.charCodeAt(at + 2) === DASH && html.charCodeAt(at + 3) === DASH

// Where the text of a comment ends, and what follows begins.
const commentEnd = ({ html, limit }: Stretch, at: number): Span => {
  const text = at + 4
  if (html.charCodeAt(text) === GREATER) return { start: text, end: text + 1 }
  if (html.startsWith('->', text)) return { start: text, end: text + 2 }
  for (let start = html.indexOf('--', text); start !== -1; start = html.indexOf('--', start + 1)) {
    if (html.charCodeAt(start + 2) === GREATER) return { start, end: start + 3 }
    if (html.startsWith('!>', start + 2)) return { start, end: start + 4 }
  }
  return { start: limit, end: limit }
}

const skipBogus = ({ html, limit }: Stretch, at: number): number => {
  const end = html.indexOf('>', at)
  return end === -1 ? limit : end + 1
}

const isAnchorName = ({ html }: Stretch, start: number, end: number): boolean =>
  (html.charCodeAt(start) | 32) === 97 &&
  (end - start === 1 || (end - start === 4 && html.slice(start, end).toLowerCase() === 'area'))

// No element of text alone has a shorter name, a longer one, or one with another letter in front.
const isRawName = ({ html }: Stretch, start: number, end: number): boolean => {
  const first = html.charCodeAt(start) | 32
  return end - start >= 3 && end - start <= 9 && first >= 105 && first <= 120
}

type Visit = (anchor: Anchor) => void

// Each answers where to look for the next `<`.

const startTag = (stretch: Stretch, at: number, visit: Visit): number => {
  const start = at + 1
  const end = nameEndOf(stretch, start)
  if (isAnchorName(stretch, start, end)) {
    const read = readAnchor(stretch, end)
    if (read === undefined) return stretch.limit
    visit(read.anchor)
    return read.next
  }
  const next = readTag(stretch, end)
  if (next === -1) return stretch.limit
  if (!isRawName(stretch, start, end)) return next
  const name = stretch.html.slice(start, end).toLowerCase()
  return RAW.has(name) ? rawEnd(stretch, name, next) : next
}

const endTag = (stretch: Stretch, at: number): number => {
  if (!isLetter(stretch.html.charCodeAt(at + 2))) return skipBogus(stretch, at + 2)
  const next = readTag(stretch, nameEndOf(stretch, at + 2))
  return next === -1 ? stretch.limit : next
}

// The end is looked for first: what is read within stays within.
const comment = (stretch: Stretch, at: number, visit: Visit): number => {
  const { html } = stretch
  const { start, end } = commentEnd(stretch, at)
  if (html.startsWith('[if', at + 4) && end > start) scan({ html, limit: start }, at + 4, visit)
  return end
}

const step = (stretch: Stretch, at: number, visit: Visit): number => {
  const { html } = stretch
  const code = html.charCodeAt(at + 1)
  if (isLetter(code)) return startTag(stretch, at, visit)
  if (code === SLASH) return endTag(stretch, at)
  if (code !== EXCLAMATION) return code === QUESTION ? skipBogus(stretch, at + 1) : at + 1
  // Within a comment none begins.
  const isWithin = stretch.limit < html.length
  return isComment(html, at) && !isWithin ? comment(stretch, at, visit) : skipBogus(stretch, at + 1)
}

const scan = (stretch: Stretch, from: number, visit: Visit): void => {
  const { html, limit } = stretch
  let at = html.indexOf('<', from)
  while (at !== -1 && at < limit) at = html.indexOf('<', step(stretch, at, visit))
}

/** Visits the links of a text in their order. */
export const scanAnchors = (html: string, visit: Visit): void => scan({ html, limit: html.length }, 0, visit)
