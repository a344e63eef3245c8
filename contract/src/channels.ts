/**
 * The channels that a campaign can have, and the content of each. A new channel has an entry here, and the compiler then
 * names every place that needs one.
 */
import { type Static, type TSchema, Type } from 'typebox'
import { EMPTY_PUSH, PushContent } from './push-content.ts'
import { closed, nullable } from './shapes.ts'
import { SmsContent } from './sms.ts'

/** An email's content, in the personalization language. `text` null: derived from the HTML. */
export const EmailContent = closed({
  subject: Type.String({ maxLength: 10_000 }),
  html: Type.String({ maxLength: 1_000_000 }),
  text: nullable(Type.String({ maxLength: 1_000_000 })),
})
/** An email's content. */
export type EmailContent = Static<typeof EmailContent>

/** The content of each channel. */
export const CHANNEL_CONTENT = {
  email: EmailContent,
  sms: SmsContent,
  push: PushContent,
} as const satisfies Record<string, TSchema>
/** A channel of campaigns. */
export type CampaignChannel = keyof typeof CHANNEL_CONTENT
/** All of them. */
export const CHANNELS = ['email', 'sms', 'push'] as const satisfies readonly CampaignChannel[]

/** The content types by channel. */
export type ContentByChannel = { readonly [C in CampaignChannel]: Static<(typeof CHANNEL_CONTENT)[C]> }
/** The content of some channel. */
export type ChannelContent = ContentByChannel[CampaignChannel]

/** Content of a channel in which nothing is written yet. */
export const EMPTY_CONTENT: ContentByChannel = {
  email: { subject: '', html: '', text: null },
  sms: { text: '', messageType: 'sms', title: null, mediaUri: null },
  push: EMPTY_PUSH,
}

/** A value for each channel. */
export const mapChannels = <T>(of: (channel: CampaignChannel) => T): Record<CampaignChannel, T> =>
  Object.fromEntries(CHANNELS.map(channel => [channel, of(channel)])) as Record<CampaignChannel, T>

/** Whether content is that of a channel; the schemas share no shape, and were held against it when it was stored. */
export const isContentOf = <C extends CampaignChannel>(
  channel: C,
  content: ChannelContent,
): content is ContentByChannel[C] =>
  Object.keys(EMPTY_CONTENT[channel]).every(name => Object.hasOwn(content, name))
