/**
 * The email channel: a pool of SMTP connections behind the channel port. Decides which connection takes a message and
 * what a cut means; knows no ledger and no rates.
 */
import { type Channel, CLOSED_CODE, type SendOutcome, trimAnswer } from '../channel.ts'
import { createGate, type Gate } from '../gate.ts'
import { outcomeOfAnswer, outcomeOfSessionRefusal } from './codes.ts'
import type { RenderedEmail } from './email.ts'
import {
  type OpenFailure,
  openConnection,
  type SmtpConnection,
  type SmtpServerOptions,
  type Transfer,
} from './smtp-connection.ts'

/** A server and how many connections to keep to it. */
export interface SmtpChannelOptions extends SmtpServerOptions {
  /** Connections at most, each with one message at a time: the channel's slots. Default 10. */
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
  idleTimer: NodeJS.Timeout | undefined
}

const isFailure = (opened: SmtpConnection | OpenFailure): opened is OpenFailure => 'answered' in opened

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

/** The idle connections. The one used last goes out first, so that under low load the others end by their time-out. */
const createIdlePool = (options: SmtpChannelOptions) => {
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
  return {
    adopt: (connection: SmtpConnection): Pooled => {
      const pooled: Pooled = { connection, messages: 0, idleTimer: undefined }
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
    give: (pooled: Pooled): void => {
      if (!pooled.connection.isUsable()) return
      if (pooled.messages >= (options.messagesPerConnection ?? 1_000)) {
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

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** One gate for each domain that has a limit. */
const createDomainGates = (limits: ReadonlyMap<string, number>): ((address: string) => Gate | undefined) => {
  const gates = new Map([...limits].map(([domain, size]) => [domain, createGate(size)]))
  return address => (gates.size === 0 ? undefined : gates.get(domainOf(address)))
}

/**
 * Opens no connection until the first send. A message that meets a connection which its server closed while idle is
 * given to a fresh one, once; any other cut before the final dot is a `retry`, at or after it `unknown`. A refused
 * connection, greeting or log-in is a `retry`: it says nothing about the message.
 */
export const createSmtpChannel = (options: SmtpChannelOptions): Channel<RenderedEmail> => {
  const slots = options.connections ?? 10
  const gate = createGate(slots)
  const domainGate = createDomainGates(options.domainConnections ?? new Map())
  const pool = createIdlePool(options)
  const running = new Set<Promise<SendOutcome>>()
  let closed = false

  const transferOver = async (pooled: Pooled, email: RenderedEmail): Promise<Transfer> => {
    const transfer = await pooled.connection.transfer(email)
    pooled.messages += 1
    pool.give(pooled)
    return transfer
  }
  const handOver = async (email: RenderedEmail): Promise<SendOutcome> => {
    const reused = await pool.take()
    if (reused !== undefined) {
      const transfer = await transferOver(reused, email)
      if (!wasStale(transfer)) return outcomeOfTransfer(transfer)
    }
    const opened = await openConnection(options)
    if (isFailure(opened)) return outcomeOfFailure(opened)
    return outcomeOfTransfer(await transferOver(pool.adopt(opened), email))
  }
  const sendInTurn = async (email: RenderedEmail): Promise<SendOutcome> => {
    const ofDomain = domainGate(email.envelope.to)
    if (ofDomain !== undefined) await ofDomain.enter()
    await gate.enter()
    try {
      return await handOver(email)
    } catch (error) {
      // A fault of ours in the middle of a hand-over: nobody can say how far it got.
      return { kind: 'unknown', code: 'EINTERNAL', answer: trimAnswer(String(error)) }
    } finally {
      gate.leave()
      ofDomain?.leave()
    }
  }
  return {
    slots,
    send: async email => {
      if (closed) return { kind: 'retry', code: CLOSED_CODE, answer: 'The channel is closed' }
      const sending = sendInTurn(email)
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
