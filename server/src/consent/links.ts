/**
 * The links that people get in their mail: signed, so that they can be trusted without being stored. A link says whose
 * it is, what it may change, and since when it is there. It does not know what is done with it.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { UnsubscribeLevel } from '@carillon/contract'
import { uuidText } from '../lib/ids.ts'

/** Whose link it is. `address` is the one that the message went to; '' where there is no message. */
interface LinkOf {
  readonly sandboxId: string
  readonly profileId: string
  readonly address: string
}
/** The message that a link stands in. */
export interface MessageLink extends LinkOf {
  readonly level: UnsubscribeLevel
  readonly messageId: string | null
  readonly campaignId: string | null
}
/** What confirms one choice about one topic. */
export interface ConfirmLink extends LinkOf {
  readonly topicId: string
  readonly eventId: string
}
/** A link that was read. */
export type ReadLink =
  | ({ readonly kind: 'unsubscribe' } & MessageLink)
  | ({ readonly kind: 'preferences' } & MessageLink)
  | ({ readonly kind: 'confirm' } & ConfirmLink)

/** Links of this instance, as whole addresses. */
export interface ConsentLinks {
  /** The address of this instance. */
  readonly publicUrl: string
  unsubscribe(link: MessageLink, now: Date): string
  preferences(link: MessageLink, now: Date): string
  confirm(link: ConfirmLink, now: Date): string
  /** What previews and tests show: they look alike and lead to a page that says they are of no use. */
  example(): { readonly unsubscribeUrl: string; readonly preferencesUrl: string }
}

/** How long a link in a mail can be used. */
export const LINK_MONTHS = 25
/** How long a confirmation can be used. */
export const CONFIRM_DAYS = 7

const KINDS = ['unsubscribe', 'preferences', 'confirm'] as const
type Kind = (typeof KINDS)[number]
const PATHS: Readonly<Record<Kind, string>> = { unsubscribe: 'u', preferences: 'p', confirm: 'c' }
const LEVELS = ['channel', 'identity'] as const satisfies UnsubscribeLevel[]

const FORMAT = 1
const HEAD = 7
const UUID = 16
const IDS = 4
const MAC = 16
const NO_ID = '00000000-0000-0000-0000-000000000000'

const keyOf = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'carillon consent link v1', 32))
const macOf = (key: Buffer, body: Buffer): Buffer =>
  createHmac('sha256', key).update(body).digest().subarray(0, MAC)

const uuidBytes = (id: string | null): Buffer => Buffer.from((id ?? NO_ID).replaceAll('-', ''), 'hex')
const idOrNull = (id: string): string | null => (id === NO_ID ? null : id)

interface Parts {
  readonly kind: Kind
  readonly level: number
  readonly now: Date
  readonly ids: readonly (string | null)[]
  readonly address: string
}

// Short, for a header line holds it whole: format, kind, level, seconds, four ids, the address, the signature.
const write = (key: Buffer, { kind, level, now, ids, address }: Parts): string => {
  const head = Buffer.alloc(HEAD)
  head.writeUInt8(FORMAT, 0)
  head.writeUInt8(KINDS.indexOf(kind), 1)
  head.writeUInt8(level, 2)
  head.writeUInt32BE(Math.floor(now.getTime() / 1_000), 3)
  const body = Buffer.concat([head, ...ids.map(uuidBytes), Buffer.from(address)])
  return Buffer.concat([body, macOf(key, body)]).toString('base64url')
}

/** Makes links below the public address of an instance. */
export const createConsentLinks = (of: {
  readonly secret: string
  readonly publicUrl: string
}): ConsentLinks => {
  const key = keyOf(of.secret)
  const address = (kind: Kind, token: string): string => `${of.publicUrl}/${PATHS[kind]}/${token}`
  const ofMessage = (kind: Kind, link: MessageLink, now: Date): string => {
    const ids = [link.sandboxId, link.profileId, link.messageId, link.campaignId]
    const level = LEVELS.indexOf(link.level)
    return address(kind, write(key, { kind, level, now, ids, address: link.address }))
  }
  return {
    publicUrl: of.publicUrl,
    unsubscribe: (link, now) => ofMessage('unsubscribe', link, now),
    preferences: (link, now) => ofMessage('preferences', link, now),
    confirm: (link, now) => {
      const ids = [link.sandboxId, link.profileId, link.topicId, link.eventId]
      const parts = { kind: 'confirm', level: 0, now, ids, address: link.address } as const
      return address('confirm', write(key, parts))
    },
    example: () => ({
      unsubscribeUrl: address('unsubscribe', 'example'),
      preferencesUrl: address('preferences', 'example'),
    }),
  }
}

const endOf = (kind: Kind, since: Date): Date => {
  const end = new Date(since)
  if (kind === 'confirm') end.setUTCDate(end.getUTCDate() + CONFIRM_DAYS)
  else end.setUTCMonth(end.getUTCMonth() + LINK_MONTHS)
  return end
}

const parse = (body: Buffer, kind: Kind): ReadLink => {
  const id = (place: number): string =>
    uuidText(body.subarray(HEAD + place * UUID, HEAD + (place + 1) * UUID))
  const address = body.toString('utf8', HEAD + IDS * UUID)
  const of = { sandboxId: id(0), profileId: id(1), address }
  if (kind === 'confirm') return { kind, ...of, topicId: id(2), eventId: id(3) }
  const level = LEVELS[body.readUInt8(2)] ?? 'channel'
  return { kind, ...of, level, messageId: idOrNull(id(2)), campaignId: idOrNull(id(3)) }
}

/** Reads the token of a link; undefined: it is not one of this instance, was changed, or is too old. */
export const createLinkReader = (secret: string) => {
  const key = keyOf(secret)
  return (token: string, now: Date): ReadLink | undefined => {
    const bytes = Buffer.from(token, 'base64url')
    // One way of writing alone: what decodes alike and is written otherwise was changed.
    if (bytes.length < HEAD + IDS * UUID + MAC || bytes.toString('base64url') !== token) return undefined
    const body = bytes.subarray(0, -MAC)
    if (!timingSafeEqual(macOf(key, body), bytes.subarray(-MAC))) return undefined
    const kind = KINDS[body.readUInt8(1)]
    if (body.readUInt8(0) !== FORMAT || kind === undefined) return undefined
    return endOf(kind, new Date(body.readUInt32BE(3) * 1_000)) > now ? parse(body, kind) : undefined
  }
}
/** Reads links. */
export type LinkReader = ReturnType<typeof createLinkReader>
