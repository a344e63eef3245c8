/** Turns a stored mail into what the Inbox page shows. The content is hostile: this never throws and bounds its work. */
import PostalMime, { type Attachment, type Email } from 'postal-mime'

/** The readable parts of a mail. `headers` keeps order and repetitions, names as written. */
export interface ParsedMail {
  readonly html: string | null
  readonly text: string | null
  readonly headers: { readonly name: string; readonly value: string }[]
  readonly attachments: { readonly name: string; readonly contentType: string; readonly size: number }[]
}

const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 262_144, maxRfc822NestingDepth: 2 } as const

const sizeOf = (content: Attachment['content']): number =>
  typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength

const toParsed = (email: Email): ParsedMail => ({
  html: email.html ?? null,
  text: email.text ?? null,
  headers: email.headers.map(header => ({ name: header.originalKey, value: header.value })),
  attachments: email.attachments.map(attachment => ({
    name: attachment.filename ?? '',
    contentType: attachment.mimeType,
    size: sizeOf(attachment.content),
  })),
})

/** Parses a raw mail. What cannot be parsed (too deep, too many headers) is shown as its first 64 KB of text. */
export const parseMail = async (raw: Buffer): Promise<ParsedMail> => {
  try {
    return toParsed(await PostalMime.parse(raw, LIMITS))
  } catch {
    return { html: null, text: raw.subarray(0, 65_536).toString('utf8'), headers: [], attachments: [] }
  }
}
