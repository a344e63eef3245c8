/** Mail that comes back, over SMTP, into a real ledger. */
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { ADDRESSES, arfMail, dsnMail, FeedbackLedger } from '../../test/feedback.ts'
import { CUT, SENT } from '../../test/hand-worker.ts'
import { handIn } from '../../test/smtp-client.ts'
import { hourOf } from '../delivery/recorder.ts'
import { uuidv7 } from '../lib/ids.ts'
import { redriveMessages } from '../messages/redrive.store.ts'
import { createFeedbackCounter, type FeedbackCounter } from './counter.ts'
import { RECEIVER_SOURCE, type Receiver, startReceiver } from './receiver.ts'
import { readTallies } from './tally.store.ts'

const DOMAIN = 'bounce.shop.example'
const newId = (): string => uuidv7(Date.now())
let test: TestDatabase
let ledger: FeedbackLedger
let receiver: Receiver
let counter: FeedbackCounter
let n = 0

beforeAll(async () => {
  test = await createTestDatabase()
  ledger = new FeedbackLedger(test.db)
  await ledger.start()
  const clock = { now: () => ledger.now(), monotonicMs: () => ledger.ms }
  counter = createFeedbackCounter({ pool: test.db, clock })
  receiver = await startReceiver({
    ...{ pool: test.db, clock, counter, newId, shard: 95, addresses: ADDRESSES },
    ...{ log: pino({ level: 'silent' }), host: '127.0.0.1', port: 0 },
  })
})
afterAll(async () => {
  await receiver.close()
  await test.drop()
})

const person = (): string => `p${++n}@customer.example`
const send = async (to: string, raw: Buffer, from = ''): Promise<string> =>
  (await handIn(receiver.port, { from, to, raw })).slice(0, 9)
const senderOf = (messageId: string, attempt = 1, generation = 1): string =>
  ADDRESSES.verpAddress({ messageId, generation, attempt }, DOMAIN)
const moveTo = (profileId: string, address: string) =>
  test.db.query('update profile set attributes = $2, modified_at = $3 where id = $1', [
    ...[profileId, { personalEmail: { address } }, new Date(ledger.ms + 1_000)],
  ])
const tallies = async (): Promise<Record<string, number>> => {
  await counter.flushed()
  const rows = await readTallies(test.db, [RECEIVER_SOURCE])
  return Object.fromEntries(rows.map(row => [row.outcome, row.n]))
}

describe('a bounce', () => {
  it('of a message that was sent stays with it, suppresses the address, and is told in words', async () => {
    const email = person()
    const id = await ledger.message({ email }, SENT)
    expect(await send(senderOf(id), dsnMail({ address: email }))).toBe('250 2.0.0')
    expect(await ledger.state(id)).toEqual({ state: 'sent', reason: null })
    expect(await ledger.reported(id)).toEqual(['bounce 10'])
    expect(await ledger.suppressed(email)).toBe('Invalid Recipient')
    expect((await ledger.told(id)).at(-1)).toBe(
      'Bounced after it was sent, as a mail system reports: Invalid Recipient (550 5.1.1 no such user)',
    )
  })

  it('that comes twice, also at once and in other letters, counts once', async () => {
    const email = person()
    const id = await ledger.message({ email }, SENT)
    const raw = dsnMail({ address: email, status: '5.2.2', diagnostic: 'smtp; 552 5.2.2 mailbox full' })
    await Promise.all([send(senderOf(id), raw), send(senderOf(id).toUpperCase(), raw)])
    await send(senderOf(id), raw)
    expect(await ledger.reported(id)).toEqual(['bounce 22'])
    const { rows } = await test.db.query('select soft_count from bounce_count where address = $1', [email])
    expect(rows).toEqual([{ soft_count: 1 }])
  })

  it('that is soft suppresses at the fifth, though every message was taken by the provider', async () => {
    const email = person()
    const raw = dsnMail({ address: email, status: '5.2.2', diagnostic: 'smtp; 552 5.2.2 mailbox full' })
    for (let count = 1; count <= 5; count++) {
      expect(await ledger.suppressed(email)).toBeUndefined()
      await send(senderOf(await ledger.message({ email }, SENT)), raw)
    }
    expect(await ledger.suppressed(email)).toBe('Mailbox Full')
  })

  it('of an unknown message settles it as failed, with the sums', async () => {
    const email = person()
    const before = await ledger.sums()
    const id = await ledger.message({ email }, CUT)
    await send(senderOf(id), dsnMail({ address: email }))
    expect(await ledger.state(id)).toEqual({ state: 'failed', reason: 'bounced' })
    const after = await ledger.sums()
    expect(after['failed/bounced']).toBe((before['failed/bounced'] ?? 0) + 1)
    expect(after['unknown/connection_cut']).toBe(before['unknown/connection_cut'])
    expect(await ledger.told(id)).toContain('Later evidence: it failed')
  })

  it('of an earlier generation or attempt does not settle the one that is unknown now', async () => {
    const email = person()
    const id = await ledger.message({ email }, CUT)
    const decision = { actor: 'Ada', reason: 'redriven' as const, now: ledger.now(), shard: 0 }
    await redriveMessages(test.db, { ...decision, messageIds: [id], hour: hourOf(ledger.now()) })
    await ledger.work(CUT)
    expect(await ledger.state(id)).toMatchObject({ state: 'unknown' })
    await send(senderOf(id, 1, 1), dsnMail({ address: email }))
    await send(senderOf(id, 2, 2), dsnMail({ address: email }))
    expect(await ledger.state(id)).toMatchObject({ state: 'unknown' })
    await send(senderOf(id, 1, 2), dsnMail({ address: email, action: 'delivered', status: '2.0.0' }))
    expect(await ledger.state(id)).toEqual({ state: 'sent', reason: null })
  })

  it('cannot suppress somebody else: the address is that of the message', async () => {
    const [email, other] = [person(), person()]
    const id = await ledger.message({ email }, SENT)
    await send(senderOf(id), dsnMail({ address: other }))
    expect(await ledger.suppressed(other)).toBeUndefined()
    expect(await ledger.suppressed(email)).toBe('Invalid Recipient')
  })

  it('of a person whose profile was changed since counts only when it names the address of now', async () => {
    const [old, fresh] = [person(), person()]
    const profileId = await ledger.profile(old)
    const id = await ledger.message({ email: old, profileId }, SENT)
    await moveTo(profileId, fresh)
    await send(senderOf(id), dsnMail({ address: old }))
    expect([await ledger.suppressed(old), await ledger.suppressed(fresh)]).toEqual([undefined, undefined])
    expect(await ledger.reported(id)).toEqual(['bounce 10'])
  })

  it('that names no recipient is not held against a profile that was changed since', async () => {
    const before = { full: person(), fresh: person() }
    const unchanged = await ledger.profile(before.full)
    const changed = await ledger.profile(person())
    const [told, untold] = [
      await ledger.message({ email: before.full, profileId: unchanged }, SENT),
      await ledger.message({ email: person(), profileId: changed }, SENT),
    ]
    await moveTo(changed, before.fresh)
    for (const id of [told, untold]) {
      await send(senderOf(id), dsnMail({ address: 'undisclosed' }))
      expect(await ledger.reported(id)).toEqual(['bounce 10'])
    }
    expect(await ledger.suppressed(before.full)).toBe('Invalid Recipient')
    expect(await ledger.suppressed(before.fresh)).toBeUndefined()
  })
})

describe('other reports', () => {
  it('of a delay are kept, and an unknown message was sent', async () => {
    const email = person()
    const id = await ledger.message({ email }, CUT)
    const delayed = { address: email, action: 'delayed', status: '4.2.2', diagnostic: 'smtp; 452 4.2.2 full' }
    await send(senderOf(id), dsnMail(delayed))
    await send(senderOf(id), dsnMail(delayed))
    expect(await ledger.reported(id)).toEqual(['delay 22'])
    expect(await ledger.state(id)).toMatchObject({ state: 'sent' })
    expect(await ledger.suppressed(email)).toBeUndefined()
  })

  it('of an automatic answer change nothing', async () => {
    const email = person()
    const id = await ledger.message({ email }, CUT)
    const raw = Buffer.from(
      `From: ${email}\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\n550 5.1.1 user unknown\r\n`,
    )
    const { ignored = 0 } = await tallies()
    expect(await send(senderOf(id), raw, email)).toBe('250 2.0.0')
    expect([await ledger.reported(id), await ledger.state(id)]).toEqual([
      [],
      { state: 'unknown', reason: 'connection_cut' },
    ])
    expect((await tallies())['ignored']).toBe(ignored + 1)
  })

  it('of a delivery end the count of soft bounces', async () => {
    const email = person()
    const full = dsnMail({ address: email, status: '5.2.2', diagnostic: 'smtp; 552 5.2.2 mailbox full' })
    await send(senderOf(await ledger.message({ email }, SENT)), full)
    ledger.ms += 60_000
    const id = await ledger.message({ email }, SENT)
    await send(senderOf(id), dsnMail({ address: email, action: 'delivered', status: '2.0.0' }))
    const { rows } = await test.db.query('select 1 from bounce_count where address = $1', [email])
    expect(rows).toEqual([])
  })
})

describe('a complaint', () => {
  it('at the mailbox of feedback loops is joined by the sender it names, and suppresses', async () => {
    const email = person()
    const id = await ledger.message({ email }, SENT)
    await send(`fbl@${DOMAIN}`, arfMail({ sender: senderOf(id) }), 'fbl@mail.example')
    expect(await ledger.reported(id)).toEqual(['complaint'])
    expect(await ledger.suppressed(email)).toBe('Spam Complaint')
  })

  it('is joined by the id in the header of the mail, where the sender was taken out', async () => {
    const email = person()
    const id = await ledger.message({ email }, SENT)
    await send(`fbl@${DOMAIN}`, arfMail({ messageId: id }), 'fbl@mail.example')
    expect(await ledger.suppressed(email)).toBe('Spam Complaint')
  })

  it('with a forged sender is joined to nothing', async () => {
    const email = person()
    const id = await ledger.message({ email }, SENT)
    const sender = senderOf(id)
    const forged = `${sender.slice(0, 20)}${sender[20] === 'a' ? 'b' : 'a'}${sender.slice(21)}`
    await send(`fbl@${DOMAIN}`, arfMail({ sender: forged }), 'fbl@mail.example')
    expect([await ledger.reported(id), await ledger.suppressed(email)]).toEqual([[], undefined])
  })
})

describe('an unsubscribe mail', () => {
  it('opts the person out, with evidence of its own kind, once', async () => {
    const email = person()
    const profileId = await ledger.profile(email)
    const id = await ledger.message({ email, profileId }, SENT)
    const to = ADDRESSES.unsubscribeAddress(id, DOMAIN)
    const raw = Buffer.from(`From: ${email}\r\nSubject: unsubscribe\r\n\r\n`)
    expect(await send(to, raw, email)).toBe('250 2.0.0')
    await send(to, raw, email)
    const { rows } = await test.db.query(
      'select level, channel, value_after, source, message_id, campaign_id from consent_event where profile_id = $1',
      [profileId],
    )
    const proof = { level: 'channel', channel: 'email', value_after: 'n', source: 'mailto' }
    expect(rows).toEqual([{ ...proof, message_id: id, campaign_id: ledger.campaignId }])
    expect(await ledger.reported(id)).toEqual(['unsubscribe'])
    expect(await ledger.suppressed(email)).toBeUndefined()
  })

  it('that is sent again after the person came back does not undo that', async () => {
    const email = person()
    const profileId = await ledger.profile(email)
    const to = ADDRESSES.unsubscribeAddress(await ledger.message({ email, profileId }, SENT), DOMAIN)
    const raw = Buffer.from(`From: ${email}\r\nSubject: unsubscribe\r\n\r\n`)
    await send(to, raw, email)
    const back = { consents: { marketing: { email: { val: 'y' } } } }
    await test.db.query('update profile set attributes = $2 where id = $1', [profileId, back])
    await send(to, raw, email)
    const { rows } = await test.db.query('select attributes from profile where id = $1', [profileId])
    expect(rows[0].attributes).toEqual(back)
  })

  it('from no one is a bounce of something, and nobody’s wish', async () => {
    const email = person()
    const profileId = await ledger.profile(email)
    const id = await ledger.message({ email, profileId }, SENT)
    await send(ADDRESSES.unsubscribeAddress(id, DOMAIN), dsnMail({ address: email }))
    expect(await ledger.reported(id)).toEqual([])
  })
})

describe('the receiver', () => {
  it('takes no mail for anybody else, and counts what it refuses', async () => {
    const { refused = 0 } = await tallies()
    const raw = Buffer.from('Subject: hello\r\n\r\n')
    const id = newId()
    for (const to of ['ada@shop.example', `b+${'a'.repeat(48)}@${DOMAIN}`, senderOf(id).replace(/^b/, 'u')])
      expect(await send(to, raw, 'someone@else.example')).toBe('550 5.1.1')
    expect((await tallies())['refused']).toBe(refused + 3)
  })

  it('takes a report of a message that is no more, so that its server is done with it', async () => {
    expect(await send(senderOf(newId()), dsnMail({ address: person() }))).toBe('250 2.0.0')
  })

  it('refuses a mail that is too large for good', async () => {
    const raw = Buffer.concat([Buffer.from('Subject: big\r\n\r\n'), Buffer.alloc(10_600_000, 'a\r\n')])
    expect(await send(senderOf(newId()), raw)).toMatch(/^552/)
  })

  it('does not say 250 while the report cannot be kept', async () => {
    const email = person()
    const id = await ledger.message({ email }, SENT)
    await test.db.query('alter table feedback_event rename to feedback_event_away')
    try {
      expect(await send(senderOf(id), dsnMail({ address: email }))).toMatch(/^451/)
    } finally {
      await test.db.query('alter table feedback_event_away rename to feedback_event')
    }
    expect(await send(senderOf(id), dsnMail({ address: email }))).toBe('250 2.0.0')
    expect(await ledger.reported(id)).toEqual(['bounce 10'])
    expect(await ledger.suppressed(email)).toBe('Invalid Recipient')
  })
})
