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
  readonly values: ReadonlyMap<string, RawValue>
  /** The place of the marking attribute with the blank before it, if there is one. */
  readonly mark: (Span & { readonly value: RawValue }) | undefined
}

/** The attribute that leads from a rendered link to its place in the template; it never leaves the instance. */
export const MARK = 'data-carillon-link'

const WANTED: ReadonlySet<string> = new Set(['href', 'data-label', 'data-tracking-type', MARK])
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

/** Takes an attribute as it is read. */
type Take = (name: Span, value: RawValue) => void

// A value: where it goes on behind it, or -1 when the text ends first.
const skipValue = (html: string, from: number, limit: number): { value: RawValue; next: number } | undefined => {
  let at = from
  while (at < limit && isBlank(html.charCodeAt(at))) at += 1
  if (at >= limit) return undefined
  const code = html.charCodeAt(at)
  if (code === QUOTE || code === APOSTROPHE) {
    const quote = code === QUOTE ? '"' : "'"
    const end = html.indexOf(quote, at + 1)
    if (end === -1 || end >= limit) return undefined
    return { value: { start: at + 1, end, quote }, next: end + 1 }
  }
  const start = at
  while (at < limit && !isBlank(html.charCodeAt(at)) && html.charCodeAt(at) !== GREATER) at += 1
  return at >= limit ? undefined : { value: { start, end: at, quote: '' }, next: at }
}

/** Behind the `>` of a tag whose name ends at `from`; -1 when it has no end, so that it is no tag. */
const readTag = (html: string, from: number, limit: number, take: Take | undefined): number => {
  let at = from
  while (at < limit) {
    const code = html.charCodeAt(at)
    if (code === GREATER) return at + 1
    if (isBlank(code) || code === SLASH) {
      at += 1
      continue
    }
    const start = at
    // An equals sign in front is part of the name.
    at += 1
    while (at < limit && html.charCodeAt(at) !== EQUALS && !endsName(html.charCodeAt(at))) at += 1
    const name = { start, end: at }
    while (at < limit && isBlank(html.charCodeAt(at))) at += 1
    if (html.charCodeAt(at) !== EQUALS || at >= limit) {
      take?.(name, { start: name.end, end: name.end, quote: '' })
      continue
    }
    const read = skipValue(html, at + 1, limit)
    if (read === undefined) return -1
    take?.(name, read.value)
    at = read.next
  }
  return -1
}

const readAnchor = (html: string, nameEnd: number, limit: number): { anchor: Anchor; next: number } | undefined => {
  const values = new Map<string, RawValue>()
  let mark: Anchor['mark']
  const next = readTag(html, nameEnd, limit, (name, value) => {
    const key = html.slice(name.start, name.end).toLowerCase()
    if (!WANTED.has(key) || values.has(key)) return
    values.set(key, value)
    if (key !== MARK) return
    const start = isBlank(html.charCodeAt(name.start - 1)) ? name.start - 1 : name.start
    mark = { start, end: value.end + value.quote.length, value }
  })
  return next === -1 ? undefined : { anchor: { nameEnd, values, mark }, next }
}

// Where the content of an element that holds text alone ends: at its own end tag, whatever else stands there.
const rawEnd = (html: string, name: string, from: number, limit: number): number => {
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
const commentEnd = (html: string, at: number, limit: number): Span => {
  const text = at + 4
  if (html.charCodeAt(text) === GREATER) return { start: text, end: text + 1 }
  if (html.startsWith('->', text)) return { start: text, end: text + 2 }
  const plain = html.indexOf('-->', text)
  const odd = html.indexOf('--!>', text)
  if (plain === -1 && odd === -1) return { start: limit, end: limit }
  return plain !== -1 && (odd === -1 || plain < odd)
    ? { start: plain, end: plain + 3 }
    : { start: odd, end: odd + 4 }
}

const skipBogus = (html: string, at: number, limit: number): number => {
  const end = html.indexOf('>', at)
  return end === -1 ? limit : end + 1
}

class Scan {
  readonly #html: string
  readonly #visit: (anchor: Anchor) => void

  constructor(html: string, visit: (anchor: Anchor) => void) {
    this.#html = html
    this.#visit = visit
  }

  run(from: number, limit: number, isWithin: boolean): void {
    const html = this.#html
    let at = html.indexOf('<', from)
    while (at !== -1 && at < limit) at = html.indexOf('<', this.#step(at, limit, isWithin))
  }

  // From one `<`, answers where to look for the next one.
  #step(at: number, limit: number, isWithin: boolean): number {
    const html = this.#html
    const code = html.charCodeAt(at + 1)
    if (isLetter(code)) return this.#startTag(at, limit)
    if (code === SLASH) return this.#endTag(at, limit)
    if (code === EXCLAMATION && isComment(html, at) && !isWithin) return this.#comment(at, limit)
    if (code === EXCLAMATION || code === QUESTION) return skipBogus(html, at + 1, limit)
    return at + 1
  }

  #startTag(at: number, limit: number): number {
    const html = this.#html
    let end = at + 1
    while (end < limit && !endsName(html.charCodeAt(end))) end += 1
    const length = end - at - 1
    const first = html.charCodeAt(at + 1) | 32
    if (first === 97 && (length === 1 || (length === 4 && html.slice(at + 1, end).toLowerCase() === 'area')))
      return this.#anchor(end, limit)
    const next = readTag(html, end, limit, undefined)
    if (next === -1) return limit
    // No name of these begins with another letter, and none is shorter.
    if (length < 3 || length > 9 || first < 105 || first > 120) return next
    const name = html.slice(at + 1, end).toLowerCase()
    return RAW.has(name) ? rawEnd(html, name, next, limit) : next
  }

  #endTag(at: number, limit: number): number {
    const html = this.#html
    const code = html.charCodeAt(at + 2)
    if (!isLetter(code)) return skipBogus(html, at + 2, limit)
    let end = at + 2
    while (end < limit && !endsName(html.charCodeAt(end))) end += 1
    const next = readTag(html, end, limit, undefined)
    return next === -1 ? limit : next
  }

  #anchor(nameEnd: number, limit: number): number {
    const read = readAnchor(this.#html, nameEnd, limit)
    if (read === undefined) return limit
    this.#visit(read.anchor)
    return read.next
  }

  // The end is looked for first: what is read within stays within.
  #comment(at: number, limit: number): number {
    const html = this.#html
    const { start, end } = commentEnd(html, at, limit)
    if (html.startsWith('[if', at + 4)) this.run(at + 4, Math.min(start, limit), true)
    return Math.min(end, limit)
  }
}

/** Visits the links of a text in their order. */
export const scanAnchors = (html: string, visit: (anchor: Anchor) => void): void =>
  new Scan(html, visit).run(0, html.length, false)
