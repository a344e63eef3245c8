/** A busy connection: the next mail's commands leave with the content of the one before (RFC 2920 §3.1). */
import net from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { deliver } from '../channel.contract.ts'
import type { SendOutcome } from '../channel.ts'
import type { RenderedEmail } from './email.ts'
import {
  type ScriptedSmtp,
  type SmtpAction,
  type SmtpScript,
  type SmtpStep,
  startScriptedSmtp,
} from './scripted-smtp.ts'
import { createSmtpChannel, type SmtpChannelOptions } from './smtp.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const email = (to: string, copies?: readonly string[]): RenderedEmail => ({
  messageId: '01931f6e-0000-7000-8000-000000000001',
  envelope: { from: 'news@example.com', to, ...(copies === undefined ? {} : { copies }) },
  raw: Buffer.from(`Subject: ${to}\r\n\r\n.dot\r\n`),
})
const NAMES = ['a@x.test', 'b@x.test', 'c@x.test', 'd@x.test'] as const

const channelTo = (port: number, options: Partial<SmtpChannelOptions> = {}) => {
  const channel = createSmtpChannel({ host: '127.0.0.1', port, connections: 1, ...options })
  cleanups.push(channel.close)
  return channel
}
const serve = async (script: SmtpScript, pipelining = true): Promise<ScriptedSmtp> => {
  const server = await startScriptedSmtp({ script, pipelining })
  cleanups.push(server.close)
  return server
}

/** A server of one connection that says what it is told to, and keeps every byte. */
const startListener = async (): Promise<{
  readonly port: number
  heard(): string
  say(text: string): void
}> => {
  let heard = ''
  let socket: net.Socket | undefined
  const listener = net.createServer(accepted => {
    socket = accepted
    accepted.on('error', () => undefined)
    accepted.on('data', chunk => {
      heard += chunk.toString('latin1')
    })
    accepted.write('220 x\r\n')
  })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  cleanups.push(async () => {
    socket?.destroy()
    await new Promise(resolve => listener.close(resolve))
  })
  const { port } = listener.address() as net.AddressInfo
  return { port, heard: () => heard, say: text => socket?.write(text) }
}

/** Two mails for a listener that has just been asked to take the first one, and asked for its content. */
const beginTwo = async () => {
  const server = await startListener()
  const channel = channelTo(server.port)
  const mails = ['a@x.test', 'b@x.test'].map(to => email(to))
  const sending = deliver(channel, mails)
  await expect.poll(server.heard).toContain('EHLO')
  server.say('250-x\r\n250 PIPELINING\r\n')
  await expect.poll(server.heard).toContain('<a@x.test>\r\nDATA\r\n')
  expect(server.heard()).not.toContain('b@x.test')
  server.say('250 a\r\n250 a\r\n354 a\r\n')
  return { server, sending }
}

test('the commands of the next mail leave before the one before is answered, its content after', async () => {
  const { server, sending } = await beginTwo()
  await expect
    .poll(server.heard)
    .toMatch(/\r\n\.\r\nMAIL FROM:<news@example.com>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n$/)
  expect(server.heard()).not.toContain('Subject: b')
  server.say('250 a taken\r\n250 b\r\n250 b\r\n354 b\r\n')
  await expect.poll(server.heard).toMatch(/Subject: b@x.test\r\n\r\n\.\.dot\r\n\.\r\n$/)
  server.say('550 b refused\r\n')
  expect((await sending).outcomes).toMatchObject([
    { kind: 'accepted', answer: '250 a taken' },
    { kind: 'reject', answer: '550 b refused' },
  ])
})

test('a server that answers the first mail twice is out of step before it is given the second', async () => {
  const { server, sending } = await beginTwo()
  await expect.poll(server.heard).toContain('b@x.test')
  server.say('250 a\r\n250 again\r\n250 b\r\n250 b\r\n354 b\r\n')
  // It is tried over a fresh connection, at which this server says nothing more than its greeting.
  await expect.poll(() => server.heard().split('EHLO').length).toBe(3)
  expect(server.heard()).not.toContain('Subject: b')
  server.say('421 no more\r\n')
  expect((await sending).outcomes).toMatchObject([
    { kind: 'accepted', answer: '250 a' },
    { kind: 'throttle', answer: '421 no more' },
  ])
})

const ofMail = (to: string, step: SmtpStep, action: SmtpAction): SmtpScript => {
  let isDone = false
  return (now, at) => {
    if (isDone || now !== step || !(at.mail?.to === to || at.line.includes(to))) return undefined
    isDone = true
    return action
  }
}

describe('of mails on one connection', () => {
  const cases: readonly (readonly [string, () => SmtpScript, readonly SendOutcome['kind'][], number])[] = [
    ['all are taken', () => () => undefined, ['accepted', 'accepted', 'accepted', 'accepted'], 1],
    [
      'one is refused at its end, and the others go on',
      () => ofMail('b@x.test', 'dot', { reply: '550 5.7.1 Spam' }),
      ['accepted', 'reject', 'accepted', 'accepted'],
      1,
    ],
    [
      'one is refused for its recipient, and the others go on',
      () => ofMail('b@x.test', 'rcpt', { reply: '550 5.1.1 Nobody' }),
      ['accepted', 'reject', 'accepted', 'accepted'],
      1,
    ],
    [
      'one is cut off at its end and unknown, and the one behind it goes over a fresh connection',
      () => ofMail('b@x.test', 'dot', { cut: 'reset' }),
      ['accepted', 'unknown', 'accepted', 'accepted'],
      2,
    ],
    [
      'one meets the end of the connection, and the one behind it goes over a fresh one',
      () => ofMail('b@x.test', 'dot', { reply: '421 4.3.2 Closing', cut: 'close' }),
      ['accepted', 'throttle', 'accepted', 'accepted'],
      2,
    ],
    [
      'one is cut off before its content, and goes over a fresh connection',
      () => ofMail('c@x.test', 'rcpt', { cut: 'reset' }),
      ['accepted', 'accepted', 'accepted', 'accepted'],
      2,
    ],
  ]
  for (const [title, script, kinds, connections] of cases)
    for (const pipelining of [true, false])
      test(`${title}${pipelining ? '' : ', without PIPELINING'}`, async () => {
        const server = await serve(script(), pipelining)
        const channel = channelTo(server.port)
        const { outcomes } = await deliver(
          channel,
          NAMES.map(to => email(to)),
        )
        expect(outcomes.map(one => one?.kind)).toEqual(kinds)
        expect(server.connections()).toBe(connections)
        const received = server.received.map(mail => mail.to)
        expect(new Set(received).size).toBe(received.length)
      })

  test('one with copies waits until the one before is answered', async () => {
    const server = await serve(() => undefined)
    const channel = channelTo(server.port)
    const mails = [email('a@x.test'), email('b@x.test', ['copy@x.test']), email('c@x.test')]
    const { outcomes } = await deliver(channel, mails)
    expect(outcomes.map(one => one?.kind)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(server.received.map(mail => mail.raw.toString().split('\r\n')[0])).toEqual(
      ['a', 'b', 'c'].map(name => `Subject: ${name}@x.test`),
    )
  })
})

test('what follows needs no connection of its own, and none is opened for it', async () => {
  let release = (): void => undefined
  const wait = new Promise<void>(resolve => {
    release = resolve
  })
  const server = await serve(step => (step === 'dot' ? { wait } : undefined))
  const channel = channelTo(server.port, { connections: 2 })
  const sending = deliver(
    channel,
    NAMES.map(to => email(to)),
  )
  await expect.poll(() => server.received.map(mail => mail.to).sort()).toEqual(['a@x.test', 'b@x.test'])
  release()
  const { outcomes, left } = await sending
  expect(outcomes.map(one => one?.kind)).toEqual(Array(4).fill('accepted'))
  expect(left).toEqual([1, 1, 1, 1])
  expect(server.connections()).toBe(2)
})

test('what is to follow too late is sent in its turn', async () => {
  const server = await serve(() => undefined)
  const channel = channelTo(server.port)
  const follows: (typeof channel.send)[] = []
  const note = (follow: typeof channel.send): number => follows.push(follow)
  expect((await channel.send(email('a@x.test'), () => true, note)).kind).toBe('accepted')
  expect((await follows[0]?.(email('b@x.test')))?.kind).toBe('accepted')
  expect(server.received.map(mail => mail.to)).toEqual(['a@x.test', 'b@x.test'])
  expect(server.connections()).toBe(1)
})

test('a domain with connections of its own is waited for, and what is closed takes nothing more', async () => {
  const server = await serve(() => undefined)
  const channel = channelTo(server.port, { connections: 2, domainConnections: new Map([['x.test', 1]]) })
  const { outcomes } = await deliver(
    channel,
    NAMES.map(to => email(to)),
  )
  expect(outcomes.map(one => one?.kind)).toEqual(Array(4).fill('accepted'))
  await channel.close()
  expect((await channel.send(email('a@x.test'))).kind).toBe('retry')
})

const answers: readonly (SmtpAction | undefined)[] = [
  ...Array<undefined>(12).fill(undefined),
  ...[
    { reply: '450 4.2.0 Later' },
    { reply: '550 5.1.1 Never' },
    { reply: '354 What' },
    { reply: '250 Yes' },
  ],
  ...[{ reply: '421 4.7.0 Bye', cut: 'close' }, { cut: 'close' }, { cut: 'reset' }, { reply: 'what' }],
] as const satisfies readonly (SmtpAction | undefined)[]

const isTaken = (action: SmtpAction | undefined): boolean =>
  action === undefined || (action.reply?.startsWith('250') === true && action.cut === undefined)

test('whatever a server does, each mail comes at most once, and what is said of it is so', async () => {
  const plan = fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(plan, fc.integer({ min: 1, max: 3 }), async (actions, connections) => {
      const taken = new Map<string, boolean>()
      let turn = 0
      const server = await startScriptedSmtp({
        script: (step, at) => {
          // What it says in the middle of a mail nobody asked for; then nothing is sure.
          if (['ehlo', 'connect', 'quit', 'body'].includes(step)) return undefined
          const action = actions[turn++ % actions.length]
          // A refused one that it asks for all the same is an empty one.
          if (step === 'dot' && at.mail !== undefined && at.mail.raw.length > 0)
            taken.set(at.mail.to, isTaken(action))
          return action
        },
      })
      const channel = createSmtpChannel({ host: '127.0.0.1', port: server.port, connections })
      const names = Array.from({ length: 9 }, (_, n) => `p${n}@x.test`)
      const { outcomes } = await deliver(
        channel,
        names.map(to => email(to)),
      )
      await channel.close()
      await server.close()
      const received = server.received.filter(mail => mail.raw.length > 0).map(mail => mail.to)
      expect(new Set(received).size).toBe(received.length)
      for (const [n, to] of names.entries()) {
        const kind = outcomes[n]?.kind
        if (kind === 'accepted') expect(taken.get(to)).toBe(true)
        if (taken.get(to) === true) expect(['accepted', 'unknown']).toContain(kind)
        if (kind === 'reject' || kind === 'retry') expect(taken.get(to)).not.toBe(true)
      }
    }),
    { numRuns: 150 },
  )
})
