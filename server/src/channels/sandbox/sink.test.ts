/** From the SMTP channel through the sink into the table, on real sockets and a real Postgres. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/database.ts'
import { systemClock } from '../../lib/clock.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { silentLog } from '../../lib/log.ts'
import type { Channel } from '../channel.ts'
import { type RenderedEmail, SANDBOX_HEADER } from '../email/email.ts'
import { buildMime } from '../email/mime.ts'
import { createSmtpChannel } from '../email/smtp.ts'
import { clearInbox, getInboxMail, insertInboxMails, listInbox, trimInbox } from './inbox.store.ts'
import { type SandboxSink, type SandboxSinkOptions, startSandboxSink } from './sink.ts'

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>
let database: TestDatabase
let sink: SandboxSink
let channel: Channel<RenderedEmail>
const newId = (): string => uuidv7(systemClock.now().getTime())

const start = async (changes: Partial<SandboxSinkOptions> = {}): Promise<void> => {
  sink = await startSandboxSink({
    db: database.db,
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    newId,
    log: silentLog,
    ...changes,
  })
  channel = createSmtpChannel({ host: '127.0.0.1', port: sink.port })
}
const stop = async (): Promise<void> => {
  await channel.close()
  await sink.close()
}

const email = (changes: { subject?: string; sandbox?: string; raw?: string } = {}): RenderedEmail => {
  const messageId = newId()
  const built = buildMime({
    messageId,
    domainForMessageId: 'mail.example.com',
    date: new Date('2026-03-01T09:00:00Z'),
    fromName: 'Klokken & zo',
    fromAddress: 'news@mail.example.com',
    to: { name: 'Zoë', address: 'zoe@example.org' },
    subject: changes.subject ?? 'Dag Zoë 🔔',
    html: '<p>Dag <b>Zoë</b></p>',
    headers: { [SANDBOX_HEADER]: changes.sandbox ?? 'dev' },
  })
  const raw = changes.raw === undefined ? built : Buffer.from(changes.raw, 'latin1')
  return { messageId, envelope: { from: 'bounce@mail.example.com', to: 'zoe@example.org' }, raw }
}
const count = async (): Promise<number> =>
  (await database.db.query<{ n: number }>('select count(*)::int n from inbox')).rows[0]?.n ?? 0
const until = async (condition: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 5_000
  while (!(await condition())) {
    expect(performance.now(), 'waited 5 s').toBeLessThan(deadline)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database.drop()
})
beforeEach(async () => {
  await database.db.query('truncate inbox')
})

describe('the sink', () => {
  beforeEach(() => start())
  afterEach(stop)

  test('has a mail in the table when it answers', async () => {
    const sent = email()
    expect((await channel.send(sent)).kind).toBe('accepted')
    const { items, next } = await listInbox(database.db, { sandbox: 'dev', limit: 10 })
    expect(next).toBeNull()
    expect(items).toEqual([
      expect.objectContaining({
        messageId: sent.messageId,
        channel: 'email',
        sender: 'bounce@mail.example.com',
        recipient: 'zoe@example.org',
        subject: 'Dag Zoë 🔔',
        size: sent.raw.length,
      }),
    ])
  })

  test('keeps the bytes, and shows them parsed', async () => {
    const sent = email()
    await channel.send(sent)
    const id = (await listInbox(database.db, { sandbox: 'dev', limit: 1 })).items[0]!.id
    const entry = await getInboxMail(database.db, { sandbox: 'dev', id })
    expect(entry?.raw.equals(sent.raw)).toBe(true)
    expect(entry?.mail.html?.trim()).toBe('<p>Dag <b>Zoë</b></p>')
    expect(entry?.mail.text?.trim()).toBe('Dag Zoë')
    expect(entry?.mail.headers.slice(0, 2).map(header => header.name)).toEqual(['From', 'To'])
    expect(entry?.mail.attachments).toEqual([])
  })

  test('takes many mails at once, each one once', async () => {
    const sent = Array.from({ length: 300 }, () => email())
    const outcomes = await Promise.all(sent.map(mail => channel.send(mail)))
    expect(outcomes.every(outcome => outcome.kind === 'accepted')).toBe(true)
    const { rows } = await database.db.query<{ message_id: string }>('select message_id from inbox')
    expect(rows.map(row => row.message_id).sort()).toEqual(sent.map(mail => mail.messageId).sort())
  })

  const hostile: readonly (readonly [string, string])[] = [
    ['is empty', ''],
    ['has no header', '\r\nbody'],
    ['holds NUL in its subject', 'X-Carillon-Sandbox: dev\r\nSubject: a\0b\r\n\r\n\0'],
    ['has a wrong id', 'X-Carillon-Message-Id: x\r\nX-Carillon-Sandbox: dev\r\n\r\nx'],
    [
      'has a huge subject',
      `X-Carillon-Sandbox: dev\r\nSubject: ${'=?utf-8?q?=F0=9F?='.repeat(20_000)}\r\n\r\nx`,
    ],
    [
      'is nested without end',
      Array.from(
        { length: 300 },
        (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`,
      ).join(''),
    ],
    [
      'lies about its charset',
      'X-Carillon-Sandbox: dev\r\nContent-Type: text/html; charset=nonsense\r\n\r\n\xff\xfe<script>',
    ],
  ]
  for (const [title, raw] of hostile) {
    test(`takes and shows a mail that ${title}`, async () => {
      expect((await channel.send(email({ raw }))).kind).toBe('accepted')
      const { rows } = await database.db.query<{ id: string }>(
        "update inbox set sandbox = 'dev' returning id",
      )
      const entry = await getInboxMail(database.db, { sandbox: 'dev', id: rows[0]!.id })
      expect(entry?.mail.recipient).toBe('zoe@example.org')
      expect((await listInbox(database.db, { sandbox: 'dev', limit: 5 })).items).toHaveLength(1)
    })
  }

  test('refuses a mail above its size for good', async () => {
    const outcome = await channel.send(
      email({ raw: `Subject: big\r\n\r\n${'x'.repeat(70)}\r\n`.repeat(350_000) }),
    )
    expect(outcome.kind).toBe('reject')
    expect(await count()).toBe(0)
  })
})

describe('a sink', () => {
  test('whose database is away answers "later", not 250', async () => {
    const warnings: string[] = []
    const broken = {
      query: async () => Promise.reject(new Error('gone')),
    } as unknown as SandboxSinkOptions['db']
    await start({ db: broken, log: { warn: (_fields, text) => void warnings.push(text) } })
    expect(await channel.send(email())).toMatchObject({ kind: 'retry', code: '451 4.3.0' })
    expect(warnings).toEqual(['a sandbox mail was not stored'])
    await stop()
  })

  test('keeps the newest mails only', async () => {
    await start({ keep: 10 })
    for (let n = 0; n < 30; n += 1) await channel.send(email({ subject: `mail ${n}` }))
    await until(async () => (await count()) === 10)
    const { items } = await listInbox(database.db, { sandbox: 'dev', limit: 1 })
    expect(items[0]?.subject).toBe('mail 29')
    await stop()
  })

  test('refuses to start on a taken port', async () => {
    await start()
    await expect(
      startSandboxSink({
        db: database.db,
        host: '127.0.0.1',
        port: sink.port,
        clock: systemClock,
        newId,
        log: silentLog,
      }),
    ).rejects.toThrow('EADDRINUSE')
    await stop()
  })
})

describe('the inbox', () => {
  const fill = async (mails: number, sandbox = 'dev'): Promise<void> => {
    await insertInboxMails(
      database.db,
      Array.from({ length: mails }, (_, n) => ({
        id: newId(),
        sandbox,
        channel: 'email',
        messageId: null,
        sender: 'news@example.com',
        recipient: `p${n}@example.org`,
        subject: `50% off_${n}`,
        // Pairs share a moment, so that paging must use the id too.
        receivedAt: new Date(Date.UTC(2026, 2, 1) + Math.floor(n / 2) * 1_000),
        raw: Buffer.from('x'),
      })),
    )
  }

  test('pages through all mails, newest first, each once', async () => {
    await fill(25)
    const seen: string[] = []
    let cursor: string | null = ''
    do {
      const page = await listInbox(database.db, { sandbox: 'dev', limit: 4, ...(cursor ? { cursor } : {}) })
      seen.push(...page.items.map(item => item.id))
      cursor = page.next
    } while (cursor !== null)
    expect(seen).toHaveLength(25)
    expect(new Set(seen).size).toBe(25)
  })

  test('finds by recipient and subject, in any case, wildcards taken literally', async () => {
    await fill(12)
    const search = async (text: string) =>
      (await listInbox(database.db, { sandbox: 'dev', limit: 50, search: text })).items.length
    expect(await search('P1@EXAMPLE.org')).toBe(1)
    expect(await search('50% OFF_')).toBe(12)
    expect(await search('%off')).toBe(0)
    expect(await search('\\')).toBe(0)
    expect(await search('\0')).toBe(12)
  })

  test('shows a sandbox its own mails only', async () => {
    await fill(2, 'dev')
    await fill(1, 'prod')
    const mine = await listInbox(database.db, { sandbox: 'prod', limit: 5 })
    expect(mine.items).toHaveLength(1)
    expect(await getInboxMail(database.db, { sandbox: 'dev', id: mine.items[0]!.id })).toBeUndefined()
    expect(await getInboxMail(database.db, { sandbox: 'dev', id: 'no uuid' })).toBeUndefined()
    expect(await clearInbox(database.db, 'dev')).toBe(2)
    expect(await count()).toBe(1)
  })

  test('starts at the beginning for a cursor that is not one', async () => {
    await fill(3)
    for (const cursor of [
      '',
      'x',
      '%%%',
      Buffer.from('1 2').toString('base64url'),
      Buffer.from(`999999999999999 ${newId()}`).toString('base64url'),
    ])
      expect((await listInbox(database.db, { sandbox: 'dev', limit: 5, cursor })).items).toHaveLength(3)
  })

  test('trims to the newest and leaves fewer alone', async () => {
    await fill(9)
    expect(await trimInbox(database.db, 10)).toBe(0)
    expect(await trimInbox(database.db, 9)).toBe(0)
    expect(await trimInbox(database.db, 4)).toBe(5)
    const { items } = await listInbox(database.db, { sandbox: 'dev', limit: 10 })
    expect(items.map(item => item.recipient)).toContain('p8@example.org')
  })
})
