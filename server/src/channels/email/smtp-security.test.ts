/** How the line to a mail server is kept secret, what a look at it tells, copies, and connections for a domain. */
import { rootCertificates } from 'node:tls'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { TEST_TLS } from '../../../test/tls-fixture.ts'
import { openTransport } from '../../delivery/open-transport.ts'
import type { RenderedEmail } from './email.ts'
import { type ScriptedSmtp, startScriptedSmtp } from './scripted-smtp.ts'
import { createSmtpChannel } from './smtp.ts'
import { checkSmtp } from './smtp-connection.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Seen {
  readonly port: number
  /** How each mail came, in order. */
  readonly secured: boolean[]
}
const serve = async (more: ConstructorParameters<typeof SMTPServer>[0] = {}): Promise<Seen> => {
  const secured: boolean[] = []
  const server = new SMTPServer({
    ...TEST_TLS,
    authOptional: true,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('Wrong password')),
    onData: (stream, session, done) => {
      secured.push(session.secure)
      stream.resume()
      stream.on('end', () => done(null, 'ok'))
    },
    ...more,
  })
  server.on('error', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise(resolve => server.close(() => resolve())))
  return { port: (server.server.address() as { port: number }).port, secured }
}

const email = (more: Partial<RenderedEmail['envelope']> = {}): RenderedEmail => ({
  messageId: 'm',
  envelope: { from: 'a@example.com', to: 'b@example.org', ...more },
  raw: Buffer.from('Subject: x\r\n\r\nx\r\n'),
})
const sendBy = async (port: number, settings: object) => {
  const smtp = { host: '127.0.0.1', port, security: 'starttls' as const, ...settings }
  const channel = openTransport(
    { id: 't', kind: 'smtp', sandboxName: 'dev', smtp },
    { sinks: { smtp: 0, http: 0, push: { http: 0, http2: 0 } }, now: () => new Date() },
  )
  const outcome = await channel.send(email())
  await channel.close()
  return outcome
}

describe('the security of a transport', () => {
  test('none is plain text, also where TLS is offered', async () => {
    const { port, secured } = await serve()
    expect((await sendBy(port, { security: 'none' })).kind).toBe('accepted')
    expect(secured).toEqual([false])
  })

  test('opportunistic takes TLS from anybody, and goes without where there is none', async () => {
    const { port, secured } = await serve()
    expect((await sendBy(port, { security: 'opportunistic' })).kind).toBe('accepted')
    const plain = await serve({ disabledCommands: ['STARTTLS'] })
    expect((await sendBy(plain.port, { security: 'opportunistic' })).kind).toBe('accepted')
    expect([secured, plain.secured]).toEqual([[true], [false]])
  })

  test('opportunistic shows no password to a server that nobody vouches for', async () => {
    const { port } = await serve()
    const outcome = await sendBy(port, { security: 'opportunistic', user: 'u', password: 'right' })
    expect(outcome).toMatchObject({ kind: 'retry', code: expect.stringMatching(/SELF_SIGNED/) })
  })

  test('opportunistic logs in where there is no TLS, also beyond this machine', async () => {
    const plain = await serve({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
    // Leads here, and is no loopback address to whoever reads it.
    const settings = { host: '0.0.0.0', security: 'opportunistic', user: 'u', password: 'right' }
    expect((await sendBy(plain.port, settings)).kind).toBe('accepted')
  })

  test('opportunistic is held to a private authority where one is set', async () => {
    const { port } = await serve()
    const [ours, other] = [TEST_TLS.cert, rootCertificates[0]]
    expect((await sendBy(port, { security: 'opportunistic', ca: other })).kind).toBe('retry')
    expect((await sendBy(port, { security: 'opportunistic', ca: ours })).kind).toBe('accepted')
  })

  test('STARTTLS fails without it, and with a certificate of an authority that is not ours', async () => {
    const plain = await serve({ disabledCommands: ['STARTTLS'] })
    expect(await sendBy(plain.port, {})).toMatchObject({ kind: 'retry', code: 'ETLS' })
    const { port, secured } = await serve()
    expect(await sendBy(port, {})).toMatchObject({
      kind: 'retry',
      code: expect.stringMatching(/SELF_SIGNED/),
    })
    expect((await sendBy(port, { ca: TEST_TLS.cert })).kind).toBe('accepted')
    expect(secured).toEqual([true])
  })

  test('TLS from the first byte is held to the private authority, too', async () => {
    const { port } = await serve({ secure: true })
    expect((await sendBy(port, { security: 'tls' })).kind).toBe('retry')
    expect((await sendBy(port, { security: 'tls', ca: TEST_TLS.cert })).kind).toBe('accepted')
  })

  test('a server that only knows an older TLS is not talked to', async () => {
    const { port } = await serve({ maxVersion: 'TLSv1.2' })
    expect((await sendBy(port, { ca: TEST_TLS.cert, minimumTls: 'TLSv1.3' })).kind).toBe('retry')
    expect((await sendBy(port, { ca: TEST_TLS.cert, minimumTls: 'TLSv1.2' })).kind).toBe('accepted')
  })
})

describe('a look at a mail server', () => {
  test('tells that it lets us in, and how', async () => {
    const { port } = await serve()
    const at = { host: '127.0.0.1', port, ca: TEST_TLS.cert }
    expect(await checkSmtp(at)).toMatchObject({
      ok: true,
      answer: expect.stringContaining('(TLS, no log-in)'),
    })
    const auth = { user: 'u', pass: 'right' }
    expect(await checkSmtp({ ...at, auth })).toMatchObject({
      ok: true,
      answer: expect.stringContaining('logged in'),
    })
  })

  test('tells in its own words that it does not', async () => {
    const { port } = await serve()
    const at = { host: '127.0.0.1', port, ca: TEST_TLS.cert }
    expect(await checkSmtp({ ...at, auth: { user: 'u', pass: 'wrong' } })).toMatchObject({
      ok: false,
      code: '535',
      answer: expect.stringContaining('Wrong password'),
    })
    expect(await checkSmtp({ host: '127.0.0.1', port: 1 })).toMatchObject({ ok: false, code: 'ECONNREFUSED' })
  })
})

const scripted = async (options: Parameters<typeof startScriptedSmtp>[0]): Promise<ScriptedSmtp> => {
  const server = await startScriptedSmtp(options)
  cleanups.push(() => server.close())
  return server
}

describe('copies', () => {
  const copies = ['c@example.org', 'd@example.org']
  const recipients = (lines: readonly string[]) => lines.filter(line => line.startsWith('RCPT'))

  for (const pipelining of [true, false])
    test(`are named behind the recipient, and a refused one changes nothing (pipelining: ${pipelining})`, async () => {
      const lines: string[] = []
      const server = await scripted({
        pipelining,
        script: (step, { line }) => {
          lines.push(line)
          return step === 'rcpt' && line.includes('c@') ? { reply: '550 5.1.1 No such user' } : undefined
        },
      })
      const channel = createSmtpChannel({ host: '127.0.0.1', port: server.port })
      expect((await channel.send(email({ copies }))).kind).toBe('accepted')
      expect((await channel.send(email())).kind).toBe('accepted')
      await channel.close()
      expect(recipients(lines)).toEqual([
        'RCPT TO:<b@example.org>',
        'RCPT TO:<c@example.org>',
        'RCPT TO:<d@example.org>',
        'RCPT TO:<b@example.org>',
      ])
    })

  test('get nothing when the recipient is refused', async () => {
    const server = await scripted({
      script: (step, { line }) =>
        step === 'rcpt' && line.includes('b@') ? { reply: '550 5.1.1 No such user' } : undefined,
    })
    const channel = createSmtpChannel({ host: '127.0.0.1', port: server.port })
    expect(await channel.send(email({ copies }))).toMatchObject({ kind: 'reject', code: '550 5.1.1' })
    await channel.close()
    expect(server.received).toHaveLength(0)
  })
})

test('a domain with a limit has no more connections than that, and others have theirs', async () => {
  let running = 0
  let most = 0
  const server = await scripted({
    script: (step, { mail }) => {
      if (step === 'body') {
        running += 1
        most = Math.max(most, running)
      }
      if (mail !== undefined) running -= 1
      return undefined
    },
  })
  const channel = createSmtpChannel({
    ...{ host: '127.0.0.1', port: server.port, connections: 8 },
    domainConnections: new Map([['example.org', 2]]),
  })
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, () => channel.send(email({ to: 'x@Example.org' }))),
  )
  expect(outcomes.every(one => one.kind === 'accepted')).toBe(true)
  expect(most).toBeLessThanOrEqual(2)
  expect(server.connections()).toBeLessThanOrEqual(2)
  await Promise.all(Array.from({ length: 8 }, () => channel.send(email({ to: 'x@other.test' }))))
  expect(server.connections()).toBeGreaterThan(2)
  await channel.close()
})
