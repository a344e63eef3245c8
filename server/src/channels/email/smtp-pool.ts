/**
 * The open connections of one SMTP channel: which of them takes a mail, and what a cut means. Knows no turns and no
 * ledger.
 */
import { type SendOutcome, trimAnswer } from '../channel.ts'
import { outcomeOfAnswer, outcomeOfSessionRefusal } from './codes.ts'
import type { RenderedEmail } from './email.ts'
import type { SmtpChannelOptions } from './smtp.ts'
import { type OpenFailure, openConnection, type SmtpConnection, type Transfer } from './smtp-connection.ts'

/** An open connection with what went over it. */
export interface Pooled {
  readonly connection: SmtpConnection
  messages: number
  /** Mails on their way over it: two at most, of which the second waits for the first one's answer. */
  unanswered: number
  idleTimer: NodeJS.Timeout | undefined
}

const isFailure = (opened: Pooled | SmtpConnection | OpenFailure): opened is OpenFailure =>
  'answered' in opened

const outcomeOfFailure = (failure: OpenFailure): SendOutcome =>
  failure.answered
    ? { ...outcomeOfSessionRefusal(failure.words), ofRecipient: false }
    : { kind: 'retry', code: failure.code, answer: trimAnswer(failure.words) }

const outcomeOfTransfer = (transfer: Transfer): SendOutcome => {
  if (transfer.kind === 'answered') {
    const outcome = outcomeOfAnswer(transfer.words)
    return transfer.ofSender ? { ...outcome, ofRecipient: false } : outcome
  }
  const answer = trimAnswer(transfer.words)
  if (transfer.kind === 'unsendable') return { kind: 'reject', code: transfer.code, answer }
  return { kind: transfer.at === 'after_dot' ? 'unknown' : 'retry', code: transfer.code, answer }
}

/**
 * Whether a connection that had been idle turned out to be closed: lost, or a 421 goodbye, before the server asked
 * for the body. A time-out is not that: it has already cost its time, so the ledger's retry takes over.
 */
const wasStale = (transfer: Transfer): boolean => {
  if (transfer.kind === 'unsendable' || transfer.at !== 'before_body') return false
  return transfer.kind === 'cut' ? transfer.code !== 'ETIMEDOUT' : transfer.words.startsWith('421')
}

// The idle one used last goes out first, so that under low load the others end by their time-out.
const createIdle = (options: SmtpChannelOptions) => {
  const idle: Pooled[] = []
  const remove = (pooled: Pooled): void => {
    clearTimeout(pooled.idleTimer)
    const index = idle.indexOf(pooled)
    if (index >= 0) idle.splice(index, 1)
  }
  const retire = async (pooled: Pooled): Promise<void> => {
    remove(pooled)
    await pooled.connection.quit()
  }
  const retireIdle = async (pooled: Pooled): Promise<void> => {
    if (idle.includes(pooled)) await retire(pooled)
  }
  const isWornOut = (pooled: Pooled): boolean => pooled.messages >= (options.messagesPerConnection ?? 1_000)
  return {
    isWornOut,
    open: async (): Promise<Pooled | OpenFailure> => {
      const connection = await openConnection(options)
      if (isFailure(connection)) return connection
      const pooled: Pooled = { connection, messages: 0, unanswered: 0, idleTimer: undefined }
      connection.onGone(() => remove(pooled))
      return pooled
    },
    take: async (): Promise<Pooled | undefined> => {
      for (let pooled = idle.pop(); pooled !== undefined; pooled = idle.pop()) {
        if (await pooled.connection.prepare()) return pooled
        void retire(pooled)
      }
      return undefined
    },
    /** A mail is answered; with the last one the connection is idle. */
    give: (pooled: Pooled): void => {
      pooled.unanswered -= 1
      if (pooled.unanswered > 0 || !pooled.connection.isUsable()) return
      if (isWornOut(pooled)) {
        void retire(pooled)
        return
      }
      idle.push(pooled)
      // One timer per connection, put off with each mail; when it finds the connection at work, it does nothing.
      if (pooled.idleTimer !== undefined) pooled.idleTimer.refresh()
      else pooled.idleTimer = setTimeout(() => void retireIdle(pooled), options.idleTimeoutMs ?? 30_000)
    },
    empty: async (): Promise<void> => {
      await Promise.all([...idle].map(retire))
    },
  }
}

/** How a mail goes: behind another one on its connection, or over one of its own; `onLeft`: another may follow it there. */
export interface Way {
  readonly behind?: Pooled
  readonly onLeft: ((pooled: Pooled) => void) | undefined
}

/** The connections of a channel. */
export interface SmtpPool {
  /** Rejects never, but for a fault of ours. */
  carry(email: RenderedEmail, way: Way): Promise<SendOutcome>
  /** Ends the idle ones. */
  empty(): Promise<void>
}

/** No connections yet. */
export const createPool = (options: SmtpChannelOptions): SmtpPool => {
  const idle = createIdle(options)
  const transferOver = async (pooled: Pooled, email: RenderedEmail, { onLeft }: Way): Promise<Transfer> => {
    pooled.messages += 1
    pooled.unanswered += 1
    const mayFollow = onLeft !== undefined && !idle.isWornOut(pooled)
    const transfer = await pooled.connection.transfer(email, mayFollow ? () => onLeft(pooled) : undefined)
    idle.give(pooled)
    return transfer
  }
  return {
    carry: async (email, way) => {
      const reused = way.behind ?? (await idle.take())
      if (reused !== undefined) {
        const transfer = await transferOver(reused, email, way)
        if (!wasStale(transfer)) return outcomeOfTransfer(transfer)
      }
      const opened = await idle.open()
      if (isFailure(opened)) return outcomeOfFailure(opened)
      return outcomeOfTransfer(await transferOver(opened, email, way))
    },
    empty: idle.empty,
  }
}
