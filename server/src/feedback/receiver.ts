/**
 * The SMTP receiver of bounces, complaints and unsubscribe mails. It takes mail to signed addresses of this instance
 * alone, and says 250 only when what the mail reports is durable: a server that has no 250 keeps it and comes again.
 */
import type { AddressInfo } from 'node:net'
import type pg from 'pg'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { FeedbackAddress, FeedbackAddresses } from '../channels/email/verp.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { FeedbackCounter } from './counter.ts'
import { READ_BYTES } from './mail.ts'
import { takeMail } from './mail-feedback.ts'

/** What the receiver needs. */
export interface ReceiverOptions {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  readonly newId: () => string
  readonly shard: number
  readonly addresses: FeedbackAddresses
  readonly counter: FeedbackCounter
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** A running receiver. `close` takes no new connection and lets open ones finish for up to two seconds. */
export interface Receiver {
  readonly port: number
  close(): Promise<void>
}

/** The source under which the receiver is counted. */
export const RECEIVER_SOURCE = 'smtp'

const MAIL_BYTES = 10_485_760
const CONNECTIONS = 100
const MOST_RECIPIENTS = 10
const IDLE_MS = 60_000
// A dialogue that sends a byte now and then is not idle, and never ends.
const DIALOGUE_MS = 300_000

class SmtpRefusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

// Only the beginning is kept: reports come first, and what follows is the mail that they are about. The rest is read all
// the same, for the dialogue to stay in step.
const readStart = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes < READ_BYTES) chunks.push(chunk)
    bytes += chunk.length
  }
  if (bytes > MAIL_BYTES) throw new SmtpRefusal(552, '5.3.4 The mail is larger than is taken here')
  return Buffer.concat(chunks)
}

// Each of them once: a mail to one mailbox ten times over is one mail.
const recipientsOf = (session: SMTPServerSession, addresses: FeedbackAddresses): FeedbackAddress[] => {
  const read = session.envelope.rcptTo.flatMap(({ address }) => addresses.read(address) ?? [])
  return [...new Map(read.map(one => [JSON.stringify(one), one])).values()]
}

const takeAll = async (
  options: ReceiverOptions,
  session: SMTPServerSession,
  stream: SMTPServerDataStream,
): Promise<void> => {
  const { mailFrom } = session.envelope
  const sender = mailFrom === false ? '' : mailFrom.address
  const raw = await readStart(stream)
  for (const to of recipientsOf(session, options.addresses)) {
    const deps = { ...options, now: options.clock.now() }
    options.counter.count(RECEIVER_SOURCE, await takeMail(deps, { to, sender, raw }))
  }
}

const toRefusal = (error: unknown, log: ReceiverOptions['log']): Error => {
  if (error instanceof SmtpRefusal) return error
  log.warn({ err: error }, 'feedback by mail could not be taken; its server tries again')
  return new SmtpRefusal(451, '4.3.0 The report cannot be taken now, try again')
}

const checkRecipient = (
  options: ReceiverOptions,
  address: string,
  session: SMTPServerSession,
): Error | null => {
  if (session.envelope.rcptTo.length >= MOST_RECIPIENTS)
    return new SmtpRefusal(452, '4.5.3 Too many recipients at once')
  if (options.addresses.read(address) !== undefined) return null
  options.counter.count(RECEIVER_SOURCE, 'refused')
  return new SmtpRefusal(550, '5.1.1 There is no such mailbox here')
}

const createServer = (options: ReceiverOptions): SMTPServer => {
  const deadlines = new Map<string, NodeJS.Timeout>()
  const server: SMTPServer = new SMTPServer({
    name: 'feedback.carillon.invalid',
    banner: 'Carillon feedback',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAIL_BYTES,
    maxClients: CONNECTIONS,
    socketTimeout: IDLE_MS,
    closeTimeout: 2_000,
    onConnect: (session, done) => {
      const end = (): void => {
        for (const connection of server.connections as Set<{ id?: string; close?: () => void }>)
          if (connection.id === session.id) connection.close?.()
      }
      deadlines.set(session.id, setTimeout(end, DIALOGUE_MS).unref())
      done()
    },
    onClose: session => {
      clearTimeout(deadlines.get(session.id))
      deadlines.delete(session.id)
    },
    onRcptTo: ({ address }, session, done) => done(checkRecipient(options, address, session)),
    onData: (stream, session, done) => {
      takeAll(options, session, stream).then(
        () => done(null, '2.0.0 Taken'),
        (error: unknown) => done(toRefusal(error, options.log)),
      )
    },
  })
  // What goes wrong on a connection is the other side's; a server without a listener for it would end the process.
  server.on('error', () => undefined)
  return server
}

/** Starts listening; rejects when the port cannot be had. */
export const startReceiver = async (options: ReceiverOptions): Promise<Receiver> => {
  const server = createServer(options)
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    close: async () => {
      await new Promise<void>(resolve => server.close(() => resolve()))
      await options.counter.flushed()
    },
  }
}
