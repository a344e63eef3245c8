/**
 * Derives the plain text of a mail from its HTML, for mails whose author wrote none. One pass, linear in the length
 * of the input whatever it holds. Not a sanitizer: its result is text and must be escaped before it meets HTML again.
 */

const HIDDEN = new Set(['script', 'style', 'head', 'title', 'template', 'noscript'])
const PARAGRAPH = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'table',
  'blockquote',
  'section',
  'article',
])
const LINE = new Set(['br', 'div', 'tr', 'li', 'header', 'footer', 'dt', 'dd'])
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

/** Where the tag that opens at `from` ends (its `>`), quoted attribute values skipped; -1 when it never does. */
const tagEnd = (html: string, from: number): number => {
  const stop = /[>"']/g
  stop.lastIndex = from + 1
  for (let match = stop.exec(html); match; match = stop.exec(html)) {
    if (match[0] === '>') return match.index
    const closing = html.indexOf(match[0], match.index + 1)
    if (closing < 0) return html.indexOf('>', match.index)
    stop.lastIndex = closing + 1
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

const UNEVEN = /\s\s|[^\S ]/

const writeText = (writing: Writing, text: string): void => {
  if (text === '') return
  const decoded = decodeEntities(text)
  const words = UNEVEN.test(decoded) ? decoded.replace(/\s+/g, ' ') : decoded
  const trimmed = words.trim()
  if (trimmed === '') {
    writing.blank ||= words !== ''
    return
  }
  if (writing.pieces.length > 0) {
    if (writing.newlines > 0) writing.pieces.push('\n'.repeat(writing.newlines))
    else if (writing.blank || words.startsWith(' ')) writing.pieces.push(' ')
  }
  writing.newlines = 0
  writing.blank = words.endsWith(' ')
  writing.pieces.push(trimmed)
}

const closeLink = (writing: Writing): void => {
  const { link } = writing
  writing.link = undefined
  if (link === undefined) return
  const shown = writing.pieces.slice(link.firstPiece).join('').trim()
  if (shown === link.target || `mailto:${shown}` === link.target) return
  writeText(writing, shown === '' ? `<${link.target}>` : ` (${link.target})`)
}

const applyTag = (
  writing: Writing,
  tag: { readonly name: string; readonly closes: boolean; readonly whole: string },
): void => {
  if (tag.name === 'a') {
    closeLink(writing)
    const target = tag.closes ? undefined : linkTarget(tag.whole)
    if (target !== undefined) writing.link = { target, firstPiece: writing.pieces.length }
    return
  }
  if (tag.name === 'td' || tag.name === 'th') writing.blank = true
  if (PARAGRAPH.has(tag.name)) writing.newlines = 2
  if (LINE.has(tag.name))
    writing.newlines = tag.name === 'br' ? Math.min(2, writing.newlines + 1) : Math.max(1, writing.newlines)
  if (tag.name === 'li' && !tag.closes) writeText(writing, '- ')
}

// Sticky: matches at its lastIndex only, which every use sets first.
const OPENING = /<(\/?)([a-z][a-z0-9]{0,20})|<[!?]/iy

/** Where reading goes on after the markup that opens at `from`; -1 when it is no markup, the end when it never closes. */
const readMarkup = (html: string, from: number, writing: Writing): number => {
  if (html.startsWith('<!--', from)) {
    const end = html.indexOf('-->', from + 4)
    return end < 0 ? html.length : end + 3
  }
  OPENING.lastIndex = from
  const name = OPENING.exec(html)
  if (name === null) return -1
  const end = tagEnd(html, from)
  if (end < 0) return html.length
  const tag = (name[2] ?? '').toLowerCase()
  const closes = name[1] === '/'
  if (HIDDEN.has(tag) && !closes) {
    const closing = new RegExp(`</${tag}[^>]{0,50}>`, 'gi')
    closing.lastIndex = end
    return closing.exec(html) === null ? html.length : closing.lastIndex
  }
  applyTag(writing, { name: tag, closes, whole: html.slice(from, end) })
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
