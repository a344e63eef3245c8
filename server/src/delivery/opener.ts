/** What it takes to open the channel of a stored transport. */
import type { ProviderAnswer, SmtpSettings } from '@carillon/contract'
import type { TransportRow } from '../campaigns/transport.store.ts'
import type { Channel } from '../channels/channel.ts'
import type { PushChannelOptions } from '../channels/push/fan-out.ts'
import type { RenderedMessage } from '../channels/rendered.ts'

/** Where the sandbox's stand-ins listen, on loopback. */
export interface SandboxPorts {
  readonly smtp: number
  readonly http: number
  readonly push: { readonly http: number; readonly http2: number }
}

/** What a channel is opened with. */
export interface OpenContext {
  readonly sinks: SandboxPorts
  readonly now: () => Date
  /** What became of single devices; left out: nobody asks. */
  readonly onDevices?: PushChannelOptions['onDevices']
  /** Where the provider of a transport reports what became of its messages; undefined: it could not reach us. */
  readonly callbackUrl?: (transport: TransportRow) => string | undefined
}

/** How the transports of one provider are opened and looked at. */
export interface Opener {
  readonly open: (transport: TransportRow, context: OpenContext) => Channel<RenderedMessage>
  readonly check: (transport: TransportRow, context: OpenContext) => Promise<ProviderAnswer>
}

/** Messages on their way at once where a transport says nothing. */
export const SLOTS = 10

/** Messages on their way at once by domain of recipients, or by country of numbers, in lower case. */
export const domainConnectionsOf = ({
  domainLimits = [],
}: Pick<SmtpSettings, 'domainLimits'>): ReadonlyMap<string, number> =>
  new Map(
    domainLimits.flatMap(({ domain, connections }) =>
      typeof connections === 'number' ? [[domain.toLowerCase(), connections] as const] : [],
    ),
  )
