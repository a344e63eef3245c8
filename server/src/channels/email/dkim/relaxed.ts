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

const isBlank = (byte: number | undefined): boolean => byte === BLANK || byte === TAB

/** The plain way, byte for byte: for bodies with tabs. In place, the new length. */
const relaxByByte = (bytes: Buffer, length: number): number => {
  let at = 0
  let isPending = false
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] ?? 0
    if (isBlank(byte)) isPending = true
    else {
      if (isPending && byte !== CR) bytes[at++] = BLANK
      isPending = false
      bytes[at++] = byte
    }
  }
  return at
}

/** What is relaxed so far: [0, at) is done, [copied, …) stands as it came. */
interface Progress {
  at: number
  copied: number
}

/** Looks at the bytes one by one from `from` to `until`, and on to the next word; where it stopped. */
const relaxRuns = (
  bytes: Buffer,
  progress: Progress,
  { from, until, length }: { readonly from: number; readonly until: number; readonly length: number },
): number => {
  let i = from
  while (i < until || ((i & 3) !== 0 && i < length)) {
    if (bytes[i] !== BLANK) {
      i += 1
      continue
    }
    let end = i + 1
    while (end < length && bytes[end] === BLANK) end += 1
    const isTrailing = end >= length || bytes[end] === CR
    if (isTrailing || end > i + 1) {
      const kept = isTrailing ? i : i + 1
      bytes.copyWithin(progress.at, progress.copied, kept)
      progress.at += kept - progress.copied
      progress.copied = end
    }
    i = end
  }
  return i
}

/** Looks closer only where two bytes below 0x21 stand side by side: line ends, and runs of blanks. In place, too. */
const relaxByWord = (bytes: Buffer, words: Int32Array, length: number): number => {
  const progress: Progress = { at: 0, copied: 0 }
  const end = length >> 2
  let carry = 0
  for (let w = 0; w < end; ) {
    const word = words[w] ?? 0
    // The top bit of each of the four bytes that is below 0x21; the first byte is the lowest.
    const low = (word - 0x21212121) & ~word & 0x80808080
    if ((low & (low >>> 8)) === 0 && (carry === 0 || (low & 0x80) === 0)) {
      carry = low & 0x80000000
      w += 1
      continue
    }
    const from = carry === 0 ? 4 * w : 4 * w - 1
    const i = relaxRuns(bytes, progress, { from, until: 4 * w + 4, length })
    // A run that was just done must not be met again.
    carry = i > progress.copied && (bytes[i - 1] ?? 0) < 0x21 ? 1 : 0
    w = i >> 2
  }
  const tail = Math.max(progress.copied, 4 * end - (carry === 0 ? 0 : 1))
  if (tail < length) relaxRuns(bytes, progress, { from: tail, until: length, length })
  bytes.copyWithin(progress.at, progress.copied, length)
  return progress.at + length - progress.copied
}

const endsWithEmptyLine = (out: Buffer, length: number): boolean =>
  length >= 2 &&
  out[length - 1] === LF &&
  out[length - 2] === CR &&
  (length === 2 || (out[length - 3] === LF && out[length - 4] === CR))

const makeScratch = (bytes: number) => {
  const buffer = Buffer.allocUnsafeSlow(bytes)
  return { buffer, words: new Int32Array(buffer.buffer) }
}
let scratch = makeScratch(262_144)

/** Whether the body is its own relaxed form: base64, as most mail is, has no blanks outside the headers of its parts. */
const isRelaxed = (raw: Buffer, start: number): boolean =>
  raw.length >= start + 2 &&
  raw[raw.length - 1] === LF &&
  !endsWithEmptyLine(raw.subarray(start), raw.length - start) &&
  !raw.includes('  ', start) &&
  !raw.includes(' \r', start) &&
  !raw.includes(TAB, start)

/**
 * The body (from `start` on) in its relaxed form: blanks before a line end gone, runs of blanks one blank, empty lines at
 * the end gone. The result is good until the next call. The mail has CRLF line ends only, as every mail of ours.
 */
export const relaxBody = (raw: Buffer, start: number): Buffer => {
  if (isRelaxed(raw, start)) return raw.subarray(start)
  const given = raw.length - start
  if (scratch.buffer.length < given + 2) scratch = makeScratch((2 * given + 7) & ~3)
  const { buffer, words } = scratch
  raw.copy(buffer, 0, start)
  let length = raw.includes(TAB, start) ? relaxByByte(buffer, given) : relaxByWord(buffer, words, given)
  while (endsWithEmptyLine(buffer, length)) length -= 2
  // A last line without its end gets one; a body that is empty stays so.
  if (length > 0 && buffer[length - 1] !== LF) length += buffer.write('\r\n', length, 'latin1')
  return buffer.subarray(0, length)
}
