/** Puts what the sinks take into the Inbox in batches, made fit to store, and keeps it at its size. Knows no protocol. */
import type { Db } from '../../db/pool.ts'
import { isUuid } from '../../lib/ids.ts'
import type { Log } from '../../lib/log.ts'
import { createMicroBatch } from '../../lib/micro-batch.ts'
import { type InboxRow, insertInboxMails, trimInbox } from './inbox.store.ts'

/** What the writer needs. */
export interface InboxWriterOptions {
  readonly db: Db
  /** How many mails the inbox keeps, all sandboxes together. Default 5000. */
  readonly keep?: number
  readonly log: Pick<Log, 'warn'>
  /** What a mail meets when too many wait. */
  readonly onFull: () => Error
}

const KEEP = 5_000
const BATCH = 64

/** Keeps mails. `submit` resolves when one is durable, and rejects when too many wait. */
export interface InboxWriter {
  submit(mail: InboxRow): Promise<undefined>
}

const storable = (text: string): string => text.replaceAll('\0', '')

// A sender may write what it likes: what no column can hold is left out here, for every protocol.
const cleaned = (mail: InboxRow): InboxRow => ({
  ...mail,
  messageId: mail.messageId !== null && isUuid(mail.messageId) ? mail.messageId : null,
  sender: storable(mail.sender),
  recipient: storable(mail.recipient),
  subject: storable(mail.subject),
})

/** Inserts in batches; after every tenth of `keep` mails trims, beside the way of the mails. */
export const createInboxWriter = (options: InboxWriterOptions): InboxWriter => {
  const keep = options.keep ?? KEEP
  let untrimmed = 0
  const trim = (): void => {
    untrimmed = 0
    trimInbox(options.db, keep).catch((error: unknown) =>
      options.log.warn({ err: error }, 'inbox was not trimmed'),
    )
  }
  const batch = createMicroBatch<InboxRow, undefined>({
    maxSize: BATCH,
    inFlight: 2,
    maxWaiting: 1_000,
    onFull: options.onFull,
    run: async mails => {
      await insertInboxMails(options.db, mails)
      untrimmed += mails.length
      if (untrimmed >= Math.max(1, keep / 10)) trim()
      return mails.map(() => undefined)
    },
  })
  return { submit: mail => batch.submit(cleaned(mail)) }
}
