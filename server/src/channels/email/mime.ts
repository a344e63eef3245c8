/**
 * Builds one mail as bytes: our own builder, because a general one costs several times the whole rest of a send
 * (measured: 608 µs against 93 µs for 28 KB). Knows what a mail is made of, not who gets it or how it leaves.
 */
import { createControlFinder } from './control-bytes.ts'
import { type Mailbox, MESSAGE_ID_HEADER } from './email.ts'
import {
  addressesHeader,
  cleanHeaderText,
  headerDate,
  isHeaderName,
  mailboxHeader,
  textHeader,
} from './header.ts'
import { htmlToText } from './html-to-text.ts'

/** A file, ready to go: its content in base64, in lines of 76 (see `encodeAttachment`). */
export interface Attachment {
  /** At most 80 characters. */
  readonly name: string
  readonly mediaType: string
  readonly base64: Buffer
}

/** Everything a mail is made of. Texts may hold anything; addresses have passed `parseAddress`. */
export interface EmailParts {
  /** The ledger's message id (a UUID). */
  readonly messageId: string
  /** The domain behind the @ of Message-ID. */
  readonly domainForMessageId: string
  readonly date: Date
  readonly fromName?: string
  readonly fromAddress: string
  readonly replyTo?: Mailbox | null
  /** Who sent it for the one in From. */
  readonly sender?: Mailbox | null
  readonly to: Mailbox
  readonly cc?: readonly string[]
  readonly subject: string
  readonly html?: string
  /** Left out while `html` is given: derived from it. */
  readonly text?: string
  /** Further fields, such as List-Unsubscribe. Illegal names and the builder's own fields are left out. */
  readonly headers?: Readonly<Record<string, string>>
  /** Files that go with it. */
  readonly attachments?: readonly Attachment[]
  /** Bytes to keep free in front of the mail, for `prependTo`. */
  readonly headroom?: number
}

const OWN_FIELDS = new Set([
  'from',
  'sender',
  'return-path',
  'received',
  'dkim-signature',
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
/** Whether the builder writes the field (its name in lower case) itself. */
export const isOwnField = (name: string): boolean => OWN_FIELDS.has(name) || name.startsWith('content-')

const LONGEST_LINE = 998
const TAB = 9
const LF = 10
const CR = 13

/**
 * Where mails are put together, one behind the other: memory of their own would cost each as much as filling it. A
 * sheet lives as long as one of its mails. [start, at) is the mail in the making.
 */
interface Sheet {
  bytes: Buffer
  start: number
  at: number
}
const SHEET_BYTES = 1_048_576
const SPARE_BYTES = 4_096
const sheet: Sheet = { bytes: Buffer.allocUnsafeSlow(SHEET_BYTES), start: 0, at: 0 }

const reserve = (bytes: number): void => {
  if (sheet.bytes.length - sheet.at >= bytes) return
  const length = sheet.at - sheet.start
  // What is large already was asked for whole.
  const room = bytes < SHEET_BYTES ? 2 * (length + bytes) : length + bytes + SPARE_BYTES
  const fresh = Buffer.allocUnsafeSlow(Math.max(SHEET_BYTES, room))
  sheet.bytes.copy(fresh, 0, sheet.start, sheet.at)
  sheet.bytes = fresh
  sheet.start = 0
  sheet.at = length
}

const writeAscii = (text: string): void => {
  reserve(text.length)
  sheet.at += sheet.bytes.write(text, sheet.at, 'latin1')
}

/** Header fields: ASCII, but for an address of RFC 6531, which no encoding of headers may touch. */
const writeFields = (fields: string): void => {
  reserve(3 * fields.length)
  sheet.at += sheet.bytes.write(fields, sheet.at, 'utf8')
}

const takeMail = (headroom: number): Buffer => {
  const mail = sheet.bytes.subarray(sheet.start + headroom, sheet.at)
  sheet.start = sheet.at
  return mail
}

/** 7bit (RFC 2045 §2.7) forbids NUL and long lines, and relays mangle the other controls. */
const isSafeIn7Bit = (ascii: Buffer): boolean => {
  const findControl = createControlFinder(ascii)
  let lineStart = 0
  for (let at = findControl(0); at < ascii.length; at = findControl(at + 1)) {
    const byte = ascii[at]
    if (byte === LF) {
      if (at - lineStart > LONGEST_LINE) return false
      lineStart = at + 1
    } else if (byte !== CR && byte !== TAB) return false
  }
  return ascii.length - lineStart <= LONGEST_LINE && !ascii.includes(0x7f)
}

const wrapBase64 = (encoded: string): string => {
  let wrapped = ''
  for (let at = 0; at < encoded.length; at += 76) wrapped += `${encoded.slice(at, at + 76)}\r\n`
  return wrapped
}

// The plain case is what the engine does in one go, with one copy.
const toCrlf = (text: string): string =>
  text.includes('\r') ? text.replace(/\r\n?|\n/g, '\r\n') : text.replace(/\n/g, '\r\n')

const FIELDS_BYTES = 200
const fieldsOf = (type: string, encoding: string): string =>
  `Content-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`

/**
 * The body with the header fields that describe it. ASCII with short lines leaves as it is (7bit), everything else
 * as base64: 8bit would trust every hop, and quoted-printable is slow in JavaScript.
 */
const writePart = (type: string, body: string, boundary: string): void => {
  const text = toCrlf(body)
  // All of the part is reserved first: its beginning must stay where it is.
  reserve(3 * text.length + FIELDS_BYTES)
  const start = sheet.at
  writeAscii(fieldsOf(type, '7bit'))
  const length = sheet.bytes.write(text, sheet.at, 'utf8')
  const encoded = sheet.bytes.subarray(sheet.at, sheet.at + length)
  const isAscii = length === text.length
  // By the id, which all boundaries of the mail have in them.
  if (isAscii && !text.includes(boundary.slice(2)) && isSafeIn7Bit(encoded)) {
    sheet.at += length
    if (!text.endsWith('\r\n')) writeAscii('\r\n')
    return
  }
  const wrapped = wrapBase64(encoded.toString('base64'))
  sheet.at = start
  writeAscii(fieldsOf(type, 'base64'))
  writeAscii(wrapped)
}

const writeAlternatives = (mail: EmailParts, boundary: string): void => {
  const text = mail.text ?? (mail.html === undefined ? '' : htmlToText(mail.html))
  if (mail.html === undefined) {
    writePart('plain', text, boundary)
  } else if (text === '') {
    writePart('html', mail.html, boundary)
  } else {
    writeAscii(`Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n--${boundary}\r\n`)
    writePart('plain', text, boundary)
    writeAscii(`--${boundary}\r\n`)
    writePart('html', mail.html, boundary)
    writeAscii(`--${boundary}--\r\n`)
  }
}

/** The bytes of a file as they stand in a mail. Made once for many mails. */
export const encodeAttachment = (content: Buffer): Buffer =>
  Buffer.from(wrapBase64(content.toString('base64')), 'latin1')

// RFC 2231 §4 for what is not ASCII; a name in two forms would be one parameter too many for strict readers.
const fileNameOf = (name: string): string => {
  const text = cleanHeaderText(name)
  if (/^[\x20-\x7e]*$/.test(text)) return `filename="${text.replace(/["\\]/g, '_')}"`
  const encoded = encodeURIComponent(Buffer.from(text).toString()).replace(
    /['()*]/g,
    one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename*=UTF-8''${encoded}`
}

const writeAttachment = ({ name, mediaType, base64 }: Attachment): void => {
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : 'application/octet-stream'
  writeAscii(
    `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n` +
      `Content-Disposition: attachment;\r\n ${fileNameOf(name)}\r\n\r\n`,
  )
  reserve(base64.length)
  sheet.at += base64.copy(sheet.bytes, sheet.at)
}

const writeBody = (mail: EmailParts): void => {
  const boundary = `=_${mail.messageId.replace(/[^A-Za-z0-9-]/g, '')}`
  const { attachments = [] } = mail
  if (attachments.length === 0) {
    writeAlternatives(mail, boundary)
    return
  }
  // No beginning of the other one, for readers that compare beginnings.
  const outer = `=_m${boundary.slice(2)}`
  writeAscii(`Content-Type: multipart/mixed; boundary="${outer}"\r\n\r\n--${outer}\r\n`)
  writeAlternatives(mail, boundary)
  reserve(attachments.reduce((sum, { base64 }) => sum + base64.length + FIELDS_BYTES, 0))
  for (const attachment of attachments) {
    writeAscii(`--${outer}\r\n`)
    writeAttachment(attachment)
  }
  writeAscii(`--${outer}--\r\n`)
}

const encodeHeaders = (mail: EmailParts): string => {
  const id = mail.messageId.replace(/[^A-Za-z0-9-]/g, '')
  const domain = mail.domainForMessageId.replace(/[^A-Za-z0-9.-]/g, '')
  let fields = mailboxHeader('From', { name: mail.fromName ?? '', address: mail.fromAddress })
  if (mail.sender) fields += mailboxHeader('Sender', mail.sender)
  if (mail.replyTo) fields += mailboxHeader('Reply-To', mail.replyTo)
  fields += mailboxHeader('To', mail.to)
  if (mail.cc !== undefined && mail.cc.length > 0) fields += addressesHeader('Cc', mail.cc)
  fields += textHeader('Subject', mail.subject)
  fields += `Date: ${headerDate(mail.date)}\r\nMessage-ID: <${id}@${domain}>\r\n`
  for (const [name, value] of Object.entries(mail.headers ?? {})) {
    if (isHeaderName(name) && !isOwnField(name.toLowerCase())) fields += textHeader(name, value)
  }
  return `${fields}${MESSAGE_ID_HEADER}: ${id}\r\nMIME-Version: 1.0\r\n`
}

/**
 * The mail as RFC 5322 bytes: ASCII only (but for a local part outside it, which stands in UTF-8), CRLF line ends, no
 * line above 998 characters, the same bytes for the same parts. With both bodies it is multipart/alternative, with one
 * a single part. No value can add a header field.
 */
export const buildMime = (mail: EmailParts): Buffer => {
  const { headroom = 0 } = mail
  sheet.at = sheet.start
  reserve(headroom)
  sheet.at += headroom
  writeFields(encodeHeaders(mail))
  writeBody(mail)
  return takeMail(headroom)
}

/** The mail with ASCII text in front. The text goes into the headroom that the mail was built with; a copy where it is none. */
export const prependTo = (mail: Buffer, text: string, headroom: number): Buffer => {
  if (text.length > headroom) return Buffer.concat([Buffer.from(text, 'latin1'), mail])
  const whole = Buffer.from(mail.buffer, mail.byteOffset - text.length, mail.length + text.length)
  whole.write(text, 'latin1')
  return whole
}
