/**
 * What apps find beside what the platform shows: one member `carillon` with the message's id, the touch and the buttons.
 * Pure. docs/push.md describes it; an app or a service worker reads it.
 */
import type { PushButton, PushNotification } from './push.ts'

/** The member of the payload that is ours. */
export const ENVELOPE_KEY = 'carillon'

type Click = PushButton['click']

const clickOf = (click: Click): Record<string, string> =>
  'uri' in click ? { type: click.type, uri: click.uri } : { type: click.type }

/** The envelope. What says nothing is left out: each byte counts. */
export const envelopeOf = (messageId: string, notification: PushNotification): Record<string, unknown> => {
  const { click, media, icon, buttons, report } = notification
  return {
    id: messageId,
    ...(click.type === 'open_app' ? {} : { click: clickOf(click) }),
    ...(media === undefined ? {} : { media }),
    ...(icon === undefined ? {} : { icon }),
    ...(report === undefined ? {} : { report }),
    ...(buttons.length === 0
      ? {}
      : { buttons: buttons.map(({ id, label, click: act }) => ({ id, label, ...clickOf(act) })) }),
  }
}

/** What makes two hand-overs of one message one notification on the device: the author's key, else the message's id. */
export const tagOf = (messageId: string, { collapseKey }: PushNotification): string =>
  collapseKey ?? messageId
