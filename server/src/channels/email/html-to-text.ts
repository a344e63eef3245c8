/**
 * Derives the plain text of a mail from its HTML, for mails whose author wrote none. One pass, linear in the length
 * of the input whatever it holds. Not a sanitizer: its result is text and must be escaped before it meets HTML again.
 */

/** What a tag does to the lines around it; `hidden` takes its content away. */
type Effect = 'hidden' | 'paragraph' | 'line' | 'cell' | 'link'
const EFFECTS: ReadonlyMap<string, Effect> = new Map(
  (
    [
      ['hidden', 'script style head title template noscript'],
      ['paragraph', 'p h1 h2 h3 h4 h5 h6 ul ol table blockquote section article'],
      ['line', 'br div tr li header footer dt dd'],
      ['cell', 'td th'],
      ['link', 'a'],
    ] as const
  ).flatMap(([effect, names]) => names.split(' ').map(name => [name, effect] as const)),
)
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  zwnj: '',
  shy: '',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  pound: '£',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  laquo: '«',
  raquo: '»',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
  bull: '•',
  middot: '·',
  times: '×',
  eacute: 'é',
  egrave: 'è',
  euml: 'ë',
  ouml: 'ö',
  uuml: 'ü',
}

const decodeEntity = (whole: string, body: string): string => {
  if (body[0] !== '#') return Object.hasOwn(NAMED, body) ? (NAMED[body] ?? whole) : whole
  const point = /^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10)
  const storable = point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
  return storable ? String.fromCodePoint(point) : '\ufffd'
}

const decodeEntities = (text: string): string =>
  text.includes('&') ? text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/gi, decodeEntity) : text

const HREF = /\shref\s{0,5}=\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i

const linkTarget = (tag: string): string | undefined => {
  const match = HREF.exec(tag)
  const target = decodeEntities((match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim())
  return /^(?:https?|mailto|tel):/i.test(target) ? target : undefined
}

const QUOTE = 34
const APOSTROPHE = 39
const GREATER = 62

/** Where the tag that opens at `from` ends (its `>`), quoted attribute values skipped; -1 when it never does. */
const tagEnd = (html: string, from: number): number => {
  for (let at = from + 1; at < html.length; at++) {
    const code = html.charCodeAt(at)
    if (code === GREATER) return at
    if (code !== QUOTE && code !== APOSTROPHE) continue
    const closing = html.indexOf(code === QUOTE ? '"' : "'", at + 1)
    if (closing < 0) return html.indexOf('>', at)
    at = closing
  }
  return -1
}

/** What is written so far; breaks and blanks are owed until the next word, so none is left at an end. */
interface Writing {
  readonly pieces: string[]
  newlines: number
  blank: boolean
  link: { readonly target: string; readonly firstPiece: number } | undefined
}

const UNEVEN = /\s\s+|[^\S ]/g

const writeText = (writing: Writing, text: string): void => {
  if (text === '') return
  const decoded = decodeEntities(text)
  const started = decoded.trimStart()
  const trimmed = started.trimEnd()
  if (trimmed === '') {
    writing.blank ||= decoded !== ''
    return
  }
  const { pieces } = writing
  if (pieces.length > 0) {
    if (writing.newlines > 0) pieces.push(writing.newlines === 1 ? '\n' : '\n\n')
    else if (writing.blank || started.length < decoded.length) pieces.push(' ')
  }
  writing.newlines = 0
  writing.blank = trimmed.length < started.length
  pieces.push(trimmed.replace(UNEVEN, ' '))
}

const closeLink = (writing: Writing): void => {
  const { link } = writing
  writing.link = undefined
  if (link === undefined) return
  const shown = writing.pieces.slice(link.firstPiece).join('').trim()
  if (shown === link.target || `mailto:${shown}` === link.target) return
  writeText(writing, shown === '' ? `<${link.target}>` : ` (${link.target})`)
}

/** A tag in lower case, with where it stands in the HTML. */
interface Tag {
  readonly name: string
  readonly closes: boolean
  readonly from: number
  readonly end: number
}

const applyTag = (writing: Writing, html: string, tag: Tag): void => {
  switch (EFFECTS.get(tag.name)) {
    case 'link': {
      closeLink(writing)
      const target = tag.closes ? undefined : linkTarget(html.slice(tag.from, tag.end))
      if (target !== undefined) writing.link = { target, firstPiece: writing.pieces.length }
      return
    }
    case 'cell':
      writing.blank = true
      return
    case 'paragraph':
      writing.newlines = 2
      return
    case 'line':
      writing.newlines = tag.name === 'br' ? Math.min(2, writing.newlines + 1) : Math.max(1, writing.newlines)
      if (tag.name === 'li' && !tag.closes) writeText(writing, '- ')
  }
}

const SLASH = 47
const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** Where the name that begins at `from` ends; a name has at most 21 characters. */
const nameEnd = (html: string, from: number): number => {
  if (!isLetter(html.charCodeAt(from))) return from
  let at = from + 1
  for (let code = html.charCodeAt(at); at < from + 21 && (isLetter(code) || isDigit(code)); )
    code = html.charCodeAt(++at)
  return at
}

/** Behind the closing tag that ends hidden content; the end when there is none. */
const hiddenEnd = (html: string, name: string, from: number): number => {
  const closing = new RegExp(`</${name}[^>]{0,50}>`, 'gi')
  closing.lastIndex = from
  return closing.exec(html) === null ? html.length : closing.lastIndex
}

/** Where reading goes on after the markup that opens at `from`; -1 when it is no markup, the end when it never closes. */
const readMarkup = (html: string, from: number, writing: Writing): number => {
  if (html.startsWith('<!--', from)) {
    const end = html.indexOf('-->', from + 4)
    return end < 0 ? html.length : end + 3
  }
  const closes = html.charCodeAt(from + 1) === SLASH
  const nameStart = closes ? from + 2 : from + 1
  const nameStop = nameEnd(html, nameStart)
  const isDeclaration = !closes && (html[nameStart] === '!' || html[nameStart] === '?')
  if (nameStop === nameStart && !isDeclaration) return -1
  const end = tagEnd(html, from)
  if (end < 0) return html.length
  const name = html.slice(nameStart, nameStop).toLowerCase()
  if (EFFECTS.get(name) === 'hidden' && !closes) return hiddenEnd(html, name, end)
  applyTag(writing, html, { name, closes, from, end })
  return end + 1
}

/**
 * The text of an HTML mail: blocks become lines, list items get a dash, a link shows its address behind its words,
 * scripts, styles and comments vanish. Never throws. Costs about as much as the rendering of the mail: derive it once
 * for content without variables.
 */
export const htmlToText = (html: string): string => {
  const writing: Writing = { pieces: [], newlines: 0, blank: false, link: undefined }
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    writeText(writing, html.slice(at, open < 0 ? html.length : open))
    if (open < 0) break
    const next = readMarkup(html, open, writing)
    if (next < 0) writeText(writing, '<')
    at = next < 0 ? open + 1 : next
  }
  closeLink(writing)
  return writing.pieces.join('')
}
