/** Mails over the wire, read by two parsers that are not ours: without a defect, and with the content that was sent. */
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { hasPython, readByPython } from '../../../test/python.ts'
import { cleanHeaderText } from './header.ts'
import { buildMime, type EmailParts } from './mime.ts'
import { startScriptedSmtp } from './scripted-smtp.ts'
import { createSmtpChannel } from './smtp.ts'

const parts = (changes: Partial<EmailParts>): EmailParts => ({
  messageId: '01931f6e-0000-7000-8000-000000000001',
  domainForMessageId: 'mail.example.com',
  date: new Date('2026-03-01T09:05:07Z'),
  fromName: 'Carillon',
  fromAddress: 'news@mail.example.com',
  to: { name: 'Ada', address: 'ada@example.org' },
  subject: 'Hello',
  text: 'Hi Ada\n',
  ...changes,
})

/** What a server gets that knows no 8-bit content, nor anything else new. */
const overTheWire = async (mails: readonly Buffer[], to: string, smtpUtf8: boolean): Promise<Buffer[]> => {
  const server = await startScriptedSmtp(smtpUtf8 ? { offers: ['SMTPUTF8', '8BITMIME'] } : {})
  const channel = createSmtpChannel({ host: '127.0.0.1', port: server.port, connections: 1 })
  for (const raw of mails) {
    const outcome = await channel.send({ messageId: 'm', envelope: { from: 'news@example.com', to }, raw })
    expect(outcome).toMatchObject({ kind: 'accepted' })
  }
  await channel.close()
  await server.close()
  return server.received.map(mail => mail.raw)
}

const sameLines = (text: string | null | undefined): string =>
  (text ?? '').replace(/\r\n?/g, '\n').replace(/\n$/, '')
/** A text with half a character, which no encoding has a place for, as the replacement character. */
const wellFormed = (text: string): string => Buffer.from(text).toString()
const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim()
const packed = (text: string): string => text.replace(/\s+/g, '')

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...[
      '😀👩‍👩‍👧‍👦🏳️‍🌈',
      'مرحبا بالعالم',
      '\u202eabc\u202c',
      'שלום',
      '\0',
      'a\0b',
      '.',
      '..',
      '\n.\n',
      '\n..x\n',
      '\r\n.\r\n',
    ],
    ...[
      'x'.repeat(4_000),
      `https://example.com/${'p'.repeat(3_000)}?q=a%20b`,
      '=?utf-8?q?x?=',
      '--=_01931f6e',
    ],
    ...['From me\n', 'a '.repeat(2_000), '\t', ' \n', '\u2028', 'x\ufeff'],
  ),
)
const content = fc.array(piece, { minLength: 1, maxLength: 8 }).map(pieces => pieces.join(''))
// Header text has one line: what ends one is a blank there.
const title = fc
  .array(piece, { maxLength: 3 })
  .map(pieces => cleanHeaderText(pieces.join('').slice(0, 6_000)))

test.skipIf(!hasPython)(
  'whatever is in them, without a defect and unchanged',
  { timeout: 300_000 },
  async () => {
    const mails = fc
      .sample(fc.record({ text: content, html: content, subject: title, fromName: title }), {
        seed: 7,
        numRuns: 300,
      })
      .map(one => ({
        text: wellFormed(one.text),
        html: wellFormed(one.html),
        subject: wellFormed(one.subject),
        fromName: wellFormed(one.fromName),
      }))
    const raws = await overTheWire(
      mails.map(one => buildMime(parts(one))),
      'ada@example.org',
      false,
    )
    expect(raws.every(raw => raw.every(byte => byte < 128))).toBe(true)
    const read = readByPython(raws.map(raw => ({ raw })))
    for (const [index, one] of mails.entries()) {
      const python = read[index]
      const postal = await PostalMime.parse(raws[index] ?? Buffer.alloc(0))
      expect(python?.defects, JSON.stringify(one)).toEqual([])
      expect(squeeze(python?.subject ?? '')).toBe(squeeze(one.subject))
      expect(squeeze(postal.subject ?? '')).toBe(squeeze(one.subject))
      // Python keeps the blank between two encoded words of a name, which RFC 2047 §6.2 has removed.
      expect(packed(python?.from[0]?.name ?? '')).toBe(packed(one.fromName))
      expect(squeeze(postal.from?.name ?? '')).toBe(squeeze(one.fromName))
      expect(python?.from[0]?.address).toBe('news@mail.example.com')
      for (const kind of ['text', 'html'] as const) {
        expect(sameLines(python?.[kind])).toBe(sameLines(one[kind]))
        expect(sameLines(postal[kind])).toBe(sameLines(one[kind]))
      }
    }
  },
)

test.skipIf(!hasPython)('to an address outside ASCII, at a server that takes it', async () => {
  const to = 'josé.用户@xn--bcher-kva.example'
  const mail = buildMime(parts({ to: { address: to }, html: '<p>é</p>' }))
  const [raw = Buffer.alloc(0)] = await overTheWire([mail], to, true)
  expect(raw.equals(mail)).toBe(true)
  const [python] = readByPython([{ raw }])
  // The one that Python has for every such address, since it knows them not.
  expect(python?.defects).toEqual(['To: NonASCIILocalPartDefect'])
  expect(python?.to).toEqual([{ name: '', address: to }])
  expect((await PostalMime.parse(raw)).to?.[0]?.address).toMatch(
    /^josé\.用户@(?:xn--bcher-kva|bücher)\.example$/,
  )
})
