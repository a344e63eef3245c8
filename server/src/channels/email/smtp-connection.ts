/**
 * One SMTP connection as the pool sees it. The dialogue is in `smtp-session.ts` (up to the log-in) and
 * `smtp-transfer.ts` (the mails). Knows nothing of pools and retries.
 */
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
    transfer: async email => {
      const transfer = await send(email)
      needsReset ||= transfer.kind === 'answered' && !transfer.words.startsWith('2')
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
