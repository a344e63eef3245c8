/** What a provider's answer means for a message, in the few classes that all of them share. Knows no provider. */

import { type SendOutcome, trimAnswer } from '../channel.ts'
import type { HttpOutcome } from '../http/call.ts'
import { MAYBE_TAKEN, retryAfterOf } from '../http/http-channel.ts'

/** An answer that came whole. */
export type Answered = Extract<HttpOutcome, { kind: 'answered' }>

/**
 * What a refusal is about.
 * - `message`: this text or this number, for good.
 * - `account`: our account, whatever the message; somebody has to mend it, and then it can be sent.
 * - `setting`: a sender of ours or what the account may do with this message; mended as an account is, and others go on.
 * - `later`: the provider cannot now.
 * - `busy`: too much at once, of everything that we send.
 * - `busy_number`: too much at once to this one number.
 * - `unclear`: the provider cannot tell whether it has it.
 */
export type Refusal = 'message' | 'account' | 'setting' | 'later' | 'busy' | 'busy_number' | 'unclear'

/** Refusals by the provider's code. */
export type RefusalTable = Readonly<Record<string, Refusal>>

const ACCOUNT: ReadonlySet<number> = new Set([401, 402, 407])
// Perhaps the account, perhaps this sender: RFC 9110 does not say.
const SETTING: ReadonlySet<number> = new Set([403, 404])

/**
 * What a refusal is about: by the provider's own code where the table has it, else by HTTP's (RFC 9110 §15). An error of a
 * server that is not in the provider's own words is that of a gateway, behind which the message may have been taken.
 */
export const refusalOf = (
  table: RefusalTable,
  { status, code }: { readonly status: number; readonly code: string },
): Refusal => {
  if (MAYBE_TAKEN.has(status)) return 'unclear'
  const known = Object.hasOwn(table, code) ? table[code] : undefined
  if (known !== undefined) return known
  if (status === 429) return 'busy'
  if (ACCOUNT.has(status)) return 'account'
  if (SETTING.has(status)) return 'setting'
  if (status >= 400 && status < 500) return status === 425 ? 'later' : 'message'
  return code === '' ? 'unclear' : 'later'
}

/**
 * What a check of a connection tells where a provider's own words are missing. What stands behind an endpoint of one's own may
 * be anything: not that.
 */
export const bodyOfProvider = (body: string, endpoint: string | undefined): string =>
  endpoint === undefined ? body : ''

/** The outcome of a refusal. */
export const outcomeOfRefusal = (
  refusal: Refusal,
  {
    code,
    words,
    answer,
    nowMs,
  }: {
    readonly code: string
    readonly words: string
    readonly answer: Answered
    readonly nowMs: number
  },
): SendOutcome => {
  const said = { code, answer: trimAnswer(words === '' ? code : words) }
  const later = retryAfterOf(answer.headers['retry-after'], nowMs)
  switch (refusal) {
    case 'message':
      return { kind: 'reject', ...said }
    case 'account':
      return { kind: 'retry', ...said, ...later, ofRecipient: false, ofAccount: true }
    case 'setting':
    case 'later':
      return { kind: 'retry', ...said, ...later, ofRecipient: false }
    case 'busy':
      return { kind: 'throttle', ...said, ...later, scope: 'transport', ofRecipient: false }
    case 'busy_number':
      return { kind: 'retry', ...said, ...later }
    case 'unclear':
      return { kind: 'unknown', ...said }
  }
}

/** The JSON of a body as a tree, a list by its places; an empty one when it is none. */
export const bodyTree = (body: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  } catch {
    return {}
  }
}

/** The value at a path of member names and places, such as `messages.0.id`; undefined where there is none. */
export const valueAt = (tree: unknown, path: string): unknown => {
  let value: unknown = tree
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  return value
}

/** A text or number as text; anything else is empty. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''
