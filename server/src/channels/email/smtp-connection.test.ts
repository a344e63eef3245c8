/** One connection, word by word: what is sent, what is believed, and where a mail was when the line went dead. */
import { afterEach, describe, expect, test } from 'vitest'
import type { RenderedEmail } from './email.ts'
import {
  type ScriptedSmtp,
  type ScriptedSmtpOptions,
  type SmtpScript,
  type SmtpStep,
  startReciter,
  startScriptedSmtp,
} from './scripted-smtp.ts'
import {
  type OpenFailure,
  openConnection,
  type SmtpConnection,
  type SmtpServerOptions,
} from './smtp-connection.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const email = (
  raw: string | Buffer = 'Subject: x\r\n\r\nHi\r\n',
  changes: { from?: string; to?: string } = {},
): RenderedEmail => ({
  messageId: '01931f6e-0000-7000-8000-000000000001',
  envelope: { from: 'news@example.com', to: 'ada@example.org', ...changes },
  raw: Buffer.from(raw),
})

/** A scripted server that also keeps the commands it was given. */
const serve = async (
  options: ScriptedSmtpOptions = {},
): Promise<{ readonly server: ScriptedSmtp; readonly commands: string[] }> => {
  const commands: string[] = []
  const record: SmtpScript = (step, at) => {
    if (!['connect', 'body', 'dot'].includes(step)) commands.push(at.line)
    return options.script?.(step, at)
  }
  const server = await startScriptedSmtp({ ...options, script: record })
  cleanups.push(server.close)
  return { server, commands }
}
const open = async (
  port: number,
  options: Partial<SmtpServerOptions> = {},
): Promise<SmtpConnection | OpenFailure> => {
  const opened = await openConnection({ host: '127.0.0.1', port, name: 'client.test', ...options })
  if (!('answered' in opened)) cleanups.push(opened.quit)
  return opened
}
const connectTo = async (port: number, options: Partial<SmtpServerOptions> = {}): Promise<SmtpConnection> => {
  const opened = await open(port, options)
  if ('answered' in opened) throw new TypeError(`no connection: ${opened.words}`)
  return opened
}
const at =
  (step: SmtpStep, action: ReturnType<SmtpScript>): SmtpScript =>
  now =>
    now === step ? action : undefined

const recite = async (...texts: readonly string[]): Promise<number> => {
  const reciter = await startReciter(texts)
  cleanups.push(reciter.close)
  return reciter.port
}
const GREETING = '220 x\r\n'
const EHLO = '250-x\r\n250 PIPELINING\r\n'
const ENVELOPE_TAKEN = '250 a\r\n250 b\r\n354 c\r\n'

describe('the commands', () => {
  test('go out one by one, or together where the server offers PIPELINING', async () => {
    for (const pipelining of [true, false]) {
      const { server, commands } = await serve({ pipelining })
      const connection = await connectTo(server.port)
      expect(await connection.transfer(email())).toMatchObject({
        kind: 'answered',
        words: '250 2.0.0 Queued',
      })
      expect(commands).toEqual([
        'EHLO client.test',
        'MAIL FROM:<news@example.com>',
        'RCPT TO:<ada@example.org>',
        'DATA',
      ])
      expect(server.received).toHaveLength(1)
    }
  })

  for (const packets of ['split', 'joined'] as const)
    for (const pipelining of [true, false])
      test(`understand replies that arrive ${packets}${pipelining ? ', pipelined' : ''}`, async () => {
        const { server } = await serve({
          packets,
          pipelining,
          script: at('dot', { reply: '250-2.0.0 a\r\n250 2.0.0 b' }),
        })
        const connection = await connectTo(server.port, { auth: { user: 'u', pass: 'p' } })
        for (let n = 0; n < 2; n += 1)
          expect(await connection.transfer(email())).toEqual({
            kind: 'answered',
            words: '250-2.0.0 a\n250 2.0.0 b',
            at: 'after_dot',
          })
        expect(server.connections()).toBe(1)
      })

  test('tell the size where the server wants it, and a mail above its limit is never begun', async () => {
    const { server, commands } = await serve({ offers: ['SIZE 30'] })
    const connection = await connectTo(server.port)
    expect(await connection.transfer(email('x'.repeat(31)))).toMatchObject({
      kind: 'unsendable',
      code: 'EMESSAGE',
    })
    expect((await connection.transfer(email(`${'x'.repeat(28)}\r\n`))).kind).toBe('answered')
    expect(commands.filter(line => line.startsWith('MAIL'))).toEqual(['MAIL FROM:<news@example.com> SIZE=30'])
  })

  test('tell the size also to a server that states no limit', async () => {
    for (const offer of ['SIZE', 'SIZE 0']) {
      const { server, commands } = await serve({ offers: [offer] })
      await (await connectTo(server.port)).transfer(email('x'.repeat(50)))
      expect(commands).toContain('MAIL FROM:<news@example.com> SIZE=50')
    }
  })

  test('announce 8-bit content where the server offers it and the mail has it', async () => {
    const { server, commands } = await serve({ offers: ['8BITMIME'] })
    const connection = await connectTo(server.port)
    await connection.transfer(email('plain\r\n'))
    await connection.transfer(email('Zoë\r\n'))
    expect(commands.filter(line => line.startsWith('MAIL'))).toEqual([
      'MAIL FROM:<news@example.com>',
      'MAIL FROM:<news@example.com> BODY=8BITMIME',
    ])
    expect(server.received[1]?.raw.toString()).toBe('Zoë\r\n')
  })

  test('carry an address outside ASCII to a server that offers SMTPUTF8, and to no other', async () => {
    const international = email(undefined, { to: 'josé@example.org' })
    const { server, commands } = await serve({ offers: ['SMTPUTF8'] })
    const connection = await connectTo(server.port)
    await connection.transfer(international)
    await connection.transfer(email())
    const toText = (line: string | undefined): string => Buffer.from(line ?? '', 'latin1').toString()
    expect(commands[1]).toBe('MAIL FROM:<news@example.com> SMTPUTF8')
    expect(toText(commands[2])).toBe('RCPT TO:<josé@example.org>')
    expect(commands[4]).toBe('MAIL FROM:<news@example.com>')

    const plain = await serve()
    const other = await connectTo(plain.server.port)
    expect(await other.transfer(international)).toMatchObject({
      kind: 'unsendable',
      code: 'ESMTPUTF8',
      words: expect.stringContaining('SMTPUTF8'),
    })
    expect(plain.commands).toHaveLength(1)
  })

  const hostile = [
    '',
    'a b@x.test',
    'a@x.test>',
    '<a@x.test',
    'a@x.test\r\nDATA',
    'a\n@x.test',
    'a\0@x.test',
    'é\u0085@x.test',
    'x'.repeat(400),
  ]
  for (const address of hostile)
    test(`never hold the address ${JSON.stringify(address.slice(0, 20))}`, async () => {
      const { server, commands } = await serve({ offers: ['SMTPUTF8'] })
      const connection = await connectTo(server.port)
      for (const envelope of [{ from: address }, { to: address }])
        expect(await connection.transfer(email(undefined, envelope))).toMatchObject({
          kind: 'unsendable',
          code: 'EENVELOPE',
        })
      expect(commands).toEqual(['EHLO client.test'])
    })

  test('never hold a name for EHLO that is none', async () => {
    const { server, commands } = await serve()
    await connectTo(server.port, { name: 'x\r\nMAIL FROM:<a@x.test>' })
    await connectTo(server.port, { name: '192.0.2.1' })
    expect(commands).toEqual(['EHLO [127.0.0.1]', 'EHLO [192.0.2.1]'])
  })
})

describe('a refusal', () => {
  const refusals: readonly (readonly [SmtpStep, string])[] = [
    ['mail', '550 5.7.1 No sender'],
    ['rcpt', '450 4.2.0 Later'],
  ]
  for (const [step, reply] of refusals)
    test(`of ${step} counts although the server then asks for the mail; it gets an empty one`, async () => {
      const { server, commands } = await serve({ script: at(step, { reply }) })
      const connection = await connectTo(server.port)
      expect(await connection.transfer(email())).toEqual({
        kind: 'answered',
        words: reply,
        at: 'before_body',
        ...(step === 'mail' ? { ofSender: true } : {}),
      })
      expect(server.received.map(mail => mail.raw.length)).toEqual([0])
      server.follow(() => undefined)
      expect(await connection.prepare()).toBe(true)
      expect(await connection.transfer(email())).toMatchObject({ words: '250 2.0.0 Queued' })
      expect(commands.filter(line => line === 'EHLO client.test')).toHaveLength(1)
    })

  test('is the first of several', async () => {
    const replies: Partial<Record<SmtpStep, string>> = {
      mail: '451 4.0.0 a',
      rcpt: '550 5.0.0 b',
      data: '503 5.5.1 c',
    }
    const { server } = await serve({
      script: step => (replies[step] === undefined ? undefined : { reply: replies[step] }),
    })
    const connection = await connectTo(server.port)
    expect(await connection.transfer(email())).toMatchObject({ words: '451 4.0.0 a' })
    expect(server.received).toHaveLength(0)
  })

  test('counts also when the server closes before it has answered the rest', async () => {
    const { server } = await serve({ script: at('mail', { reply: '550 5.7.1 Go away', cut: 'close' }) })
    const connection = await connectTo(server.port)
    expect(await connection.transfer(email())).toMatchObject({ kind: 'answered', words: '550 5.7.1 Go away' })
    expect(connection.isUsable()).toBe(false)
  })

  test('by 421 is the end of the connection', async () => {
    const { server } = await serve({ script: at('dot', { reply: '421 4.3.2 Bye' }) })
    const connection = await connectTo(server.port)
    expect(await connection.transfer(email())).toMatchObject({ words: '421 4.3.2 Bye', at: 'after_dot' })
    expect(connection.isUsable()).toBe(false)
  })
})

describe('a lost connection', () => {
  const cases: readonly (readonly [SmtpStep, string, number])[] = [
    ['mail', 'before_body', 10],
    ['rcpt', 'before_body', 10],
    ['data', 'before_body', 10],
    ['body', 'in_body', 20_000_000],
    ['dot', 'after_dot', 10],
    ['dot', 'after_dot', 200_000],
  ]
  for (const [step, point, bytes] of cases)
    for (const pipelining of [true, false])
      test(`at ${step} of ${bytes} bytes is ${point}${pipelining ? ', pipelined' : ''}`, async () => {
        const { server } = await serve({ pipelining, script: at(step, { cut: 'reset' }) })
        const connection = await connectTo(server.port)
        let isGone = false
        connection.onGone(() => {
          isGone = true
        })
        expect(await connection.transfer(email('x'.repeat(bytes)))).toMatchObject({ kind: 'cut', at: point })
        expect(connection.isUsable()).toBe(false)
        expect(await connection.prepare()).toBe(false)
        expect(isGone).toBe(true)
        expect(await connection.transfer(email())).toMatchObject({ kind: 'cut', at: 'before_body' })
      })

  test('while a server does not read a large mail is in the body, also by our own time-out', async () => {
    const port = await recite(GREETING, EHLO, ENVELOPE_TAKEN)
    const connection = await connectTo(port, { socketTimeoutMs: 1_000 })
    expect(await connection.transfer(email('x'.repeat(30_000_000)))).toMatchObject({
      kind: 'cut',
      at: 'in_body',
      code: 'ETIMEDOUT',
    })
  })
})

describe('a server out of step is not believed', () => {
  test('when it greets with anything but SMTP', async () => {
    const port = await recite('HTTP/1.1 400 Bad Request\r\n\r\n')
    expect(await open(port)).toMatchObject({ code: 'EPROTOCOL', answered: false })
  })

  test('when its greeting does not end', async () => {
    const port = await recite(`220-${'x'.repeat(996)}\r\n`.repeat(100))
    expect(await open(port)).toMatchObject({ code: 'EPROTOCOL', answered: false })
  })

  test('when it goes on after its greeting', async () => {
    const port = await recite(`${GREETING}250 fine\r\n`, EHLO)
    expect(await open(port)).toMatchObject({ code: 'EPROTOCOL', answered: false })
  })

  test('when it accepts a mail that it was not given yet', async () => {
    const port = await recite(GREETING, EHLO, `${ENVELOPE_TAKEN}250 taken\r\n`)
    const connection = await connectTo(port)
    expect(await connection.transfer(email())).toMatchObject({
      kind: 'cut',
      at: 'before_body',
      code: 'EPROTOCOL',
    })
    expect(connection.isUsable()).toBe(false)
  })

  test('when it accepts a mail in the middle of it', async () => {
    const { server } = await serve({ script: at('body', { reply: '250 2.0.0 Enough' }) })
    const connection = await connectTo(server.port)
    expect(await connection.transfer(email('x'.repeat(20_000_000)))).toMatchObject({
      kind: 'cut',
      at: 'after_dot',
      code: 'EPROTOCOL',
    })
    expect(connection.isUsable()).toBe(false)
  })

  for (const reply of ['250 ok', '334 what']) {
    const step = reply === '250 ok' ? 'data' : 'mail'
    test(`when it answers ${step} with ${reply}`, async () => {
      const { server } = await serve({ script: at(step, { reply }) })
      const connection = await connectTo(server.port)
      expect(await connection.transfer(email())).toMatchObject({
        kind: 'cut',
        at: 'before_body',
        code: 'EPROTOCOL',
      })
    })
  }

  test('when its answer to the dot is garbage: nobody knows what it has', async () => {
    const port = await recite(GREETING, EHLO, ENVELOPE_TAKEN, '2x0 what\r\n')
    const connection = await connectTo(port)
    expect(await connection.transfer(email())).toMatchObject({
      kind: 'cut',
      at: 'after_dot',
      code: 'EPROTOCOL',
    })
  })

  test('when it speaks without being asked', async () => {
    const port = await recite(GREETING, EHLO, ENVELOPE_TAKEN, '250 taken\r\n250 again\r\n')
    const connection = await connectTo(port)
    expect(await connection.transfer(email())).toMatchObject({ kind: 'answered', words: '250 taken' })
    expect(connection.isUsable()).toBe(false)
  })
})
