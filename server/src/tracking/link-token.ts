/**
 * The token of a tracked link: whose message it stands in, since when, what it is, and where it leads, signed. Nothing is
 * looked up to follow it. The signature is AES over a digest of the link, under a key that HMAC makes for the message:
 * one HMAC and one pass of AES sign all links of a mail.
 */
import { createCipheriv, createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import { uuidText } from '../lib/ids.ts'

/** What a token is of. `unsubscribe`: a link that its author marked as an opt-out. */
export const LINK_KINDS = ['open', 'click', 'unsubscribe', 'mirror'] as const
/** What a token is of. */
export type LinkKind = (typeof LINK_KINDS)[number]

/** A token that was read. `sentAt`: when its message was rendered. `target` is '' where a link leads to nothing else. */
export interface LinkToken {
  readonly kind: LinkKind
  readonly messageId: string
  readonly sentAt: Date
  /** Which link of the campaign; 0 where there is no choice. */
  readonly linkId: bigint
  readonly target: string
}

/** The last part of a token, ready to be signed for any message. */
export interface SignableLink {
  readonly text: string
  /** 16 bytes. */
  readonly digest: Buffer
}

// Months that links can be followed for, as in AJO.
const CLICK_MONTHS = 25
/** Days that a mirror page is there. */
export const MIRROR_DAYS = 90

// The longest target in a token, in bytes: with it the address stays below what servers take.
const MOST_TARGET_BYTES = 3_000

const FORMAT = 1
const UUID = 16
// Format, a byte that is kept free, milliseconds, message id. Every part is a multiple of 3 bytes, so that parts can be
// written one by one.
const HEAD = 24
const TAG = 15
const TAG_TEXT = (TAG * 4) / 3
const TAIL = 9
const BLOCK = 16
const KEY = 16
const LONGEST = Math.ceil(((HEAD + TAG + TAIL + MOST_TARGET_BYTES) * 4) / 3)

/** The link as it stands in every message. */
export const signableLink = (link: Pick<LinkToken, 'kind' | 'linkId' | 'target'>): SignableLink => {
  const bytes = Buffer.byteLength(link.target)
  if (bytes > MOST_TARGET_BYTES) throw new RangeError('the target of a link is too long')
  const tail = Buffer.allocUnsafe(TAIL + bytes)
  tail.writeUInt8(LINK_KINDS.indexOf(link.kind), 0)
  tail.writeBigInt64BE(link.linkId, 1)
  tail.write(link.target, TAIL)
  return { text: tail.toString('base64url'), digest: digestOf(tail) }
}

// In one call: a hash object of its own for each link takes twice as long.
const digestOf = (tail: Buffer): Buffer => hash('sha256', tail, 'buffer').subarray(0, BLOCK)

const tagsOf = (secret: Buffer, head: Buffer, digests: Buffer): Buffer => {
  const key = createHmac('sha256', secret).update(head).digest().subarray(0, KEY)
  return createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(digests)
}

const keyOf = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'carillon tracking link v1', 32))

/** Signs the links of a message: their tokens, in order, behind what their addresses begin with. */
export type LinkSigner = (
  message: { readonly messageId: string; readonly sentAt: Date },
  links: readonly SignableLink[],
  base?: string,
) => string[]

/** Signs links under a secret. */
export const createLinkSigner = (secret: string): LinkSigner => {
  const key = keyOf(secret)
  return ({ messageId, sentAt }, links, base = '') => {
    const head = Buffer.alloc(HEAD)
    head.writeUInt8(FORMAT, 0)
    head.writeUIntBE(sentAt.getTime(), 2, 6)
    head.write(messageId.replaceAll('-', ''), HEAD - UUID, 'hex')
    const tags = tagsOf(key, head, Buffer.concat(links.map(link => link.digest)))
    // Cut to their length in place, so that one encoding does for all.
    for (let index = 1; index < links.length; index += 1)
      tags.copyWithin(index * TAG, index * BLOCK, index * BLOCK + TAG)
    const start = base + head.toString('base64url')
    const signs = tags.toString('base64url', 0, links.length * TAG)
    return links.map(
      (link, index) => start + signs.slice(index * TAG_TEXT, (index + 1) * TAG_TEXT) + link.text,
    )
  }
}

const endOf = (kind: LinkKind, since: Date): Date => {
  const end = new Date(since)
  if (kind === 'mirror') end.setUTCDate(end.getUTCDate() + MIRROR_DAYS)
  else end.setUTCMonth(end.getUTCMonth() + CLICK_MONTHS)
  return end
}

/** A token as read: `expired` was one of this instance. */
export type ReadToken =
  | { readonly kind: 'link'; readonly link: LinkToken }
  | { readonly kind: 'expired'; readonly link: LinkToken }
  | { readonly kind: 'none' }

const NONE: ReadToken = { kind: 'none' }

// What robots make up ends here, before any cryptography; so does what decodes alike and is written otherwise.
const partsOf = (token: string): { head: Buffer; tag: Buffer; tail: Buffer } | undefined => {
  if (token.length > LONGEST || token.length < ((HEAD + TAG + TAIL) * 4) / 3) return undefined
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length < HEAD + TAG + TAIL || bytes.readUInt8(0) !== FORMAT || bytes.readUInt8(1) !== 0)
    return undefined
  if (bytes.toString('base64url') !== token) return undefined
  return {
    head: bytes.subarray(0, HEAD),
    tag: bytes.subarray(HEAD, HEAD + TAG),
    tail: bytes.subarray(HEAD + TAG),
  }
}

/** Reads tokens that were signed under a secret. */
export const createLinkTokenReader = (secret: string): ((token: string, now: Date) => ReadToken) => {
  const key = keyOf(secret)
  return (token, now) => {
    const parts = partsOf(token)
    if (parts === undefined) return NONE
    const { head, tag, tail } = parts
    if (!timingSafeEqual(tagsOf(key, head, digestOf(tail)).subarray(0, TAG), tag)) return NONE
    const kind = LINK_KINDS[tail.readUInt8(0)]
    if (kind === undefined) return NONE
    const sentAt = new Date(head.readUIntBE(2, 6))
    const link: LinkToken = {
      ...{ kind, sentAt, messageId: uuidText(head.subarray(HEAD - UUID)) },
      ...{ linkId: tail.readBigInt64BE(1), target: tail.toString('utf8', TAIL) },
    }
    return { kind: endOf(kind, sentAt) > now ? 'link' : 'expired', link }
  }
}
/** Reads tokens. */
export type LinkTokenReader = ReturnType<typeof createLinkTokenReader>
