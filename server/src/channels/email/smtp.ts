/**
 * The email channel over SMTP: how many mails go at once, in which turn, and which may follow another on its connection.
 * Knows no ledger and no rates.
 */
import { type Channel, CLOSED_CODE, NOT_BEGUN, type SendOutcome, trimAnswer } from '../channel.ts'
import { createGate, createGates } from '../gate.ts'
import { type RenderedEmail, recipientDomainOf } from './email.ts'
import type { SmtpServerOptions } from './smtp-connection.ts'
import { createPool, type Pooled } from './smtp-pool.ts'

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

type Send = Channel<RenderedEmail>['send']

/** A slot of the channel, which a mail and those that follow it have one after the other. */
interface Slot {
  users: number
}

/** The sends under way; one may begin another. */
const createRunning = () => {
  const running = new Set<Promise<SendOutcome>>()
  return {
    track: (sending: Promise<SendOutcome>): Promise<SendOutcome> => {
      running.add(sending)
      return sending.finally(() => running.delete(sending))
    },
    untilNone: async (): Promise<void> => {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/**
 * Opens no connection until the first send. A message that meets a connection which its server closed while idle, or after
 * the mail that it followed, is given to a fresh one, once; any other cut before the final dot is a `retry`, at or after it
 * `unknown`. A refused connection, greeting or log-in is a `retry`: it says nothing about the message.
 */
export const createSmtpChannel = (options: SmtpChannelOptions): Channel<RenderedEmail> => {
  const slots = options.connections ?? 10
  const gate = createGate(slots)
  const domainGate = createGates(options.domainConnections ?? new Map())
  const pool = createPool(options)
  const { track, untilNone } = createRunning()
  let closed = false

  const sendIn = async (
    slot: Slot,
    [email, mayBegin, onLeft]: Parameters<Send>,
    behind?: Pooled,
  ): Promise<SendOutcome> => {
    const offer = onLeft && ((pooled: Pooled) => onLeftBehind(pooled, slot, onLeft))
    try {
      if (mayBegin?.() === false) return NOT_BEGUN
      return await pool.carry(email, { onLeft: offer, ...(behind === undefined ? {} : { behind }) })
    } catch (error) {
      // A fault of ours in the middle of a hand-over: nobody can say how far it got.
      return { kind: 'unknown', code: 'EINTERNAL', answer: trimAnswer(String(error)) }
    } finally {
      slot.users -= 1
      if (slot.users === 0) gate.leave()
    }
  }
  const send: Send = async (...of) => {
    const ofDomain = domainGate(recipientDomainOf(of[0]))
    if (ofDomain !== undefined) await ofDomain.enter()
    await gate.enter()
    const outcome = await sendIn({ users: 1 }, of)
    ofDomain?.leave()
    return outcome
  }
  // What comes too late, or has to wait for its domain, goes the usual way.
  const onLeftBehind = (pooled: Pooled, slot: Slot, onLeft: (follow: Send) => void): void => {
    let isOpen = true
    onLeft((...of) => {
      if (!isOpen || domainGate(recipientDomainOf(of[0])) !== undefined) return track(send(...of))
      isOpen = false
      slot.users += 1
      return track(sendIn(slot, of, pooled))
    })
    isOpen = false
  }
  return {
    slots,
    send: async (...of) => {
      if (closed) return { kind: 'retry', code: CLOSED_CODE, answer: 'The channel is closed' }
      return track(send(...of))
    },
    close: async () => {
      closed = true
      await untilNone()
      await pool.empty()
    },
  }
}
