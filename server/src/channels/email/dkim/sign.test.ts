/** Signatures, verified by a verifier that is not ours; the relaxed body against a plain reading of RFC 6376. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasPython, type MailToRead, readByPython } from '../../../../test/python.ts'
import { buildMime, type EmailParts } from '../mime.ts'
import { dkimRecord, dkimRecordName, makeDkimKeyPair, publishesKey, readDkimKey } from './keys.ts'
import { relaxBody, relaxField } from './relaxed.ts'
import { type DkimAlgorithm, type DkimKey, SIGNATURE_ROOM, signMail } from './sign.ts'

const now = new Date('2026-03-01T09:05:07Z')
const mail = (changes: Partial<EmailParts> = {}): Buffer =>
  buildMime({
    messageId: '01931f6e-0000-7000-8000-000000000001',
    domainForMessageId: 'mail.example.com',
    date: now,
    fromName: 'Carillon',
    fromAddress: 'news@mail.example.com',
    to: { name: 'Ada', address: 'ada@example.org' },
    subject: 'Hello',
    html: '<p>Hi   Ada  </p>\n\n\n',
    headers: {
      'List-Unsubscribe': '<https://x.test/u>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
    ...changes,
  })

interface Published {
  readonly key: DkimKey
  readonly dns: Record<string, string>
}
const publish = async (algorithm: DkimAlgorithm): Promise<Published> => {
  const pair = await makeDkimKeyPair(algorithm)
  const place = { domain: 'mail.example.com', selector: `s-${algorithm}` }
  return {
    key: { ...place, algorithm, privateKey: readDkimKey(pair.privatePem) },
    dns: { [dkimRecordName(place)]: dkimRecord({ algorithm, publicKey: pair.publicKey }) },
  }
}
let rsa: Published
let ed25519: Published
beforeAll(async () => {
  rsa = await publish('rsa')
  ed25519 = await publish('ed25519')
})
const verdicts = (mails: readonly MailToRead[]): (readonly boolean[])[] =>
  readByPython(mails).map(one => one.dkim)

describe.skipIf(!hasPython)('a signed mail', () => {
  test('verifies with either key, and with both at once', async () => {
    const dns = { ...rsa.dns, ...ed25519.dns }
    const signed = [
      await signMail(mail({ headroom: SIGNATURE_ROOM }), [rsa.key], { now, headroom: SIGNATURE_ROOM }),
      await signMail(mail({ headroom: 10 }), [ed25519.key], { now, headroom: 10 }),
      await signMail(mail(), [ed25519.key, rsa.key], { now }),
    ]
    expect(verdicts(signed.map(raw => ({ raw, dns })))).toEqual([[true], [true], [true, true]])
    const signatures = signed.map(raw => raw.subarray(0, raw.length - mail().length).toString())
    expect(signatures.every(one => one.split('\r\n').every(line => line.length <= 76))).toBe(true)
  })

  test('verifies where it filled the sheet that mails are put together on', async () => {
    const big = { html: `<p>${'A line of text.\n'.repeat(90_000)}</p>`, headroom: SIGNATURE_ROOM }
    const mails = [mail({ headroom: SIGNATURE_ROOM }), mail(big), mail({ headroom: SIGNATURE_ROOM })]
    const signed = await Promise.all(
      mails.map(raw => signMail(raw, [rsa.key], { now, headroom: SIGNATURE_ROOM })),
    )
    expect(verdicts(signed.map(raw => ({ raw, dns: rsa.dns })))).toEqual([[true], [true], [true]])
  })

  test('does not verify once its body, subject or a second From is changed', async () => {
    const signed = (await signMail(mail(), [rsa.key, ed25519.key], { now })).toString('latin1')
    const changed = [
      signed.replace('Subject: Hello', 'Subject: Hollo'),
      signed.replace('Ada  </p>', 'Eva  </p>'),
      signed.replace('\r\nFrom: ', '\r\nFrom: Eve <eve@example.net>\r\nFrom: '),
      signed.replace('\r\nTo: ', '\r\nReply-To: eve@example.net\r\nTo: '),
      signed.replace('/u>', '/v>'),
    ]
    const dns = { ...rsa.dns, ...ed25519.dns }
    expect(changed.every(one => one !== signed)).toBe(true)
    const read = verdicts(changed.map(one => ({ raw: Buffer.from(one, 'latin1'), dns })))
    expect(read.flat().some(Boolean)).toBe(false)
  })

  test('still verifies when a relay folds fields anew and changes blanks', async () => {
    const signed = (await signMail(mail(), [rsa.key], { now })).toString('latin1')
    const relayed = signed.replace('Subject: Hello', 'SUBJECT:  Hello ').replace('Hi   Ada', 'Hi Ada')
    expect(verdicts([{ raw: Buffer.from(relayed, 'latin1'), dns: rsa.dns }])).toEqual([[true]])
  })

  test('still verifies when a provider writes Message-ID and Date anew', async () => {
    const signed = (await signMail(mail(), [rsa.key], { now })).toString('latin1')
    const sent = signed
      .replace(/Message-ID: .*\r\n/, 'Message-ID: <other@provider.test>\r\n')
      .replace(/Date: .*\r\n/, 'Date: Tue, 2 Jan 2024 00:00:00 +0000\r\n')
    expect(sent).not.toBe(signed)
    expect(verdicts([{ raw: Buffer.from(sent, 'latin1'), dns: rsa.dns }])).toEqual([[true]])
  })

  test('verifies whatever is in it', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(fc.constantFrom(' ', '  ', '\t', '\n', 'a', '.', 'é', '\n\n', 'word '), { maxLength: 60 })
        .map(all => all.join('')),
    )
    const mails = fc.sample(fc.record({ subject: text, html: text, text, fromName: text }), {
      seed: 5,
      numRuns: 60,
    })
    const signed = await Promise.all(mails.map(one => signMail(mail(one), [rsa.key, ed25519.key], { now })))
    const dns = { ...rsa.dns, ...ed25519.dns }
    expect(verdicts(signed.map(raw => ({ raw, dns })))).toEqual(mails.map(() => [true, true]))
  })
})

describe('the relaxed form', () => {
  const plainly = (body: string): string => {
    const lines = body.split('\r\n').map(line => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
    const text = lines.join('\r\n').replace(/(?:\r\n)*$/, '')
    return text === '' ? '' : `${text}\r\n`
  }

  test('of a body is what RFC 6376 says, at every alignment, with tabs and without', () => {
    const pieces = fc.constantFrom(
      ' ',
      '  ',
      '   ',
      'a',
      'bcdefgh',
      '\r\n',
      '\r\n\r\n',
      ' \r\n',
      '\r\n ',
      'é',
      '.',
      '!',
    )
    const body = fc.oneof(
      fc.array(pieces, { maxLength: 40 }),
      fc.array(fc.oneof(pieces, fc.constant('\t')), { maxLength: 40 }),
    )
    fc.assert(
      fc.property(body, fc.nat(7), (all, shift) => {
        const text = Buffer.from(all.join('')).toString('latin1')
        const raw = Buffer.from(`${'x'.repeat(shift)}${text}`, 'latin1')
        const shifted = Buffer.from(raw.buffer, raw.byteOffset, raw.length)
        expect(relaxBody(shifted, shift).toString('latin1')).toBe(plainly(text))
      }),
      { numRuns: 1_000 },
    )
  })

  test('of a field has its name in lower case and one blank where there were many or a fold', () => {
    expect(relaxField('SubJect  :\t Hello \r\n  there  ')).toBe('subject:Hello there')
  })
})

test('a record publishes a key whatever the order and blanks of its parts', () => {
  expect(publishesKey('p=AbC ; k=rsa; v=DKIM1', 'AbC')).toBe(true)
  expect(publishesKey('v=DKIM1; p=A bC', 'AbC')).toBe(true)
  for (const record of ['v=DKIM1; p=', 'v=DKIM1; k=rsa', 'v=DKIM1; p=Abc', ''])
    expect(publishesKey(record, 'AbC')).toBe(false)
})
