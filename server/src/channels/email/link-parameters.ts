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

const extend = (url: string, query: string, separator: string): string => {
  const hash = url.indexOf('#')
  const [target, fragment] = hash < 0 ? [url, ''] : [url.slice(0, hash), url.slice(hash)]
  const mark = target.indexOf('?')
  const joint = mark < 0 ? '?' : target.endsWith('?') || target.endsWith(separator) ? '' : separator
  return `${target}${joint}${query}${fragment}`
}

const isLeft = (url: string, { skip }: LinkOptions): boolean =>
  !/^https?:\/\//i.test(url) || skip.some(one => one !== '' && url.startsWith(one))

const decodeAmp = (text: string): string => text.replaceAll('&amp;', '&')

const HREF = /(\shref\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/i
const TAG = /<(?:a|area)\s[^<>]*>/gi

const extendAttribute = (given: string, escaped: string, options: LinkOptions): string | undefined => {
  const quote = given.startsWith("'") ? "'" : '"'
  const url = (/^["']/.test(given) ? given.slice(1, -1) : given).trim()
  return isLeft(decodeAmp(url), options) ? undefined : `${quote}${extend(url, escaped, '&amp;')}${quote}`
}

/** The HTML with parameters on the links of `<a>` and `<area>`. */
export const withHtmlParameters = (html: string, options: LinkOptions): string => {
  const query = queryOf(options.parameters)
  if (query === '') return html
  const escaped = query.replaceAll('&', '&amp;').replaceAll("'", '&#39;')
  return html.replace(TAG, tag =>
    tag.includes(PLAIN_LINK_ATTRIBUTE)
      ? tag
      : tag.replace(HREF, (whole: string, head: string, given: string) => {
          const extended = extendAttribute(given, escaped, options)
          return extended === undefined ? whole : `${head}${extended}`
        }),
  )
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
    return isLeft(url, options) ? found : `${extend(url, query, '&')}${tail}`
  })
}
