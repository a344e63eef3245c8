/**
 * Builds one mail as bytes: our own builder, because a general one costs several times the whole rest of a send
 * (measured: 608 µs against 93 µs for 28 KB). Knows what a mail is made of, not who gets it or how it leaves.
 */
import { type Mailbox, MESSAGE_ID_HEADER } from './email.ts'
import { headerDate, isHeaderName, mailboxHeader, textHeader } from './header.ts'
import { htmlToText } from './html-to-text.ts'

/** Everything a mail is made of. Texts may hold anything; addresses have passed `parseAddress`. */
export interface EmailParts {
  /** The ledger's message id (a UUID). */
  readonly messageId: string
  /** The domain behind the @ of Message-ID. */
  readonly domainForMessageId: string
  readonly date: Date
  readonly fromName?: string
  readonly fromAddress: string
  readonly replyTo?: Mailbox
  readonly to: Mailbox
  readonly subject: string
  readonly html?: string
  /** Left out while `html` is given: derived from it. */
  readonly text?: string
  /** Further fields, such as List-Unsubscribe. Illegal names and the builder's own fields are left out. */
  readonly headers?: Readonly<Record<string, string>>
}

const OWN_FIELDS = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'date',
  'reply-to',
  'message-id',
  'mime-version',
  MESSAGE_ID_HEADER.toLowerCase(),
])
const isOwnField = (name: string): boolean => OWN_FIELDS.has(name) || name.startsWith('content-')

// biome-ignore lint/suspicious/noControlCharactersInRegex: 7bit (RFC 2045 §2.7) forbids NUL, and relays mangle the others
const UNSAFE_IN_7BIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
const LONGEST_LINE = 998

const hasLongLine = (text: string): boolean => {
  let start = 0
  while (text.length - start > LONGEST_LINE) {
    const end = text.indexOf('\n', start)
    if (end < 0 || end - start > LONGEST_LINE) return true
    start = end + 1
  }
  return false
}

const wrapBase64 = (text: string): string => {
  const encoded = Buffer.from(text).toString('base64')
  let wrapped = ''
  for (let at = 0; at < encoded.length; at += 76) wrapped += `${encoded.slice(at, at + 76)}\r\n`
  return wrapped
}

/**
 * The body with the header fields that describe it. ASCII with short lines leaves as it is (7bit), everything else
 * as base64: 8bit would trust every hop, and quoted-printable is slow in JavaScript.
 */
const encodePart = (type: string, body: string, boundary: string): string => {
  const text = body.replace(/\r\n?|\n/g, '\r\n')
  const isAscii = Buffer.byteLength(text) === text.length
  const is7bit = isAscii && !UNSAFE_IN_7BIT.test(text) && !hasLongLine(text) && !text.includes(boundary)
  const fields = `Content-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${is7bit ? '7bit' : 'base64'}\r\n\r\n`
  if (!is7bit) return fields + wrapBase64(text)
  return fields + (text.endsWith('\r\n') ? text : `${text}\r\n`)
}

const encodeBody = (mail: EmailParts): string => {
  const boundary = `=_${mail.messageId.replace(/[^A-Za-z0-9-]/g, '')}`
  const text = mail.text ?? (mail.html === undefined ? '' : htmlToText(mail.html))
  if (mail.html === undefined) return encodePart('plain', text, boundary)
  if (text === '') return encodePart('html', mail.html, boundary)
  return (
    `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n` +
    `--${boundary}\r\n${encodePart('plain', text, boundary)}` +
    `--${boundary}\r\n${encodePart('html', mail.html, boundary)}` +
    `--${boundary}--\r\n`
  )
}

const encodeHeaders = (mail: EmailParts): string => {
  const id = mail.messageId.replace(/[^A-Za-z0-9-]/g, '')
  const domain = mail.domainForMessageId.replace(/[^A-Za-z0-9.-]/g, '')
  let fields = mailboxHeader('From', { name: mail.fromName ?? '', address: mail.fromAddress })
  if (mail.replyTo !== undefined) fields += mailboxHeader('Reply-To', mail.replyTo)
  fields += mailboxHeader('To', mail.to)
  fields += textHeader('Subject', mail.subject)
  fields += `Date: ${headerDate(mail.date)}\r\nMessage-ID: <${id}@${domain}>\r\n`
  for (const [name, value] of Object.entries(mail.headers ?? {})) {
    if (isHeaderName(name) && !isOwnField(name.toLowerCase())) fields += textHeader(name, value)
  }
  return `${fields}${MESSAGE_ID_HEADER}: ${id}\r\nMIME-Version: 1.0\r\n`
}

/**
 * The mail as RFC 5322 bytes: ASCII only, CRLF line ends, no line above 998 characters, the same bytes for the same
 * parts. With both bodies it is multipart/alternative, with one a single part. No value can add a header field.
 */
export const buildMime = (mail: EmailParts): Buffer =>
  Buffer.from(encodeHeaders(mail) + encodeBody(mail), 'latin1')
