/**
 * Adds parameters to the links of a mail: to http and https ones in `href`, before the fragment, escaped as their place
 * wants it. One pass over the text, linear whatever it holds. Knows nothing of where the values come from.
 */

import { TEXT_URL, textUrl } from '../../lib/text-url.ts'
import { readAttribute } from './attribute-value.ts'
import { scanAnchors } from './html-anchors.ts'

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

// The source stays as it is; the query goes in where the URL that a reader makes of it wants it.
const extendValue = (given: string, query: string, options: LinkOptions): string | undefined => {
  const source = given.trim()
  const read = readAttribute(source)
  if (read === undefined || isLeft(read.value, options)) return undefined
  const { at, joint } = placeOf(read.value)
  const offset = read.offsetOf(at)
  const escaped = `${joint}${query}`.replaceAll('&', '&amp;').replaceAll("'", '&#39;')
  return source.slice(0, offset) + escaped + source.slice(offset)
}

/** The HTML with parameters on the links of `<a>` and `<area>`. A link that cannot be read for sure is left alone. */
export const withHtmlParameters = (html: string, options: LinkOptions): string => {
  const query = queryOf(options.parameters)
  if (query === '') return html
  let [text, from] = ['', 0]
  scanAnchors(html, ({ href, plain }) => {
    if (href === undefined || plain !== undefined) return
    const { start, end, quote } = href
    const extended = extendValue(html.slice(start, end), query, options)
    if (extended === undefined) return
    text += html.slice(from, start) + (quote === '' ? `"${extended}"` : extended)
    from = end
  })
  return text + html.slice(from)
}

/** The plain text with parameters on its links. */
export const withTextParameters = (text: string, options: LinkOptions): string => {
  const query = queryOf(options.parameters)
  if (query === '') return text
  return text.replace(TEXT_URL, found => {
    const url = textUrl(found)
    const tail = found.slice(url.length)
    if (isLeft(url, options)) return found
    const { at, joint } = placeOf(url)
    return `${url.slice(0, at)}${joint}${query}${url.slice(at)}${tail}`
  })
}
