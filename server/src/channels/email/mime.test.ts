/** The builder against a real parser (postal-mime): what went in comes back, and hostile values stay values. */
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { cleanHeaderText } from './header.ts'
import { buildMime, type EmailParts } from './mime.ts'

const parts = (changes: Partial<EmailParts> = {}): EmailParts => ({
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
const parse = (changes: Partial<EmailParts> = {}) => PostalMime.parse(buildMime(parts(changes)))
const lines = (raw: Buffer): string[] => raw.toString('latin1').split('\r\n')
const anyText = fc.string({ unit: 'binary', maxLength: 300 })
// What a parser may do to header text and bodies that is not a loss: blanks at ends and folds, line ends.
const squeeze = (text: string): string => cleanHeaderText(text).replace(/\s+/g, ' ').trim()
const sameLines = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/\n$/, '')

describe('a built mail', () => {
  test('carries date, Message-ID and the ledger id', async () => {
    const mail = await parse()
    expect(mail.date).toBe('2026-03-01T09:05:07.000Z')
    expect(mail.messageId).toBe('<01931f6e-0000-7000-8000-000000000001@mail.example.com>')
    expect(mail.headers.find(h => h.key === 'x-carillon-message-id')?.value).toBe(parts().messageId)
    expect(buildMime(parts()).toString()).toContain('Date: Sun, 01 Mar 2026 09:05:07 +0000\r\n')
  })

  test('has one part for one body and alternatives for two', async () => {
    expect(buildMime(parts()).toString()).not.toContain('multipart')
    const mail = await parse({ html: '<p>Hi <b>Ada</b></p>' })
    expect(mail.html?.trim()).toBe('<p>Hi <b>Ada</b></p>')
    expect(mail.text?.trim()).toBe('Hi Ada')
  })

  test('derives its text from the HTML when the author wrote none', async () => {
    const { text: _, ...rest } = parts({ html: '<p>Dag Zoë,</p><p>tot zo</p>' })
    const mail = await PostalMime.parse(buildMime(rest))
    expect(sameLines(mail.text ?? '')).toBe('Dag Zoë,\n\ntot zo')
  })

  test('writes an international domain in its ASCII form', async () => {
    const mail = await parse({ to: { address: 'ada@bücher.example' } })
    expect(mail.to?.[0]?.address).toMatch(/^ada@(?:xn--bcher-kva|bücher)\.example$/)
    expect(buildMime(parts({ to: { address: 'ada@bücher.example' } })).toString()).toContain(
      'To: ada@xn--bcher-kva.example',
    )
  })

  test('is the same bytes for the same parts', () => {
    expect(buildMime(parts({ html: '<p>é</p>' }))).toEqual(buildMime(parts({ html: '<p>é</p>' })))
  })

  test('passes structured header values through and leaves out illegal and own fields', async () => {
    const url = `<https://t.example.com/u?${'x'.repeat(300)}>`
    const mail = await parse({
      headers: {
        'List-Unsubscribe': url,
        'X-Carillon-Sandbox': 'dev',
        Subject: 'other',
        'Bad Name': 'x',
        'X:Y': 'z',
        'Content-Type': 'a/b',
      },
    })
    expect(mail.headers.find(h => h.key === 'list-unsubscribe')?.value).toBe(url)
    expect(mail.headers.filter(h => h.key === 'subject')).toHaveLength(1)
    expect(mail.headers.map(h => h.key)).not.toContain('bad name')
    expect(mail.headers.filter(h => h.key === 'content-type')).toHaveLength(1)
  })

  test('survives a body that holds its own boundary', async () => {
    const html = '<p>\n--=_01931f6e-0000-7000-8000-000000000001--\n</p>'
    expect(sameLines((await parse({ html })).html ?? '')).toBe(html)
  })

  test('keeps long ASCII subjects readable, folded within 76 characters', async () => {
    const subject = 'Your order of nineteen very carefully chosen handmade bells is on its way to you today'
    const raw = buildMime(parts({ subject }))
    expect(lines(raw).every(line => line.length <= 76)).toBe(true)
    expect(raw.toString()).not.toContain('=?')
    expect((await PostalMime.parse(raw)).subject).toBe(subject)
  })
})

describe('hostile values stay values', () => {
  const hostile = [
    'x\r\nBcc: victim@example.org',
    'x\nBcc: victim@example.org',
    'x\rBcc: v@example.org',
    'x\0\r\n\r\nbody',
    '"\\',
    '<a@b.c>, "',
    '=?utf-8?q?evil?=',
    `${'é'.repeat(400)}\r\n.\r\nMAIL`,
  ]
  for (const value of hostile) {
    test(`in every header: ${JSON.stringify(value.slice(0, 40))}`, async () => {
      const mail = await parse({
        subject: value,
        fromName: value,
        to: { name: value, address: 'ada@example.org' },
        headers: { 'X-Tag': value },
      })
      expect(mail.headers.map(h => h.key)).toEqual([
        'from',
        'to',
        'subject',
        'date',
        'message-id',
        'x-tag',
        'x-carillon-message-id',
        'mime-version',
        'content-type',
        'content-transfer-encoding',
      ])
      expect(mail.subject).toBe(squeeze(value))
      expect(mail.to).toEqual([{ name: squeeze(value), address: 'ada@example.org' }])
      expect(mail.text?.trim()).toBe('Hi Ada')
    })
  }

  test('in addresses and ids', async () => {
    const mail = await parse({
      fromAddress: 'a@b.example\r\nBcc: v@example.org',
      messageId: 'x>\r\nBcc: v',
      domainForMessageId: 'd\r\nBcc: v',
    })
    expect(mail.headers.map(h => h.key)).not.toContain('bcc')
  })
})

describe('any text', () => {
  test('round-trips as subject and name, in ASCII lines that fold at 76', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (subject, name) => {
        const raw = buildMime(parts({ subject, fromName: name, to: { name, address: 'ada@example.org' } }))
        const mail = await PostalMime.parse(raw)
        expect(squeeze(mail.subject ?? '')).toBe(squeeze(subject))
        expect(squeeze(mail.from?.name ?? '')).toBe(squeeze(name))
        expect(raw.every(byte => byte < 128)).toBe(true)
        expect(lines(raw).every(line => line.length <= 998)).toBe(true)
        const encoded = lines(raw).filter(line => line.includes('=?UTF-8?B?'))
        expect(encoded.every(line => line.length <= 76)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('round-trips as body', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (text, html) => {
        const mail = await parse({ text: `t${text}`, html: `h${html}` })
        expect(sameLines(mail.text ?? '')).toBe(sameLines(`t${text}`))
        expect(sameLines(mail.html ?? '')).toBe(sameLines(`h${html}`))
      }),
      { numRuns: 300 },
    )
  })

  test('never makes a line above 998 characters or a bare line end', () => {
    const body = fc.string({
      unit: fc.constantFrom('a', '\n', '\r', '.', 'é', 'x'.repeat(500)),
      maxLength: 40,
    })
    fc.assert(
      fc.property(body, text => {
        const raw = buildMime(parts({ text })).toString('latin1')
        expect(/[^\r]\n|\r[^\n]/.test(raw)).toBe(false)
        expect(raw.split('\r\n').every(line => line.length <= 998)).toBe(true)
      }),
    )
  })
})
