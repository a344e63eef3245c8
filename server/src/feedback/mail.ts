/**
 * A mail that came in, as far as feedback needs it. What it holds is hostile: the work is bounded, broken charsets and
 * boundaries are read as far as they go, and what cannot be read is undefined, never an exception.
 */
import PostalMime, { type Attachment, type Email } from 'postal-mime'
import { htmlToText } from '../channels/email/html-to-text.ts'

/** A part that is no text for people. `text` are its first 64 KB. */
export interface MailPart {
  readonly type: string
  readonly text: string
}

/** A mail. `fields`: of its header, by name in lower case, the first of each name. `text`: what a person reads. */
export interface ReadMail {
  readonly fields: ReadonlyMap<string, string>
  readonly text: string
  readonly parts: readonly MailPart[]
}

/** Of a longer mail only so much is read: the report comes first, what follows is the mail that it is about. */
export const READ_BYTES = 262_144
const TEXT_CHARACTERS = 65_536
const MOST_PARTS = 20
const MOST_BOUNDARIES = 1_000
const LIMITS = {
  maxNestingDepth: 12,
  maxHeadersSize: 262_144,
  maxRfc822NestingDepth: 1,
  forceRfc822Attachments: true,
} as const

const textOf = (content: Attachment['content']): string =>
  typeof content === 'string'
    ? content.slice(0, TEXT_CHARACTERS)
    : Buffer.from(content.slice(0, TEXT_CHARACTERS) as ArrayBuffer).toString('utf8')

const bodyOf = ({ text, html }: Email): string => {
  if (text !== undefined && text.trim() !== '') return text.slice(0, TEXT_CHARACTERS)
  return html === undefined ? '' : htmlToText(html.slice(0, 4 * TEXT_CHARACTERS)).slice(0, TEXT_CHARACTERS)
}

const toRead = (email: Email): ReadMail => {
  const fields = new Map<string, string>()
  for (const { key, value } of email.headers)
    if (!fields.has(key)) fields.set(key, value.slice(0, TEXT_CHARACTERS))
  return {
    fields,
    text: bodyOf(email),
    parts: email.attachments.slice(0, MOST_PARTS).map(part => ({
      type: part.mimeType.toLowerCase(),
      text: textOf(part.content),
    })),
  }
}

// What parses a mail looks at all parts before for each new one: so many may begin, and the rest is not read.
const readable = (raw: Buffer): Buffer => {
  let at = 0
  for (let parts = 0; parts < MOST_BOUNDARIES; parts++) {
    const next = raw.indexOf('\n--', at)
    if (next < 0 || next > READ_BYTES) return raw.subarray(0, READ_BYTES)
    at = next + 3
  }
  return raw.subarray(0, at)
}

/** Reads a mail. Undefined: it is nested too deep, has too large a header, or cannot be made sense of. */
export const readMail = async (raw: Buffer): Promise<ReadMail | undefined> => {
  try {
    return toRead(await PostalMime.parse(readable(raw), LIMITS))
  } catch {
    return undefined
  }
}
