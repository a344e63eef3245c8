/** Puts mails into the Inbox in batches, and keeps it at its size. Knows no protocol. */
import type { Db } from '../../db/pool.ts'
import type { Log } from '../../lib/log.ts'
import { createMicroBatch, type MicroBatch } from '../../lib/micro-batch.ts'
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

/** Inserts in batches; after every tenth of `keep` mails trims, beside the way of the mails. */
export const createInboxWriter = (options: InboxWriterOptions): MicroBatch<InboxRow, undefined> => {
  const keep = options.keep ?? KEEP
  let untrimmed = 0
  const trim = (): void => {
    untrimmed = 0
    trimInbox(options.db, keep).catch((error: unknown) =>
      options.log.warn({ err: error }, 'inbox was not trimmed'),
    )
  }
  return createMicroBatch({
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
}
