/** The SMTP channel against a server that misbehaves at every step. */
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { describeChannel } from '../channel.contract.ts'
import type { Channel } from '../channel.ts'
import type { RenderedEmail } from './email.ts'
import { type ScriptedSmtp, type SmtpScript, type SmtpStep, startScriptedSmtp } from './scripted-smtp.ts'
import { createSmtpChannel, type SmtpChannelOptions } from './smtp.ts'

let serial = 0
const email = (bytes = 200): RenderedEmail => {
  serial += 1
  const line = `${'.dots and words '.repeat(4)}\r\n`
  return {
    messageId: `01931f6e-0000-7000-8000-${String(serial).padStart(12, '0')}`,
    envelope: { from: 'news@example.com', to: 'ada@example.org' },
    raw: Buffer.from(`Subject: Mail ${serial}\r\n\r\n${line.repeat(Math.ceil(bytes / line.length))}`),
  }
}

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Pair {
  readonly server: ScriptedSmtp
  readonly channel: Channel<RenderedEmail>
}
const start = async (
  script: SmtpScript = () => undefined,
  options: Partial<SmtpChannelOptions> & { pipelining?: boolean } = {},
): Promise<Pair> => {
  const { pipelining = true, ...rest } = options
  const server = await startScriptedSmtp({ script, pipelining })
  const channel = createSmtpChannel({ host: '127.0.0.1', port: server.port, connections: 4, ...rest })
  cleanups.push(async () => {
    await channel.close()
    await server.close()
  })
  return { server, channel }
}
const at =
  (step: SmtpStep, action: ReturnType<SmtpScript>): SmtpScript =>
  now =>
    now === step ? action : undefined
const until = async (condition: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5_000
  while (!condition()) {
    expect(performance.now(), 'waited 5 s').toBeLessThan(deadline)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

const CONTRACT_SCRIPTS: Readonly<Record<string, SmtpScript>> = {
  accepted: () => undefined,
  retry: at('rcpt', { reply: '450 4.2.0 Greylisted' }),
  throttle: at('mail', { reply: '421 4.7.0 Too many connections', cut: 'close' }),
  reject: at('rcpt', { reply: `550 5.1.1 ${'No such user é'.repeat(100)}` }),
  unknown: at('dot', { cut: 'reset' }),
}
for (const pipelining of [true, false]) {
  describeChannel(`SMTP ${pipelining ? 'with' : 'without'} PIPELINING`, async () => {
    const server = await startScriptedSmtp({ pipelining })
    return {
      channel: createSmtpChannel({ host: '127.0.0.1', port: server.port, connections: 4 }),
      message: email,
      answer: kind => server.follow(CONTRACT_SCRIPTS[kind]!),
      hold: () => {
        let release = (): void => undefined
        const wait = new Promise<void>(resolve => {
          release = resolve
        })
        server.follow(at('dot', { wait }))
        return release
      },
      received: () => server.received.length,
      stop: () => server.close(),
    }
  })
}

describe('a mail arrives', () => {
  test('byte for byte, dots at line starts included, however large', async () => {
    const { server, channel } = await start()
    for (const bytes of [0, 200, 65_536, 3_000_000]) {
      const sent = email(bytes)
      expect((await channel.send(sent)).kind).toBe('accepted')
      expect(server.received.at(-1)?.raw.equals(sent.raw)).toBe(true)
    }
    expect(server.received[0]).toMatchObject({ from: 'news@example.com', to: 'ada@example.org' })
  })

  test('at an international domain, asked for in ASCII', async () => {
    const { server, channel } = await start()
    const sent = { ...email(), envelope: { from: 'news@example.com', to: 'ada@bücher.example' } }
    expect((await channel.send(sent)).kind).toBe('accepted')
    expect(server.received[0]?.to).toBe('ada@xn--bcher-kva.example')
  })

  test('over connections that are kept and replaced after their number of messages', async () => {
    const { server, channel } = await start(undefined, { connections: 1, messagesPerConnection: 3 })
    for (let n = 0; n < 7; n += 1) await channel.send(email())
    expect(server.received.map(mail => mail.connection)).toEqual([1, 1, 1, 2, 2, 2, 3])
  })

  test('over connections of which none is left after closing', async () => {
    const { server, channel } = await start()
    await Promise.all(Array.from({ length: 10 }, () => channel.send(email())))
    expect(server.connections()).toBe(4)
    await channel.close()
    await until(() => server.open() === 0)
  })

  test('on the same connection after another mail was refused', async () => {
    const { server, channel } = await start(at('rcpt', { reply: '550 5.1.1 No such user' }), {
      connections: 1,
    })
    expect((await channel.send(email())).kind).toBe('reject')
    server.follow(() => undefined)
    expect((await channel.send(email())).kind).toBe('accepted')
    expect(server.connections()).toBe(1)
  })
})

describe('what the server answers', () => {
  const answers: readonly (readonly [SmtpStep, string, string, string])[] = [
    ['connect', '554 5.7.1 Not you', 'retry', '554 5.7.1'],
    ['connect', '421 4.3.2 Too busy', 'throttle', '421 4.3.2'],
    ['mail', '451 4.3.0 Try later', 'retry', '451 4.3.0'],
    ['mail', '550 5.7.1 Sender refused', 'reject', '550 5.7.1'],
    ['mail', '530 5.7.0 Authentication required', 'retry', '530 5.7.0'],
    ['rcpt', '450 4.2.0 Greylisted, try again in 300 seconds', 'retry', '450 4.2.0'],
    ['rcpt', '452 4.7.1 Rate limit exceeded', 'throttle', '452 4.7.1'],
    ['rcpt', '550 No such user', 'reject', '550'],
    ['data', '451 4.3.0 Disk full', 'retry', '451 4.3.0'],
    ['data', '554 5.5.1 No', 'reject', '554 5.5.1'],
    ['dot', '451 4.3.0 Queue full', 'retry', '451 4.3.0'],
    ['dot', '421 4.3.0 Shutting down', 'throttle', '421 4.3.0'],
    ['dot', '554-5.6.0 This looks like\r\n554 5.6.0 spam', 'reject', '554 5.6.0'],
  ]
  for (const pipelining of [true, false]) {
    for (const [step, reply, kind, code] of answers) {
      test(`"${reply.split('\r')[0]}" at ${step} is ${kind}${pipelining ? ', pipelined' : ''}`, async () => {
        const { channel } = await start(
          at(step, { reply, ...(reply.startsWith('421') ? { cut: 'close' as const } : {}) }),
          { pipelining },
        )
        const outcome = await channel.send(email())
        expect(outcome).toMatchObject({ kind, code })
        if (reply.includes('300')) expect(outcome).toMatchObject({ retryAfterMs: 300_000 })
      })
    }
  }
})

describe('a cut', () => {
  const BEFORE: readonly SmtpStep[] = ['connect', 'ehlo', 'mail', 'rcpt', 'data']
  for (const how of ['close', 'reset'] as const) {
    for (const pipelining of [true, false]) {
      for (const step of BEFORE) {
        test(`(${how}) at ${step} is a retry${pipelining ? ', pipelined' : ''}`, async () => {
          const { server, channel } = await start(at(step, { cut: how }), { pipelining })
          const outcome = await channel.send(email())
          expect(outcome.kind).toBe('retry')
          expect(outcome.code).toMatch(/^E/)
          expect(server.received).toHaveLength(0)
        })
      }
      test(`(${how}) after the dot is unknown${pipelining ? ', pipelined' : ''}`, async () => {
        const { channel } = await start(at('dot', { cut: how }), { pipelining })
        expect((await channel.send(email())).kind).toBe('unknown')
      })
    }
    test(`(${how}) in the middle of a large body is a retry: the dot cannot have left`, async () => {
      const { server, channel } = await start(at('body', { cut: how }))
      expect((await channel.send(email(20_000_000))).kind).toBe('retry')
      expect(server.received).toHaveLength(0)
    })
  }

  test('by a refusal in the middle of a large body is that refusal, and the connection is not used again', async () => {
    const { server, channel } = await start(at('body', { reply: '552 5.3.4 Too large' }), { connections: 1 })
    expect(await channel.send(email(20_000_000))).toMatchObject({ kind: 'reject', code: '552 5.3.4' })
    server.follow(() => undefined)
    expect((await channel.send(email())).kind).toBe('accepted')
    expect(server.connections()).toBe(2)
  })
})

describe('a silent server', () => {
  const timeouts = { connectTimeoutMs: 300, greetingTimeoutMs: 300, socketTimeoutMs: 300 }
  for (const step of ['connect', 'ehlo', 'mail', 'rcpt', 'data'] as const) {
    test(`at ${step} is a retry`, async () => {
      const { channel } = await start(at(step, { silent: true }), timeouts)
      expect(await channel.send(email())).toMatchObject({ kind: 'retry', code: 'ETIMEDOUT' })
    })
  }
  test('after the dot is unknown', async () => {
    const { channel } = await start(at('dot', { silent: true }), timeouts)
    expect(await channel.send(email())).toMatchObject({ kind: 'unknown', code: 'ETIMEDOUT' })
  })
  test('that answers slowly but in time is waited for', async () => {
    let release = (): void => undefined
    const wait = new Promise<void>(resolve => {
      release = resolve
    })
    const { server, channel } = await start(at('dot', { wait }))
    const sending = channel.send(email())
    await until(() => server.received.length === 1)
    release()
    expect((await sending).kind).toBe('accepted')
  })
})

describe('an idle connection that the server closed', () => {
  for (const how of ['close', 'reset'] as const) {
    test(`(${how}) is replaced by a fresh one and costs no message`, async () => {
      const { server, channel } = await start(undefined, { connections: 1 })
      await channel.send(email())
      server.cutAll(how)
      await until(() => server.open() === 0)
      expect((await channel.send(email())).kind).toBe('accepted')
      expect(server.connections()).toBe(2)
    })
  }

  const goodbyes: readonly (readonly [string, ReturnType<SmtpScript>])[] = [
    ['cut at MAIL', { cut: 'reset' }],
    ['closed at MAIL', { cut: 'close' }],
    ['said goodbye at MAIL', { reply: '421 4.4.2 Idle too long', cut: 'close' }],
  ]
  for (const [title, action] of goodbyes) {
    for (const pipelining of [true, false]) {
      test(`and only noticed when ${title} is replaced too${pipelining ? ', pipelined' : ''}`, async () => {
        const { server, channel } = await start(undefined, { connections: 1, pipelining })
        await channel.send(email())
        server.follow((step, { connection }) => (step === 'mail' && connection === 1 ? action : undefined))
        expect((await channel.send(email())).kind).toBe('accepted')
        expect(server.received.map(mail => mail.connection)).toEqual([1, 2])
      })
    }
  }

  test('is tried afresh once only', async () => {
    const { server, channel } = await start(undefined, { connections: 1 })
    await channel.send(email())
    server.follow(at('mail', { cut: 'reset' }))
    expect((await channel.send(email())).kind).toBe('retry')
    expect(server.connections()).toBe(2)
  })

  test('is given up by the channel itself after its time', async () => {
    const { server, channel } = await start(undefined, { idleTimeoutMs: 10 })
    await channel.send(email())
    await until(() => server.open() === 0)
    expect((await channel.send(email())).kind).toBe('accepted')
  })
})

describe('a refusal', () => {
  const refused: readonly (readonly [SmtpStep, string, false | undefined])[] = [
    ['connect', '554 5.7.1 Not you', false],
    ['mail', '550 5.1.0 User unknown', false],
    ['rcpt', '550 5.1.1 User unknown', undefined],
    ['dot', '550 5.1.1 User unknown', undefined],
  ]
  for (const [step, reply, ofRecipient] of refused)
    for (const pipelining of [true, false])
      test(`of ${step}${pipelining ? ', pipelined,' : ''} ${ofRecipient === false ? 'is not held' : 'may be held'} against the recipient`, async () => {
        const { channel } = await start(at(step, { reply }), { pipelining })
        expect((await channel.send(email())).ofRecipient).toBe(ofRecipient)
      })
})

describe('the way to the server', () => {
  test('refused is a retry with the reason', async () => {
    const { server, channel } = await start()
    await server.close()
    expect(await channel.send(email())).toMatchObject({ kind: 'retry', code: 'ECONNREFUSED' })
  })

  test("with a log-in that is refused is a retry with the server's code", async () => {
    const { channel } = await start(at('auth', { reply: '535 5.7.8 Wrong password' }), {
      auth: { user: 'u', pass: 'p' },
    })
    expect(await channel.send(email())).toMatchObject({ kind: 'retry', code: '535 5.7.8' })
  })

  test('with a log-in cut short is a retry', async () => {
    const { channel } = await start(at('auth', { cut: 'reset' }), { auth: { user: 'u', pass: 'p' } })
    expect((await channel.send(email())).kind).toBe('retry')
  })

  test('without TLS is a retry where TLS is required', async () => {
    const { server, channel } = await start(undefined, { requireTls: true })
    expect((await channel.send(email())).kind).toBe('retry')
    expect(server.received).toHaveLength(0)
  })

  test('an envelope that would need a second command is never sent', async () => {
    const { server, channel } = await start()
    const hostile = {
      ...email(),
      envelope: { from: 'a@example.com', to: 'b@example.org>\r\nRCPT TO:<c@example.org' },
    }
    expect((await channel.send(hostile)).kind).toBe('reject')
    expect(server.received).toHaveLength(0)
  })

  test('a sender that is no address is never sent as the null sender', async () => {
    const { server, channel } = await start()
    for (const from of ['', 'josé@example.org'])
      expect((await channel.send({ ...email(), envelope: { from, to: 'b@example.org' } })).kind).toBe(
        'reject',
      )
    expect(server.received).toHaveLength(0)
  })

  test('is secured by STARTTLS and logged in; an invalid certificate counts only where allowed', async () => {
    const users: string[] = []
    const server = new SMTPServer({
      disableReverseLookup: true,
      onAuth: (auth, _session, done) => {
        users.push(`${auth.username}:${auth.password}`)
        done(null, { user: auth.username })
      },
      onData: (stream, _session, done) => {
        stream.resume()
        stream.on('end', () => done(null, 'Taken'))
      },
    })
    server.on('error', () => undefined)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const common = { host: '127.0.0.1', port, requireTls: true, auth: { user: 'ada', pass: 'bells' } }
    const strict = createSmtpChannel(common)
    const lenient = createSmtpChannel({ ...common, allowInvalidCertificates: true })
    cleanups.push(async () => {
      await Promise.all([strict.close(), lenient.close()])
      await new Promise<void>(resolve => server.close(() => resolve()))
    })
    expect((await strict.send(email())).kind).toBe('retry')
    expect(users).toEqual([])
    expect((await lenient.send(email())).kind).toBe('accepted')
    expect(users).toEqual(['ada:bells'])
  })
})
