/** What the adapters of the push platforms share: a channel for one device, and how a cut or a bad device is told. */
import { type Channel, type SendOutcome, trimAnswer } from '../channel.ts'
import type { HttpOutcome } from '../http/call.ts'
import type { DevicePush } from './push.ts'

/** A connection to one platform. */
export interface DeviceChannel extends Channel<DevicePush> {
  /** True for the code of a refusal that says: this token reaches no device any more, nor ever will. */
  isGone(code: string): boolean
}

/** The outcome of a cut: the first byte of a request is its point of no return. */
export const outcomeOfCut = ({
  began,
  code,
  words,
}: Pick<Extract<HttpOutcome, { kind: 'cut' }>, 'began' | 'code' | 'words'>): SendOutcome =>
  began
    ? { kind: 'unknown', code, answer: trimAnswer(words) }
    : { kind: 'retry', code, answer: trimAnswer(words), ofRecipient: false }

/** The code of a refusal of our own: the token cannot be one of its platform. */
export const BAD_TOKEN_CODE = 'bad_token'

/** The code of a refusal of our own: the encoded notification is larger than its platform takes. */
export const TOO_LARGE_CODE = 'payload_too_large'

/** Such a refusal. */
export const refuse = (code: string, words: string): SendOutcome => ({ kind: 'reject', code, answer: words })
