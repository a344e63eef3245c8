/**
 * The table behind the Inbox page. Mails are kept raw and parsed only when one is opened: their content is hostile,
 * so parsing must never be in the way of receiving.
 */
import type { InboxMail, InboxSummary } from '@carillon/contract'
import type { Db } from '../../db/pool.ts'
import { isUuid } from '../../lib/ids.ts'
import { readPush } from './inbox-push.ts'
import { readSms } from './inbox-sms.ts'
import { parseMail } from './parse-mail.ts'

/** A mail as it is stored. Texts hold no U+0000, and `messageId` is a UUID: the writer sees to both. */
export interface InboxRow {
  readonly id: string
  readonly sandbox: string | null
  readonly channel: string
  readonly messageId: string | null
  readonly sender: string
  readonly recipient: string
  readonly subject: string
  readonly receivedAt: Date
  readonly raw: Buffer
}

/** A page of mails, newest first; `next` is the cursor of the following page. */
export interface InboxPage {
  readonly items: InboxSummary[]
  readonly next: string | null
}

/** One mail as it came and as it reads. */
export interface InboxEntry {
  readonly mail: InboxMail
  readonly raw: Buffer
}

const COLUMNS = 10
const placeholders = (rows: number): string =>
  Array.from(
    { length: rows },
    (_, row) =>
      `(${Array.from({ length: COLUMNS }, (_, column) => `$${row * COLUMNS + column + 1}`).join(', ')})`,
  ).join(', ')

/** Stores mails in one statement; when it returns they are durable. At most 500 at once. */
export const insertInboxMails = async (db: Db, mails: readonly InboxRow[]): Promise<void> => {
  // One placeholder per value, not unnest: pg sends a Buffer as binary, but an array of them as hexadecimal text.
  await db.query(
    `insert into inbox (id, sandbox, channel, message_id, sender, recipient, subject, received_at, raw, size)
     values ${placeholders(mails.length)}`,
    mails.flatMap(mail => [
      mail.id,
      mail.sandbox,
      mail.channel,
      mail.messageId,
      mail.sender,
      mail.recipient,
      mail.subject,
      mail.receivedAt,
      mail.raw,
      mail.raw.length,
    ]),
  )
}

interface SummaryRow {
  readonly id: string
  readonly message_id: string | null
  readonly channel: string
  readonly sender: string
  readonly recipient: string
  readonly subject: string
  readonly received_at: Date
  readonly size: number
}

const toSummary = (row: SummaryRow): InboxSummary => ({
  id: row.id,
  messageId: row.message_id,
  channel: row.channel,
  sender: row.sender,
  recipient: row.recipient,
  subject: row.subject,
  receivedAt: row.received_at.toISOString(),
  size: row.size,
})

const toCursor = (row: SummaryRow): string =>
  Buffer.from(`${row.received_at.getTime()} ${row.id}`).toString('base64url')

const readCursor = (
  cursor: string | undefined,
): { readonly before: Date; readonly id: string } | undefined => {
  const match = /^(\d{1,15}) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor ?? '', 'base64url').toString())
  const id = match?.[2]
  return id !== undefined && isUuid(id) ? { before: new Date(Number(match?.[1])), id } : undefined
}

const likePattern = (search: string): string => `%${search.replaceAll('\0', '').replace(/[\\%_]/g, '\\$&')}%`

/**
 * Mails of one sandbox, newest first. `search` looks for a piece of subject, recipient or sender, in any case. A
 * cursor that is not one of ours starts at the beginning.
 */
export const listInbox = async (
  db: Db,
  query: {
    readonly sandbox: string
    readonly limit: number
    readonly cursor?: string
    readonly search?: string
  },
): Promise<InboxPage> => {
  const cursor = readCursor(query.cursor)
  const { rows } = await db.query<SummaryRow>(
    `select i.id, i.message_id, i.channel, i.sender, i.recipient, i.subject, i.received_at, i.size
     from inbox i
     where i.sandbox = $1
       and ($2::timestamptz is null or (i.received_at, i.id) < ($2::timestamptz, $3::uuid))
       and ($4::text is null or i.subject ilike $4 or i.recipient ilike $4 or i.sender ilike $4)
     order by i.received_at desc, i.id desc
     limit $5`,
    [
      query.sandbox,
      cursor?.before ?? null,
      cursor?.id ?? null,
      query.search ? likePattern(query.search) : null,
      query.limit + 1,
    ],
  )
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return { items: page.map(toSummary), next: rows.length > page.length && last ? toCursor(last) : null }
}

const shownOf = async ({ channel, raw }: { readonly channel: string; readonly raw: Buffer }) => {
  if (channel === 'push') return { ...readPush(raw), sms: null }
  if (channel === 'sms') return { ...readSms(raw), push: null }
  return { ...(await parseMail(raw)), sms: null, push: null }
}

/** One mail of a sandbox, raw and parsed; undefined when there is none. Never throws for what the mail holds. */
export const getInboxMail = async (
  db: Db,
  which: { readonly sandbox: string; readonly id: string },
): Promise<InboxEntry | undefined> => {
  if (!isUuid(which.id)) return undefined
  const { rows } = await db.query<SummaryRow & { raw: Buffer }>(
    `select i.id, i.message_id, i.channel, i.sender, i.recipient, i.subject, i.received_at, i.size, i.raw
     from inbox i where i.sandbox = $1 and i.id = $2`,
    [which.sandbox, which.id],
  )
  const row = rows[0]
  return row === undefined
    ? undefined
    : { raw: row.raw, mail: { ...toSummary(row), ...(await shownOf(row)) } }
}

/** Empties the inbox of one sandbox; answers how many mails went. */
export const clearInbox = async (db: Db, sandbox: string): Promise<number> => {
  const { rowCount } = await db.query('delete from inbox i where i.sandbox = $1', [sandbox])
  return rowCount ?? 0
}

/** Keeps the newest mails of the whole instance and deletes the others; answers how many went. */
export const trimInbox = async (db: Db, keep: number): Promise<number> => {
  const { rowCount } = await db.query(
    `delete from inbox i
     where (i.received_at, i.id) <= (
       select n.received_at, n.id from inbox n order by n.received_at desc, n.id desc offset $1 limit 1
     )`,
    [keep],
  )
  return rowCount ?? 0
}
