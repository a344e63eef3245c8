/**
 * An SMTP server for tests that misbehaves on command: at every step it can answer anything, wait, say nothing, or cut
 * the line. It keeps what it was given whole. Loopback only; knows nothing of Carillon.
 */
import net from 'node:net'

/** Where the dialogue is. `body` is the first byte of a mail's content, `dot` its end, before the answer. */
export type SmtpStep =
  | 'connect'
  | 'ehlo'
  | 'starttls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'body'
  | 'dot'
  | 'rset'
  | 'quit'

/** What to do at a step instead of the friendly answer. In this order: wait, reply, then cut or say no more. */
export interface SmtpAction {
  readonly wait?: Promise<void>
  /** Reply lines without CRLF; several are joined as given. Left out: the friendly reply, unless cut or silent. */
  readonly reply?: string
  /** `close` ends politely (FIN), `reset` as a crash does (RST). */
  readonly cut?: 'close' | 'reset'
  readonly silent?: true
}

/** How replies travel: each byte by itself, or all that the server has to say for now in one packet. */
export type SmtpPackets = 'split' | 'joined'

/** The script: asked at each step; undefined is the friendly answer. Counts start at 1. `mail` is given at the dot. */
export type SmtpScript = (
  step: SmtpStep,
  at: { readonly connection: number; readonly line: string; readonly mail?: ReceivedMail },
) => SmtpAction | undefined

/** A mail the server was given up to its final dot, dot-stuffing undone. */
export interface ReceivedMail {
  readonly from: string
  readonly to: string
  readonly raw: Buffer
  readonly connection: number
}

/** The running server. */
export interface ScriptedSmtp {
  readonly port: number
  readonly received: readonly ReceivedMail[]
  /** Connections accepted so far. */
  connections(): number
  /** Connections open now. */
  open(): number
  follow(script: SmtpScript): void
  /** Cuts every open connection, as a server does with idle ones. */
  cutAll(how: 'close' | 'reset'): void
  close(): Promise<void>
}

const FRIENDLY: Readonly<Record<SmtpStep, string>> = {
  connect: '220 scripted.test ESMTP',
  ehlo: '250 scripted.test',
  starttls: '220 2.0.0 Go ahead',
  auth: '235 2.7.0 Welcome',
  mail: '250 2.1.0 Ok',
  rcpt: '250 2.1.5 Ok',
  data: '354 Go ahead',
  body: '',
  dot: '250 2.0.0 Queued',
  rset: '250 2.0.0 Ok',
  quit: '221 2.0.0 Bye',
}

const stepOf = (line: string): SmtpStep | undefined => {
  const verb = line.slice(0, 4).toUpperCase()
  const steps = {
    EHLO: 'ehlo',
    HELO: 'ehlo',
    STAR: 'starttls',
    AUTH: 'auth',
    MAIL: 'mail',
    RCPT: 'rcpt',
    DATA: 'data',
    RSET: 'rset',
    QUIT: 'quit',
  } as const
  return verb in steps ? steps[verb as keyof typeof steps] : undefined
}

interface Session {
  readonly socket: net.Socket
  readonly number: number
  buffer: string
  /** Replies that wait for their packet. */
  unsaid: string
  line: string
  inMail: boolean
  inBody: boolean
  bodySeen: boolean
  from: string
  to: string
  /** The last one that came whole. */
  mail: ReceivedMail | undefined
  busy: boolean
  dead: boolean
}

interface Server {
  script: SmtpScript
  readonly ehlo: string
  readonly packets: SmtpPackets | undefined
  readonly keep: boolean
  readonly received: ReceivedMail[]
}

const cut = (socket: net.Socket, how: 'close' | 'reset'): void => {
  if (how === 'reset') socket.resetAndDestroy()
  else socket.end()
}

const say = async (server: Server, session: Session, text: string): Promise<void> => {
  session.unsaid += text
  if (server.packets === 'joined') return
  await flush(server, session)
}

const flush = async (server: Server, session: Session): Promise<void> => {
  const text = session.unsaid
  session.unsaid = ''
  if (text === '' || !session.socket.writable) return
  if (server.packets !== 'split') {
    session.socket.write(text)
    return
  }
  for (const byte of Buffer.from(text)) {
    await new Promise(resolve => setImmediate(resolve))
    if (session.socket.writable) session.socket.write(Buffer.of(byte))
  }
}

/** Performs a step; false when the friendly course has been left and nothing more is to be read. */
const perform = async (server: Server, session: Session, step: SmtpStep): Promise<boolean> => {
  const { number: connection, line, mail } = session
  const at = { connection, line }
  const action = server.script(step, step === 'dot' && mail !== undefined ? { ...at, mail } : at)
  await action?.wait
  const friendly = step === 'ehlo' ? server.ehlo : FRIENDLY[step]
  const isMute = action?.silent === true || action?.cut !== undefined
  const reply = action?.reply ?? (isMute ? '' : friendly)
  if (reply !== '') await say(server, session, `${reply}\r\n`)
  if (isMute || step === 'quit') await flush(server, session)
  if (action?.cut !== undefined) cut(session.socket, action.cut)
  session.dead = isMute || step === 'quit'
  if (step === 'quit') session.socket.end()
  const isTaken = !session.dead && reply.startsWith('2')
  if (step === 'mail' && isTaken) session.inMail = true
  if (step === 'rset' || step === 'ehlo' || step === 'dot') session.inMail = false
  if (step === 'data') session.inBody = !session.dead && reply.startsWith('3')
  return !session.dead
}

const readBody = async (server: Server, session: Session): Promise<boolean> => {
  if (!session.bodySeen) {
    session.bodySeen = true
    if (!(await perform(server, session, 'body'))) return false
  }
  const end = `\r\n${session.buffer}`.indexOf('\r\n.\r\n')
  if (end < 0) return false
  const raw = session.buffer.slice(0, end).replace(/(^|\r\n)\./g, '$1')
  session.buffer = session.buffer.slice(end + 3)
  session.inBody = false
  session.bodySeen = false
  session.mail = {
    from: session.from,
    to: session.to,
    raw: Buffer.from(raw, 'latin1'),
    connection: session.number,
  }
  if (server.keep) server.received.push(session.mail)
  return perform(server, session, 'dot')
}

const readCommand = async (server: Server, session: Session): Promise<boolean> => {
  const end = session.buffer.indexOf('\r\n')
  if (end < 0) return false
  const line = session.buffer.slice(0, end)
  session.buffer = session.buffer.slice(end + 2)
  const step = stepOf(line)
  if (step === undefined) {
    await say(server, session, '500 5.5.2 What?\r\n')
    return true
  }
  if (step === 'mail' && session.inMail) {
    await say(server, session, '503 5.5.1 Nested MAIL\r\n')
    return true
  }
  const address = /<(.*)>/.exec(line)?.[1] ?? ''
  if (step === 'mail') session.from = address
  if (step === 'rcpt') session.to = address
  session.line = line
  return perform(server, session, step)
}

const pump = async (server: Server, session: Session): Promise<void> => {
  if (session.busy || session.dead) return
  session.busy = true
  let goesOn = true
  while (goesOn && session.buffer !== '') {
    goesOn = session.inBody ? await readBody(server, session) : await readCommand(server, session)
  }
  await flush(server, session)
  session.busy = false
}

const greet = async (server: Server, session: Session): Promise<void> => {
  session.busy = true
  const goesOn = await perform(server, session, 'connect')
  await flush(server, session)
  session.busy = false
  if (goesOn) await pump(server, session)
}

/**
 * What the server is like. With `pipelining` (default) it offers PIPELINING; `offers` are further EHLO lines; with
 * `keep: false` it forgets what it received, for a load without end.
 */
export interface ScriptedSmtpOptions {
  readonly pipelining?: boolean
  readonly offers?: readonly string[]
  readonly packets?: SmtpPackets
  readonly keep?: boolean
  readonly script?: SmtpScript
}

/** Starts the server on a free loopback port. */
export const startScriptedSmtp = async (options: ScriptedSmtpOptions = {}): Promise<ScriptedSmtp> => {
  const offers = [...(options.pipelining === false ? [] : ['PIPELINING']), ...(options.offers ?? [])]
  const extensions = offers.map(offer => `250-${offer}\r\n`).join('')
  const server: Server = {
    script: options.script ?? (() => undefined),
    ehlo: `250-scripted.test\r\n${extensions}250-AUTH PLAIN\r\n250 ENHANCEDSTATUSCODES`,
    packets: options.packets,
    keep: options.keep ?? true,
    received: [],
  }
  const sockets = new Set<net.Socket>()
  let count = 0
  const listener = net.createServer(socket => {
    sockets.add(socket)
    count += 1
    const session: Session = {
      socket,
      number: count,
      buffer: '',
      unsaid: '',
      line: '',
      inMail: false,
      inBody: false,
      bodySeen: false,
      from: '',
      to: '',
      mail: undefined,
      busy: false,
      dead: false,
    }
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', chunk => {
      session.buffer += chunk.toString('latin1')
      void pump(server, session)
    })
    void greet(server, session)
  })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  return {
    port: (listener.address() as net.AddressInfo).port,
    received: server.received,
    connections: () => count,
    open: () => sockets.size,
    follow: script => {
      server.script = script
    },
    cutAll: how => {
      for (const socket of sockets) cut(socket, how)
    },
    close: () =>
      new Promise(resolve => {
        listener.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/**
 * A server that cannot be talked to: it says the first text at once, then one for each packet it gets, whatever is in
 * it, and hears nothing more after the last.
 */
export const startReciter = async (
  texts: readonly string[],
): Promise<{ readonly port: number; close(): Promise<void> }> => {
  const sockets = new Set<net.Socket>()
  const listener = net.createServer(socket => {
    const [greeting = '', ...rest] = texts
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => {
      const text = rest.shift()
      if (text !== undefined) socket.write(text)
      if (rest.length === 0) socket.pause()
    })
    socket.write(greeting)
  })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  return {
    port: (listener.address() as net.AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        listener.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
