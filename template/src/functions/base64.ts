/** Base64 of RFC 4648, to and from bytes, with the standard alphabet. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** How long the base64 of so many bytes is. */
export const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4

/** The four digits of up to three bytes. */
const digitsOf = (bytes: Uint8Array, at: number): string => {
  const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
  const third = at + 1 < bytes.length ? ALPHABET.charAt((group >> 6) & 63) : '='
  const fourth = at + 2 < bytes.length ? ALPHABET.charAt(group & 63) : '='
  return ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63) + third + fourth
}

const PIECE = 3 * 4_096

/** The base64 of bytes, padded. Put together piece by piece: a million short joins would each take memory. */
export const encodeBase64 = (bytes: Uint8Array): string => {
  const pieces: string[] = []
  for (let start = 0; start < bytes.length; start += PIECE) {
    const digits: string[] = []
    for (let at = start; at < Math.min(start + PIECE, bytes.length); at += 3) digits.push(digitsOf(bytes, at))
    pieces.push(digits.join(''))
  }
  return pieces.join('')
}

// The padding may be left out, as Java's decoder allows; where it stands it must be right.
const FORM = /^[A-Za-z0-9+/]*={0,2}$/

const digitOf = (code: number): number => {
  if (code >= 97) return code - 71
  if (code >= 65) return code - 65
  if (code >= 48) return code + 4
  return code === 43 ? 62 : 63
}

/** The bytes of a base64 text, or null where it is none. */
export const decodeBase64 = (text: string): Uint8Array | null => {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digits = text.length - padding
  if (!FORM.test(text) || digits % 4 === 1 || (padding > 0 && text.length % 4 !== 0)) return null
  const bytes = new Uint8Array(Math.floor((digits * 3) / 4))
  let bits = 0
  let end = 0
  for (let at = 0; at < digits; at += 1) {
    bits = (bits << 6) | digitOf(text.charCodeAt(at))
    if (at % 4 === 0) continue
    bytes[end] = (bits >> (6 - 2 * (at % 4))) & 0xff
    end += 1
  }
  return bytes
}
