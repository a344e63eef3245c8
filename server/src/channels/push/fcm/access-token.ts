/** Access tokens of a service account: RFC 7523 §2.1 at Google's token endpoint. One is kept until it is old. */
import { SignJWT } from 'jose'
import { type SendOutcome, trimAnswer } from '../../channel.ts'
import type { HttpCaller, HttpOutcome } from '../../http/call.ts'
import { retryAfterOf } from '../../http/http-channel.ts'
import type { ServiceAccount } from './service-account.ts'

/** The right to send. */
export const FCM_SCOPE = 'https://www.googleapis.com/auth/firebase.messaging'
/** The way of the assertion. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** A token, or why there is none: nothing was handed over. */
export type TokenAnswer =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly outcome: SendOutcome }

/** The tokens of one account. */
export interface AccessTokens {
  get(now: Date): Promise<TokenAnswer>
  /** The provider refused this token: the next `get` asks for another. */
  drop(token: string): void
}

const LIFE_SECONDS = 3_600
/** A token is replaced so long before its end: clocks differ, and a request takes its time. */
const SPARE_MS = 300_000

const assertionOf = ({ clientEmail, privateKeyId, privateKey }: ServiceAccount, aud: string, now: Date) => {
  const seconds = Math.floor(now.getTime() / 1_000)
  return new SignJWT({ scope: FCM_SCOPE })
    .setProtectedHeader({
      alg: 'RS256',
      typ: 'JWT',
      ...(privateKeyId === undefined ? {} : { kid: privateKeyId }),
    })
    .setIssuer(clientEmail)
    .setAudience(aud)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + LIFE_SECONDS)
    .sign(privateKey)
}

const readToken = (body: string): { readonly token: string; readonly lifeMs: number } | undefined => {
  try {
    const { access_token: token, expires_in: life } = JSON.parse(body) as Record<string, unknown>
    return typeof token === 'string' && token !== '' && typeof life === 'number'
      ? { token, lifeMs: life * 1_000 }
      : undefined
  } catch {
    return undefined
  }
}

// No message was spoken of: whatever went wrong, nothing was handed over and the transport is what is amiss.
const refusalOf = (answer: HttpOutcome, now: Date): SendOutcome => {
  const base = { kind: 'retry', ofRecipient: false } as const
  if (answer.kind === 'cut') return { ...base, code: answer.code, answer: trimAnswer(answer.words) }
  const { status, headers, body } = answer
  const words = trimAnswer(body || String(status))
  return {
    ...base,
    code: `oauth ${status}`,
    answer: words,
    ...retryAfterOf(headers['retry-after'], now.getTime()),
  }
}

/** `url`: the token endpoint. */
export const createAccessTokens = (deps: {
  readonly account: ServiceAccount
  readonly url: string
  readonly caller: HttpCaller
}): AccessTokens => {
  const { account, url, caller } = deps
  let kept: { readonly token: string; readonly untilMs: number } | undefined
  let asking: Promise<TokenAnswer> | undefined

  const ask = async (now: Date): Promise<TokenAnswer> => {
    const assertion = await assertionOf(account, url, now)
    const answer = await caller.call({
      method: 'POST',
      url: new URL(url),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ grant_type: JWT_BEARER, assertion }).toString(),
    })
    const read = answer.kind === 'answered' && answer.status === 200 ? readToken(answer.body) : undefined
    if (read === undefined) return { ok: false, outcome: refusalOf(answer, now) }
    kept = { token: read.token, untilMs: now.getTime() + read.lifeMs - SPARE_MS }
    return { ok: true, token: read.token }
  }
  return {
    get: async now => {
      if (kept !== undefined && kept.untilMs > now.getTime()) return { ok: true, token: kept.token }
      // Whoever comes while one is being asked for waits for that one.
      asking ??= ask(now).finally(() => {
        asking = undefined
      })
      return asking
    },
    drop: token => {
      if (kept?.token === token) kept = undefined
    },
  }
}
