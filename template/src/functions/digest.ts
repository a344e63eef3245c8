/** What MD5 and SHA-256 share: the padded message as words, and a digest as hexadecimal text. */

/** Which byte of a word comes first. */
export type ByteOrder = 'little' | 'big'

const shiftOf = (at: number, order: ByteOrder): number => 8 * (order === 'little' ? at & 3 : 3 - (at & 3))

/** The message with a 1 bit, zeros, and its length in bits, in blocks of sixteen words. */
export const padToWords = (bytes: Uint8Array, order: ByteOrder): Int32Array => {
  const words = new Int32Array(((bytes.length + 8) >> 6) * 16 + 16)
  for (let at = 0; at < bytes.length; at += 1) {
    words[at >> 2] = (words[at >> 2] ?? 0) | ((bytes[at] ?? 0) << shiftOf(at, order))
  }
  const end = bytes.length
  words[end >> 2] = (words[end >> 2] ?? 0) | (0x80 << shiftOf(end, order))
  const [low, high] = [bytes.length * 8, Math.floor(bytes.length / 0x2000_0000)]
  words[words.length - 2] = order === 'little' ? low : high
  words[words.length - 1] = order === 'little' ? high : low
  return words
}

/** Lower-case hexadecimal. */
export const toHex = (words: readonly number[], order: ByteOrder): string => {
  let text = ''
  for (let at = 0; at < words.length * 4; at += 1) {
    const byte = ((words[at >> 2] ?? 0) >>> shiftOf(at, order)) & 0xff
    text += byte.toString(16).padStart(2, '0')
  }
  return text
}
