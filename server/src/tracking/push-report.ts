/**
 * The token with which a device reports that a notification was touched: whose message it is, since when, and under which
 * links its touches count, signed. Nothing is looked up to take a report, and a report can name no link that was not sent.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { uuidText } from '../lib/ids.ts'

/** What a report may count as. */
export interface PushReportGrant {
  readonly messageId: string
  /** When the message was rendered. */
  readonly sentAt: Date
  /** A touch of the notification counts as an open. */
  readonly opens: boolean
  /** The link of the notification itself, 0 when it leads nowhere, then those of its buttons; empty: no clicks are counted. */
  readonly links: readonly bigint[]
}

/** Days that a touch can be reported for. Platforms keep a notification for 28 days at most. */
export const REPORT_DAYS = 60
/** Links of a notification at most: its own, and four buttons'. */
export const MOST_REPORT_LINKS = 5

const FORMAT = 1
const HEAD = 24
const UUID = 16
const LINK = 8
const TAG = 15
const OPENS = 0x80
const MS_PER_DAY = 86_400_000

const keyOf = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'carillon push report v1', 32))

const tagOf = (key: Buffer, said: Buffer): Buffer =>
  createHmac('sha256', key).update(said).digest().subarray(0, TAG)

const bytesOf = ({ messageId, sentAt, opens, links }: PushReportGrant): Buffer => {
  const said = Buffer.alloc(HEAD + links.length * LINK)
  said.writeUInt8(FORMAT, 0)
  said.writeUInt8((opens ? OPENS : 0) | links.length, 1)
  said.writeUIntBE(sentAt.getTime(), 2, 6)
  said.write(messageId.replaceAll('-', ''), HEAD - UUID, 'hex')
  for (const [n, link] of links.entries()) said.writeBigInt64BE(link, HEAD + n * LINK)
  return said
}

/** Signs grants. */
export type PushReportSigner = (grant: PushReportGrant) => string

/** Signs under a secret. Throws a RangeError for more links than a notification has. */
export const createPushReportSigner = (secret: string): PushReportSigner => {
  const key = keyOf(secret)
  return grant => {
    if (grant.links.length > MOST_REPORT_LINKS) throw new RangeError('a notification has fewer links')
    const said = bytesOf(grant)
    return Buffer.concat([said, tagOf(key, said)]).toString('base64url')
  }
}

const grantIn = (said: Buffer): PushReportGrant => {
  const count = said.readUInt8(1) & ~OPENS
  return {
    messageId: uuidText(said.subarray(HEAD - UUID, HEAD)),
    sentAt: new Date(said.readUIntBE(2, 6)),
    opens: (said.readUInt8(1) & OPENS) !== 0,
    links: Array.from({ length: count }, (_, n) => said.readBigInt64BE(HEAD + n * LINK)),
  }
}

const LONGEST = HEAD + MOST_REPORT_LINKS * LINK + TAG

// What robots make up ends here, before any cryptography.
const saidIn = (token: string): { readonly said: Buffer; readonly tag: Buffer } | undefined => {
  if (token.length > Math.ceil((LONGEST * 4) / 3)) return undefined
  const bytes = Buffer.from(token, 'base64url')
  const said = bytes.subarray(0, -TAG)
  if (said.length < HEAD || said.readUInt8(0) !== FORMAT) return undefined
  if (said.length !== HEAD + (said.readUInt8(1) & ~OPENS) * LINK) return undefined
  return bytes.toString('base64url') === token ? { said, tag: bytes.subarray(-TAG) } : undefined
}

/** Reads a token; undefined: it is none of this instance, was changed, or is over. */
export type PushReportReader = (token: string, now: Date) => PushReportGrant | undefined

/** Reads tokens that were signed under a secret. */
export const createPushReportReader = (secret: string): PushReportReader => {
  const key = keyOf(secret)
  return (token, now) => {
    const parts = saidIn(token)
    if (parts === undefined || !timingSafeEqual(tagOf(key, parts.said), parts.tag)) return undefined
    const grant = grantIn(parts.said)
    return grant.sentAt.getTime() + REPORT_DAYS * MS_PER_DAY > now.getTime() ? grant : undefined
  }
}
