/** What a server says, however the network cuts it and whoever made it up. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReplyReader, type Reply } from './reply-reader.ts'

const readAll = (packets: readonly (string | Buffer)[]) => {
  const replies: Reply[] = []
  const reader = createReplyReader(reply => replies.push(reply))
  let complaint: string | undefined
  for (const packet of packets) {
    // Bytes behind `length` belong to an earlier read of the same memory.
    const bytes = Buffer.concat([Buffer.from(packet), Buffer.from('\r\n999 old\r\n')])
    complaint ??= reader.read(bytes, bytes.length - 11)
    bytes.fill('x')
  }
  return { replies, complaint, hasUnread: reader.hasUnread() }
}

describe('replies', () => {
  test('of one line and of many keep all their words', () => {
    const { replies, hasUnread } = readAll([
      '220 hello\r\n250-a\r\n250-b é\r\n250 c\r\n250\r\n250-\r\n250 \r\n',
    ])
    expect(replies).toEqual([
      { code: 220, words: '220 hello' },
      { code: 250, words: '250-a\n250-b é\n250 c' },
      { code: 250, words: '250' },
      { code: 250, words: '250-\n250 ' },
    ])
    expect(hasUnread).toBe(false)
  })

  test('may end their lines with a line feed alone', () => {
    expect(readAll(['250-a\n250 b\n']).replies).toEqual([{ code: 250, words: '250-a\n250 b' }])
  })

  test('that are not whole yet are unread', () => {
    expect(readAll(['250 ok\r\n25'])).toMatchObject({ replies: [{ code: 250 }], hasUnread: true })
    expect(readAll(['250-ok\r\n'])).toMatchObject({ replies: [], hasUnread: true })
  })

  test('behind the one handed out are unread while it is', () => {
    const seen: boolean[] = []
    const reader = createReplyReader(() => seen.push(reader.hasUnread()))
    const bytes = Buffer.from('354 go\r\n250 ok\r\n')
    reader.read(bytes, bytes.length)
    expect(seen).toEqual([true, false])
  })

  test('are the same however they are split', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', '-', '5', 'é', '\t'), maxLength: 12 })
    const reply = fc
      .record({
        code: fc.integer({ min: 200, max: 599 }),
        lines: fc.array(line, { minLength: 1, maxLength: 4 }),
      })
      .map(({ code, lines }) =>
        lines.map((text, n) => `${code}${n === lines.length - 1 ? ' ' : '-'}${text}\r\n`).join(''),
      )
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 6 }), fc.array(fc.nat(9), { minLength: 1 }), (texts, cuts) => {
        const bytes = Buffer.from(texts.join(''))
        const packets: Buffer[] = []
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const length = (cuts[n % cuts.length] ?? 0) + 1
          packets.push(bytes.subarray(at, at + length))
          at += length
        }
        const { replies, complaint } = readAll(packets)
        expect(complaint).toBeUndefined()
        expect(replies.map(({ words }) => `${words.replaceAll('\n', '\r\n')}\r\n`)).toEqual(texts)
      }),
    )
  })
})

describe('a complaint is made', () => {
  const bad = [
    'HTTP/1.1 400 Bad Request\r\n',
    '\r\n',
    '25 x\r\n',
    '2500 x\r\n',
    '199 x\r\n',
    '600 x\r\n',
    '2a0 x\r\n',
    '\0\0\0\0\n',
  ]
  for (const text of bad)
    test(`about ${JSON.stringify(text)}`, () => {
      expect(readAll([text]).complaint).toMatch(/not SMTP/)
      expect(readAll([...text]).complaint).toMatch(/not SMTP/)
    })

  test('about lines of one reply that differ in their code', () => {
    const { replies, complaint } = readAll(['250-fine\r\n550 no\r\n'])
    expect(replies).toEqual([])
    expect(complaint).toMatch(/contradicts/)
  })

  for (const [title, packet] of [
    ['a line', '250 '.padEnd(1_000, 'x')],
    ['a reply', `250-${'x'.repeat(996)}\r\n`],
  ] as const)
    test(`about ${title} that never ends, within 64 KB`, () => {
      const fits = Array.from({ length: 60 }, () => packet)
      // The first packet of a line without end begins with a code, the others only lengthen it.
      expect(readAll(fits).complaint).toBeUndefined()
      expect(readAll([...fits, ...fits]).complaint).toMatch(/does not end/)
    })

  test('in no other way than by its return, whatever comes', () => {
    const packet = fc.oneof(
      fc.uint8Array({ maxLength: 50 }).map(Buffer.from),
      fc.constantFrom('250', '-', ' ok', '\r', '\n'),
    )
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 30 }), packets => {
        for (const { code } of readAll(packets).replies) expect(code).toBeGreaterThanOrEqual(200)
      }),
    )
  })
})
