/**
 * The addresses that mail of ours is answered to: the envelope sender of one attempt (VERP), so that a bounce says by
 * itself which mail it is about, and the address that takes its reader off the list. Both are signed: whoever did not
 * get the mail cannot speak of it. Local parts may come back in any case, so tokens are base32.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { uuidText } from '../../lib/ids.ts'

/** One hand-over of one message. */
export interface AttemptKey {
  readonly messageId: string
  readonly generation: number
  readonly attempt: number
  /** The same mail went to others beside: what is reported of it may be about one of those. */
  readonly hasCopies?: true
}

/** What an address of ours says: a bounce of one attempt, a wish to get no more, or a report of a feedback loop. */
export type FeedbackAddress =
  | ({ readonly kind: 'bounce' } & AttemptKey)
  | { readonly kind: 'unsubscribe'; readonly messageId: string }
  | { readonly kind: 'loop' }

/** The hand-over that an address is of. */
export const attemptIn = ({ generation, attempt, hasCopies }: AttemptKey): Omit<AttemptKey, 'messageId'> => ({
  ...{ generation, attempt },
  ...(hasCopies === true ? { hasCopies } : {}),
})

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const UUID_BYTES = 16
const MAC_BYTES = 10
const MOST = 0xffff

/** Base32 (RFC 4648) in lower case and without padding. */
export const toBase32 = (bytes: Uint8Array): string => {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    for (; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31]
  }
  return bits === 0 ? text : text + ALPHABET[(value << (5 - bits)) & 31]
}

/** The bytes of such a text, in any case; undefined: it is none, or is written in another way than ours. */
export const fromBase32 = (text: string): Buffer | undefined => {
  const lower = text.toLowerCase()
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const character of lower) {
    const five = ALPHABET.indexOf(character)
    if (five < 0) return undefined
    value = ((value << 5) | five) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 0xff)
  }
  const read = Buffer.from(bytes)
  return toBase32(read) === lower ? read : undefined
}

const uuidBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')

const macOf = (key: Buffer, kind: string, body: Buffer): Buffer =>
  createHmac('sha256', key).update(kind).update(body).digest().subarray(0, MAC_BYTES)

const signed = (key: Buffer, kind: string, body: Buffer): string =>
  toBase32(Buffer.concat([body, macOf(key, kind, body)]))

const unsigned = (key: Buffer, kind: string, token: string): Buffer | undefined => {
  const bytes = fromBase32(token)
  if (bytes === undefined || bytes.length <= MAC_BYTES) return undefined
  const body = bytes.subarray(0, -MAC_BYTES)
  return timingSafeEqual(macOf(key, kind, body), bytes.subarray(-MAC_BYTES)) ? body : undefined
}

const attemptBytes = ({ messageId, generation, attempt }: AttemptKey): Buffer => {
  const counts = Buffer.alloc(4)
  counts.writeUInt16BE(Math.min(generation, MOST), 0)
  counts.writeUInt16BE(Math.min(attempt, MOST), 2)
  return Buffer.concat([uuidBytes(messageId), counts])
}

// The letter in front says whether there were copies, and is signed with the rest.
const letterOf = ({ hasCopies }: AttemptKey): 'b' | 'c' => (hasCopies === true ? 'c' : 'b')

const readBounce = (key: Buffer, letter: 'b' | 'c', token: string): FeedbackAddress | undefined => {
  const body = unsigned(key, letter, token)
  if (body?.length !== UUID_BYTES + 4) return undefined
  return {
    kind: 'bounce',
    messageId: uuidText(body.subarray(0, UUID_BYTES)),
    generation: body.readUInt16BE(UUID_BYTES),
    attempt: body.readUInt16BE(UUID_BYTES + 2),
    ...(letter === 'c' ? { hasCopies: true } : {}),
  }
}

const readUnsubscribe = (key: Buffer, token: string): FeedbackAddress | undefined => {
  const body = unsigned(key, 'u', token)
  return body?.length === UUID_BYTES ? { kind: 'unsubscribe', messageId: uuidText(body) } : undefined
}

/** What a provider is given to name the hand-over by in its reports: letters, digits and dashes alone. */
export const feedbackKeyOf = ({ messageId, generation, attempt, hasCopies }: AttemptKey): string =>
  `${messageId}-${generation}-${attempt}${hasCopies === true ? '-c' : ''}`

/** The mailbox that feedback loops of providers are registered with. */
export const LOOP_MAILBOX = 'fbl'

/** Writes and reads the addresses of one instance; all are below the secret that it is made with. */
export const createFeedbackAddresses = (secret: string) => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'carillon feedback address v1', 32))
  return {
    /** The envelope sender of one attempt. */
    verpAddress: (of: AttemptKey, domain: string): string =>
      `${letterOf(of)}+${signed(key, letterOf(of), attemptBytes(of))}@${domain}`,
    /** The address in List-Unsubscribe. */
    unsubscribeAddress: (messageId: string, domain: string): string =>
      `u+${signed(key, 'u', uuidBytes(messageId))}@${domain}`,
    /** Reads an address, or its local part alone. Undefined: it is none of ours, or was changed. */
    read: (address: string): FeedbackAddress | undefined => {
      const [local = ''] = address.split('@', 1)
      if (local.toLowerCase() === LOOP_MAILBOX) return { kind: 'loop' }
      const token = local.slice(2)
      if (/^[bc]\+/i.test(local)) return readBounce(key, /^c/i.test(local) ? 'c' : 'b', token)
      return /^u\+/i.test(local) ? readUnsubscribe(key, token) : undefined
    },
  }
}
/** The addresses of one instance. */
export type FeedbackAddresses = ReturnType<typeof createFeedbackAddresses>
