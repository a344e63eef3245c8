/** A channel configuration as it is being typed. Pure. */
import {
  type ChannelConfiguration,
  DEFAULT_RETRY_MINUTES,
  EMAIL_SENDING_DEFAULTS,
  type EmailConfigurationWrite,
  type Transport,
} from '@carillon/contract'

/** Every member has a value. */
export type ConfigurationDraft = Required<Omit<EmailConfigurationWrite, 'status' | 'lastChecks'>>
/** Changes some members. */
export type ChangeDraft = (patch: Partial<ConfigurationDraft>) => void

/** The draft of a configuration, or of a new one. */
export const draftOf = (
  one: ChannelConfiguration | undefined,
  transports: readonly Transport[],
): ConfigurationDraft => {
  if (one === undefined)
    return {
      ...EMAIL_SENDING_DEFAULTS,
      ...{ name: '', transportId: transports[0]?.id ?? '', fallbackTransportIds: [] },
      ...{ fromName: '', fromAddress: '', replyTo: null, retryMinutes: DEFAULT_RETRY_MINUTES },
      ...{ sendToComplaints: false, listUnsubscribe: true, unsubscribeLevel: 'channel' },
      bounceDomain: null,
    }
  const { id: _id, channel: _channel, status: _status, lastChecks: _checks, ...rest } = one
  return rest
}

/** An empty text is no text. */
export const textOrNull = (text: string): string | null => (text === '' ? null : text)

/** The allowed domains as they are typed: one a line, its host of links behind a comma. */
export const domainsText = (draft: ConfigurationDraft): string =>
  (draft.dynamicDomain?.domains ?? [])
    .map(({ domain, linkHost }) => (linkHost === null ? domain : `${domain}, ${linkHost}`))
    .join('\n')

/** The domains of such a text. */
export const readDomains = (text: string): { domain: string; linkHost: string | null }[] =>
  text
    .split('\n')
    .map(line => line.split(',').map(part => part.trim().toLowerCase()))
    .flatMap(([domain = '', linkHost = '']) =>
      domain === '' ? [] : [{ domain, linkHost: textOrNull(linkHost) }],
    )
