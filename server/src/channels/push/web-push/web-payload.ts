/** What our service worker gets of a notification (docs/push.md), and the header fields of its delivery. Pure. */
import { createHash } from 'node:crypto'
import { ENVELOPE_KEY, envelopeOf, tagOf } from '../envelope.ts'
import type { DevicePush, PushNotification } from '../push.ts'

/** The payload as JSON, before its encryption. */
export const webPayload = (messageId: string, notification: PushNotification): string =>
  JSON.stringify({
    title: notification.title,
    body: notification.body,
    tag: tagOf(messageId, notification),
    ...(Object.keys(notification.data).length === 0 ? {} : { data: notification.data }),
    [ENVELOPE_KEY]: envelopeOf(messageId, notification),
  })

const TOPIC = /^[\w-]{1,32}$/

/**
 * Time to live, urgency and topic (RFC 8030 §5.2-5.4). A topic is at most 32 characters of the base64url alphabet; it
 * makes a repeated hand-over take the place of what the service still keeps.
 */
export const webHeaders = ({ messageId, notification }: DevicePush): Record<string, string> => {
  const tag = tagOf(messageId, notification)
  const topic = TOPIC.test(tag) ? tag : createHash('sha256').update(tag).digest('base64url').slice(0, 32)
  return {
    ttl: String(notification.ttlSeconds),
    urgency: notification.priority === 'high' ? 'high' : 'normal',
    topic,
  }
}
