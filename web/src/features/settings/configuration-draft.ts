/** A channel configuration as it is being typed. Pure. */
import {
  ABOUT_CONFIGURATION_DEFAULTS,
  type CampaignChannel,
  type ChannelConfiguration,
  channelOfTransport,
  DEFAULT_RETRY_MINUTES,
  EMAIL_SENDING_DEFAULTS,
  type EmailConfigurationWrite,
  PUSH_SENDING_DEFAULTS,
  type PushConfigurationWrite,
  SMS_SENDING_DEFAULTS,
  type SmsConfigurationWrite,
  type Transport,
} from '@carillon/contract'

type Whole<Write> = Required<Omit<Write, 'status' | 'lastChecks' | 'channel'>>
/** A draft of each channel; every member has a value. */
export type EmailDraft = Whole<EmailConfigurationWrite> & { readonly channel: 'email' }
export type SmsDraft = Whole<SmsConfigurationWrite> & { readonly channel: 'sms' }
export type PushDraft = Whole<PushConfigurationWrite> & { readonly channel: 'push' }
export type ConfigurationDraft = EmailDraft | SmsDraft | PushDraft
/** The members that every configuration has. */
export type CommonDraft = Omit<
  Pick<EmailDraft, keyof EmailDraft & keyof SmsDraft & keyof PushDraft>,
  'channel'
> & {
  readonly channel: CampaignChannel
}
/** Changes some members. */
export type ChangeDraft<Draft = CommonDraft> = (patch: Partial<Draft>) => void

const common = (channel: CampaignChannel, transports: readonly Transport[]) => ({
  ...ABOUT_CONFIGURATION_DEFAULTS,
  name: '',
  transportId: transports.find(one => channelOfTransport(one.kind) === channel)?.id ?? '',
  fallbackTransportIds: [],
  retryMinutes: DEFAULT_RETRY_MINUTES,
})

const NEW: { readonly [C in CampaignChannel]: (transports: readonly Transport[]) => ConfigurationDraft } = {
  email: transports => ({
    channel: 'email',
    ...EMAIL_SENDING_DEFAULTS,
    ...common('email', transports),
    ...{ fromName: '', fromAddress: '', replyTo: null },
    ...{ sendToComplaints: false, listUnsubscribe: true, unsubscribeLevel: 'channel' },
    bounceDomain: null,
  }),
  sms: transports => ({ channel: 'sms', ...SMS_SENDING_DEFAULTS, ...common('sms', transports), sender: '' }),
  push: transports => ({
    channel: 'push',
    ...PUSH_SENDING_DEFAULTS,
    ...common('push', transports),
    apps: [],
  }),
}

/** The draft of a new configuration of a channel. */
export const newDraft = (channel: CampaignChannel, transports: readonly Transport[]): ConfigurationDraft =>
  NEW[channel](transports)

/** The draft of a configuration. */
export const draftOf = (one: ChannelConfiguration): ConfigurationDraft => {
  const { id: _id, status: _status, lastChecks: _checks, ...rest } = one
  return rest as ConfigurationDraft
}

/** An empty text is no text. */
export const textOrNull = (text: string): string | null => (text === '' ? null : text)

/** The allowed domains as they are typed: one a line, its host of links behind a comma. */
export const domainsText = (draft: Pick<EmailDraft, 'dynamicDomain'>): string =>
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
