/**
 * The relaxed canonical forms of RFC 6376 §3.4: what a signature is made over, so that blanks changed on the way do not
 * break it. Knows nothing of keys. The body's is on the way of every signed mail, so it looks at four bytes at a time and
 * copies what needs no change in one go.
 */

const TAB = 9
const LF = 10
const CR = 13
const BLANK = 32

/** One header field, given without its CRLF (folds included), in its relaxed form without CRLF. */
export const relaxField = (field: string): string => {
  const colon = field.indexOf(':')
  const name = field.slice(0, colon).trim().toLowerCase()
  const value = field
    .slice(colon + 1)
    .replace(/[ \t\r\n]+/g, ' ')
    .trim()
  return `${name}:${value}`
}

/** Finds the first byte at or after `from` that is below 0x21 and has another such behind it. */
const createPairFinder = (bytes: Buffer): ((from: number) => number) => {
  const { length, byteOffset } = bytes
  const unaligned = -byteOffset & 3
  const words = new Int32Array(bytes.buffer, byteOffset + unaligned, Math.max(0, length - unaligned) >> 2)
  const isPair = (at: number): boolean => (bytes[at] ?? 255) < 0x21 && (bytes[at + 1] ?? 255) < 0x21
  return from => {
    let at = from
    for (; at < length && ((at - unaligned) & 3) !== 0; at++) if (isPair(at)) return at
    let carry = 0
    for (let w = (at - unaligned) >> 2; w >= 0 && w < words.length; w++, at += 4) {
      const word = words[w] ?? 0
      // The top bit of each of the four bytes that is below 0x21; the first byte is the lowest.
      const low = (word - 0x21212121) & ~word & 0x80808080
      if ((low & (low >>> 8)) !== 0 || (carry !== 0 && (low & 0x80) !== 0)) break
      carry = low & 0x80000000
    }
    for (at = Math.max(from, at - 1); at < length; at++) if (isPair(at)) return at
    return length
  }
}

const isBlank = (byte: number | undefined): boolean => byte === BLANK || byte === TAB

/** Copies byte for byte; what the swift way does not know, such as tabs, it knows. */
const relaxByByte = (raw: Buffer, from: number, out: Buffer): number => {
  let at = 0
  let isPending = false
  for (let i = from; i < raw.length; i++) {
    const byte = raw[i] ?? 0
    if (isBlank(byte)) isPending = true
    else {
      if (isPending && byte !== CR) out[at++] = BLANK
      isPending = false
      out[at++] = byte
    }
  }
  return at
}

const relaxByRuns = (raw: Buffer, from: number, out: Buffer): number => {
  const findPair = createPairFinder(raw)
  let at = 0
  let copied = from
  for (let i = findPair(from); i < raw.length; ) {
    let end = i + 1
    if (raw[i] === BLANK) {
      while (raw[end] === BLANK) end++
      const isTrailing = raw[end] === CR || end >= raw.length
      const kept = isTrailing ? i : i + 1
      at += raw.copy(out, at, copied, kept)
      copied = end
    }
    i = findPair(end)
  }
  const last = raw.length > 0 && raw[raw.length - 1] === BLANK ? raw.length - 1 : raw.length
  return copied >= last ? at : at + raw.copy(out, at, copied, last)
}

const endsWithEmptyLine = (out: Buffer, length: number): boolean =>
  length >= 2 &&
  out[length - 1] === LF &&
  out[length - 2] === CR &&
  (length === 2 || (out[length - 3] === LF && out[length - 4] === CR))

let scratch = Buffer.allocUnsafeSlow(262_144)

/**
 * The body (from `start` on) in its relaxed form: blanks before a line end gone, runs of blanks one blank, empty lines at
 * the end gone. The result is good until the next call. The mail has CRLF line ends only, as every mail of ours.
 */
export const relaxBody = (raw: Buffer, start: number): Buffer => {
  if (scratch.length < raw.length + 2) scratch = Buffer.allocUnsafeSlow(2 * raw.length)
  let length = raw.includes(TAB, start) ? relaxByByte(raw, start, scratch) : relaxByRuns(raw, start, scratch)
  while (endsWithEmptyLine(scratch, length)) length -= 2
  // A last line without its end gets one; a body that is empty stays so.
  if (length > 0 && scratch[length - 1] !== LF) length += scratch.write('\r\n', length, 'latin1')
  return scratch.subarray(0, length)
}
