/** The templates of a campaign's content, whatever its channel. Pure. */
import {
  type CampaignChannel,
  type CampaignProperties,
  type ContentByChannel,
  isContentOf,
} from '@carillon/contract'

type Texts = { readonly [C in CampaignChannel]: (content: ContentByChannel[C]) => readonly string[] }

const TEXTS: Texts = {
  email: ({ subject, html, text }) => [subject, html, text ?? ''],
  sms: ({ text, title, mediaUri }) => [text, title ?? '', mediaUri ?? ''],
  push: ({ title, body, uri, media, icon, badge, collapseKey, buttons, data }) => [
    ...[title, body, uri ?? '', media ?? '', icon ?? '', badge ?? '', collapseKey ?? ''],
    ...buttons.flatMap(button => [button.label, button.uri ?? '']),
    ...data.map(one => one.value),
  ],
}

/** The templates. */
export const textsOf = ({
  channel,
  content,
}: Pick<CampaignProperties, 'channel' | 'content'>): readonly string[] => {
  const of: (content: never) => readonly string[] = TEXTS[channel]
  return of(content as never)
}

interface Headline {
  readonly label: 'content.subject' | 'sms.text' | 'push.title' | 'push.body'
  readonly text: string
}

/** What stands for the content in one line, and what that is called. */
export const headlineOf = ({ content }: Pick<CampaignProperties, 'content'>): Headline => {
  if (isContentOf('email', content)) return { label: 'content.subject', text: content.subject }
  if (!isContentOf('push', content)) return { label: 'sms.text', text: content.text }
  const { title, body } = content
  return title === '' ? { label: 'push.body', text: body } : { label: 'push.title', text: title }
}
