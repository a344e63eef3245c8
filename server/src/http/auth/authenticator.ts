/**
 * Authentication of calls: bearer tokens (opaque, or signed by `POST /ims/token/v3`) and studio sessions. What is
 * read is kept for less than a second, so the hot path costs no query and a revocation is seen within one.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Sandbox } from '@carillon/contract'
import { jwtVerify, SignJWT } from 'jose'
import type pg from 'pg'
import type { Clock } from '../../lib/clock.ts'
import { Fault } from '../../lib/fault.ts'
import { type ClientRecord, clientByCredentials, clientById, clientByToken } from './client.store.ts'
import { createRateLimits } from './rate-limits.ts'
import { findSession, listSandboxes, type StudioSession } from './session.store.ts'
import { hashSecret } from './tokens.ts'

/** What the authenticator needs. */
export interface AuthDeps {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly secret: string
  readonly organization: string
}

/** Answers who calls, or throws the 401 or 403. */
export interface Authenticator {
  /** The client of a token; counts the call, and throws 429 when the client makes too many. */
  client(authorization: string | undefined): Promise<ClientRecord>
  session(cookie: string): Promise<StudioSession>
  /** The sandbox of that name, if this client may use it. Without a name: the first it may use, `prod` before others. */
  sandboxOf(client: ClientRecord, name: string | undefined): Promise<Sandbox>
  sandbox(name: string): Promise<Sandbox>
  sandboxes(): Promise<Sandbox[]>
  /** OAuth client credentials: a signed token of 24 hours. */
  issue(clientId: string, clientSecret: string): Promise<string>
}

/** Seconds that a signed token lives, as AJO's. */
export const TOKEN_SECONDS = 86_399

const FRESH_MS = 700
const MOST = 10_000
const ISSUER = 'carillon'

/** Keeps answers for a moment; concurrent questions share one. */
const createMoment = <T>(clock: Clock, ms: number) => {
  const kept = new Map<string, { readonly at: number; readonly value: Promise<T> }>()
  return (key: string, read: () => Promise<T>): Promise<T> => {
    const entry = kept.get(key)
    if (entry !== undefined && clock.monotonicMs() - entry.at < ms) return entry.value
    if (kept.size >= MOST) kept.clear()
    const value = read()
    kept.set(key, { at: clock.monotonicMs(), value })
    value.catch(() => kept.delete(key))
    return value
  }
}

const bearerOf = (authorization: string | undefined): string => {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (token === undefined)
    throw new Fault('token_missing', { detail: 'Send "Authorization: Bearer <token>".' })
  return token
}

const isSigned = (token: string): boolean => token.split('.').length === 3

/** Whether two texts are equal, in a time that does not tell where they differ. */
export const isEqualSecret = (a: string, b: string): boolean => timingSafeEqual(hashSecret(a), hashSecret(b))

const createTokens = (deps: AuthDeps) => {
  const key = createHash('sha256').update(`carillon token v1 ${deps.secret}`).digest()
  return {
    sign: (clientId: string): Promise<string> => {
      const seconds = Math.floor(deps.clock.now().getTime() / 1_000)
      return new SignJWT({})
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setSubject(clientId)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + TOKEN_SECONDS)
        .sign(key)
    },
    verify: async (token: string): Promise<{ readonly clientId: string; readonly expiresAtMs: number }> => {
      try {
        const { payload } = await jwtVerify(token, key, {
          issuer: ISSUER,
          algorithms: ['HS256'],
          currentDate: deps.clock.now(),
        })
        return { clientId: payload.sub ?? '', expiresAtMs: (payload.exp ?? 0) * 1_000 }
      } catch (cause) {
        throw new Fault('token_invalid', { cause })
      }
    },
  }
}

/** One authenticator per process. */
export const createAuthenticator = (deps: AuthDeps): Authenticator => {
  const { pool, clock } = deps
  const tokens = createTokens(deps)
  const clients = createMoment<ClientRecord | undefined>(clock, FRESH_MS)
  const signed = createMoment<{ readonly clientId: string; readonly expiresAtMs: number }>(
    clock,
    Number.POSITIVE_INFINITY,
  )
  const sandboxLists = createMoment<Sandbox[]>(clock, FRESH_MS)
  const sandboxes = (): Promise<Sandbox[]> => sandboxLists('all', () => listSandboxes(pool))
  const limits = createRateLimits(clock)
  const ofToken = async (token: string): Promise<ClientRecord | undefined> => {
    if (!isSigned(token)) return clients(`token ${token}`, () => clientByToken(pool, hashSecret(token)))
    const { clientId, expiresAtMs } = await signed(token, () => tokens.verify(token))
    if (expiresAtMs <= clock.now().getTime()) return undefined
    return clients(`id ${clientId}`, () => clientById(pool, clientId))
  }
  const sandbox = async (name: string): Promise<Sandbox> => {
    const found = (await sandboxes()).find(one => one.name === name)
    if (found === undefined)
      throw new Fault('sandbox_forbidden', {
        problems: [{ pointer: 'x-sandbox-name', message: 'names no sandbox that is open to this caller' }],
      })
    return found
  }
  return {
    sandbox,
    sandboxes,
    client: async authorization => {
      const client = await ofToken(bearerOf(authorization))
      if (client === undefined || client.revoked) throw new Fault('token_invalid')
      limits.take(client.id, client.callsPerSecond)
      return client
    },
    session: async cookie => {
      const session = await findSession(pool, cookie, clock.now())
      if (session === undefined) throw new Fault('session_missing')
      return session
    },
    sandboxOf: async (client, name) => {
      const open = client.sandboxNames
      const all = await sandboxes()
      const wanted =
        name ?? (open === null ? (all.find(one => one.production) ?? all[0])?.name : open[0]) ?? ''
      if (open !== null && !open.includes(wanted)) return sandbox('')
      return sandbox(wanted)
    },
    issue: async (clientId, clientSecret) => {
      const client = await clientByCredentials(pool, clientId, clientSecret)
      if (client === undefined) throw new Fault('credentials_wrong')
      return tokens.sign(client.id)
    },
  }
}
