/** The Inbox page: messages that sandbox transports delivered to the instance itself. */
import { type Static, Type } from 'typebox'
import { InboxPush } from './push-content.ts'
import { closed, Id, Instant, listOf, listQuery, nullable } from './shapes.ts'
import { RenderedSmsContent } from './sms.ts'

/** A row of the inbox. */
export const InboxSummary = closed({
  id: Id,
  messageId: nullable(Id),
  channel: Type.String(),
  sender: Type.String(),
  recipient: Type.String(),
  subject: Type.String(),
  receivedAt: Instant,
  size: Type.Integer(),
})
/** A row of the inbox. */
export type InboxSummary = Static<typeof InboxSummary>

/** One message, parsed. Its HTML is hostile: show it in a sandboxed frame only. `sms`: of a short message. */
export const InboxMail = closed({
  ...InboxSummary.properties,
  html: nullable(Type.String()),
  text: nullable(Type.String()),
  headers: Type.Array(closed({ name: Type.String(), value: Type.String() })),
  attachments: Type.Array(closed({ name: Type.String(), contentType: Type.String(), size: Type.Integer() })),
  push: nullable(InboxPush),
  sms: nullable(RenderedSmsContent),
})
/** One mail, parsed. */
export type InboxMail = Static<typeof InboxMail>

/** Filters of the inbox. */
export const InboxQuery = listQuery({ search: Type.Optional(Type.String({ maxLength: 200 })) })
/** Mails, newest first. */
export const InboxList = listOf(InboxSummary)
