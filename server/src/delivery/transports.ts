/** Opens the channel of a transport once per process and closes all of them at the end. */
import type { TransportRow } from '../campaigns/configuration.store.ts'
import type { Channel, SendOutcome } from '../channels/channel.ts'
import type { RenderedEmail } from '../channels/email/email.ts'
import { createSmtpChannel } from '../channels/email/smtp.ts'

/** Where the sandbox sink listens, and how a stored transport is read. */
export interface TransportDeps {
  readonly sinkPort: number
  readonly read: (transportId: string) => Promise<TransportRow | undefined>
}

/** Channels by transport. */
export interface Transports {
  channel(transportId: string): Channel<RenderedEmail>
  close(): Promise<void>
}

const SLOTS = 10

const open = (transport: TransportRow, sinkPort: number): Channel<RenderedEmail> => {
  if (transport.kind === 'sandbox_smtp' || transport.smtp === null)
    return createSmtpChannel({ host: '127.0.0.1', port: sinkPort, connections: SLOTS })
  const { host, port, security, user, password, connections } = transport.smtp
  return createSmtpChannel({
    host,
    port,
    secure: security === 'tls',
    requireTls: security === 'starttls',
    connections: connections ?? SLOTS,
    ...(user ? { auth: { user, pass: password ?? '' } } : {}),
  })
}

const missing: SendOutcome = {
  kind: 'retry',
  code: 'transport_missing',
  answer: 'the transport does not exist',
}

// The engine asks for a channel before the row is read, so the first send waits for it.
const lazy = (
  opening: () => Promise<Channel<RenderedEmail> | undefined>,
  slots: number,
): Channel<RenderedEmail> => {
  let opened: Promise<Channel<RenderedEmail> | undefined> | undefined
  return {
    slots,
    send: async message => {
      opened ??= opening()
      try {
        const channel = await opened
        return channel === undefined ? missing : await channel.send(message)
      } catch (error) {
        opened = undefined
        return { kind: 'retry', code: 'transport_unreadable', answer: (error as Error).message.slice(0, 500) }
      }
    },
    close: async () => {
      const channel = await opened?.catch(() => undefined)
      await channel?.close()
    },
  }
}

/** The channels of one worker process. */
export const createTransports = (deps: TransportDeps): Transports => {
  const channels = new Map<string, Channel<RenderedEmail>>()
  return {
    channel: transportId => {
      const found = channels.get(transportId)
      if (found !== undefined) return found
      const channel = lazy(async () => {
        const transport = await deps.read(transportId)
        return transport === undefined ? undefined : open(transport, deps.sinkPort)
      }, SLOTS)
      channels.set(transportId, channel)
      return channel
    },
    close: async () => {
      await Promise.all([...channels.values()].map(channel => channel.close()))
    },
  }
}
