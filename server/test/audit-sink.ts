/** An SMTP server that remembers which message ids it was given, how often and in which order: the other half of every audit. */
import { SMTPServer } from 'smtp-server'

/** What reached the sink. */
export interface AuditSink {
  readonly port: number
  /** How often each message id was accepted. */
  readonly deliveries: ReadonlyMap<string, number>
  close(): Promise<void>
}

const ID = /^X-Carillon-Message-Id: *([0-9a-f-]{36})/im

/** Listens on a free loopback port and accepts everything. */
export const startAuditSink = async (): Promise<AuditSink> => {
  const deliveries = new Map<string, number>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const id = ID.exec(Buffer.concat(chunks).toString('latin1'))?.[1]
        if (id !== undefined) deliveries.set(id, (deliveries.get(id) ?? 0) + 1)
        done()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, deliveries, close: () => new Promise(resolve => server.close(() => resolve())) }
}
