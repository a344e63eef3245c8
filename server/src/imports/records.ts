/**
 * The records of a CSV file (RFC 4180) or of JSON Lines, out of any piece of it: from a byte to a byte, so that reading
 * can go on exactly where it ended. A record that is broken costs its own line and nothing after it. Pure.
 */
import { isUtf8 } from 'node:buffer'
import { MAX_IMPORT_RECORD_BYTES } from '@carillon/contract'

/** One record, by the number of the line it begins on. */
export type FileRecord =
  | { readonly kind: 'fields'; readonly line: number; readonly fields: readonly string[] }
  | { readonly kind: 'text'; readonly line: number; readonly text: string }
  | { readonly kind: 'broken'; readonly line: number; readonly reason: string }

/** How far reading has come: the number of the next line, and whether the rest of a refused line comes first. */
export interface Mark {
  readonly line: number
  readonly skipping: boolean
}

/** A piece of a file that begins at a mark. A piece that is not the end must be longer than any record may be. */
export interface Piece extends Mark {
  readonly bytes: Buffer
  readonly format: 'csv' | 'jsonl'
  readonly delimiter: string
  readonly isStart: boolean
  readonly isEnd: boolean
  /** The most records to read. */
  readonly limit: number
}

/** What was read; the next piece begins `consumed` bytes further, at this mark. */
export interface Reading extends Mark {
  readonly records: readonly FileRecord[]
  readonly consumed: number
}

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

type Scan =
  | { readonly kind: 'record'; readonly end: number; readonly fields: readonly string[] }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'broken'; readonly reason: string }

interface Field {
  readonly text: string
  /** Where the delimiter, the line's end or the end of the bytes is. */
  readonly end: number
}

const UNCLOSED = 'a quoted field is not closed'

// The bytes of a line may end in CR, which belongs to the line's end.
const withoutCr = (bytes: Buffer, from: number, to: number): number =>
  to > from && bytes[to - 1] === CR ? to - 1 : to

const quoted = (bytes: Buffer, start: number, isEnd: boolean): Field | Scan => {
  for (let from = start + 1; ; ) {
    const at = bytes.indexOf(QUOTE, from)
    if (at === -1) return isEnd ? { kind: 'broken', reason: UNCLOSED } : { kind: 'incomplete' }
    if (at + 1 === bytes.length && !isEnd) return { kind: 'incomplete' }
    if (bytes[at + 1] !== QUOTE)
      return { text: bytes.toString('utf8', start + 1, at).replaceAll('""', '"'), end: at + 1 }
    from = at + 2
  }
}

const unquoted = (bytes: Buffer, start: number, delimiter: number): Field => {
  let end = start
  while (end < bytes.length && bytes[end] !== delimiter && bytes[end] !== LF) end++
  const isLineEnd = end === bytes.length || bytes[end] === LF
  return { text: bytes.toString('utf8', start, isLineEnd ? withoutCr(bytes, start, end) : end), end }
}

// The end of the record, when it ends here.
const lineEnd = (bytes: Buffer, at: number): number | undefined => {
  if (at === bytes.length) return at
  if (bytes[at] === LF) return at + 1
  if (bytes[at] === CR && (at + 1 === bytes.length || bytes[at + 1] === LF))
    return Math.min(at + 2, bytes.length)
  return undefined
}

const scanCsv = (bytes: Buffer, delimiter: number, isEnd: boolean): Scan => {
  const fields: string[] = []
  for (let at = 0; ; ) {
    const field = bytes[at] === QUOTE ? quoted(bytes, at, isEnd) : unquoted(bytes, at, delimiter)
    if ('kind' in field) return field
    fields.push(field.text)
    // What ends with the bytes may go on behind them, and a CR there may be the first half of a line's end.
    if (!isEnd && (field.end === bytes.length || (bytes[field.end] === CR && field.end + 1 === bytes.length)))
      return { kind: 'incomplete' }
    const end = lineEnd(bytes, field.end)
    if (end !== undefined) return { kind: 'record', end, fields }
    if (bytes[field.end] !== delimiter)
      return { kind: 'broken', reason: 'text follows the closing quote of a field' }
    at = field.end + 1
  }
}

const scanLine = (bytes: Buffer, isEnd: boolean): Scan => {
  const at = bytes.indexOf(LF)
  if (at === -1 && !isEnd) return { kind: 'incomplete' }
  const to = at === -1 ? bytes.length : at
  return {
    kind: 'record',
    end: Math.min(to + 1, bytes.length),
    fields: [bytes.toString('utf8', 0, withoutCr(bytes, 0, to))],
  }
}

const TOO_LONG = `is longer than ${MAX_IMPORT_RECORD_BYTES / 1024} KB`

// One record of the piece, from `start`. Never looks further than a record may be long.
const scan = (piece: Piece, start: number): Scan => {
  const cut = start + MAX_IMPORT_RECORD_BYTES + 1
  const bytes = piece.bytes.subarray(start, cut)
  const isEnd = piece.isEnd && cut >= piece.bytes.length
  const found =
    piece.format === 'csv' ? scanCsv(bytes, piece.delimiter.charCodeAt(0), isEnd) : scanLine(bytes, isEnd)
  const isLong =
    found.kind === 'incomplete'
      ? bytes.length > MAX_IMPORT_RECORD_BYTES
      : found.kind === 'record' && found.end > MAX_IMPORT_RECORD_BYTES
  if (isLong) return { kind: 'broken', reason: TOO_LONG }
  if (found.kind === 'record' && !isUtf8(bytes.subarray(0, found.end)))
    return { kind: 'broken', reason: 'is not UTF-8' }
  return found
}

const linesIn = (bytes: Buffer, from: number, to: number): number => {
  let n = 0
  for (let at = bytes.indexOf(LF, from); at !== -1 && at < to; at = bytes.indexOf(LF, at + 1)) n++
  return n
}

class Reader {
  readonly records: FileRecord[] = []
  readonly #piece: Piece
  at: number
  line: number
  skipping: boolean

  constructor(piece: Piece) {
    this.#piece = piece
    this.at = piece.isStart && piece.bytes.subarray(0, 3).equals(BOM) ? 3 : 0
    this.line = piece.line
    this.skipping = piece.skipping
  }

  /** Goes on behind the line that reading is in. */
  skipLine(): void {
    const { bytes, isEnd } = this.#piece
    const at = bytes.indexOf(LF, this.at)
    this.skipping = at === -1 && !isEnd
    this.at = at === -1 ? bytes.length : at + 1
    if (at !== -1) this.line++
  }

  /** Reads one record. False: the piece holds no further whole one. */
  next(): boolean {
    const { bytes, format } = this.#piece
    if (this.skipping) this.skipLine()
    if (this.at >= bytes.length) return false
    const found = scan(this.#piece, this.at)
    if (found.kind === 'incomplete') return false
    const { line } = this
    if (found.kind === 'broken') {
      this.records.push({ kind: 'broken', line, reason: found.reason })
      this.skipLine()
      return true
    }
    this.line += linesIn(bytes, this.at, this.at + found.end)
    this.at += found.end
    const [first = ''] = found.fields
    if (found.fields.length === 1 && first.trim() === '') return true
    if (format === 'csv') this.records.push({ kind: 'fields', line, fields: found.fields })
    else this.records.push({ kind: 'text', line, text: first })
    return true
  }
}

/** Reads the records of a piece; empty lines are none. */
export const readRecords = (piece: Piece): Reading => {
  const reader = new Reader(piece)
  while (reader.records.length < piece.limit && reader.next());
  const { records, at, line, skipping } = reader
  return { records, consumed: at, line, skipping }
}

/** The delimiter of a CSV file by its first line: the one that comes most often. */
export const guessDelimiter = (start: Buffer): string => {
  const end = start.indexOf(LF)
  const line = start.toString('utf8', 0, end === -1 ? Math.min(start.length, 10_000) : end)
  const counts = [',', ';', '\t', '|'].map(one => ({ one, n: line.split(one).length }))
  return counts.reduce((best, next) => (next.n > best.n ? next : best)).one
}
