/**
 * The sandbox sink: an SMTP server on loopback that ends every mail in the Inbox. It answers 250 only for a mail that
 * is durable, so a sandbox transport is as honest as a real provider. Knows nothing of campaigns and messages.
 */
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Db } from '../../db/pool.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { MESSAGE_ID_HEADER, SANDBOX_HEADER } from '../email/email.ts'
import { readField, readHeaderBlock } from './header-fields.ts'
import type { InboxRow } from './inbox.store.ts'
import { createInboxWriter } from './inbox-writer.ts'

/** What the sink needs. */
export interface SandboxSinkOptions {
  readonly db: Db
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly clock: Clock
  readonly newId: () => string
  /** How many mails the inbox keeps, all sandboxes together. Default 5000. */
  readonly keep?: number
  readonly log: Pick<Log, 'warn'>
}

/** The running sink. `close` stops listening, lets open dialogues finish for up to a second, then ends them. */
export interface SandboxSink {
  readonly port: number
  close(): Promise<void>
}

const MAIL_BYTES = 26_214_400

class SmtpRefusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

const toRow = (raw: Buffer, session: SMTPServerSession, options: SandboxSinkOptions): InboxRow => {
  const block = readHeaderBlock(raw)
  const { mailFrom, rcptTo } = session.envelope
  return {
    id: options.newId(),
    sandbox: readField(block, SANDBOX_HEADER) ?? null,
    channel: 'email',
    messageId: readField(block, MESSAGE_ID_HEADER) ?? null,
    sender: mailFrom === false ? '' : mailFrom.address,
    recipient: rcptTo.map(recipient => recipient.address).join(', '),
    subject: readField(block, 'Subject') ?? '',
    receivedAt: options.clock.now(),
    raw,
  }
}

const readAll = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  // The rest of an oversized mail is read, for the dialogue to stay in step, but not kept.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= MAIL_BYTES) chunks.push(chunk)
  }
  if (bytes > MAIL_BYTES) throw new SmtpRefusal(552, '5.3.4 The mail is larger than the sandbox takes')
  return Buffer.concat(chunks)
}

const toRefusal = (error: unknown, log: Pick<Log, 'warn'>): Error => {
  if (error instanceof SmtpRefusal) return error
  log.warn({ err: error }, 'a sandbox mail was not stored')
  return new SmtpRefusal(451, '4.3.0 The inbox cannot store mails now')
}

const createServer = (options: SandboxSinkOptions): SMTPServer => {
  const writer = createInboxWriter({
    ...options,
    onFull: () => new SmtpRefusal(451, '4.3.2 Too many mails at once, try again'),
  })
  const receive = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> => {
    const row = toRow(await readAll(stream), session, options)
    await writer.submit(row)
    return `2.0.0 Kept as ${row.id}`
  }
  const server = new SMTPServer({
    name: 'inbox.carillon.invalid',
    banner: 'Carillon sandbox inbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAIL_BYTES,
    closeTimeout: 1_000,
    onData: (stream, session, done) => {
      receive(stream, session).then(
        answer => done(null, answer),
        (error: unknown) => done(toRefusal(error, options.log)),
      )
    },
  })
  server.on('error', error => options.log.warn({ err: error }, 'sandbox inbox: a connection failed'))
  return server
}

/** Starts listening; rejects when the port cannot be had. */
export const startSandboxSink = async (options: SandboxSinkOptions): Promise<SandboxSink> => {
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
    close: () => new Promise(resolve => server.close(() => resolve())),
  }
}
