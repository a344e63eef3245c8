/**
 * What providers post of short messages: what became of one, and what somebody wrote back. Whether a call is genuine is
 * decided over its very bytes, before anything in it is read. Knows no database.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { BounceCode } from '../email/codes.ts'
import { REFERENCE_QUERY } from './sms.ts'

/** A call as it came. `url`: the address that the provider was given, with its query. */
export interface SmsCall {
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/**
 * Whether a call is genuine. `key` tells it from every other call, so that it is taken once; `at` is when it was signed,
 * null where the provider does not say.
 */
export type Genuineness =
  | { readonly genuine: false }
  | { readonly genuine: true; readonly key: Buffer; readonly at: Date | null }

/** What became of a message. `reference` names the hand-over; empty: it is about none that we know. */
export interface SmsReport {
  readonly reference: string
  readonly kind: 'sent' | 'delivered' | 'delay' | 'bounce'
  /** Null where nothing went wrong. */
  readonly code: BounceCode | null
  /** The provider's code. */
  readonly status: string
  readonly answer: string
  readonly at: Date | null
}

/** What somebody wrote. Numbers are as the provider writes them. */
export interface SmsInbound {
  readonly providerId: string
  readonly from: string
  readonly to: string
  readonly text: string
  readonly at: Date | null
}

/** What a call says. Both empty: nothing that is of use. */
export interface SmsCallContent {
  readonly reports: readonly SmsReport[]
  readonly inbound: readonly SmsInbound[]
}

/** A provider's way to call. */
export interface SmsCallReader {
  verify(call: SmsCall): Genuineness
  /** Undefined: the body is none of this provider's. */
  read(call: SmsCall): SmsCallContent | undefined
}

/** AJO's class of a provider's code, if the table has it. */
export const bounceOf = (
  table: Readonly<Record<string, BounceCode>>,
  code: string,
): BounceCode | undefined => (Object.hasOwn(table, code) ? table[code] : undefined)

/** Says nothing. */
export const NOTHING: SmsCallContent = { reports: [], inbound: [] }

/** The digest of some parts. */
export const digestOf = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256')
  // With their lengths: no two lists of parts are alike.
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest()
}

/** Whether two secrets are the same, in a time that tells nothing. */
export const isSame = (given: string, wanted: string): boolean =>
  timingSafeEqual(digestOf(given), digestOf(wanted))

/** The first value of a header. */
export const headerOf = ({ headers }: SmsCall, name: string): string => {
  const value = headers[name.toLowerCase()]
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

/** The member of the query that carries the secret of a webhook whose provider signs nothing. */
export const TOKEN_QUERY = 'token'

/** Whether a call carries the secret of its address, there or in a bearer token (RFC 6750). */
export const hasToken = (call: SmsCall, secret: string): boolean => {
  const bearer = /^bearer +(\S.*)$/i.exec(headerOf(call, 'authorization'))?.[1]?.trim()
  const given = call.url.searchParams.get(TOKEN_QUERY) ?? bearer ?? ''
  return secret !== '' && given !== '' && isSame(given, secret)
}

const queryOf = ({ url }: SmsCall): string => {
  const other = new URL(url)
  other.searchParams.delete(TOKEN_QUERY)
  return other.search
}

/** Believes a call for the secret in its address, or in a bearer token. */
export const verifyToken = (call: SmsCall, secret: string): Genuineness =>
  hasToken(call, secret)
    ? { genuine: true, key: digestOf(queryOf(call), call.body), at: null }
    : { genuine: false }

/**
 * What tells a call from others whose signature is over the body alone. Its address counts only with the secret in it: else
 * whoever has one signed body could send it again, as often as there are addresses.
 */
export const keyOfBody = (call: SmsCall, secret: string): Buffer =>
  digestOf(hasToken(call, secret) ? queryOf(call) : '', call.body)

/** The hand-over that the address names; empty: none, or the address is not ours. */
export const referenceOf = (call: SmsCall, secret: string): string =>
  hasToken(call, secret) ? (call.url.searchParams.get(REFERENCE_QUERY) ?? '') : ''

/** The HMAC of some parts, in base64 or hexadecimal. */
export const hmacOf = (
  secret: string,
  { hash, encoding }: { readonly hash: string; readonly encoding: 'base64' | 'hex' },
  parts: readonly (string | Buffer)[],
): string => {
  const hmac = createHmac(hash, secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest(encoding)
}
