/** The names of channels, and content in which nothing is written yet: what a browser needs, without the schemas. */
import type { CampaignChannel, ChannelContent, ContentByChannel } from './channels.ts'
import { EMPTY_PUSH } from './push-names.ts'

/** All channels of campaigns. */
export const CHANNELS = ['email', 'sms', 'push'] as const satisfies readonly CampaignChannel[]

/** Content of a channel in which nothing is written yet. */
export const EMPTY_CONTENT: ContentByChannel = {
  email: { subject: '', html: '', text: null },
  sms: { text: '', messageType: 'sms', title: null, mediaUri: null },
  push: EMPTY_PUSH,
}

/** The namespace whose identities are addresses of a channel. */
export const IDENTITY_NAMESPACE: Readonly<Record<CampaignChannel, string>> = {
  email: 'email',
  sms: 'phone',
  push: 'ecid',
}
/** The namespace by which people of a new campaign are named. Nobody names people by their devices. */
export const CAMPAIGN_NAMESPACE: Readonly<Record<CampaignChannel, string>> = {
  ...IDENTITY_NAMESPACE,
  push: 'email',
}

/** A value for each channel. */
export const mapChannels = <T>(of: (channel: CampaignChannel) => T): Record<CampaignChannel, T> =>
  Object.fromEntries(CHANNELS.map(channel => [channel, of(channel)])) as Record<CampaignChannel, T>

/** Whether content is that of a channel; it was held against the channel's schema when it was stored. */
export const isContentOf = <C extends CampaignChannel>(
  channel: C,
  content: ChannelContent,
): content is ContentByChannel[C] =>
  Object.keys(EMPTY_CONTENT[channel]).every(name => Object.hasOwn(content, name))
