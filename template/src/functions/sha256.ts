/** SHA-256 (FIPS 180-4), synchronous and without the platform's cryptography. */
import { padToWords, toHex } from './digest.ts'

const isPrime = (number: number): boolean => {
  for (let factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) return false
  return true
}

const PRIMES = Array.from({ length: 310 }, (_, index) => index + 2).filter(isPrime)

const fraction = (number: number): number => Math.floor((number % 1) * 0x1_0000_0000) | 0

const ROUNDS = Int32Array.from(PRIMES, prime => fraction(Math.cbrt(prime)))
const START = PRIMES.slice(0, 8).map(prime => fraction(Math.sqrt(prime)))

const turn = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const fillSchedule = (schedule: Int32Array, words: Int32Array, start: number): void => {
  for (let at = 0; at < 16; at += 1) schedule[at] = words[start + at] ?? 0
  for (let at = 16; at < 64; at += 1) {
    const [near = 0, far = 0] = [schedule[at - 2], schedule[at - 15]]
    const nearMix = turn(near, 17) ^ turn(near, 19) ^ (near >>> 10)
    const farMix = turn(far, 7) ^ turn(far, 18) ^ (far >>> 3)
    schedule[at] = (schedule[at - 16] ?? 0) + farMix + (schedule[at - 7] ?? 0) + nearMix
  }
}

const digestBlock = (schedule: Int32Array, state: readonly number[]): readonly number[] => {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let step = 0; step < 64; step += 1) {
    const choice = (e & f) ^ (~e & g)
    const first =
      h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (ROUNDS[step] ?? 0) + (schedule[step] ?? 0)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  return [a, b, c, d, e, f, g, h].map((value, index) => (value + (state[index] ?? 0)) | 0)
}

/** The digest of bytes, as 64 lower-case hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => {
  const words = padToWords(bytes, 'big')
  const schedule = new Int32Array(64)
  let state: readonly number[] = START
  for (let start = 0; start < words.length; start += 16) {
    fillSchedule(schedule, words, start)
    state = digestBlock(schedule, state)
  }
  return toHex(state, 'big')
}
