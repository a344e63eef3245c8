/** What the adapters of the push platforms share: a channel for one device, and how a bad device is told. */

import { MAX_PUSH_BYTES } from '@carillon/contract'
import type { Channel, SendOutcome } from '../channel.ts'
import type { DevicePush, PayloadFormat, PushNotification } from './push.ts'

/** A connection to one platform. */
export interface DeviceChannel extends Channel<DevicePush> {
  /** True for the code of a refusal that says: this token reaches no device any more, nor ever will. */
  isGone(code: string): boolean
}

/** The code of a refusal of our own: the token cannot be one of its platform. */
export const BAD_TOKEN_CODE = 'bad_token'

/** The code of a refusal of our own: the encoded notification is larger than its platform takes. */
export const TOO_LARGE_CODE = 'payload_too_large'

/** The code of a refusal of our own: the browser subscribed with another key than the transport's. */
export const OTHER_KEY_CODE = 'other_key'
/** The code of what waits for a person: the transport has no credential for the platform. */
export const NO_CREDENTIAL_CODE = 'no_credential'

/** Such a refusal. */
export const refuse = (code: string, words: string): SendOutcome => ({ kind: 'reject', code, answer: words })

/**
 * What is encoded of a message for a platform, once for all devices of it. `encode` must depend on the message's id and its
 * notification alone.
 */
export const payloadOf = (
  { messageId, notification, encoded }: DevicePush,
  format: PayloadFormat,
  encode: (messageId: string, notification: PushNotification) => string,
): string => {
  const known = encoded?.get(format)
  if (known !== undefined) return known
  const text = encode(messageId, notification)
  encoded?.set(format, text)
  return text
}

/** The refusal of a payload of so many bytes; undefined: its platform takes it. */
export const refuseLarge = (platform: string, bytes: number): SendOutcome | undefined =>
  bytes <= MAX_PUSH_BYTES
    ? undefined
    : refuse(TOO_LARGE_CODE, `It is ${bytes} bytes; ${platform} takes ${MAX_PUSH_BYTES}`)
