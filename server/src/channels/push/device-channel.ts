/** What the adapters of the push platforms share: a channel for one device, and how a bad device is told. */
import type { Channel, SendOutcome } from '../channel.ts'
import type { DevicePush } from './push.ts'

/** A connection to one platform. */
export interface DeviceChannel extends Channel<DevicePush> {
  /** True for the code of a refusal that says: this token reaches no device any more, nor ever will. */
  isGone(code: string): boolean
}

/** The code of a refusal of our own: the token cannot be one of its platform. */
export const BAD_TOKEN_CODE = 'bad_token'

/** The code of a refusal of our own: the encoded notification is larger than its platform takes. */
export const TOO_LARGE_CODE = 'payload_too_large'

/** Such a refusal. */
export const refuse = (code: string, words: string): SendOutcome => ({ kind: 'reject', code, answer: words })
