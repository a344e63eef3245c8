/** Opens the channel of a transport once per process, again when its settings changed, and closes all of them at the end. */
import { providerOf } from '@carillon/contract'
import type { TransportRow } from '../campaigns/transport.store.ts'
import { type Channel, CLOSED_CODE, type SendOutcome } from '../channels/channel.ts'
import type { RenderedMessage } from '../channels/rendered.ts'
import type { Clock } from '../lib/clock.ts'
import { delay } from '../lib/delay.ts'
import { openTransport } from './open-transport.ts'
import { type OpenContext, type SandboxPorts, SLOTS } from './opener.ts'

/** Where the sandbox sink listens, and how a stored transport is read. */
export interface TransportDeps {
  readonly sinks: SandboxPorts
  readonly callbackUrl?: NonNullable<OpenContext['callbackUrl']>
  readonly clock: Clock
  /** What became of single devices of a push. */
  readonly onDevices?: NonNullable<OpenContext['onDevices']>
  readonly read: (transportId: string) => Promise<TransportRow | undefined>
}

/** Channels by transport. A channel stays the same for the life of the process, whatever stands behind it. */
export interface Transports {
  channel(transportId: string): Channel<RenderedMessage>
  close(): Promise<void>
}

const CHANGED_MS = 2_000
// A send waits this long for a look at the settings; a slow database must not use up the permit it has.
const LOOK_MS = 500

const settingsOf = (row: TransportRow): string => {
  const { kind } = row
  const settings = row[providerOf(kind)]
  if (settings === undefined) return kind
  // Rates are no matter of the connections: a change of them alone closes nothing.
  const { ratePerSecond: _rate, domainLimits = [], ...rest } = settings
  const shares = domainLimits.flatMap(({ domain, connections }) =>
    connections ? [[domain, connections]] : [],
  )
  return JSON.stringify([kind, rest, shares])
}

const missing: SendOutcome = {
  kind: 'retry',
  code: 'transport_missing',
  answer: 'the transport does not exist',
}

interface Opened {
  readonly channel: Channel<RenderedMessage> | undefined
  readonly settings: string
}

/**
 * A channel whose transport is read at its first send and looked at again every two seconds while it is used. Changed
 * settings open a new one for the sends that follow; the old one finishes what it has. While the settings cannot be
 * read, the channel that is open goes on.
 */
class WatchedChannel implements Channel<RenderedMessage> {
  readonly #deps: TransportDeps
  readonly #transportId: string
  #opened: Opened | undefined
  #look: Promise<void> | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  readonly #draining = new Set<Promise<void>>()
  #closed = false

  constructor(deps: TransportDeps, transportId: string) {
    this.#deps = deps
    this.#transportId = transportId
  }

  get slots(): number {
    return this.#opened?.channel?.slots ?? SLOTS
  }

  async send(...of: Parameters<Channel<RenderedMessage>['send']>): Promise<SendOutcome> {
    try {
      const outcome = await this.#sendOnce(of)
      // It was closed for a newer one between the look and the send.
      const wasReplaced = outcome.code === CLOSED_CODE && !this.#closed
      return wasReplaced ? await this.#sendOnce(of) : outcome
    } catch (error) {
      return { kind: 'retry', code: 'transport_unreadable', answer: (error as Error).message.slice(0, 500) }
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#opened?.channel?.close()
    await Promise.all(this.#draining)
  }

  async #sendOnce(of: Parameters<Channel<RenderedMessage>['send']>): Promise<SendOutcome> {
    if (this.#closed) return { kind: 'retry', code: CLOSED_CODE, answer: 'The channel is closed' }
    const { channel } = await this.#current()
    return channel === undefined ? missing : await channel.send(...of)
  }

  async #current(): Promise<Opened> {
    const { clock } = this.#deps
    if (clock.monotonicMs() - this.#lookedAt >= CHANGED_MS)
      this.#look ??= this.#lookAgain().finally(() => {
        this.#look = undefined
      })
    if (this.#opened === undefined) await this.#look
    else if (this.#look !== undefined) await Promise.race([this.#look.catch(() => undefined), delay(LOOK_MS)])
    if (this.#opened === undefined) throw new Error('the transport could not be read')
    return this.#opened
  }

  async #lookAgain(): Promise<void> {
    const { clock, read, sinks } = this.#deps
    // Set first: while the database is away not every send shall wait for a look. Without a channel there is no choice.
    if (this.#opened !== undefined) this.#lookedAt = clock.monotonicMs()
    const row = await read(this.#transportId)
    if (this.#closed) return
    this.#lookedAt = clock.monotonicMs()
    const settings = row === undefined ? '' : settingsOf(row)
    const before = this.#opened
    if (before?.settings === settings) return
    this.#opened = {
      settings,
      channel: row === undefined ? undefined : openTransport(row, { ...this.#deps, sinks, now: clock.now }),
    }
    if (before?.channel === undefined) return
    const drained = before.channel.close().finally(() => this.#draining.delete(drained))
    this.#draining.add(drained)
  }
}

/** The channels of one worker process. */
export const createTransports = (deps: TransportDeps): Transports => {
  const channels = new Map<string, Channel<RenderedMessage>>()
  return {
    channel: transportId => {
      const found = channels.get(transportId)
      if (found !== undefined) return found
      const channel = new WatchedChannel(deps, transportId)
      channels.set(transportId, channel)
      return channel
    },
    close: async () => {
      await Promise.all([...channels.values()].map(channel => channel.close()))
    },
  }
}
