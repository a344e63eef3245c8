/** What FCM's answers mean (ErrorCode of its HTTP v1 API). Pure. */
import { type SendOutcome, trimAnswer } from '../../channel.ts'
import type { HttpOutcome } from '../../http/call.ts'
import { MAYBE_TAKEN, retryAfterOf } from '../../http/http-channel.ts'

type Answered = Extract<HttpOutcome, { kind: 'answered' }>

interface FcmError {
  /** FCM's own code; else the canonical status of Google's APIs; else empty. */
  readonly code: string
  readonly words: string
  readonly isOfToken: boolean
}

type Tree = Record<string, unknown>
const treeOf = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}
const listOf = (value: unknown): Tree[] => (Array.isArray(value) ? value.map(treeOf) : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const NO_TOKEN = /registration token is not a valid/i

const readError = (body: string): FcmError => {
  let tree: Tree = {}
  try {
    tree = treeOf(treeOf(JSON.parse(body))['error'])
  } catch {
    // A proxy's page: the status alone says what it means.
  }
  const details = listOf(tree['details'])
  const own = details.map(detail => textOf(detail['errorCode'])).find(code => code !== '')
  const fields = details.flatMap(detail => listOf(detail['fieldViolations'])).map(one => textOf(one['field']))
  const words = textOf(tree['message'])
  return {
    code: own ?? textOf(tree['status']),
    words: words || body,
    isOfToken: fields.includes('message.token') || NO_TOKEN.test(words),
  }
}

/** The code of a refusal by which the token itself is bad. */
const OF_TOKEN = '400 INVALID_ARGUMENT token'
const GONE: readonly string[] = ['404 UNREGISTERED', OF_TOKEN]

/** True for a refusal after which the token is of no use. A token of another project is none: the project may be wrong. */
export const isGoneAtFcm = (code: string): boolean => GONE.includes(code)

/** FCM asks for a minute at least where it names no time. */
const MINUTE_MS = 60_000

const refusalOf = (answer: Answered, error: FcmError, nowMs: number): SendOutcome => {
  const code = `${answer.status}${error.code === '' ? '' : ` ${error.code}`}`
  const base = { code, answer: trimAnswer(error.words) }
  const later = retryAfterOf(answer.headers['retry-after'], nowMs)
  if (MAYBE_TAKEN.has(answer.status)) return { kind: 'unknown', ...base }
  if (answer.status === 429)
    return {
      ...{ kind: 'throttle', ...base, retryAfterMs: MINUTE_MS, ...later },
      ...{ scope: 'transport', ofRecipient: false },
    }
  if (error.code === 'UNREGISTERED' || error.code === 'SENDER_ID_MISMATCH') return { kind: 'reject', ...base }
  if (error.isOfToken && answer.status === 400) return { kind: 'reject', ...base, code: OF_TOKEN }
  if (answer.status === 400 || answer.status === 413) return { kind: 'reject', ...base }
  // The key, the project or FCM itself: nothing that may settle a message.
  return { kind: 'retry', ...base, ...later, ofRecipient: false }
}

/** What became of a hand-over. `nowMs`: for a `Retry-After` that is a date. */
export const outcomeOfFcm = (answer: Answered, nowMs: number): SendOutcome => {
  if (answer.status === 200) {
    const name = /"name"\s*:\s*"([^"]{1,300})"/.exec(answer.body)?.[1]
    return { kind: 'accepted', code: '200', answer: trimAnswer(name ?? 'accepted') }
  }
  return refusalOf(answer, readError(answer.body), nowMs)
}
