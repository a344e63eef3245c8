/** MD5 (RFC 1321), synchronous and without the platform's cryptography. For identifiers, not for secrets. */
import { padToWords, toHex } from './digest.ts'

const TURNS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const SINES = Int32Array.from({ length: 64 }, (_, step) =>
  Math.floor(Math.abs(Math.sin(step + 1)) * 0x1_0000_0000),
)

const digestBlock = (words: Int32Array, start: number, state: readonly number[]): readonly number[] => {
  let [a = 0, b = 0, c = 0, d = 0] = state
  for (let step = 0; step < 64; step += 1) {
    const round = step >> 4
    let [word, bits] = [step, (b & c) | (~b & d)]
    if (round === 1) [word, bits] = [5 * step + 1, (d & b) | (~d & c)]
    else if (round === 2) [word, bits] = [3 * step + 5, b ^ c ^ d]
    else if (round === 3) [word, bits] = [7 * step, c ^ (b | ~d)]
    const sum = (a + bits + (SINES[step] ?? 0) + (words[start + (word & 15)] ?? 0)) | 0
    const turn = TURNS[round * 4 + (step & 3)] ?? 0
    a = d
    d = c
    c = b
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0
  }
  return [a, b, c, d].map((value, index) => (value + (state[index] ?? 0)) | 0)
}

/** The digest of bytes, as 32 lower-case hexadecimal digits. */
export const md5 = (bytes: Uint8Array): string => {
  const words = padToWords(bytes, 'little')
  let state: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
  for (let start = 0; start < words.length; start += 16) state = digestBlock(words, start, state)
  return toHex(state, 'little')
}
