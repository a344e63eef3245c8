/** The way to a usable connection, with real TLS and real log-ins, and with servers that play tricks on it. */
import type { Socket } from 'node:net'
import fc from 'fast-check'
import { type SMTPServerOptions as PeerOptions, SMTPServer } from 'smtp-server'
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

const email = (raw: string | Buffer = 'Subject: x\r\n\r\nHi\r\n'): RenderedEmail => ({
  messageId: '01931f6e-0000-7000-8000-000000000001',
  envelope: { from: 'news@example.com', to: 'ada@example.org' },
  raw: Buffer.from(raw),
})
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
/** A scripted server that also keeps the commands it was given. */
const serve = async (
  options: ScriptedSmtpOptions = {},
): Promise<{ readonly server: ScriptedSmtp; readonly commands: string[] }> => {
  const commands: string[] = []
  const record: SmtpScript = (step, now) => {
    if (!['connect', 'body', 'dot'].includes(step)) commands.push(now.line)
    return options.script?.(step, now)
  }
  const server = await startScriptedSmtp({ ...options, script: record })
  cleanups.push(server.close)
  return { server, commands }
}
const recite = async (...texts: readonly string[]): Promise<number> => {
  const reciter = await startReciter(texts)
  cleanups.push(reciter.close)
  return reciter.port
}
const GREETING = '220 x\r\n'

/** A server that others wrote, with what it was given. */
interface Peer {
  readonly port: number
  readonly received: Buffer[]
  readonly logIns: string[]
  readonly closed: Promise<void>
}
const startPeer = async (options: PeerOptions = {}): Promise<Peer> => {
  const received: Buffer[] = []
  const logIns: string[] = []
  let onClosed = (): void => undefined
  const closed = new Promise<void>(resolve => {
    onClosed = resolve
  })
  const server = new SMTPServer({
    disableReverseLookup: true,
    authOptional: true,
    onAuth: (auth, _session, done) => {
      logIns.push(`${auth.method} ${auth.username}:${auth.password}`)
      if (auth.password === 'bells') done(null, { user: auth.username })
      else done(new TypeError('Wrong password'))
    },
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(Buffer.concat(chunks))
        done(null, 'Taken')
      })
    },
    onClose: () => onClosed(),
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise<void>(resolve => server.close(() => resolve())))
  const address = server.server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  return { port, received, logIns, closed }
}

describe('a session', () => {
  test('falls back to HELO, without any extension, where EHLO is unknown', async () => {
    const { server, commands } = await serve({
      offers: ['SIZE'],
      script: (step, { line }) =>
        step === 'ehlo'
          ? { reply: line.startsWith('EHLO') ? '502 5.5.1 What?' : '250 scripted.test' }
          : undefined,
    })
    const connection = await connectTo(server.port)
    expect((await connection.transfer(email())).kind).toBe('answered')
    expect(commands.slice(0, 3)).toEqual([
      'EHLO client.test',
      'HELO client.test',
      'MAIL FROM:<news@example.com>',
    ])
  })

  test('is over when EHLO is refused for now, or HELO too', async () => {
    const busy = await serve({ script: at('ehlo', { reply: '451 4.3.0 Busy' }) })
    expect(await open(busy.server.port)).toMatchObject({
      code: '451',
      words: '451 4.3.0 Busy',
      answered: true,
    })
    expect(busy.commands).toEqual(['EHLO client.test'])
    const closed = await serve({ script: at('ehlo', { reply: '550 5.7.1 No' }) })
    expect(await open(closed.server.port)).toMatchObject({ code: '550', answered: true })
  })

  for (const [title, texts, code] of [
    ['a whole reply', ['220 go\r\n250 injected\r\n'], /^EPROTOCOL$/],
    ['the start of a reply', ['220 go\r\n250-inj'], /^EPROTOCOL$/],
    ['a reply in a packet of its own', ['220 go\r\n', '250 injected\r\n'], /SSL/],
  ] as const)
    test(`is over when STARTTLS is followed by plain text: ${title}`, async () => {
      const port = await recite(GREETING, '250-x\r\n250 STARTTLS\r\n', ...texts)
      const opened = await open(port, { allowInvalidCertificates: true })
      expect(opened).toMatchObject({ answered: false })
      expect('code' in opened && opened.code).toMatch(code)
    })

  test('is over when STARTTLS is refused or cut', async () => {
    for (const action of [{ reply: '454 4.7.0 Not now' }, { cut: 'reset' }] as const) {
      const { server, commands } = await serve({ offers: ['STARTTLS'], script: at('starttls', action) })
      expect(await open(server.port)).toMatchObject({ answered: 'reply' in action })
      expect(commands).toEqual(['EHLO client.test', 'STARTTLS'])
    }
  })

  test('never shows a password to a server on another machine that offers no TLS', async () => {
    // A loopback address that the rule for this machine does not know, so it counts as another one.
    const { server, commands } = await serve()
    const opened = await open(server.port, { host: '::ffff:127.0.0.1', auth: { user: 'u', pass: 'p' } })
    expect(opened).toMatchObject({ code: 'ETLS', answered: false })
    expect(commands).toEqual(['EHLO client.test'])
  })

  test('is a failure, not an error, with a port that cannot be', async () => {
    expect(await open(70_000)).toMatchObject({ code: 'ERR_SOCKET_BAD_PORT', answered: false })
  })
})

describe('a log-in', () => {
  for (const method of ['PLAIN', 'LOGIN'] as const) {
    test(`by ${method} is accepted with the right password`, async () => {
      const peer = await startPeer({
        authMethods: [method],
        allowInsecureAuth: true,
        disabledCommands: ['STARTTLS'],
      })
      const connection = await connectTo(peer.port, { auth: { user: 'ada ö', pass: 'bells' } })
      expect(await connection.transfer(email())).toMatchObject({ kind: 'answered', words: '250 Taken' })
      expect(peer.logIns).toEqual([`${method} ada ö:bells`])
    })

    test(`by ${method} is refused with a wrong one, in the words of the server`, async () => {
      const peer = await startPeer({
        authMethods: [method],
        allowInsecureAuth: true,
        disabledCommands: ['STARTTLS'],
      })
      const opened = await open(peer.port, { auth: { user: 'ada', pass: 'x' } })
      expect(opened).toMatchObject({ code: '535', answered: true })
      await peer.closed
    })
  }

  for (const mechanisms of ['LOGIN', 'PLAIN LOGIN'])
    test(`is refused at its first word where the server does so (${mechanisms})`, async () => {
      const port = await recite(GREETING, `250-x\r\n250 AUTH ${mechanisms}\r\n`, '504 5.5.4 Not today\r\n')
      expect(await open(port, { auth: { user: 'u', pass: 'p' } })).toMatchObject({
        words: '504 5.5.4 Not today',
        answered: true,
      })
    })

  test('is not tried where the server has none that we know', async () => {
    const { server, commands } = await serve({ script: at('ehlo', { reply: '250-x\r\n250 AUTH XOAUTH2' }) })
    expect(await open(server.port, { auth: { user: 'u', pass: 'p' } })).toMatchObject({
      code: 'EAUTH',
      answered: false,
    })
    expect(commands).toEqual(['EHLO client.test'])
  })
})

describe('TLS', () => {
  test('from the first byte carries mails, and its server is told the name it is asked by', async () => {
    const names: string[] = []
    const peer = await startPeer({
      secure: true,
      onSecure: (socket, _session, done) => {
        names.push('servername' in socket ? String(socket.servername) : 'no TLS')
        done()
      },
    })
    for (const host of ['localhost', '127.0.0.1']) {
      const connection = await connectTo(peer.port, { host, secure: true, allowInvalidCertificates: true })
      for (const raw of ['a\r\n', `${'.b'.repeat(100_000)}\r\n`]) {
        expect(await connection.transfer(email(raw))).toMatchObject({ kind: 'answered', words: '250 Taken' })
        expect(peer.received.at(-1)?.toString()).toBe(raw)
      }
      await connection.quit()
    }
    expect(names).toEqual(['localhost', 'false'])
  })

  test('by STARTTLS carries mails, and nothing is left of the connection after QUIT', async () => {
    const peer = await startPeer({ authMethods: ['PLAIN'] })
    const connection = await connectTo(peer.port, {
      requireTls: true,
      allowInvalidCertificates: true,
      auth: { user: 'ada', pass: 'bells' },
    })
    for (let n = 1; n <= 3; n += 1) {
      expect(await connection.transfer(email())).toMatchObject({ kind: 'answered', words: '250 Taken' })
      expect(peer.received).toHaveLength(n)
    }
    await connection.quit()
    await peer.closed
    expect(peer.logIns).toEqual(['PLAIN ada:bells'])
  })

  for (const secure of [true, false]) {
    const way = secure ? 'from the first byte' : 'by STARTTLS'
    for (const [at, bytes] of [
      ['in_body', 30_000_000],
      ['after_dot', 10],
    ] as const)
      test(`cut ${way} during a mail of ${bytes} bytes is ${at}`, async () => {
        const sockets: Socket[] = []
        const peer = await startPeer({
          secure,
          onSecure: (socket, _session, done) => {
            sockets.push(socket)
            done()
          },
          onData: stream => {
            const cut = (): void => void sockets[0]?.destroy()
            stream.once(at === 'in_body' ? 'data' : 'end', cut).resume()
          },
        })
        const connection = await connectTo(peer.port, { secure, allowInvalidCertificates: true })
        expect(await connection.transfer(email('x'.repeat(bytes)))).toMatchObject({ kind: 'cut', at })
      })
  }

  for (const secure of [true, false])
    test(`with a certificate that nobody vouches for is a failure, ${secure ? 'from the first byte' : 'by STARTTLS'}`, async () => {
      const peer = await startPeer({ secure })
      const opened = await open(peer.port, { secure })
      expect(opened).toMatchObject({ answered: false })
      expect('code' in opened && opened.code).toMatch(/CERT/)
      expect(peer.logIns).toEqual([])
    })

  test('from the first byte to a server that speaks none is a failure', async () => {
    const port = await recite(GREETING)
    const opened = await open(port, { secure: true })
    expect(opened).toMatchObject({ answered: false })
    expect('code' in opened && opened.code).not.toBe('ETIMEDOUT')
  })

  test('with a server that is silent in its handshake ends by time-out', async () => {
    const port = await recite('')
    expect(await open(port, { secure: true, connectTimeoutMs: 100 })).toMatchObject({ code: 'ETIMEDOUT' })
    const second = await recite(GREETING, '250-x\r\n250 STARTTLS\r\n', '220 go\r\n')
    expect(await open(second, { socketTimeoutMs: 100 })).toMatchObject({ code: 'ETIMEDOUT' })
  })
})

test('any mail arrives byte for byte at a server that others wrote', async () => {
  const peer = await startPeer({ disabledCommands: ['STARTTLS'] })
  const connection = await connectTo(peer.port)
  const piece = fc.constantFrom(
    '.',
    '..',
    '\r\n',
    '\r\n.\r\n',
    'a',
    '\0',
    'é',
    'x'.repeat(3_000),
    '\t',
    '250 ',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async pieces => {
      const raw = Buffer.from(`${pieces.join('')}\r\n`)
      expect(await connection.transfer(email(raw))).toMatchObject({ kind: 'answered', words: '250 Taken' })
      expect(peer.received.pop()?.equals(raw)).toBe(true)
    }),
    { numRuns: 200 },
  )
})
