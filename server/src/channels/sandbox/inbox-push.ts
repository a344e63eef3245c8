/** A push notification as the Inbox keeps and shows it. The content is hostile: reading never throws. */
import { type InboxPush, PUSH_PLATFORMS } from '@carillon/contract'
import type { PushPlatform } from '../push/push.ts'
import { memberOf, objectIn, type ReceivedPush } from '../push/stand-in/stand-in.ts'

const SHOWN_HEADERS = [
  ...['apns-topic', 'apns-push-type', 'apns-priority', 'apns-expiration', 'apns-collapse-id', 'apns-id'],
  ...['ttl', 'urgency', 'topic'],
]
const FIRST = 200

/** What is kept of a notification: as the stand-in understood it. */
export const rawOfPush = ({ platform, token, payload, headers }: ReceivedPush): Buffer => {
  const fields = SHOWN_HEADERS.flatMap(name => (headers[name] === undefined ? [] : [[name, headers[name]]]))
  return Buffer.from(
    JSON.stringify({ platform, token, headers: Object.fromEntries(fields), payload }, null, 2),
  )
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const orNull = (value: unknown): string | null => textOf(value) || null

/** The members of a payload that its platform shows. */
const shownIn = (platform: PushPlatform, payload: unknown): unknown => {
  if (platform === 'web') return payload
  if (platform === 'fcm')
    return memberOf(memberOf(payload, 'android'), 'notification') ?? memberOf(payload, 'data')
  const aps = memberOf(payload, 'aps')
  const alert = memberOf(aps, 'alert')
  return typeof alert === 'object' && alert !== null ? { ...(aps as object), ...alert } : undefined
}

// FCM's data are texts, in which the envelope is JSON.
const envelopeIn = (platform: PushPlatform, payload: unknown): unknown => {
  if (platform !== 'fcm') return memberOf(payload, 'carillon')
  return objectIn(Buffer.from(textOf(memberOf(memberOf(payload, 'data'), 'carillon'))))
}

const dataIn = (platform: PushPlatform, payload: unknown): InboxPush['data'] => {
  const tree = platform === 'apns' || platform === 'apnsSandbox' ? payload : memberOf(payload, 'data')
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([name, value]) =>
    name === 'carillon' || name === 'aps' || typeof value !== 'string' ? [] : [{ name, value }],
  )
}

const buttonsIn = (envelope: unknown): InboxPush['buttons'] => {
  const list = memberOf(envelope, 'buttons')
  return (Array.isArray(list) ? (list as unknown[]) : []).map(one => ({
    ...{ id: textOf(memberOf(one, 'id')), label: textOf(memberOf(one, 'label')) },
    ...{ click: textOf(memberOf(one, 'type')), uri: orNull(memberOf(one, 'uri')) },
  }))
}

const badgeOf = (value: unknown): string | null =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : null

const pushIn = (platform: PushPlatform, token: string, payload: unknown): InboxPush => {
  const [shown, envelope] = [shownIn(platform, payload), envelopeIn(platform, payload)]
  const click = memberOf(envelope, 'click')
  const [title, body] = [textOf(memberOf(shown, 'title')), textOf(memberOf(shown, 'body'))]
  return {
    ...{ platform, token, title, body, pushType: title === '' && body === '' ? 'silent' : 'message' },
    ...{ click: textOf(memberOf(click, 'type')) || 'open_app', uri: orNull(memberOf(click, 'uri')) },
    ...{ media: orNull(memberOf(envelope, 'media')), icon: orNull(memberOf(envelope, 'icon')) },
    sound: orNull(memberOf(shown, 'sound')),
    badge: badgeOf(memberOf(shown, 'badge') ?? memberOf(shown, 'notification_count')),
    ...{ buttons: buttonsIn(envelope), data: dataIn(platform, payload) },
  }
}

const readRaw = (
  raw: Buffer,
): { readonly push: InboxPush; readonly headers: unknown; readonly payload: unknown } => {
  const tree = objectIn(raw)
  const platform = PUSH_PLATFORMS.find(one => one === tree?.['platform']) ?? 'fcm'
  const payload = tree?.['payload']
  return { push: pushIn(platform, textOf(tree?.['token']), payload), headers: tree?.['headers'], payload }
}

/** What is shown of a notification that was kept. */
export const readPush = (raw: Buffer) => {
  const { push, headers } = readRaw(raw)
  const fields = typeof headers === 'object' && headers !== null ? Object.entries(headers) : []
  return {
    push,
    ...{ html: null, text: [push.title, push.body].filter(one => one !== '').join('\n'), attachments: [] },
    headers: fields.map(([name, value]) => ({ name, value: textOf(value) })),
  }
}

/** What the list says of a notification: its first words, its app, and the message that it is of. */
export const summaryOfPush = (raw: Buffer) => {
  const { push, headers, payload } = readRaw(raw)
  const { platform } = push
  const words = push.pushType === 'silent' ? '(silent)' : push.title || push.body
  return {
    subject: [...words.replaceAll(/\s+/g, ' ')].slice(0, FIRST).join(''),
    sender: textOf(memberOf(headers, 'apns-topic')) || platform,
    messageId: orNull(memberOf(envelopeIn(platform, payload), 'id')),
  }
}
