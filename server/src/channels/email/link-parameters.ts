/**
 * Adds parameters to the links of a mail: to http and https ones in `href`, before the fragment, escaped as their place
 * wants it. One pass over the text, linear whatever it holds. Knows nothing of where the values come from.
 */

/** A parameter; the value is text, not encoded yet. */
export interface LinkParameter {
  readonly name: string
  readonly value: string
}

/** `skip`: links that begin with one of these stay as they are (ways out, which must lead where they were signed for). */
export interface LinkOptions {
  readonly parameters: readonly LinkParameter[]
  readonly skip: readonly string[]
}

/** An element whose links are left alone says so by this attribute. */
export const PLAIN_LINK_ATTRIBUTE = 'data-plain-link'

const queryOf = (parameters: readonly LinkParameter[]): string =>
  parameters
    .filter(({ value }) => value !== '')
    .map(
      ({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(Buffer.from(value).toString())}`,
    )
    .join('&')

// Where in a URL the query goes, and what stands before it.
const placeOf = (url: string): { readonly at: number; readonly joint: '?' | '&' | '' } => {
  const hash = url.indexOf('#')
  const at = hash < 0 ? url.length : hash
  const target = url.slice(0, at)
  const mark = target.indexOf('?')
  if (mark < 0) return { at, joint: '?' }
  return { at, joint: mark === at - 1 || target.endsWith('&') ? '' : '&' }
}

const isLeft = (url: string, { skip }: LinkOptions): boolean =>
  !/^https?:\/\//i.test(url) || skip.some(one => one !== '' && url.startsWith(one))

const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', num: '#', quest: '?', quot: '"', apos: "'", lt: '<', gt: '>' },
  ...{ equals: '=', sol: '/', colon: ':', period: '.' },
}
const REFERENCE = /&(?:#x([0-9a-f]{1,6});?|#(\d{1,7});?|([a-z]{2,6});)/gi

const characterOf = ([whole, hex, decimal, name = '']: RegExpMatchArray): string => {
  if (hex === undefined && decimal === undefined)
    return (Object.hasOwn(NAMED, name) ? NAMED[name] : undefined) ?? whole
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : whole
}

/** The value of an attribute as it is read, and where in its source a place of it is. */
const readAttribute = (
  source: string,
): { readonly value: string; readonly offsetOf: (at: number) => number } => {
  const jumps: { readonly from: number; readonly gained: number }[] = []
  let [gained, value, end] = [0, '', 0]
  for (const found of source.matchAll(REFERENCE)) {
    const [whole] = found
    const character = characterOf(found)
    value += source.slice(end, found.index) + character
    end = found.index + whole.length
    gained += whole.length - character.length
    jumps.push({ from: value.length, gained })
  }
  value += source.slice(end)
  const offsetOf = (at: number): number => at + (jumps.findLast(({ from }) => from <= at)?.gained ?? 0)
  return { value, offsetOf }
}

// Names and values in their order, so that what stands inside another value is no attribute.
const ATTRIBUTE = /([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'<>]+)|[^\s"'<>/=]+/g
const TAG = /<(?:a|area)\s[^<>]*>/gi

// The source stays as it is; the query goes in where the URL that a reader makes of it wants it.
const extendAttribute = (given: string, query: string, options: LinkOptions): string | undefined => {
  const quote = given.startsWith("'") ? "'" : '"'
  const source = (/^["']/.test(given) ? given.slice(1, -1) : given).trim()
  const { value, offsetOf } = readAttribute(source)
  if (isLeft(value, options)) return undefined
  const { at, joint } = placeOf(value)
  const offset = offsetOf(at)
  const escaped = `${joint}${query}`.replaceAll('&', '&amp;').replaceAll("'", '&#39;')
  return `${quote}${source.slice(0, offset)}${escaped}${source.slice(offset)}${quote}`
}

const extendTag = (tag: string, query: string, options: LinkOptions): string => {
  let isFirst = true
  return tag.replace(ATTRIBUTE, (whole, ...[name, equals, given]: readonly (string | undefined)[]) => {
    if (given === undefined || !isFirst || name?.toLowerCase() !== 'href') return whole
    isFirst = false
    const extended = extendAttribute(given, query, options)
    return extended === undefined ? whole : `${name}${equals}${extended}`
  })
}

/** The HTML with parameters on the links of `<a>` and `<area>`. */
export const withHtmlParameters = (html: string, options: LinkOptions): string => {
  const query = queryOf(options.parameters)
  if (query === '') return html
  return html.replace(TAG, tag => (tag.includes(PLAIN_LINK_ATTRIBUTE) ? tag : extendTag(tag, query, options)))
}

// What ends a sentence is no part of the link in it.
const TEXT_URL = /https?:\/\/[^\s<>"]+/gi
const TRAILING = new Set(`.,;:!?)]}'"»”’`)

const lengthOfLink = (found: string): number => {
  let length = found.length
  while (length > 0 && TRAILING.has(found[length - 1] ?? '')) length -= 1
  return length
}

/** The plain text with parameters on its links. */
export const withTextParameters = (text: string, options: LinkOptions): string => {
  const query = queryOf(options.parameters)
  if (query === '') return text
  return text.replace(TEXT_URL, found => {
    const length = lengthOfLink(found)
    const [url, tail] = [found.slice(0, length), found.slice(length)]
    if (isLeft(url, options)) return found
    const { at, joint } = placeOf(url)
    return `${url.slice(0, at)}${joint}${query}${url.slice(at)}${tail}`
  })
}
