/**
 * Values of HTML attributes: what a browser reads from their text, and back. A value with a character reference that is
 * not known here is not guessed at.
 */

const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" },
  // What an address is made of.
  ...{ num: '#', quest: '?', equals: '=', sol: '/', colon: ':', period: '.' },
}

// References that HTML reads without their semicolon too, unless a letter, a digit or an equals sign follows (§13.5).
const BARE: ReadonlySet<string> = new Set(
  (
    'AElig AMP Aacute Acirc Agrave Aring Atilde Auml COPY Ccedil ETH Eacute Ecirc Egrave Euml GT Iacute Icirc Igrave ' +
    'Iuml LT Ntilde Oacute Ocirc Ograve Oslash Otilde Ouml QUOT REG THORN Uacute Ucirc Ugrave Uuml Yacute aacute acirc ' +
    'acute aelig agrave amp aring atilde auml brvbar ccedil cedil cent copy curren deg divide eacute ecirc egrave eth ' +
    'euml frac12 frac14 frac34 gt iacute icirc iexcl igrave iquest iuml laquo lt macr micro middot nbsp not ntilde ' +
    'oacute ocirc ograve ordf ordm oslash otilde ouml para plusmn pound quot raquo reg sect shy sup1 sup2 sup3 szlig ' +
    'thorn times uacute ucirc ugrave uml uuml yacute yen yuml'
  ).split(' '),
)

const REFERENCE = /&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([A-Za-z][A-Za-z0-9]*))(;?)(?=(=?))/g

// Printable ASCII and what lies beyond the controls of Latin-1, surrogates apart: elsewhere HTML reads something else.
const isPlain = (point: number): boolean =>
  (point >= 0x20 && point < 0x7f) ||
  (point >= 0xa0 && point < 0xd800) ||
  (point > 0xdfff && point <= 0x10ffff)

interface Reference {
  readonly digits: string | undefined
  readonly hex: string | undefined
  readonly name: string
  readonly closed: boolean
  readonly beforeEquals: boolean
}

// The character; null: it stays as written; undefined: not known here.
const characterOf = ({ digits, hex, name, closed, beforeEquals }: Reference): string | null | undefined => {
  if (digits !== undefined || hex !== undefined) {
    const text = digits ?? hex ?? ''
    const point = text.length > 8 ? -1 : Number.parseInt(text, digits === undefined ? 16 : 10)
    return isPlain(point) ? String.fromCodePoint(point) : undefined
  }
  if (closed) return Object.hasOwn(NAMED, name) ? NAMED[name] : undefined
  if (!BARE.has(name) || beforeEquals) return null
  return Object.hasOwn(NAMED, name) && name !== 'apos' ? NAMED[name] : undefined
}

/** A value as a browser reads it, and where a place in it stands in its text. */
export interface ReadValue {
  readonly value: string
  readonly offsetOf: (at: number) => number
}

/** What a browser reads from the text of an attribute; undefined: it holds a reference that is not known here. */
export const readAttribute = (raw: string): ReadValue | undefined => {
  const jumps: { readonly from: number; readonly gained: number }[] = []
  let [isKnown, gained] = [true, 0]
  const read = (whole: string, of: Reference, offset: number): string => {
    const character = characterOf(of)
    if (character === undefined) isKnown = false
    if (character === undefined || character === null) return whole
    const from = offset - gained + character.length
    gained += whole.length - character.length
    jumps.push({ from, gained })
    return character
  }
  const value = raw.replace(
    REFERENCE,
    (whole: string, ...found: [string?, string?, string?, string?, string?, number?]) => {
      const [digits, hex, name = '', semicolon, equals, offset = 0] = found
      const of = { digits, hex, name, closed: semicolon === ';', beforeEquals: equals === '=' }
      return read(whole, of, offset)
    },
  )
  if (!isKnown) return undefined
  return { value, offsetOf: at => at + (jumps.findLast(({ from }) => from <= at)?.gained ?? 0) }
}

const AMPERSAND = '&amp;'

const hasAmpersandsAlone = (raw: string): boolean => {
  for (let at = raw.indexOf('&'); at !== -1; at = raw.indexOf('&', at + 1))
    if (!raw.startsWith(AMPERSAND, at)) return false
  return true
}

/** The same without the places. */
export const decodeAttribute = (raw: string): string | undefined =>
  hasAmpersandsAlone(raw) ? raw.replaceAll(AMPERSAND, '&') : readAttribute(raw)?.value

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
}

/** A text as the value of an attribute in quotes of either kind. */
export const encodeAttribute = (text: string): string =>
  text.replace(/[&"'<>]/g, sign => ESCAPES[sign] ?? sign)
