import { MAX_IMPORT_RECORD_BYTES } from '@carillon/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FileRecord, guessDelimiter, type Piece, readRecords } from './records.ts'

const piece = (text: string | Buffer, more: Partial<Piece> = {}): Piece => ({
  bytes: Buffer.from(text as string),
  format: 'csv',
  delimiter: ',',
  isStart: true,
  isEnd: true,
  line: 1,
  skipping: false,
  limit: 1_000,
  ...more,
})
const shown = (records: readonly FileRecord[]): unknown[] =>
  records.map(one =>
    one.kind === 'fields'
      ? [one.line, one.fields]
      : [one.line, one.kind === 'text' ? one.text : `! ${one.reason}`],
  )
const read = (text: string | Buffer, more: Partial<Piece> = {}) =>
  shown(readRecords(piece(text, more)).records)

// A file in steps of a few records, each on the bytes from where the one before ended, as an import reads it.
const inSteps = (file: Buffer, limit: number, more: Partial<Piece> = {}): FileRecord[] => {
  const records: FileRecord[] = []
  let mark = { line: 1, skipping: false }
  for (let at = 0; at < file.length; ) {
    const window = file.subarray(at, at + 2 * MAX_IMPORT_RECORD_BYTES)
    const isEnd = at + window.length === file.length
    const step = readRecords(piece(window, { ...more, ...mark, limit, isEnd, isStart: at === 0 }))
    records.push(...step.records)
    mark = step
    at += step.consumed
  }
  return records
}

const quoteAll = (rows: readonly (readonly string[])[], end: string): string =>
  rows.map(row => row.map(field => `"${field.replaceAll('"', '""')}"`).join(',') + end).join('')

describe('the records of a CSV file', () => {
  it('keep quotes, delimiters and line ends within quotes, with CRLF, LF and a byte order mark', () => {
    expect(read('\uFEFFa,b\r\n"x ""y"" z","1,\r\n2"\n\n3,\r\n,""')).toEqual([
      [1, ['a', 'b']],
      [2, ['x "y" z', '1,\r\n2']],
      [5, ['3', '']],
      [6, ['', '']],
    ])
  })

  it('that are broken cost their own line and nothing after it', () => {
    expect(read('a,b\n"x"y,2\n3,4\n"never closed,5\n6,7\n')).toEqual([
      [1, ['a', 'b']],
      [2, '! text follows the closing quote of a field'],
      [3, ['3', '4']],
      [4, '! a quoted field is not closed'],
      [5, ['6', '7']],
    ])
  })

  it('that are not UTF-8 are refused by their line', () => {
    const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0x62, 0xff, 0x0a]), Buffer.from('c')])
    expect(read(bytes)).toEqual([
      [1, ['a']],
      [2, '! is not UTF-8'],
      [3, ['c']],
    ])
  })

  it('that are too long are refused, in whatever pieces they come', () => {
    const long = 'x'.repeat(3 * MAX_IMPORT_RECORD_BYTES)
    for (const [format, first, last] of [
      ['csv', ['a'], ['b']],
      ['jsonl', 'a', 'b'],
    ] as const)
      for (const row of [long, `"${long}`, `"${long}"`])
        expect(shown(inSteps(Buffer.from(`a\n${row}\nb`), 2, { format }))).toEqual([
          [1, first],
          [2, expect.stringMatching(/^! (is longer|a quoted)/)],
          [3, last],
        ])
  })

  it('are the same in steps of any size', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', ' '), maxLength: 6 })
    const file = fc.array(fc.array(field, { minLength: 2, maxLength: 3 }), { maxLength: 12 })
    fc.assert(
      fc.property(file, fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 4 }), (rows, end, limit) => {
        const records = inSteps(Buffer.from(quoteAll(rows, end)), limit)
        expect(records.map(one => (one.kind === 'fields' ? one.fields : one))).toEqual(rows)
      }),
    )
  })

  it('of any bytes at all come to an end, each line at most once', () => {
    const bytes = fc.array(
      fc.constantFrom(0x22, 0x2c, 0x0a, 0x0d, 0x61, 0x00, 0xff, 0xc3, 0xa9).map(one => one),
      { maxLength: 80 },
    )
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 3 }), (all, limit) => {
        const file = Buffer.from(all)
        const records = inSteps(file, limit)
        const lines = records.map(one => one.line)
        expect([...new Set(lines)].sort((a, b) => a - b)).toEqual(lines)
        expect(records).toEqual(inSteps(file, 1_000))
      }),
    )
  })
})

describe('JSON Lines', () => {
  it('are lines, whatever their end', () => {
    expect(read('{"a":1}\r\n\n {"b":2}', { format: 'jsonl' })).toEqual([
      [1, '{"a":1}'],
      [3, ' {"b":2}'],
    ])
  })
})

describe('the delimiter', () => {
  it.each([
    ['a,b;c,d\n1;2;3;4', ','],
    ['a;b;c\n', ';'],
    ['a\tb', '\t'],
    ['a', ','],
  ])('of %j is %j', (text, delimiter) => {
    expect(guessDelimiter(Buffer.from(text))).toBe(delimiter)
  })
})
