/**
 * One SMTP connection over nodemailer's SMTPConnection, which brings TLS, log-in and PIPELINING. What this file adds is
 * knowledge of the point of no return, the final dot: the body is fed through our own stream, so at a cut we know
 * whether the dot can have left. Knows nothing of pools and retries.
 */
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { parseAddress } from './address.ts'
import type { RenderedEmail } from './email.ts'

/** Where and how to connect. Times in milliseconds. */
export interface SmtpServerOptions {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (port 465). Otherwise STARTTLS is used whenever the server offers it. */
  readonly secure?: boolean
  /** Refuse to go on without TLS. Left out: true when there is a log-in and the host is not this machine. */
  readonly requireTls?: boolean
  readonly allowInvalidCertificates?: boolean
  readonly auth?: { readonly user: string; readonly pass: string }
  readonly connectTimeoutMs?: number
  readonly greetingTimeoutMs?: number
  /** Longest silence of the server at any later step. RFC 5321 §4.5.3.2 allows it 10 minutes after the dot. */
  readonly socketTimeoutMs?: number
  /** The name given in EHLO. */
  readonly name?: string
}

/** How far a message got before the connection was lost. */
export type CutPoint = 'before_body' | 'in_body' | 'after_dot'

/** What came of one message: the server's whole answer, a refusal of our own client, or a cut. */
export type Transfer =
  | { readonly kind: 'answered'; readonly words: string }
  | { readonly kind: 'unsendable'; readonly code: string; readonly words: string }
  | { readonly kind: 'cut'; readonly at: CutPoint; readonly code: string; readonly words: string }

/** Why no connection came about. With an answer of the server, `words` is that answer and `answered` is true. */
export interface OpenFailure {
  readonly code: string
  readonly words: string
  readonly answered: boolean
}

/** An open, logged-in connection that takes one message at a time. */
export interface SmtpConnection {
  /** False once the connection is lost or its dialogue is out of step. */
  isUsable(): boolean
  /** Makes the connection fit for the next message: RSET after a refusal. False when it is lost. */
  prepare(): Promise<boolean>
  /** Never rejects. */
  transfer(email: RenderedEmail): Promise<Transfer>
  /** Calls back once when the connection is gone, at once if it is already. */
  onGone(listener: () => void): void
  /** QUIT, then close; at most a second. */
  quit(): Promise<void>
}

interface SmtpError extends Error {
  readonly code?: string | undefined
  readonly originalCode?: string | undefined
  readonly response?: unknown
  readonly responseCode?: number | false | undefined
}

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)
const codeOf = (error: SmtpError): string => error.originalCode ?? error.code ?? 'ECONNECTION'
const LOST: SmtpError = Object.assign(new Error('Connection closed by the server'), { code: 'ECONNECTION' })
const CHUNK_BYTES = 65_536

/**
 * The body in pieces. The source is asked for more only as the socket drains, and the dot follows the end of the
 * source; so while `finished` is false the dot has not left. (It turns true up to 128 KB early: on the safe side.)
 */
const createBody = (
  raw: Buffer,
): { readonly stream: Readable; readonly progress: { started: boolean; finished: boolean } } => {
  const progress = { started: false, finished: false }
  let at = 0
  const stream = new Readable({
    highWaterMark: CHUNK_BYTES,
    read() {
      progress.started = true
      if (at >= raw.length) progress.finished = true
      this.push(at >= raw.length ? null : raw.subarray(at, at + CHUNK_BYTES))
      at += CHUNK_BYTES
    },
  })
  return { stream, progress }
}

const toSettings = (options: SmtpServerOptions): SMTPConnection.Options => ({
  host: options.host,
  port: options.port,
  secure: options.secure ?? false,
  requireTLS: options.requireTls ?? (options.auth !== undefined && !isLoopback(options.host)),
  tls: { rejectUnauthorized: options.allowInvalidCertificates !== true },
  connectionTimeout: options.connectTimeoutMs ?? 30_000,
  greetingTimeout: options.greetingTimeoutMs ?? 30_000,
  socketTimeout: options.socketTimeoutMs ?? 300_000,
  ...(options.name === undefined ? {} : { name: options.name }),
})

/** Waits for one callback of the client, or for the end of the connection, which forgets callbacks. */
const untilEnd = <T>(
  client: SMTPConnection,
  ended: T,
  start: (done: (value: T) => void) => void,
): Promise<T> =>
  new Promise(resolve => {
    const onEnd = (): void => {
      setImmediate(() => resolve(ended))
    }
    client.once('end', onEnd)
    start(value => {
      client.off('end', onEnd)
      resolve(value)
    })
  })

const toFailure = (error: SmtpError): OpenFailure => {
  if (error.responseCode && typeof error.response === 'string')
    return { code: String(error.responseCode), words: error.response, answered: true }
  return { code: codeOf(error), words: error.message, answered: false }
}

const toTransfer = (error: SmtpError, at: CutPoint): Transfer => {
  if ((error.responseCode || 0) >= 400 && typeof error.response === 'string')
    return { kind: 'answered', words: error.response }
  const isOurs = at === 'before_body' && (error.code === 'EENVELOPE' || error.code === 'EMESSAGE')
  if (isOurs) return { kind: 'unsendable', code: error.code ?? '', words: error.message }
  return { kind: 'cut', at, code: codeOf(error), words: error.message }
}

// The client would write a domain such as bücher.example as UTF-8, which only SMTPUTF8 servers may be given.
const toAscii = (address: string): string =>
  /^[\x20-\x7e]*$/.test(address) ? address : (parseAddress(address)?.address ?? '')

const transferOn = async (client: SMTPConnection, email: RenderedEmail): Promise<Transfer> => {
  const from = toAscii(email.envelope.from)
  const to = toAscii(email.envelope.to)
  // An empty sender is the null return path, which nobody meant here; an empty recipient the client refuses.
  if (from === '') return { kind: 'unsendable', code: 'EENVELOPE', words: 'The sender is not an address' }
  const { stream, progress } = createBody(email.raw)
  const result = await untilEnd<SmtpError | string>(client, LOST, done => {
    client.send({ from, to: [to], size: email.raw.length }, stream, (error, info) =>
      done(error ?? info.response),
    )
  })
  const at: CutPoint = progress.finished ? 'after_dot' : progress.started ? 'in_body' : 'before_body'
  // An answer in the middle of the body leaves the dialogue out of step, and a 250 there vouches for nothing.
  if (at === 'in_body') client.close()
  if (typeof result !== 'string') return toTransfer(result, at)
  if (at === 'after_dot') return { kind: 'answered', words: result }
  return {
    kind: 'cut',
    at: 'after_dot',
    code: 'EPROTOCOL',
    words: `Answer before the end of the mail: ${result}`,
  }
}

const wrap = (client: SMTPConnection): SmtpConnection => {
  let needsReset = false
  const isUsable = (): boolean =>
    !client.destroyed && client._socket !== null && client._socket !== false && client._socket.writable
  return {
    isUsable,
    prepare: async () => {
      if (!needsReset || !isUsable()) return isUsable()
      needsReset = false
      return untilEnd(client, false, done => client.reset(error => done(!error)))
    },
    transfer: async email => {
      const transfer = await transferOn(client, email)
      needsReset = transfer.kind !== 'answered' || !transfer.words.startsWith('2')
      return transfer
    },
    onGone: listener => {
      if (client.destroyed) listener()
      else client.once('end', listener)
    },
    quit: async () => {
      if (client.destroyed) return
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, 1_000)
        client.once('end', () => {
          clearTimeout(timer)
          resolve()
        })
        client.quit()
      })
      client.close()
    },
  }
}

const connect = (client: SMTPConnection): Promise<SmtpError | undefined> => {
  let failure: SmtpError = LOST
  client.on('error', error => {
    failure = error
  })
  return untilEnd<SmtpError | undefined>(client, undefined, done =>
    client.connect(error => done(error)),
  ).then(error => (client.destroyed ? (error ?? failure) : error))
}

const logIn = async (
  client: SMTPConnection,
  auth: SmtpServerOptions['auth'],
): Promise<SmtpError | undefined> => {
  if (auth === undefined) return undefined
  return untilEnd<SmtpError | undefined>(client, LOST, done =>
    client.login({ ...auth }, error => done(error ?? undefined)),
  )
}

/** Connects, secures and logs in. Never rejects: what went wrong is a value. */
export const openConnection = async (options: SmtpServerOptions): Promise<SmtpConnection | OpenFailure> => {
  const client = new SMTPConnection(toSettings(options))
  const failure = (await connect(client)) ?? (await logIn(client, options.auth))
  if (failure === undefined) return wrap(client)
  client.close()
  return toFailure(failure)
}
