/**
 * Cuts what a server says into replies (RFC 5321 §4.2): lines joined, whole text kept, however the network split it.
 * Trusts nothing: what is no reply, contradicts itself or does not end is reported, and its size is bounded. Knows no
 * socket.
 */

/** One whole reply. `words` is all of it, code included, its lines joined by a line feed. */
export interface Reply {
  readonly code: number
  readonly words: string
}

/** The reader of one connection. Bytes may be reused by the caller after each call. */
export interface ReplyReader {
  /** Reads the first `length` bytes. Says what is wrong with them, or undefined; after a complaint nothing is read. */
  read(bytes: Buffer, length: number): string | undefined
  /** Whether bytes have come in that belong to no reply handed out so far. Also right inside `onReply`. */
  hasUnread(): boolean
}

const LONGEST_REPLY = 65_536
const LF = 10
const CR = 13
const BLANK = 32
const HYPHEN = 45
const ZERO = 48

const digit = (byte: number | undefined): number => {
  const value = (byte ?? 0) - ZERO
  return value >= 0 && value <= 9 ? value : Number.NaN
}

/** The code of the line in [start, end); NaN when it has none. */
const codeOf = (bytes: Buffer, start: number, end: number): number => {
  if (end - start < 3) return Number.NaN
  const code = digit(bytes[start]) * 100 + digit(bytes[start + 1]) * 10 + digit(bytes[start + 2])
  return code >= 200 && code < 600 ? code : Number.NaN
}

const textOf = (bytes: Buffer, start: number, end: number): string => {
  const text = bytes.toString('utf8', start, end)
  return text.includes('\n') ? text.replaceAll('\r\n', '\n') : text
}

/** What has been read: `held` is our own memory, `bytes` that or the caller's, of which [0, end) counts. */
interface Reading {
  readonly onReply: (reply: Reply) => void
  bytes: Buffer
  held: Buffer
  end: number
  /** The unfinished reply: where it and its last line begin, up to where that line was searched, its code so far. */
  replyStart: number
  lineStart: number
  searched: number
  code: number
}

const takeLine = (reading: Reading, lf: number): string | undefined => {
  const { bytes, lineStart, replyStart, code } = reading
  const lineEnd = lf > lineStart && bytes[lf - 1] === CR ? lf - 1 : lf
  const lineCode = codeOf(bytes, lineStart, lineEnd)
  const mark = lineEnd - lineStart > 3 ? bytes[lineStart + 3] : BLANK
  if (Number.isNaN(lineCode) || (mark !== BLANK && mark !== HYPHEN)) return 'What the server says is not SMTP'
  if (code !== 0 && lineCode !== code) return 'A reply of the server contradicts itself'
  reading.lineStart = reading.searched = lf + 1
  reading.code = mark === HYPHEN ? lineCode : 0
  if (mark === HYPHEN) return undefined
  reading.replyStart = lf + 1
  reading.onReply({ code: lineCode, words: textOf(bytes, replyStart, lineEnd) })
  return undefined
}

const takeLines = (reading: Reading): string | undefined => {
  const { bytes, end } = reading
  for (let at = reading.searched; at < end; at++) {
    if (bytes[at] !== LF) continue
    const complaint = takeLine(reading, at)
    if (complaint !== undefined) return complaint
  }
  reading.searched = end
  return undefined
}

/** An unfinished reply moves to our own memory, for the caller's is his again. */
const keepRest = (reading: Reading): string | undefined => {
  const { bytes, replyStart, end } = reading
  const rest = end - replyStart
  if (rest > LONGEST_REPLY) return 'A reply of the server does not end'
  if (bytes === reading.held && replyStart === 0) return undefined
  if (reading.held.length < rest) reading.held = Buffer.alloc(rest * 2)
  bytes.copy(reading.held, 0, replyStart, end)
  reading.bytes = reading.held
  reading.end = rest
  reading.lineStart -= replyStart
  reading.searched -= replyStart
  reading.replyStart = 0
  return undefined
}

const append = (reading: Reading, more: Buffer, length: number): void => {
  const { held, end } = reading
  if (held.length < end + length) reading.held = Buffer.concat([held.subarray(0, end)], (end + length) * 2)
  more.copy(reading.held, end, 0, length)
  reading.bytes = reading.held
  reading.end += length
}

/** Makes a reader that hands out each reply as soon as its last line is in. */
export const createReplyReader = (onReply: (reply: Reply) => void): ReplyReader => {
  const none = Buffer.alloc(0)
  const start = { end: 0, replyStart: 0, lineStart: 0, searched: 0, code: 0 }
  const reading: Reading = { onReply, bytes: none, held: none, ...start }
  return {
    read: (bytes, length) => {
      if (reading.end > 0) append(reading, bytes, length)
      else {
        reading.bytes = bytes
        reading.end = length
      }
      const complaint = takeLines(reading)
      if (complaint !== undefined) return complaint
      if (reading.replyStart < reading.end) return keepRest(reading)
      reading.end = reading.replyStart = reading.lineStart = reading.searched = 0
      return undefined
    },
    hasUnread: () => reading.replyStart < reading.end,
  }
}
