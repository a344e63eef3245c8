/**
 * From nothing to a connection that takes mails: connect, greeting, EHLO, STARTTLS, log-in. Decides what a server must
 * offer; knows no mail.
 */
import net from 'node:net'
import { hostname } from 'node:os'
import tls from 'node:tls'
import type { OpenFailure, SmtpServerOptions } from './smtp-connection.ts'
import {
  type Answer,
  ask,
  createDialogue,
  type Dialogue,
  hear,
  isLost,
  isPositive,
  type Loss,
} from './smtp-dialogue.ts'
import { type Extensions, NO_EXTENSIONS, readExtensions } from './smtp-extensions.ts'

/** An open, secured, logged-in connection. */
export interface Session {
  readonly dialogue: Dialogue
  readonly server: Extensions
}

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)
const isFailure = <T extends object>(result: T | OpenFailure): result is OpenFailure => 'answered' in result

const failureOf = (answer: Answer): OpenFailure =>
  isLost(answer)
    ? { code: answer.lost, words: answer.words, answered: false }
    : { code: String(answer.code), words: answer.words, answered: true }
const failWith = (code: string, words: string): OpenFailure => ({ code, words, answered: false })

const tlsOptions = (options: SmtpServerOptions): tls.ConnectionOptions => ({
  host: options.host,
  rejectUnauthorized: options.allowInvalidCertificates !== true,
  minVersion: options.minimumTls ?? 'TLSv1.2',
  ...(options.ca === undefined ? {} : { ca: options.ca }),
  // A server name is a name: RFC 6066 §3 has no place for addresses.
  ...(net.isIP(options.host) === 0 ? { servername: options.host } : {}),
})

/** Connects and waits for the greeting, which can come in the same breath as the end of a TLS handshake. */
const connect = (dialogue: Dialogue, options: SmtpServerOptions): Promise<Answer> => {
  const { host, port } = options
  dialogue.setTimeout(options.connectTimeoutMs ?? 30_000)
  const greeting = hear(dialogue)
  const socket = dialogue.attach(onread =>
    options.secure === true
      ? tls.connect({ ...tlsOptions(options), port })
      : net.connect({ host, port, onread }),
  )
  socket.once(options.secure === true ? 'secureConnect' : 'connect', () =>
    dialogue.setTimeout(options.greetingTimeoutMs ?? 30_000),
  )
  return greeting
}

/** RFC 5321 §4.1.4: a full name, or an address literal when this machine has none. */
const localName = (given: string | undefined): string => {
  const name = given ?? hostname()
  if (net.isIPv4(name)) return `[${name}]`
  const isName = /^[\x21-\x7e]{1,255}$/.test(name) && (given !== undefined || name.includes('.'))
  return isName ? name : '[127.0.0.1]'
}

const introduce = async (
  dialogue: Dialogue,
  options: SmtpServerOptions,
): Promise<Extensions | OpenFailure> => {
  const name = localName(options.name)
  const answer = await ask(dialogue, `EHLO ${name}`)
  if (isPositive(answer)) return readExtensions(answer.words)
  if (isLost(answer) || answer.code < 500) return failureOf(answer)
  const second = await ask(dialogue, `HELO ${name}`)
  return isPositive(second) ? NO_EXTENSIONS : failureOf(second)
}

const shakeHands = (dialogue: Dialogue, options: SmtpServerOptions): Promise<Loss | undefined> =>
  new Promise(resolve => {
    dialogue.listen({ onReply: () => undefined, onLost: resolve })
    dialogue
      .attach((_onread, plain) => tls.connect({ ...tlsOptions(options), ...(plain && { socket: plain }) }))
      .once('secureConnect', () => {
        dialogue.listen(undefined)
        resolve(undefined)
      })
  })

const startTls = async (
  dialogue: Dialogue,
  options: SmtpServerOptions,
): Promise<Extensions | OpenFailure> => {
  const answer = await ask(dialogue, 'STARTTLS')
  if (!isPositive(answer)) return failureOf(answer)
  // Whoever sits on the line could add replies in plain text, which would be heard as if they had come over TLS.
  if (dialogue.hasUnread()) return failWith('EPROTOCOL', 'The server spoke in plain text after STARTTLS')
  const loss = await shakeHands(dialogue, options)
  return loss === undefined ? introduce(dialogue, options) : failureOf(loss)
}

const secure = async (session: Session, options: SmtpServerOptions): Promise<Extensions | OpenFailure> => {
  const { dialogue, server } = session
  if (options.secure === true) return server
  if (options.ignoreTls === true) return server
  if (server.startTls) return startTls(dialogue, options)
  const mustEncrypt = options.requireTls ?? (options.auth !== undefined && !isLoopback(options.host))
  return mustEncrypt ? failWith('ETLS', 'The server does not offer STARTTLS') : server
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** AUTH LOGIN (no RFC, but widespread): asks for the name, then for the password. */
const logInByQuestions = async (
  dialogue: Dialogue,
  auth: { readonly user: string; readonly pass: string },
): Promise<Answer> => {
  const forUser = await ask(dialogue, 'AUTH LOGIN')
  if (isLost(forUser) || forUser.code !== 334) return forUser
  const forPass = await ask(dialogue, base64(auth.user))
  if (isLost(forPass) || forPass.code !== 334) return forPass
  return ask(dialogue, base64(auth.pass))
}

const logIn = async (session: Session, options: SmtpServerOptions): Promise<OpenFailure | undefined> => {
  const { dialogue, server } = session
  const { auth } = options
  if (auth === undefined) return undefined
  const knows = (mechanism: string): boolean => server.auth.includes(mechanism)
  if (!knows('PLAIN') && !knows('LOGIN'))
    return failWith('EAUTH', 'The server offers no log-in by PLAIN or LOGIN')
  const answer = knows('PLAIN')
    ? await ask(dialogue, `AUTH PLAIN ${base64(`\0${auth.user}\0${auth.pass}`)}`)
    : await logInByQuestions(dialogue, auth)
  return isPositive(answer) ? undefined : failureOf(answer)
}

const establish = async (dialogue: Dialogue, options: SmtpServerOptions): Promise<Session | OpenFailure> => {
  const greeting = await connect(dialogue, options)
  if (!isPositive(greeting)) return failureOf(greeting)
  dialogue.setTimeout(options.socketTimeoutMs ?? 300_000)
  const offered = await introduce(dialogue, options)
  if (isFailure(offered)) return offered
  const server = await secure({ dialogue, server: offered }, options)
  if (isFailure(server)) return server
  return (await logIn({ dialogue, server }, options)) ?? { dialogue, server }
}

/** Connects, secures and logs in. Never rejects; after a failure the connection is closed. */
export const openSession = async (options: SmtpServerOptions): Promise<Session | OpenFailure> => {
  const dialogue = createDialogue()
  try {
    const session = await establish(dialogue, options)
    if (isFailure(session)) dialogue.close()
    return session
  } catch (error) {
    // Node throws for what cannot be connected to at all, such as port 70000.
    dialogue.close()
    return failWith((error as NodeJS.ErrnoException).code ?? 'ECONNECTION', (error as Error).message)
  }
}
