/**
 * The channels that a campaign can have, and the content of each. A new channel has an entry here, and the compiler then
 * names every place that needs one.
 */
import { type Static, type TSchema, Type } from 'typebox'
import { PushContent } from './push-content.ts'
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
/** The content types by channel. */
export type ContentByChannel = { readonly [C in CampaignChannel]: Static<(typeof CHANNEL_CONTENT)[C]> }
/** The content of some channel. */
export type ChannelContent = ContentByChannel[CampaignChannel]
