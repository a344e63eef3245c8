/**
 * The email channel: a pool of SMTP connections behind the channel port. Decides which connection takes a message and
 * what a cut means; knows no ledger and no rates.
 */
import { type Channel, CLOSED_CODE, NOT_BEGUN, type SendOutcome, trimAnswer } from '../channel.ts'
import { createGate, createGates } from '../gate.ts'
import { outcomeOfAnswer, outcomeOfSessionRefusal } from './codes.ts'
import { type RenderedEmail, recipientDomainOf } from './email.ts'
import {
  type OpenFailure,
  openConnection,
  type SmtpConnection,
  type SmtpServerOptions,
  type Transfer,
} from './smtp-connection.ts'

/** A server and how many connections to keep to it. */
export interface SmtpChannelOptions extends SmtpServerOptions {
  /** Connections at most, each with one message at a time that is not all sent yet: the channel's slots. Default 10. */
  readonly connections?: number
  /** After so many messages a connection is replaced. Default 1000. */
  readonly messagesPerConnection?: number
  /** Connections at most for mail to a domain of recipients, in lower case. Its mail waits here, behind nobody else's. */
  readonly domainConnections?: ReadonlyMap<string, number>
  /** An idle connection is given up after so long, before servers tend to. Default 30 s. */
  readonly idleTimeoutMs?: number
}

interface Pooled {
  readonly connection: SmtpConnection
  messages: number
  /** Mails on their way over it: two at most, of which the second waits behind the first one's answer. */
  unanswered: number
  idleTimer: NodeJS.Timeout | undefined
}

const isFailure = <T extends object>(opened: T | OpenFailure): opened is OpenFailure => 'answered' in opened

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

/**
 * The connections. The idle one used last goes out first, so that under low load the others end by their time-out. Where
 * none is idle and no further one may be opened, the one that has waited longest for the answer to its mail takes the next.
 */
const createPool = (options: SmtpChannelOptions, most: number) => {
  const idle: Pooled[] = []
  const answering: Pooled[] = []
  const open = new Set<Pooled>()
  let opening = 0
  const remove = (pooled: Pooled): void => {
    clearTimeout(pooled.idleTimer)
    open.delete(pooled)
    for (const list of [idle, answering]) {
      const index = list.indexOf(pooled)
      if (index >= 0) list.splice(index, 1)
    }
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
    open: async (): Promise<Pooled | OpenFailure> => {
      opening += 1
      const connection = await openConnection(options)
      opening -= 1
      if (isFailure(connection)) return connection
      const pooled: Pooled = { connection, messages: 0, unanswered: 0, idleTimer: undefined }
      open.add(pooled)
      connection.onGone(() => remove(pooled))
      return pooled
    },
    take: async (): Promise<Pooled | undefined> => {
      for (let pooled = idle.pop(); pooled !== undefined; pooled = idle.pop()) {
        if (await pooled.connection.prepare()) return pooled
        void retire(pooled)
      }
      return open.size + opening < most ? undefined : answering.shift()
    },
    /** A mail goes over it. */
    begin: (pooled: Pooled): void => {
      pooled.messages += 1
      pooled.unanswered += 1
    },
    /** All of its mail has left; false: it takes no other. */
    lend: (pooled: Pooled): boolean => {
      if (isWornOut(pooled)) return false
      answering.push(pooled)
      return true
    },
    /** A mail is answered. */
    end: (pooled: Pooled): void => {
      pooled.unanswered -= 1
      if (pooled.unanswered > 0 || !pooled.connection.isUsable()) return
      const index = answering.indexOf(pooled)
      if (index >= 0) answering.splice(index, 1)
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

/**
 * A busy connection is lent to the next message while its server answers to the one before. Opens no connection until the
 * first send. A message that meets a connection which its server closed while idle is
 * given to a fresh one, once; any other cut before the final dot is a `retry`, at or after it `unknown`. A refused
 * connection, greeting or log-in is a `retry`: it says nothing about the message.
 */
export const createSmtpChannel = (options: SmtpChannelOptions): Channel<RenderedEmail> => {
  const slots = options.connections ?? 10
  const gate = createGate(slots)
  const domainGate = createGates(options.domainConnections ?? new Map())
  const pool = createPool(options, slots)
  const running = new Set<Promise<SendOutcome>>()
  let closed = false

  const transferOver = async (
    pooled: Pooled,
    email: RenderedEmail,
    onFree: () => void,
  ): Promise<Transfer> => {
    pool.begin(pooled)
    const transfer = await pooled.connection.transfer(email, () => {
      if (pool.lend(pooled)) onFree()
    })
    pool.end(pooled)
    return transfer
  }
  const handOver = async (email: RenderedEmail, onFree: () => void): Promise<SendOutcome> => {
    const reused = await pool.take()
    if (reused !== undefined) {
      const transfer = await transferOver(reused, email, onFree)
      if (!wasStale(transfer)) return outcomeOfTransfer(transfer)
    }
    const opened = await pool.open()
    if (isFailure(opened)) return outcomeOfFailure(opened)
    return outcomeOfTransfer(await transferOver(opened, email, onFree))
  }
  const sendInTurn: Channel<RenderedEmail>['send'] = async (email, mayBegin, onFree) => {
    const ofDomain = domainGate(recipientDomainOf(email))
    if (ofDomain !== undefined) await ofDomain.enter()
    await gate.enter()
    let hasLeft = false
    const leave = (): void => {
      hasLeft = true
      gate.leave()
      onFree?.()
    }
    try {
      return mayBegin?.() === false ? NOT_BEGUN : await handOver(email, leave)
    } catch (error) {
      // A fault of ours in the middle of a hand-over: nobody can say how far it got.
      return { kind: 'unknown', code: 'EINTERNAL', answer: trimAnswer(String(error)) }
    } finally {
      if (!hasLeft) gate.leave()
      ofDomain?.leave()
    }
  }
  return {
    slots,
    send: async (email, mayBegin, onFree) => {
      if (closed) return { kind: 'retry', code: CLOSED_CODE, answer: 'The channel is closed' }
      const sending = sendInTurn(email, mayBegin, onFree)
      running.add(sending)
      return sending.finally(() => running.delete(sending))
    },
    close: async () => {
      closed = true
      await Promise.all(running)
      await pool.empty()
    },
  }
}
