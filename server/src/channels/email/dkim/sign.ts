/**
 * Signs a mail (RFC 6376; Ed25519 by RFC 8463), with as many keys as the domain has: an RSA signature for those who know
 * no other, an Ed25519 one beside it. The costly part, the signature itself, runs in libuv's threads and not on ours.
 * Knows no store.
 */
import { hash, type KeyObject, sign } from 'node:crypto'
import { prependTo } from '../mime.ts'
import { relaxBody, relaxField } from './relaxed.ts'

/** The algorithms of a key. */
export type DkimAlgorithm = 'rsa' | 'ed25519'

/** A key that signs, and where its public half is published: `selector._domainkey.domain`. */
export interface DkimKey {
  readonly domain: string
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  readonly privateKey: KeyObject
}

/** How a mail is signed. */
export interface SignOptions {
  readonly now: Date
  /** The headroom that the mail was built with. */
  readonly headroom?: number
}

/** What one signature takes in front of a mail, and some: more for a long domain only costs a copy. */
export const SIGNATURE_ROOM = 1_200

/**
 * What is signed where the mail has it; RFC 8058 §4 wants both List-Unsubscribe fields among it. Date and Message-ID are
 * not: providers such as Amazon SES write them anew, and the signature would break.
 */
const SIGNED = [
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'subject'],
  ...['mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition'],
  ...['list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'feedback-id'],
]
/** Named once more than there are of them: nobody can add a second one later. */
const OVERSIGNED = new Set([
  ...['from', 'sender', 'reply-to', 'to', 'cc', 'subject', 'mime-version', 'content-type'],
  ...['content-transfer-encoding', 'list-unsubscribe', 'list-unsubscribe-post'],
])

const LINE = 74

interface Fields {
  /** The names for `h=`. */
  readonly names: readonly string[]
  /** Their relaxed forms, each with its CRLF. */
  readonly relaxed: string
}

const fieldsOf = (raw: Buffer, bodyStart: number): Fields => {
  const byName = new Map<string, string[]>()
  for (const field of raw.toString('latin1', 0, bodyStart).split(/\r\n(?![ \t])/)) {
    const name = field.slice(0, field.indexOf(':')).toLowerCase()
    if (SIGNED.includes(name)) byName.set(name, [...(byName.get(name) ?? []), relaxField(field)])
  }
  const names: string[] = []
  let relaxed = ''
  for (const name of SIGNED) {
    // RFC 6376 §5.4.2: of fields of one name, the last comes first.
    for (const field of (byName.get(name) ?? []).reverse()) {
      names.push(name)
      relaxed += `${field}\r\n`
    }
    if (OVERSIGNED.has(name)) names.push(name)
  }
  return { names, relaxed }
}

/** Joins with a separator, a new line before what would not fit. */
const fold = (pieces: readonly string[], separator: string, used: number): string => {
  let column = used
  let folded = ''
  for (const [index, piece] of pieces.entries()) {
    const text = index === pieces.length - 1 ? piece : `${piece}${separator}`
    const breaks = column + text.length > LINE && index > 0
    folded += breaks ? `\r\n ${text}` : text
    column = breaks ? 1 + text.length : column + text.length
  }
  return folded
}

const chunked = (text: string): string => text.replace(/.{1,72}/g, '\r\n $&')

const unsignedField = (
  key: DkimKey,
  facts: { readonly names: readonly string[]; readonly bodyHash: string; readonly seconds: number },
): string =>
  [
    `DKIM-Signature: v=1; a=${key.algorithm}-sha256; c=relaxed/relaxed;`,
    ` d=${key.domain}; s=${key.selector}; t=${facts.seconds};`,
    ` h=${fold(facts.names, ':', 3)};`,
    ` bh=${facts.bodyHash};`,
    ' b=',
  ].join('\r\n')

const signatureOf = (key: DkimKey, data: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const isRsa = key.algorithm === 'rsa'
    // RFC 8463 §3: Ed25519 signs the hash, and not the fields themselves.
    const bytes = isRsa ? Buffer.from(data, 'latin1') : hash('sha256', Buffer.from(data, 'latin1'), 'buffer')
    sign(isRsa ? 'sha256' : null, bytes, key.privateKey, (error, signature) =>
      error ? reject(error) : resolve(signature),
    )
  })

/** The mail with a signature of each key on top. Rejects only when a key is not one. */
export const signMail = async (
  raw: Buffer,
  keys: readonly DkimKey[],
  { now, headroom = 0 }: SignOptions,
): Promise<Buffer> => {
  const headerEnd = raw.indexOf('\r\n\r\n')
  const bodyStart = headerEnd < 0 ? raw.length : headerEnd + 4
  const bodyHash = hash('sha256', relaxBody(raw, bodyStart), 'base64')
  const { names, relaxed } = fieldsOf(raw, headerEnd < 0 ? raw.length : headerEnd)
  const seconds = Math.floor(now.getTime() / 1_000)
  const signatures = await Promise.all(
    keys.map(async key => {
      const field = unsignedField(key, { names, bodyHash, seconds })
      const signature = await signatureOf(key, `${relaxed}${relaxField(field)}`)
      return `${field}${chunked(signature.toString('base64'))}\r\n`
    }),
  )
  return prependTo(raw, signatures.join(''), headroom)
}
