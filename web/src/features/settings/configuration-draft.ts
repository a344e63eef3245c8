/** A channel configuration as it is being typed. Pure. */
import {
  ABOUT_CONFIGURATION_DEFAULTS,
  type CampaignChannel,
  type ChannelConfiguration,
  channelOfTransport,
  DEFAULT_RETRY_MINUTES,
  EMAIL_SENDING_DEFAULTS,
  type EmailConfigurationWrite,
  mapChannels,
  PUSH_SENDING_DEFAULTS,
  type PushConfigurationWrite,
  SMS_SENDING_DEFAULTS,
  type SmsConfigurationWrite,
  type Transport,
} from '@carillon/contract'
import { textOrNull } from '../../ui/text.ts'

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
const newDraft = (channel: CampaignChannel, transports: readonly Transport[]): ConfigurationDraft =>
  NEW[channel](transports)

/** What is asked of every channel in the same words, and goes along when another one is chosen. */
const shared = ({ name, description, category, labels, retryMinutes }: ConfigurationDraft) => ({
  ...{ name, description, category, labels, retryMinutes },
})

/** A configuration of each channel as it is typed, and the channel that is chosen. */
export interface Drafts {
  readonly channel: CampaignChannel
  readonly drafts: Readonly<Record<CampaignChannel, ConfigurationDraft>>
}

/** Nothing typed yet. */
export const newDrafts = (transports: readonly Transport[]): Drafts => ({
  channel: 'email',
  drafts: mapChannels(channel => newDraft(channel, transports)),
})

/** Another channel: what was typed of the one before stays for when it is chosen again. */
export const withChannel = ({ channel: before, drafts }: Drafts, channel: CampaignChannel): Drafts => ({
  channel,
  drafts: { ...drafts, [channel]: { ...drafts[channel], ...shared(drafts[before]) } },
})

const draftOf = (one: ChannelConfiguration): ConfigurationDraft => {
  const { id: _id, status: _status, lastChecks: _checks, ...rest } = one
  return rest as ConfigurationDraft
}

/** The drafts of a configuration that is there: its channel stays. */
export const draftsOf = (one: ChannelConfiguration, transports: readonly Transport[]): Drafts => {
  const { drafts } = newDrafts(transports)
  return { channel: one.channel, drafts: { ...drafts, [one.channel]: draftOf(one) } }
}

/** Some members of the chosen one changed. */
export const withPatch = ({ channel, drafts }: Drafts, patch: object): Drafts => ({
  channel,
  drafts: { ...drafts, [channel]: { ...drafts[channel], ...patch } },
})

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
