/**
 * The one port of every channel: hand a rendered message to a provider and say what came of it. Knows no provider,
 * no ledger and no retry policy; the delivery engine decides what each outcome leads to.
 */

/**
 * What came of one hand-over. `code` is the provider's (SMTP reply code and enhanced status, HTTP status, or a system
 * code such as ECONNRESET), `answer` its words, at most 500 bytes.
 * - `accepted`: the provider took responsibility for the message.
 * - `retry`: refused for now, or the hand-over provably did not happen. `ofAccount`: the provider refused us, whatever the
 *   message: the key, or an account that may not send.
 * - `throttle`: as `retry`, and the provider asks everyone to slow down. `scope`: whether the provider spoke of the whole
 *   connection or of this recipient's domain; left out: domain.
 * - `reject`: a final refusal of this message.
 * - `unknown`: cut at or after the point of no return; the provider may have it. Never sent again by itself.
 *
 * `ofRecipient` is false when the provider refused before the recipient was named: what it says must not be held against
 * the address. `throttled`: of a message in parts, a part of which was refused with the request that everyone slow down,
 * while the whole came to something else.
 */
export type SendOutcome = {
  readonly ofRecipient?: false
  readonly throttled?: { readonly retryAfterMs?: number }
} & (
  | { readonly kind: 'accepted'; readonly code: string; readonly answer: string }
  | {
      readonly kind: 'retry'
      readonly code: string
      readonly answer: string
      readonly retryAfterMs?: number
      readonly ofAccount?: true
    }
  | {
      readonly kind: 'throttle'
      readonly code: string
      readonly answer: string
      readonly retryAfterMs?: number
      readonly scope?: 'transport' | 'domain'
    }
  | { readonly kind: 'reject'; readonly code: string; readonly answer: string }
  | { readonly kind: 'unknown'; readonly code: string; readonly answer: string }
)

/** A connection to one provider. Adapters prove themselves with the suite in `channel.contract.ts`. */
export interface Channel<Rendered> {
  /** How many sends may run at once; further ones wait inside the channel for their turn. */
  readonly slots: number
  /** True when a repeated hand-over of the same message id is delivered once by the provider; left out: false. */
  readonly deduplicates?: boolean
  /**
   * Hands one message over. Never throws and never rejects: a failure is a value. `mayBegin` is asked when its turn has come:
   * on false nothing is handed over, and the outcome is `NOT_BEGUN`. `onLeft` is called once at most, before the outcome,
   * when all of the message has left and its answer is awaited: its argument, called at once, sends another one behind it in the
   * same slot.
   */
  send(
    message: Rendered,
    mayBegin?: () => boolean,
    onLeft?: (follow: Channel<Rendered>['send']) => void,
  ): Promise<SendOutcome>
  /** Lets running sends finish, then ends the connections. A send asked for after this is a `retry`. */
  close(): Promise<void>
}

/** What becomes of a send that may not begin any more when its turn has come. */
export const NOT_BEGUN = { kind: 'retry', code: 'not_handed_over', answer: '' } as const satisfies SendOutcome
/** The code of a send that came after `close`. */
export const CLOSED_CODE = 'ECLOSED'

const ANSWER_BYTES = 500
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a provider's words must not carry into a log or a database
const CONTROL = /[\u0000-\u001f\u007f]+/g

/** A provider's words made fit to store: one line, no control characters, at most 500 bytes of UTF-8. */
export const trimAnswer = (words: string): string => {
  const line = words
    .slice(0, 2 * ANSWER_BYTES)
    .replace(CONTROL, ' ')
    .trim()
  const bytes = Buffer.from(line)
  if (bytes.length <= ANSWER_BYTES) return line
  let end = ANSWER_BYTES
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end).toString()
}
