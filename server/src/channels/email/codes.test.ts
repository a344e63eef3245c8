/** The table of SMTP answers, by example and at random. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  BOUNCE_REASONS,
  bounceOfAnswer,
  bounceOfRecipient,
  outcomeOfAnswer,
  outcomeOfSessionRefusal,
} from './codes.ts'

const cases: readonly (readonly [string, string, number])[] = [
  ['421 4.7.0 Try again later, closing connection', 'throttle', 70],
  ['450 4.2.1 The user is receiving mail at a rate that prevents additional messages', 'throttle', 50],
  ['451 4.7.1 Greylisting in action, please come back later', 'retry', 20],
  ['452 4.2.2 The recipient is over quota', 'retry', 22],
  ['452 4.3.1 Insufficient system storage', 'retry', 20],
  ['451 4.4.3 DNS lookup failed', 'retry', 21],
  ['454 4.7.0 Too many login attempts', 'retry', 20],
  ['550 5.1.1 The email account that you tried to reach does not exist', 'reject', 10],
  ['550 5.2.1 The email account is disabled', 'reject', 10],
  ['550 No such user here', 'reject', 10],
  ['553 Mailbox unknown user', 'reject', 10],
  ['552 5.2.2 Mailbox full', 'reject', 22],
  ['552 Message size exceeds fixed limit', 'reject', 23],
  ['552 Requested action aborted: exceeded the storage quota', 'reject', 22],
  ['554 5.7.1 <x@example.org>: Relay access denied', 'reject', 54],
  ['554 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org', 'reject', 51],
  ['550 5.7.1 Message detected as spam', 'reject', 52],
  ['550 5.7.26 This message does not pass DMARC', 'reject', 25],
  ['535 5.7.8 Authentication credentials invalid', 'retry', 25],
  ['530 5.7.0 Must issue a STARTTLS command first', 'retry', 25],
  ['503 5.5.1 Bad sequence of commands', 'retry', 25],
  ['554 Transaction failed', 'reject', 1],
  ['999 nonsense', 'retry', 1],
  ['', 'retry', 1],
]
for (const [words, kind, bounce] of cases) {
  test(`"${words}" is ${kind}, bounce ${bounce}`, () => {
    expect(outcomeOfAnswer(words).kind).toBe(kind)
    expect(bounceOfAnswer(words)).toBe(bounce)
  })
}

const heldAgainst: readonly (readonly [string, number])[] = [
  ['550 5.1.1 The email account that you tried to reach does not exist', 10],
  ['550 5.1.0 <news@example.com>: Sender address rejected: User unknown', 25],
  ['553 5.1.8 Domain of sender does not exist', 25],
  ['450 4.1.8 Bad return path', 25],
  ['452 4.2.2 The recipient is over quota', 22],
  ['451 4.4.3 DNS lookup failed', 21],
  ['450 4.2.0 Mailbox busy', 20],
  ['451 Later', 20],
  ['451 4.7.1 Greylisting in action, please come back later', 70],
  ['450 Greylisted', 70],
  ['450 4.2.0 Try again in 300 seconds', 70],
  ['452 4.3.1 Insufficient system storage', 70],
  ['454 TLS not available', 70],
  ['421 4.7.0 Try again later', 70],
]
for (const [words, bounce] of heldAgainst)
  test(`"${words}" counts as ${bounce} for the recipient`, () =>
    expect(bounceOfRecipient(words)).toBe(bounce))

test('the code shows the enhanced status where there is one', () => {
  expect(outcomeOfAnswer('250 2.0.0 Ok: queued as 1')).toEqual({
    kind: 'accepted',
    code: '250 2.0.0',
    answer: '250 2.0.0 Ok: queued as 1',
  })
  expect(outcomeOfAnswer('550-5.1.1 No\r\n550 5.1.1 one').code).toBe('550 5.1.1')
  expect(outcomeOfAnswer('250 Ok').code).toBe('250')
})

const waits: readonly (readonly [string, number])[] = [
  ['450 4.2.0 Greylisted, try again in 300 seconds', 300_000],
  ['451 please retry after 5 minutes', 300_000],
  ['451 4.7.1 wait 2 hours', 7_200_000],
  ['451 come back in 999999 hours', 86_400_000],
]
for (const [words, ms] of waits)
  test(`"${words}" says when to come back`, () =>
    expect(outcomeOfAnswer(words)).toMatchObject({ retryAfterMs: ms }))

const scopes: readonly (readonly [string, typeof outcomeOfAnswer, string | undefined])[] = [
  ['421 4.7.0 Too many connections', outcomeOfAnswer, 'transport'],
  ['421-4.3.0 Busy\n421 4.3.0 Bye', outcomeOfAnswer, 'transport'],
  ['450 4.2.1 Rate limit exceeded', outcomeOfAnswer, undefined],
  ['451 4.7.0 Too many messages for this domain', outcomeOfAnswer, undefined],
  ['452 4.7.1 Slow down', outcomeOfAnswer, undefined],
  ['450 4.7.0 Too many connections', outcomeOfSessionRefusal, 'transport'],
  ['421 4.3.2 Too busy', outcomeOfSessionRefusal, 'transport'],
]
for (const [words, read, scope] of scopes)
  test(`"${words.split('\n')[0]}" ${read === outcomeOfAnswer ? 'to a message' : 'to a session'} is a throttle of the ${scope ?? 'domain'}`, () => {
    const outcome = read(words)
    expect(outcome.kind).toBe('throttle')
    expect(outcome.kind === 'throttle' && outcome.scope).toBe(scope)
  })

test('what is no throttle has no scope', () => {
  for (const words of ['250 Ok', '451 4.3.0 Disk full', '550 5.1.1 No', '999 nonsense']) {
    expect(outcomeOfAnswer(words)).not.toHaveProperty('scope')
    expect(outcomeOfSessionRefusal(words)).not.toHaveProperty('scope')
  }
})

test('a session refusal is never final', () => {
  fc.assert(
    fc.property(fc.integer({ min: 400, max: 599 }), fc.string(), (code, words) => {
      expect(['retry', 'throttle']).toContain(outcomeOfSessionRefusal(`${code} ${words}`).kind)
    }),
  )
})

test('any answer has an outcome that fits a row and a bounce reason that exists', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 2_000 }),
      fc.integer({ min: 200, max: 599 }),
      (words, code) => {
        const outcome = outcomeOfAnswer(`${code} ${words}`)
        expect(Buffer.byteLength(outcome.answer)).toBeLessThanOrEqual(500)
        expect(outcome.answer).not.toContain('\0')
        expect(BOUNCE_REASONS[bounceOfAnswer(`${code} ${words}`)].label).not.toBe('')
        if (code >= 400 && code < 500) expect(outcome.kind).not.toBe('reject')
        if (code >= 400) expect(outcome.kind).not.toBe('accepted')
      },
    ),
  )
})
