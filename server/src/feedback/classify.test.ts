/** The corpus: mails in the shapes that real systems send, each with what it means; then bytes that nobody means. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BOUNCE_REASONS } from '../channels/email/codes.ts'
import { classifyMail } from './classify.ts'
import type { FeedbackMail } from './report.ts'

const CORPUS = join(import.meta.dirname, 'corpus')
const read = (name: string): Buffer => readFileSync(join(CORPUS, `${name}.eml`))

const shape = (mail: FeedbackMail): string => {
  if (mail.kind === 'ignored') return mail.why
  if (mail.kind === 'loop')
    return `${mail.verdict} (${mail.type}) of ${mail.addresses.join(', ') || 'nobody named'}`
  return mail.recipients
    .map(({ action, code, addresses }) => {
      const reason = code === null ? '' : ` ${code} ${BOUNCE_REASONS[code].class}`
      return `${action}${reason}: ${addresses.join(', ')}`.replace(/: $/, '')
    })
    .join('; ')
}

const ADA = 'ada@customer.example'
const TABLE: Readonly<Record<string, string>> = {
  'postfix-user-unknown': `failed 10 hard: ${ADA}`,
  'postfix-host-not-found': `failed 21 soft: ${ADA}`,
  'postfix-connection-timed-out': `failed 20 soft: ${ADA}`,
  'postfix-delayed': `delayed 22 soft: ${ADA}`,
  'postfix-delivered': `delivered: ${ADA}`,
  'postfix-mailbox-full-sieve': `failed 22 soft: ${ADA}`,
  'postfix-sender-rejected': `failed 51 ignored: ${ADA}`,
  'postfix-two-recipients': `expanded: ${ADA}; failed 10 hard: bob@inner.example`,
  'sendmail-relaying-denied': `failed 54 soft: ${ADA}`,
  'sendmail-warning-four-hours': `delayed 20 soft: ${ADA}`,
  'sendmail-relayed': `relayed: ${ADA}`,
  'gmail-address-not-found': 'failed 10 hard: ada@gmail.example',
  'gmail-over-quota': 'failed 22 soft: ada@gmail.example',
  'gmail-delay': 'delayed 20 soft: ada@gmail.example',
  'gmail-rate-limited': 'failed 50 ignored: ada@gmail.example',
  'gmail-unauthenticated': 'failed 25 admin: ada@gmail.example',
  'office365-recipient-not-found': `failed 10 hard: ${ADA}`,
  'office365-access-denied': `failed 10 hard: ${ADA}`,
  'office365-restricted-group': `failed 15 hard: ${ADA}`,
  'office365-mailbox-full': `failed 22 soft: ${ADA}`,
  'office365-domain-does-not-exist': `failed 21 soft: ${ADA}`,
  'office365-message-expired': `failed 24 ignored: ${ADA}`,
  'office365-too-large': `failed 23 ignored: ${ADA}`,
  'office365-routing-loop': `failed 40 ignored: ${ADA}`,
  'office365-blocked-ip': `failed 51 ignored: ${ADA}`,
  'exchange-relayed-hub': `relayed: ${ADA}`,
  'exchange-2007-html-only': 'failed 10 hard: ada@corp.example',
  'exchange-5.5-text-only': 'failed 10 hard: ada@old.example',
  'exim-unknown-user': `failed 10 hard: ${ADA}`,
  'exim-unrouteable': `failed 10 hard: ${ADA}`,
  'exim-retry-timeout': `failed 24 ignored: ${ADA}`,
  'exim-delay-warning': `delayed 22 soft: ${ADA}`,
  'qmail-no-mailbox': `failed 10 hard: ${ADA}`,
  'qmail-no-host': `failed 10 hard: ${ADA}`,
  'qmail-queue-too-long': `failed 24 ignored: ${ADA}`,
  'yahoo-no-account': 'failed 10 hard: ada@yahoo.example',
  'yahoo-mailbox-disabled': 'failed 10 hard: ada@yahoo.example',
  'yahoo-over-quota': 'failed 22 soft: ada@yahoo.example',
  'lotus-not-listed': 'failed 10 hard: ada@domino.example',
  'gateway-spam-content': `failed 52 ignored: ${ADA}`,
  'gateway-blocklist': `failed 51 ignored: ${ADA}`,
  'german-gateway': 'failed 10 hard: ada@post.example',
  'global-utf8-report': 'failed 10 hard: ada@bücher.example',
  'broken-no-action': 'failed 10 hard: ada@odd.example',
  'broken-no-closing-boundary': 'failed 10 hard: ada@odd.example',
  'broken-charset': 'failed 10 hard: ada@odd.example',
  'base64-report': 'failed 10 hard: ada@b64.example',
  'report-says-nothing': 'failed 1 ignored: ada@odd.example',
  'status-in-words-only': 'failed 10 hard: ada@odd.example',
  'out-of-office-exchange': 'auto_reply',
  'out-of-office-gmail': 'auto_reply',
  'out-of-office-dutch': 'auto_reply',
  'vacation-sieve': 'auto_reply',
  'ticket-system': 'auto_reply',
  'a-persons-answer': 'other',
  'read-receipt': 'receipt',
  'challenge-boxbe': 'challenged 100 soft',
  'challenge-tmda': 'challenged 100 soft',
  'arf-abuse': 'complaint (abuse) of ada@mail.example',
  'arf-headers-only': 'complaint (abuse) of ada@mail.example',
  'arf-fraud': 'complaint (fraud) of ada@mail.example',
  'arf-yahoo-redacted': 'complaint (abuse) of nobody named',
  'arf-microsoft-jmrp': 'complaint (abuse) of nobody named',
  'arf-not-spam': 'not_spam (not-spam) of ada@mail.example',
  'arf-opt-out': 'unsubscribe (opt-out) of ada@mail.example',
  'arf-auth-failure': 'other_report',
  'arf-unknown-type': 'other_report',
  'hotmail-plain-complaint': 'complaint (abuse) of ada@hotmail.example',
}

describe('the corpus', () => {
  for (const [name, meaning] of Object.entries(TABLE))
    it(`${name}: ${meaning}`, async () => expect(shape(await classifyMail(read(name)))).toBe(meaning))

  it('has a meaning for every mail, and they read alike with the line ends of SMTP', async () => {
    const names = readdirSync(CORPUS).map(file => file.replace(/\.eml$/, ''))
    expect(names.sort()).toEqual(Object.keys(TABLE).sort())
    for (const name of names) {
      const crlf = read(name).toString('latin1').replaceAll('\n', '\r\n')
      expect(shape(await classifyMail(Buffer.from(crlf, 'latin1'))), name).toBe(TABLE[name])
    }
  })
})

describe('what a report says beside its class', () => {
  it('is the status, the words and the server', async () => {
    const mail = await classifyMail(read('postfix-delayed'))
    expect(mail.kind === 'delivery' && mail.recipients[0]).toMatchObject({
      ...{ status: '4.2.2', remoteMta: 'mx.customer.example' },
      diagnostic: '452 4.2.2 <ada@customer.example>: Mailbox over quota',
    })
  })

  it('is which mail of ours it is about, wherever the copy of its header stands', async () => {
    const messageIds = ['0190d5fe-7c00-7a00-8abc-def012345678']
    for (const name of ['arf-headers-only'])
      expect(await classifyMail(read(name)), name).toMatchObject({ original: { messageIds } })
  })
})

describe('hostile bytes', () => {
  it('of any kind are classified as something', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4_000 }), async bytes => {
        expect((await classifyMail(Buffer.from(bytes))).kind).toMatch(/^(?:delivery|loop|ignored)$/)
      }),
      { numRuns: 200 },
    )
  })

  it('in the middle of a real report never throw', async () => {
    const names = Object.keys(TABLE)
    const damage = fc.record({
      name: fc.constantFrom(...names),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(200),
      bytes: fc.uint8Array({ maxLength: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ name, at, cut, bytes }) => {
        const raw = read(name)
        const from = Math.floor(raw.length * at)
        const broken = Buffer.concat([raw.subarray(0, from), bytes, raw.subarray(from + cut)])
        expect((await classifyMail(broken)).kind).toMatch(/^(?:delivery|loop|ignored)$/)
      }),
      { numRuns: 300 },
    )
  })

  const big: Readonly<Record<string, string>> = {
    'nested multiparts': Array.from(
      { length: 500 },
      (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`,
    ).join(''),
    'a megabyte of one header': `Subject: ${'a'.repeat(1_000_000)}\n\n`,
    'many fields': `Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n${'Final-Recipient: rfc822; a@b.example\nStatus: 5.1.1\n\n'.repeat(20_000)}--b--`,
    'many boundaries': `Content-Type: multipart/report; boundary=b\n\n${'--b\n\n'.repeat(200_000)}`,
    'spaces and colons': `From: mailer-daemon@a.example\nSubject: failure notice\n\n${' \t:;<@'.repeat(170_000)}`,
    'digits and dots': `From: mailer-daemon@a.example\nSubject: failure notice\n\n${'550 5.1.'.repeat(130_000)}`,
    'one long word': `From: mailer-daemon@a.example\nSubject: failure notice\n\n${'a'.repeat(1_000_000)}@`,
    'html without end': `From: postmaster@a.example\nSubject: undeliverable\nContent-Type: text/html\n\n${'<a <b '.repeat(170_000)}`,
  }
  for (const [name, text] of Object.entries(big))
    it(`as ${name} are done with in good time`, { timeout: 20_000 }, async () => {
      expect((await classifyMail(Buffer.from(text))).kind).toMatch(/^(?:delivery|loop|ignored)$/)
    })
})
