/** A short message as the Inbox keeps and shows it. The content is hostile: reading never throws. */
import type { InboxMail } from '@carillon/contract'
import { measureSms } from '@carillon/template'
import { bodyTree, textOf } from '../sms/answers.ts'
import type { ReceivedSms } from './sms-sink.ts'

const FIRST = 200

/** What is kept of a message: as the stand-in understood it. */
export const rawOfSms = ({ provider, from, to, text, mediaUri, title }: ReceivedSms): Buffer =>
  Buffer.from(JSON.stringify({ provider, from, to, text, mediaUri, title }, null, 2))

/** What stands for it in the list. */
export const subjectOfSms = ({ text, mediaUri }: ReceivedSms): string =>
  [...(text === '' ? (mediaUri ?? '') : text).replaceAll(/\s+/g, ' ')].slice(0, FIRST).join('')

type Shown = Pick<InboxMail, 'html' | 'text' | 'headers' | 'attachments' | 'sms'>

/** What is shown of a message that was kept. */
export const readSms = (raw: Buffer): Shown => {
  const tree = bodyTree(raw.toString('utf8'))
  const text = textOf(tree['text'])
  const mediaUri = textOf(tree['mediaUri']) || null
  const { coding, segments } = measureSms(text)
  const isMms = mediaUri !== null
  return {
    html: null,
    text,
    attachments: [],
    headers: ['provider', 'from', 'to'].map(name => ({ name, value: textOf(tree[name]) })),
    sms: {
      ...{ text, mediaUri, title: textOf(tree['title']) || null, coding },
      ...(isMms ? { messageType: 'mms', segments: 1 } : { messageType: 'sms', segments }),
    },
  }
}
