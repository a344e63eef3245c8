/** What APNs' answers mean (its table of error codes). Pure. */
import { type SendOutcome, trimAnswer } from '../../channel.ts'
import type { HttpOutcome } from '../../http/call.ts'
import { MAYBE_TAKEN, retryAfterOf } from '../../http/http-channel.ts'

type Answered = Extract<HttpOutcome, { kind: 'answered' }>

/** The reason that an answer names; empty: none. */
export const reasonOf = (body: string): string => {
  try {
    const tree: unknown = JSON.parse(body)
    const reason =
      typeof tree === 'object' && tree !== null ? (tree as Record<string, unknown>)['reason'] : ''
    return typeof reason === 'string' ? reason.slice(0, 100) : ''
  } catch {
    return ''
  }
}

const GONE: readonly string[] = ['410 Unregistered', '410 ExpiredToken', '410', '400 BadDeviceToken']

/**
 * True for a refusal after which the token is of no use as it was registered. A token of another topic is none: the
 * configuration may name the wrong app.
 */
export const isGoneAtApns = (code: string): boolean => GONE.includes(code)

/** Refusals with 400 that say something about the connection, not about the notification. */
const OF_CONNECTION: readonly string[] = ['IdleTimeout']
/** The app or the key has no right to the topic: nothing that may settle a message. */
const OF_RIGHTS: readonly string[] = ['TopicDisallowed', 'BadTopic', 'MissingTopic']

/** What became of a hand-over. `nowMs`: for a `Retry-After` that is a date. */
export const outcomeOfApns = ({ status, headers, body }: Answered, nowMs: number): SendOutcome => {
  const reason = reasonOf(body)
  const code = reason === '' ? String(status) : `${status} ${reason}`
  if (status === 200)
    return { kind: 'accepted', code, answer: trimAnswer(String(headers['apns-id'] ?? '200')) }
  const base = { code, answer: trimAnswer(reason || body || code) }
  const later = retryAfterOf(headers['retry-after'], nowMs)
  if (MAYBE_TAKEN.has(status)) return { kind: 'unknown', ...base }
  const ofTransport = { ...later, ofRecipient: false } as const
  if (reason === 'TooManyProviderTokenUpdates')
    return { kind: 'throttle', ...base, ...ofTransport, scope: 'transport' }
  // Too many for one device says nothing of the others.
  if (status === 429) return { kind: 'retry', ...base, ...later }
  if (status === 410 || status === 413) return { kind: 'reject', ...base }
  if (status === 400 && !OF_CONNECTION.includes(reason) && !OF_RIGHTS.includes(reason))
    return { kind: 'reject', ...base }
  return { kind: 'retry', ...base, ...ofTransport }
}
