/** What leaves between 354 and the answer, at random and where it hurts. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frameMail } from './dot-stuffing.ts'

const scratch = (): Buffer => Buffer.alloc(4_096)
const frame = (text: string): string => frameMail(Buffer.from(text, 'latin1'), scratch()).toString('latin1')

const cases: readonly (readonly [string, string, string])[] = [
  ['a mail without dots is left alone', 'Subject: x\r\n\r\nab\r\n', 'Subject: x\r\n\r\nab\r\n.\r\n'],
  ['an empty mail is a dot', '', '.\r\n'],
  ['a line end is added where it is missing', 'ab', 'ab\r\n.\r\n'],
  ['a line end of which half is missing is completed', 'ab\r', 'ab\r\n.\r\n'],
  ['a dot at the start is doubled', '.\r\n', '..\r\n.\r\n'],
  [
    'a dot at the start of a line is doubled, others are not',
    'a.b\r\n.c.\r\n..\r\n',
    'a.b\r\n..c.\r\n...\r\n.\r\n',
  ],
  ['a lone line feed becomes a line end', 'a\n.\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
  ['a lone carriage return becomes a line end', 'a\r.\r\nb\r\r\n', 'a\r\n..\r\nb\r\n\r\n.\r\n'],
]
for (const [title, text, framed] of cases) test(title, () => expect(frame(text)).toBe(framed))

/** What a server makes of it: the lines up to the lone dot, doubled dots undone. */
const receive = (framed: Buffer): string => {
  const text = framed.toString('latin1')
  const end = `\r\n${text}`.indexOf('\r\n.\r\n')
  expect(end, 'there is one end, and nothing behind it').toBe(text.length - 3)
  return text.slice(0, end).replace(/(^|\r\n)\./g, '$1')
}

describe('any mail', () => {
  const piece = fc.constantFrom(
    '.',
    '\r\n',
    '\n',
    '\r',
    'a',
    '..',
    'word ',
    '\0',
    '\x80',
    '\xff',
    '\x1f',
    '\t',
  )
  const anyBytes = fc.array(piece, { maxLength: 60 }).map(pieces => Buffer.from(pieces.join(''), 'latin1'))

  test('arrives with its own lines, wherever in memory it stood', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(7), (raw, offset) => {
        const moved = Buffer.concat([Buffer.alloc(offset, '.'), raw]).subarray(offset)
        const lines = raw.toString('latin1').replace(/\r\n?|\n/g, '\r\n')
        const whole = lines === '' || lines.endsWith('\r\n') ? lines : `${lines}\r\n`
        expect(receive(frameMail(moved, scratch()))).toBe(whole)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is left as it was', () => {
    fc.assert(
      fc.property(anyBytes, raw => {
        const before = Buffer.from(raw)
        frameMail(raw, scratch())
        expect(raw.equals(before)).toBe(true)
      }),
    )
  })

  test('is the same with and without room in the scratch memory', () => {
    fc.assert(
      fc.property(anyBytes, raw => {
        expect(frameMail(raw, Buffer.alloc(0)).equals(frameMail(raw, scratch()))).toBe(true)
      }),
    )
  })
})
