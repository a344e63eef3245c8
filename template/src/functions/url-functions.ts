/** The functions that read a URL, add to it, and code its parts (RFC 3986). */
import { escapeUrl } from '../escape.ts'
import { checkLength, type Run } from '../run.ts'
import type { Value } from '../values.ts'
import { argument, type FunctionTable, onText, param, textOf } from './function-spec.ts'

interface UrlParts {
  readonly scheme: string
  readonly authority: string
  readonly path: string
  readonly fragment: string
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/

const before = (text: string, end: number): string => (end < 0 ? text : text.slice(0, end))

const readUrl = (text: string): UrlParts => {
  const hash = text.indexOf('#')
  const fragment = hash < 0 ? '' : text.slice(hash + 1)
  const address = before(before(text, hash), before(text, hash).indexOf('?'))
  const scheme = SCHEME.exec(address)?.[1] ?? ''
  const rest = scheme === '' ? address : address.slice(scheme.length + 1)
  if (!rest.startsWith('//')) return { scheme, authority: '', path: rest, fragment }
  const slash = rest.indexOf('/', 2)
  const path = slash < 0 ? '' : rest.slice(slash)
  return { scheme, authority: before(rest, slash).slice(2), path, fragment }
}

/** Without the user in front and the port behind; an address in brackets stays whole. */
const hostOf = (authority: string): string =>
  authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '')

/** Malformed input comes back as it is, like the other decoders of the library. */
const decodePart = (text: string): string => {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '))
  } catch {
    return text
  }
}

const UNRESERVED = /^[A-Za-z0-9_.~-]$/
const IS_UNRESERVED = Array.from({ length: 0x80 }, (_, code) => UNRESERVED.test(String.fromCharCode(code)))
const isUnreserved = (code: number): boolean => IS_UNRESERVED[code] === true

/** An upper bound of the length of an encoded text, so that it is known before it is built. */
const encodedBound = (text: string): number => {
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    length += code >= 0x80 ? 9 : isUnreserved(code) ? 1 : 3
  }
  return length
}

const encode = (text: string, run: Run, offset: number): string => {
  checkLength(run, encodedBound(text), offset)
  return escapeUrl(text)
}

/** The first parameter of that name gets the value, others of the name go; without one it is added at the end. */
const setParameter = (query: string, key: string, parameter: string): string => {
  const parameters = query === '' ? [] : query.split('&')
  const isOfKey = (one: string): boolean => decodePart(before(one, one.indexOf('='))) === key
  const first = parameters.findIndex(isOfKey)
  if (first < 0) return [...parameters, parameter].join('&')
  return parameters
    .flatMap((one, index) => (index === first ? [parameter] : isOfKey(one) ? [] : [one]))
    .join('&')
}

const appendQueryParams = (args: readonly Value[], run: Run, offset: number): Value => {
  if (argument(args, 0) === null) return null
  const [url, key] = [textOf(args, 0), textOf(args, 1)]
  if (key === '') return url
  const parameter = `${encode(key, run, offset)}=${encode(textOf(args, 2), run, offset)}`
  checkLength(run, url.length + parameter.length + 1, offset)
  const hash = url.indexOf('#')
  const address = before(url, hash)
  const question = address.indexOf('?')
  const query = question < 0 ? '' : address.slice(question + 1)
  const fragment = hash < 0 ? '' : url.slice(hash)
  return `${before(address, question)}?${setParameter(query, key, parameter)}${fragment}`
}

/** The functions by name. */
export const URL_FUNCTIONS: FunctionTable = {
  getUrlHost: onText('text', text => hostOf(readUrl(text).authority), {
    summary: 'The host of a URL, without user and port.',
    examples: [['getUrlHost("https://www.myurl.com/contact")', 'www.myurl.com']],
  }),
  getUrlPath: onText('text', text => readUrl(text).path, {
    summary: 'The path of a URL with its leading slash; blank where it has none.',
    examples: [['getUrlPath("https://www.myurl.com/contact.html")', '/contact.html']],
  }),
  getUrlProtocol: onText('text', text => readUrl(text).scheme, {
    summary: 'The scheme of a URL as it is written, without the colon: https for an https URL.',
    examples: [['getUrlProtocol("https://www.myurl.com/contact.html")', 'https']],
  }),
  getUrlFragment: onText('text', text => readUrl(text).fragment, {
    summary: 'What stands after the # of a URL.',
    examples: [['getUrlFragment("https://www.myurl.com/contact.html#faq")', 'faq']],
  }),
  appendQueryParams: {
    group: 'text',
    params: [param('url', 'text'), param('key', 'text'), param('value', 'text')],
    returns: 'text',
    summary:
      'The URL with a query parameter: added before the fragment, or in place of the parameter of that name. Name and value are encoded.',
    examples: [
      [
        'appendQueryParams("https://example.com/page","utm_source","email")',
        'https://example.com/page?utm_source=email',
      ],
      [
        'appendQueryParams("https://example.com/?a=1&b=2#top","a","x y")',
        'https://example.com/?a=x%20y&b=2#top',
      ],
    ],
    call: appendQueryParams,
  },
  urlEncode: {
    group: 'text',
    params: [param('text', 'text')],
    returns: 'text',
    // %20 for a blank is right in every part of a URL; "+" only in a query.
    summary: 'The text as it can stand within a URL; a blank becomes %20.',
    examples: [['urlEncode("a b&c")', 'a%20b%26c']],
    call: (args, run, offset) => (argument(args, 0) === null ? null : encode(textOf(args, 0), run, offset)),
  },
  urlDecode: onText('text', decodePart, {
    summary: 'The text that an encoded one stands for; + is a blank. Malformed input comes back as it is.',
    examples: [
      ['urlDecode("a%20b+c")', 'a b c'],
      ['urlDecode("100%")', '100%'],
    ],
  }),
}
