/** How calls to a provider of one's own prove who makes them. Each kind turns into headers, or into the query. */
import { createHmac, randomUUID } from 'node:crypto'
import { createHttpCaller, type HttpCall } from '../../http/call.ts'
import { bodyTree, textOf } from '../answers.ts'

/**
 * The kinds of proof.
 * - `api_key`: a value in a header or in the query.
 * - `mac`: a token in one header, and in another the HMAC of the body, in hexadecimal.
 * - `oauth2`: a token of the token endpoint (RFC 6749 §4.4), asked for again before it ends.
 * - `jwt`: a token of our own making (RFC 7519), signed with a shared secret, good for five minutes.
 */
export type CustomAuth =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'api_key'
      readonly in: 'header' | 'query'
      readonly name: string
      readonly value: string
    }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }
  | {
      readonly kind: 'mac'
      readonly token: string
      readonly secret: string
      readonly hash: MacHash
      readonly tokenHeader: string
      readonly signatureHeader: string
    }
  | {
      readonly kind: 'oauth2'
      readonly tokenUrl: string
      readonly clientId: string
      readonly clientSecret: string
      readonly scope?: string
      readonly body: 'form' | 'json'
    }
  | {
      readonly kind: 'jwt'
      readonly secret: string
      readonly algorithm: JwtAlgorithm
      readonly claims: Readonly<Record<string, unknown>>
    }

/** Hashes of a MAC. */
type MacHash = 'sha1' | 'sha256' | 'sha512'
/** Signatures of a JWT (RFC 7518 §3.2). */
type JwtAlgorithm = 'HS256' | 'HS384' | 'HS512'

/** Why no proof could be had: the token endpoint's words. */
export interface AuthObstacle {
  readonly code: string
  readonly words: string
}

/** Proofs of one account. */
export interface CustomAuthorizer {
  /** Gets a token where one is needed; undefined: all is there. Never rejects. */
  ready(): Promise<AuthObstacle | undefined>
  /** The call with its proof; `ready` has to have been well. */
  prove(call: HttpCall): HttpCall
  /** The provider did not believe it: the next call asks for a new token. */
  forget(): void
  close(): void
}

const JWT_SECONDS = 300
// Asked for again this long before it ends: a call on its way must not meet an ended one.
const EARLY_MS = 60_000
const DEFAULT_TOKEN_SECONDS = 3_600

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const signJwt = (auth: Extract<CustomAuth, { kind: 'jwt' }>, now: Date): string => {
  const issued = Math.floor(now.getTime() / 1_000)
  const claims = { iat: issued, exp: issued + JWT_SECONDS, jti: randomUUID(), ...auth.claims }
  const signed = `${base64url({ alg: auth.algorithm, typ: 'JWT' })}.${base64url(claims)}`
  const hash = `sha${auth.algorithm.slice(2)}`
  return `${signed}.${createHmac(hash, auth.secret).update(signed).digest('base64url')}`
}

const withHeaders = (call: HttpCall, headers: Readonly<Record<string, string>>): HttpCall => ({
  ...call,
  headers: { ...call.headers, ...headers },
})

const withKey = (call: HttpCall, auth: Extract<CustomAuth, { kind: 'api_key' }>): HttpCall => {
  if (auth.in === 'header') return withHeaders(call, { [auth.name.toLowerCase()]: auth.value })
  const url = new URL(call.url)
  url.searchParams.set(auth.name, auth.value)
  return { ...call, url }
}

const tokenCall = (auth: Extract<CustomAuth, { kind: 'oauth2' }>): HttpCall => {
  const asked = {
    grant_type: 'client_credentials',
    client_id: auth.clientId,
    client_secret: auth.clientSecret,
    ...(auth.scope === undefined || auth.scope === '' ? {} : { scope: auth.scope }),
  }
  const isForm = auth.body === 'form'
  return {
    method: 'POST',
    url: new URL(auth.tokenUrl),
    headers: {
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      accept: 'application/json',
    },
    body: isForm ? new URLSearchParams(asked).toString() : JSON.stringify(asked),
  }
}

const createTokens = (auth: Extract<CustomAuth, { kind: 'oauth2' }>, now: () => Date) => {
  const caller = createHttpCaller({ connections: 1, timeoutMs: 10_000 })
  let token: { readonly value: string; readonly untilMs: number } | undefined
  let asking: Promise<AuthObstacle | undefined> | undefined
  const ask = async (): Promise<AuthObstacle | undefined> => {
    const answer = await caller.call(tokenCall(auth))
    if (answer.kind === 'cut') return { code: answer.code, words: `Token endpoint: ${answer.words}` }
    const tree = bodyTree(answer.body)
    const value = textOf(tree['access_token'])
    if (answer.status !== 200 || value === '')
      return { code: `token ${answer.status}`, words: `Token endpoint: ${answer.body}` }
    const seconds = Number(textOf(tree['expires_in'])) || DEFAULT_TOKEN_SECONDS
    token = { value, untilMs: now().getTime() + seconds * 1_000 - Math.min(EARLY_MS, seconds * 500) }
    return undefined
  }
  return {
    ready: async (): Promise<AuthObstacle | undefined> => {
      if (token !== undefined && token.untilMs > now().getTime()) return undefined
      asking ??= ask().finally(() => {
        asking = undefined
      })
      return asking
    },
    value: (): string => token?.value ?? '',
    forget: (): void => {
      token = undefined
    },
    close: () => caller.close(),
  }
}

/** Makes the proofs of an account. Asks for no token until the first send. */
export const createAuthorizer = (auth: CustomAuth, now: () => Date): CustomAuthorizer => {
  const tokens = auth.kind === 'oauth2' ? createTokens(auth, now) : undefined
  const prove = (call: HttpCall): HttpCall => {
    switch (auth.kind) {
      case 'none':
        return call
      case 'api_key':
        return withKey(call, auth)
      case 'basic': {
        const pair = Buffer.from(`${auth.user}:${auth.password}`).toString('base64')
        return withHeaders(call, { authorization: `Basic ${pair}` })
      }
      case 'bearer':
        return withHeaders(call, { authorization: `Bearer ${auth.token}` })
      case 'mac': {
        const signature = createHmac(auth.hash, auth.secret).update(call.body).digest('hex')
        const { tokenHeader, signatureHeader, token } = auth
        return withHeaders(call, { [tokenHeader]: token, [signatureHeader]: signature })
      }
      case 'oauth2':
        return withHeaders(call, { authorization: `Bearer ${tokens?.value() ?? ''}` })
      case 'jwt':
        return withHeaders(call, { authorization: `Bearer ${signJwt(auth, now())}` })
    }
  }
  return {
    prove,
    ready: async () => tokens?.ready(),
    forget: () => tokens?.forget(),
    close: () => tokens?.close(),
  }
}
