/**
 * One SMTP connection as the pool sees it. The dialogue is in `smtp-session.ts` (up to the log-in) and
 * `smtp-transfer.ts` (the mails). Knows nothing of pools and retries.
 */
import { trimAnswer } from '../channel.ts'
import type { RenderedEmail } from './email.ts'
import { ask, isPositive } from './smtp-dialogue.ts'
import { openSession, type Session } from './smtp-session.ts'
import { createSender } from './smtp-transfer.ts'

/** Where and how to connect. Times in milliseconds. */
export interface SmtpServerOptions {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (port 465). Otherwise STARTTLS is used whenever the server offers it. */
  readonly secure?: boolean
  /** Refuse to go on without TLS. Left out: true when there is a log-in and the host is not this machine. */
  readonly requireTls?: boolean
  /** Never use TLS, whatever the server offers. */
  readonly ignoreTls?: boolean
  readonly allowInvalidCertificates?: boolean
  /** The certificate (PEM) of a private authority; the server's must come from it. */
  readonly ca?: string
  /** Default: TLS 1.2. */
  readonly minimumTls?: 'TLSv1.2' | 'TLSv1.3'
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

/**
 * What came of one message: the server's whole answer and how far the message was by then, a refusal of our own client,
 * or a cut.
 */
export type Transfer =
  | {
      readonly kind: 'answered'
      readonly words: string
      readonly at: CutPoint
      /** It refused MAIL: nobody had been named yet. */
      readonly ofSender?: true
    }
  | { readonly kind: 'unsendable'; readonly code: string; readonly words: string }
  | { readonly kind: 'cut'; readonly at: CutPoint; readonly code: string; readonly words: string }

/** Why no connection came about. With an answer of the server, `words` is that answer and `answered` is true. */
export interface OpenFailure {
  readonly code: string
  readonly words: string
  readonly answered: boolean
}

/** An open, logged-in connection that takes one message at a time, or the next one as soon as it is free for it. */
export interface SmtpConnection {
  /** False once the connection is lost or its dialogue is out of step. */
  isUsable(): boolean
  /** Makes the connection fit for the next message: RSET after a refusal. False when it is lost. */
  prepare(): Promise<boolean>
  /** Never rejects. `onLeft`, called once at most: the next message may be given, although this one is not answered yet. */
  transfer(email: RenderedEmail, onLeft?: () => void): Promise<Transfer>
  /** Calls back once when the connection is gone, at once if it is already. */
  onGone(listener: () => void): void
  /** QUIT, then close; at most a second. */
  quit(): Promise<void>
}

const QUIT_MS = 1_000

const wrap = (session: Session): SmtpConnection => {
  const { dialogue } = session
  const send = createSender(session)
  let needsReset = false
  return {
    isUsable: dialogue.isOpen,
    prepare: async () => {
      if (!needsReset || !dialogue.isOpen()) return dialogue.isOpen()
      const answer = await ask(dialogue, 'RSET')
      needsReset = !isPositive(answer)
      return !needsReset
    },
    transfer: async (email, onLeft) => {
      const transfer = await send(email, onLeft)
      // The end of its content ends a transaction, whatever the answer (RFC 5321 §4.1.1.4).
      needsReset ||= transfer.kind === 'answered' && transfer.at !== 'after_dot'
      return transfer
    },
    onGone: dialogue.onGone,
    quit: async () => {
      if (!dialogue.isOpen()) return dialogue.close()
      const timer = setTimeout(() => dialogue.close(), QUIT_MS)
      await ask(dialogue, 'QUIT')
      clearTimeout(timer)
      dialogue.close()
    },
  }
}

/** Connects, secures and logs in. Never rejects: what went wrong is a value. */
export const openConnection = async (options: SmtpServerOptions): Promise<SmtpConnection | OpenFailure> => {
  const session = await openSession(options)
  return 'answered' in session ? session : wrap(session)
}

/**
 * Whether the server lets us in: connects, secures, logs in, and says goodbye. `answer` is what it said last, or why there
 * was no answer.
 */
export const checkSmtp = async (
  options: SmtpServerOptions,
): Promise<{ readonly ok: boolean; readonly code: string; readonly answer: string }> => {
  const session = await openSession({ connectTimeoutMs: 10_000, greetingTimeoutMs: 10_000, ...options })
  if ('answered' in session)
    return { ok: false, code: trimAnswer(session.code), answer: trimAnswer(session.words) }
  const { dialogue } = session
  const isSecure = dialogue.isEncrypted()
  const answer = await ask(dialogue, 'NOOP')
  await wrap(session).quit()
  if (!isPositive(answer) || 'lost' in answer)
    return {
      ok: false,
      code: 'lost' in answer ? answer.lost : String(answer.code),
      answer: trimAnswer(answer.words),
    }
  const how = `${isSecure ? 'TLS' : 'no TLS'}, ${options.auth === undefined ? 'no log-in' : 'logged in'}`
  return { ok: true, code: String(answer.code), answer: trimAnswer(`${answer.words} (${how})`) }
}
