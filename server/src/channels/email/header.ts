/**
 * Writes RFC 5322 header fields: RFC 2047 encoded words, quoting, folding. Whatever text it is given, the result is
 * one header field: no value can end its line and begin another.
 */
import { parseAddress } from './address.ts'
import type { Mailbox } from './email.ts'

const LINE = 76
const LONGEST_TOKEN = 900
const ENCODED_WORD_OVERHEAD = '=?UTF-8?B??='.length
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get into a header
const CONTROLS = /[\u0000-\u001f\u007f]+/g
const PLAIN = /^[\x20-\x7e]*$/
const LOOKS_ENCODED = /=\?[^? ]+\?[bq]\?/i
const ATOMS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/

/** Header text with every run of control characters (CR, LF and NUL among them) made one blank, ends trimmed. */
export const cleanHeaderText = (text: string): string => text.replace(CONTROLS, ' ').trim()

/** The text in chunks of at most the given bytes of UTF-8, cut between code points; the first chunk has its own room. */
const cutByBytes = (text: string, firstBytes: number, otherBytes: number): string[] => {
  const chunks: string[] = []
  let chunk = ''
  let room = firstBytes
  for (const point of text) {
    const bytes = Buffer.byteLength(point)
    if (bytes > room) {
      chunks.push(chunk)
      chunk = ''
      room = otherBytes
    }
    chunk += point
    room -= bytes
  }
  return [...chunks, chunk]
}

const payloadBytes = (lineRoom: number): number =>
  Math.max(0, Math.floor((lineRoom - ENCODED_WORD_OVERHEAD) / 4) * 3)

/** RFC 2047 §2: words of at most 75 characters, each whole in its own right, one to a line. */
const encodeWords = (text: string, used: number): string =>
  cutByBytes(text, payloadBytes(LINE - used), payloadBytes(LINE - 1))
    .map(chunk => (chunk === '' ? '' : `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`))
    .join('\r\n ')

const foldPlain = (text: string, used: number): string => {
  let column = used
  let folded = ''
  for (const [index, token] of text.split(' ').entries()) {
    const separator = index === 0 ? '' : ' '
    const breaks = index > 0 && column + 1 + token.length > LINE
    folded += breaks ? `\r\n ${token}` : separator + token
    column = breaks ? 1 + token.length : column + separator.length + token.length
  }
  return folded
}

const isPlain = (text: string): boolean =>
  PLAIN.test(text) && !LOOKS_ENCODED.test(text) && !text.includes('  ') && !hasLongToken(text)

const hasLongToken = (text: string): boolean =>
  text.length > LONGEST_TOKEN && text.split(' ').some(token => token.length > LONGEST_TOKEN)

/**
 * One unstructured header field with its CRLF. Plain ASCII stays as it is, folded at blanks; everything else becomes
 * encoded words. `name` must be a legal field name (see `isHeaderName`).
 */
export const textHeader = (name: string, value: string): string => {
  const text = cleanHeaderText(value)
  const used = name.length + 2
  return `${name}: ${isPlain(text) ? foldPlain(text, used) : encodeWords(text, used)}\r\n`
}

/** Whether the text is a field name by RFC 5322 §2.2, and short enough to leave room for a value. */
export const isHeaderName = (name: string): boolean => /^[!-9;-~]{1,60}$/.test(name)

const BREAKING = /[^\x21-\x7e]|[<>()[\]\\,;:"]/g

/** The last line of defence: an address that passed `parseAddress` comes out as it went in, its domain in ASCII. */
const bareAddress = (address: string): string =>
  PLAIN.test(address)
    ? address.replace(BREAKING, '')
    : (parseAddress(address)?.address ?? address.replace(BREAKING, ''))

const displayName = (name: string, used: number): string => {
  if (!PLAIN.test(name) || LOOKS_ENCODED.test(name) || name.length > LINE - used - 2)
    return encodeWords(name, used)
  return ATOMS.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
}

/** One header field that holds one mailbox (From, To, Reply-To, Sender), with its CRLF. Only an address can be outside ASCII. */
export const mailboxHeader = (name: string, mailbox: Mailbox): string => {
  const address = bareAddress(mailbox.address)
  const shown = cleanHeaderText(mailbox.name ?? '')
  if (shown === '') return `${name}: ${address}\r\n`
  const phrase = displayName(shown, name.length + 2)
  const lastLine = phrase.slice(phrase.lastIndexOf('\n') + 1)
  const fits = name.length + 2 + lastLine.length + address.length + 3 <= LINE
  return `${name}: ${phrase}${fits ? ' ' : '\r\n '}<${address}>\r\n`
}

/** One header field that lists addresses without names, one to a line, with its CRLF. */
export const addressesHeader = (name: string, addresses: readonly string[]): string =>
  `${name}: ${addresses.map(bareAddress).join(',\r\n ')}\r\n`

/** A moment as RFC 5322 §3.3 wants it, in UTC. */
export const headerDate = (date: Date): string => date.toUTCString().replace('GMT', '+0000')
