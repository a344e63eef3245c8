/** DKIM keys of the native API: made here, their private halves never shown; published by the owner of the domain. */
import { type Static, Type } from 'typebox'
import { choice, closed, Id, Instant, listOf, nullable } from './shapes.ts'

/** The algorithms of a key. */
export const DKIM_ALGORITHMS = ['rsa', 'ed25519'] as const

/** A DNS record to publish: its type, its name, and its value. */
export const DnsRecord = closed({
  type: choice(['TXT', 'MX', 'CNAME']),
  name: Type.String(),
  value: Type.String(),
})
/** A DNS record to publish. */
export type DnsRecord = Static<typeof DnsRecord>

/**
 * A signing key. Of each algorithm and domain one is `active` and signs every mail from the domain and the domains below
 * it; `waiting` ones are to take over once their record is published; `retired` ones sign no more, and their record should
 * stay for a week, for mail that is still on its way.
 */
export const DkimKey = closed({
  id: Id,
  domain: Type.String(),
  selector: Type.String(),
  algorithm: choice(DKIM_ALGORITHMS),
  status: choice(['waiting', 'active', 'retired']),
  record: DnsRecord,
  createdAt: Instant,
  createdBy: Type.String(),
  activatedAt: nullable(Instant),
  retiredAt: nullable(Instant),
})
/** A signing key. */
export type DkimKey = Static<typeof DkimKey>

/** `POST /api/v1/dkim-keys`. `selector` left out: one is made from the day. */
export const DkimKeyCreate = closed({
  domain: Type.String({ minLength: 3, maxLength: 253 }),
  algorithm: choice(DKIM_ALGORITHMS),
  selector: Type.Optional(Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$' })),
})
/** The body that makes a key. */
export type DkimKeyCreate = Static<typeof DkimKeyCreate>

/** `POST /api/v1/dkim-keys/{id}/activate`. `force`: although the record is not found in the DNS. */
export const DkimKeyActivate = closed({ force: Type.Optional(Type.Boolean({ default: false })) })
/** The body that activates a key. */
export type DkimKeyActivate = Static<typeof DkimKeyActivate>

/** Keys, the newest first. */
export const DkimKeyList = listOf(DkimKey)

/** What a live check can find: `unchecked` when nobody answered, which is no good sign and no bad one. */
export const CHECK_VERDICTS = ['good', 'bad', 'unchecked'] as const
/** What is checked. */
export const CHECK_NAMES = ['spf', 'dkim', 'dmarc', 'mx', 'links'] as const
/** One live check: what was looked at, what was found, and the record to publish where there is one. */
export const LiveCheck = closed({
  name: choice(CHECK_NAMES),
  host: Type.String(),
  verdict: choice(CHECK_VERDICTS),
  message: Type.String(),
  record: nullable(DnsRecord),
})
/** One live check. */
export type LiveCheck = Static<typeof LiveCheck>
